"""Filters of the office's lists."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from inventory.models import Category, VehicleState
from office.selectors.stock import StockFilter

SORTS = {
    "recent": (_("Changed last"), ("-updated_at", "-id")),
    "oldest": (_("Longest in stock"), ("available_at", "id")),
    "newest": (_("Newest in stock"), ("-id",)),
    "cheap": (_("Lowest price"), ("price", "id")),
    "dear": (_("Highest price"), ("-price", "-id")),
    "mileage": (_("Lowest mileage"), ("mileage", "id")),
}
STATES = [
    ("", _("In stock")),
    *[(state.value, state.label) for state in VehicleState],
    ("all", _("All, also sold and archived")),
]
PROBLEMS = [
    ("", _("With or without problems")),
    ("problem", _("Ads with a problem")),
    ("reduced", _("Ads reduced by the portal")),
    ("unplaced", _("Not placed in the FIPE catalogue")),
    ("no_photo", _("Without photos")),
    ("no_price", _("Without a price")),
]


class StockFilterForm(forms.Form):
    """What of the stock is shown, and in which order; anything unreadable counts as "all"."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Plate, code or model")}),
    )
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    category = forms.TypedChoiceField(
        label=_("Kind"),
        choices=[("", _("All kinds")), *Category.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    problem = forms.ChoiceField(label=_("Problems"), choices=PROBLEMS, required=False)
    sort = forms.ChoiceField(
        label=_("Order"),
        choices=[(key, label) for key, (label, _order) in SORTS.items()],
        required=False,
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, auto_id="filter_%s")

    def chosen(self) -> StockFilter:
        """Return the filter, empty where the input made no sense."""
        self.is_valid()
        clean = getattr(self, "cleaned_data", {})
        return StockFilter(
            text=clean.get("q") or "",
            state=clean.get("state") or "",
            category=clean.get("category"),
            problem=clean.get("problem") or "",
            order=SORTS[clean.get("sort") or "recent"][1],
        )
