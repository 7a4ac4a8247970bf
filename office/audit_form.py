"""The filter of the audit page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from office.audit_words import ACTIONS, SUBJECTS
from office.selectors.audit import AuditFilter

LARGEST_ID = 2**63 - 1
MACHINE = 0  # who acts when nobody does


class AuditFilterForm(forms.Form):
    """What of the history is shown. What cannot be read is said, and nothing is shown for it."""

    vehicle = forms.CharField(
        label=_("Vehicle"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": _("Code or plate")}),
    )
    person = forms.TypedChoiceField(label=_("Person"), coerce=int, empty_value=None, required=False)
    subject = forms.ChoiceField(label=_("Of what"), required=False)
    action = forms.ChoiceField(label=_("Act"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    request = forms.CharField(label=_("One change"), required=False, max_length=40)
    before = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)

    def __init__(self, data: QueryDict, *, people: Sequence[tuple[int, str]]) -> None:
        super().__init__(data, auto_id="filter_%s")
        self._choose("person", [("", _("Everybody")), (MACHINE, _("The system")), *people])
        self._choose("subject", [("", _("Everything")), *_sorted(SUBJECTS)])
        self._choose("action", [("", _("Every act")), *_sorted(ACTIONS)])

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        clean = super().clean() or {}
        since, until = clean.get("since"), clean.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day is before the first one."))
        return clean

    def chosen(self) -> AuditFilter | None:
        """Return the filter; None if something in it cannot be read. Days are the dealer's."""
        if not self.is_valid():
            return None
        clean = self.cleaned_data
        return AuditFilter(
            vehicle=clean["vehicle"],
            person=clean["person"],
            subject=clean["subject"],
            action=clean["action"],
            since=_midnight(clean["since"]),
            until=_midnight(clean["until"], days=1),
            request=clean["request"],
        )

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices


def _sorted(words: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted(((key, str(word)) for key, word in words.items()), key=lambda one: one[1])


def _midnight(day: Any, *, days: int = 0) -> datetime | None:
    """Return when the day begins where the dealer is, that many days later; None at the edge."""
    if day is None:
        return None
    try:
        local = timezone.make_aware(datetime.combine(day, time()) + timedelta(days=days))
        return local.astimezone(UTC)
    except OverflowError:
        return None
