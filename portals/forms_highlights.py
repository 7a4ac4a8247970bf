"""Forms of highlights: the rule of an account, and the highlight of one ad."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portals.models import Plan
from portals.models.highlight_rule import KEEP_DAYS, MOST_KEEP_DAYS, Criterion
from portals.services.publish import BY_RULE

RULE = "rule"


class HighlightRuleForm(forms.Form):
    """By what the highlights of one account are given."""

    criterion = forms.ChoiceField(label=_("The highlights go to"), choices=Criterion.choices)
    keep_days = forms.IntegerField(
        label=_("Days a highlight is kept at least"),
        min_value=0,
        max_value=MOST_KEEP_DAYS,
        initial=KEEP_DAYS,
        help_text=_("Afterwards it is lost only to a vehicle that is clearly ahead."),
    )
    is_active = forms.BooleanField(label=_("Carry the rule out every day"), required=False)


class HighlightField(forms.ChoiceField):
    """The highlight of one ad: a weight, 0 for none, or (BY_RULE) what the rule says."""

    def clean(self, value: Any) -> Any:
        """Return the weight as a number, or BY_RULE."""
        text = super().clean(value)
        return BY_RULE if text == RULE else int(text)


def highlight_choices(
    plans: list[Plan], weights: tuple[int, ...], *, ruled: bool
) -> list[tuple[str, str | Promise]]:
    """Return what can be chosen: by the rule (if there is one), none, and every weight, highest
    first, by the name of its plan."""
    names = {
        plan.weight: plan.name
        for plan in plans
        if plan.kind == "highlight" and plan.retired_at is None
    }
    rule: list[tuple[str, str | Promise]] = [(RULE, _("By the rule"))] if ruled else []
    given: list[tuple[str, str | Promise]] = [
        (str(weight), names.get(weight) or str(_("Highlight %(weight)d") % {"weight": weight}))
        for weight in sorted(weights, reverse=True)
    ]
    return [*rule, ("0", _("No highlight")), *given]
