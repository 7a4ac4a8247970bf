"""Filters of the stock list, names they are kept under, and the columns a person wants to see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.models import Category, VehicleState
from office.selectors.stock import StockFilter
from portals.connectors.registry import CONNECTORS

Text = str | Promise

SORTS = [
    ("recent", _("Changed last")),
    ("oldest", _("Longest in stock")),
    ("newest", _("Newest in stock")),
    ("cheap", _("Lowest price")),
    ("dear", _("Highest price")),
    ("mileage", _("Lowest mileage")),
    ("year", _("Newest year")),
]
STATES = [
    ("", _("In stock")),
    *[(state.value, state.label) for state in VehicleState],
    ("all", _("All, also sold and archived")),
]
ADS = [
    ("", _("Any condition")),
    ("live", _("Live on the portal")),
    ("pending", _("Waiting for the portal")),
    ("refused", _("Refused or failed")),
    ("reduced", _("Reduced by the portal")),
    ("missing", _("Wanted, but not live")),
    ("none", _("Not published")),
]
PROBLEMS = [
    ("", _("With or without problems")),
    ("problem", _("Ads with a problem")),
    ("reduced", _("Ads reduced by the portal")),
    ("unplaced", _("Not placed in the FIPE catalogue")),
    ("no_photo", _("Without photos")),
    ("no_price", _("Without a price")),
]
KINDS = [("", _("All kinds")), *Category.choices]
PORTALS = [("", _("Any portal")), *[(slug, each.label) for slug, each in CONNECTORS.items()]]
COLUMNS = [
    ("plate", _("Plate and code")),
    ("mileage", _("Mileage")),
    ("days", _("Days in stock")),
    ("fipe", _("Price against FIPE")),
    ("photos", _("Number of photos")),
    ("state", _("State")),
    ("portals", _("Portals")),
]
USUAL_COLUMNS = ("plate", "mileage", "days", "fipe", "state", "portals")
MOST_DAYS = 36_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """One filter that is on, in words, and the query string of the list without it."""

    label: Text
    text: Text
    without: str


def _amount(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


def _days(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST_DAYS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class StockFilterForm(forms.Form):
    """What of the stock is shown, and in which order; anything unreadable counts as "all".

    `brands` are the names offered; any other one is understood, too. The choices are functions
    because every form copies its fields, and lists of words with them.
    """

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Plate, code or model")}),
    )
    state = forms.ChoiceField(label=_("State"), choices=lambda: STATES, required=False)
    sort = forms.ChoiceField(label=_("Order"), choices=lambda: SORTS, required=False)
    category = forms.TypedChoiceField(
        label=_("Kind"),
        choices=lambda: KINDS,
        coerce=int,
        empty_value=None,
        required=False,
    )
    brand = forms.CharField(label=_("Brand"), required=False, max_length=80, widget=forms.Select())
    price_from = _amount(_("Price from"))
    price_to = _amount(_("Price up to"))
    days_from = _days(_("Days in stock from"))
    days_to = _days(_("Days in stock up to"))
    portal = forms.ChoiceField(label=_("Portal"), choices=lambda: PORTALS, required=False)
    ads = forms.ChoiceField(label=_("Ads"), choices=lambda: ADS, required=False)
    problem = forms.ChoiceField(label=_("Problems"), choices=lambda: PROBLEMS, required=False)

    def __init__(self, data: QueryDict, *, brands: Iterable[str] = ()) -> None:
        super().__init__(data, auto_id="filter_%s")
        names = list(brands)
        if (chosen := data.get("brand", "")[:80]) and chosen not in names:
            names.append(chosen)
        choices = [("", _("All brands")), *[(name, name) for name in names]]
        self.fields["brand"].widget.choices = choices

    def clean(self) -> dict[str, Any]:
        """Leave out an upper bound that lies below the lower one."""
        clean = super().clean() or self.cleaned_data
        for name in ("price", "days"):
            low, high = clean.get(f"{name}_from"), clean.get(f"{name}_to")
            if low is not None and high is not None and high < low:
                self.add_error(f"{name}_to", _("This is less than where the range begins."))
        return clean

    def chosen(self) -> StockFilter:
        """Return the filter, empty where the input made no sense."""
        facts = self._facts()
        return StockFilter(text=facts.pop("q", ""), sort=facts.pop("sort", SORTS[0][0]), **facts)

    def query(self) -> str:
        """Return what is understood as a query string that reads the same in every language."""
        return urlencode({name: _plain(value) for name, value in self._facts().items()})

    def restrictions(self) -> list[Restriction]:
        """Return what is left out of the list, each with the query that lets it in again."""
        facts = {name: _plain(value) for name, value in self._facts().items()}
        return [
            Restriction(
                label=self.fields[name].label or "",
                text=self._in_words(name),
                without=urlencode({key: text for key, text in facts.items() if key != name}),
            )
            for name in facts
            if name != "sort"
        ]

    def further_are_open(self) -> bool:
        """Whether a less used filter has to say that something was not understood.

        Those that are on stand over the list; open, they would push it off the screen of a phone.
        """
        return bool(self.errors.keys() - {"q", "state", "sort"})

    def mistakes(self) -> list[forms.BoundField]:
        """Return the fields of which something was not understood."""
        return [field for field in self if field.errors]

    def _facts(self) -> dict[str, Any]:
        self.is_valid()
        clean = getattr(self, "cleaned_data", {})
        facts = {name: value for name, value in clean.items() if value not in ("", None)}
        if facts.get("sort") == SORTS[0][0]:  # the usual order goes without saying
            del facts["sort"]
        return facts

    def _in_words(self, name: str) -> Text:
        value = self.cleaned_data[name]
        if isinstance(value, Decimal):
            return number_format(Decimal(_plain(value)), force_grouping=True)
        choices: Any = getattr(self.fields[name], "choices", ())
        words: dict[object, Text] = dict(choices)
        return words.get(value, str(value))


def _plain(value: object) -> str:
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


class SavedFilterForm(forms.Form):
    """A filter to keep and its name; `saved` is the one that is to be changed."""

    name = forms.CharField(label=_("Name of the filter"), max_length=40)
    query = forms.CharField(required=False, max_length=5000)
    saved = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class ColumnsForm(forms.Form):
    """The columns of the list that a person wants to see."""

    columns = forms.MultipleChoiceField(
        label=_("Columns"),
        choices=COLUMNS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    query = forms.CharField(required=False, max_length=5000)
