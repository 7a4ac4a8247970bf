"""Forms of highlights: the rule of an account, and the highlight of one ad."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portals.highlight_state import RULE
from portals.models.highlight_rule import KEEP_DAYS, MOST_KEEP_DAYS, Criterion
from portals.services.publish import BY_RULE, KEEP


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
        """Return the weight as a number, BY_RULE, or KEEP for nothing said."""
        text = super().clean(value)
        if text == RULE:
            return BY_RULE
        return int(text) if text else KEEP
