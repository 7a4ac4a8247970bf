"""Forms of the vehicle's pages; they judge what was typed, services act."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer
from config.lib.form_errors import show_refusal
from config.lib.typed_ids import RowsField, whole_number
from inventory.models import BodyStyle, Category, Optional, Vehicle, Version
from inventory.services.unsaved import imagine_vehicle, judge_imagined

if TYPE_CHECKING:
    _VehicleModelForm = forms.ModelForm[Vehicle]
else:  # Django's forms take type arguments only in the eyes of the type checker
    _VehicleModelForm = forms.ModelForm

SALE_LIMIT = 12  # digits a price may have

IDENTITY = ("plate", "chassis", "renavam", "code")
NAMES = ("brand_text", "model_text", "version_text")
YEARS = ("year_manufacture", "year_model", "first_registration_month", "first_registration_year")
FACTS = ("mileage", "is_new", "colour", "fuel", "gearbox", "body", "doors", "displacement")
PRICES = ("price", "promotional_price", "cost")
CLAIMS = (
    *("armoured", "single_owner", "accepts_trade", "dealer_serviced", "road_tax_paid"),
    *("licensed", "factory_warranty"),
)
TEXTS = ("description", "video_url")
PLACE = ("stock_type", "location")
# Fields that only some kinds of vehicle have; every other field is for all.
ONLY_FOR: dict[str, frozenset[int]] = {
    "doors": frozenset({Category.CAR}),
    "armoured": frozenset({Category.CAR, Category.TRUCK}),
    "displacement": frozenset({Category.MOTORCYCLE}),
    "body": frozenset({Category.CAR, Category.MOTORCYCLE}),
    "gearbox": frozenset({Category.CAR, Category.MOTORCYCLE, Category.TRUCK}),
    "fuel": frozenset({Category.CAR, Category.MOTORCYCLE, Category.TRUCK}),
}
_GROUPED = re.compile(r"\d{1,3}([. ]\d{3})+")
_COUNTED = (
    *("mileage", "year_manufacture", "year_model", "first_registration_month"),
    *("first_registration_year", "doors", "displacement"),
)
_LETTERS = {"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}
_DIGITS = {"inputmode": "numeric", "autocomplete": "off", "enterkeyhint": "next"}
_MONEY = {"inputmode": "decimal", "enterkeyhint": "next"}
_WIDGETS: dict[str, dict[str, Any]] = {
    **dict.fromkeys(PRICES, _MONEY),
    **{name: {**_DIGITS, "maxlength": 12} for name in _COUNTED},
    "plate": {**_LETTERS, "enterkeyhint": "next", "maxlength": 12},
    "chassis": _LETTERS,
    "renavam": _DIGITS,
    "year_model": {**_DIGITS, "maxlength": 4, "list": "model-years"},
    "year_manufacture": {**_DIGITS, "maxlength": 4},
    "description": {"rows": 8},
    "video_url": {"inputmode": "url"},
}
MOTORCYCLE_STYLES = frozenset(
    {
        *(BodyStyle.STREET, BodyStyle.SCOOTER, BodyStyle.TRAIL, BodyStyle.CUSTOM, BodyStyle.SPORT),
        *(BodyStyle.NAKED, BodyStyle.TOURING, BodyStyle.OFF_ROAD, BodyStyle.QUAD),
    }
)


def styles_for(category: int) -> list[tuple[str, Any]]:
    """Return the bodies that a kind of vehicle may have, as choices."""
    wants = category == Category.MOTORCYCLE
    return [
        (style.value, style.label) for style in BodyStyle if (style in MOTORCYCLE_STYLES) == wants
    ]


# What a new form holds before anybody has typed.
_GIVEN = frozenset({"stock_type"})


class VehicleForm(_VehicleModelForm):
    """Everything a person tells of a vehicle. It is never saved itself: services do that.

    `category` decides which fields there are; `sees_cost` False leaves the cost out. `revision` and
    `base` are what the vehicle was when the form was shown.
    """

    version = forms.ModelChoiceField(
        label=_("Version (FIPE)"),
        queryset=Version.objects.select_related("model__brand"),
        required=False,
        widget=forms.HiddenInput,
    )
    fipe_code = forms.CharField(
        label=_("FIPE code"),
        required=False,
        max_length=9,
        widget=forms.TextInput(attrs={"placeholder": "004278-1", "inputmode": "numeric"}),
    )
    video_url = forms.URLField(label=_("Video"), required=False, assume_scheme="https")
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    base = forms.CharField(required=False, max_length=40_000, widget=forms.HiddenInput)
    optionals = RowsField(label=_("Optionals"), queryset=Optional.objects.none(), required=False)

    class Meta:
        model = Vehicle
        fields = (
            *IDENTITY,
            "version",
            *NAMES,
            *YEARS,
            *FACTS,
            *PRICES,
            *CLAIMS,
            *TEXTS,
            *PLACE,
        )
        localized_fields = PRICES

    def __init__(
        self, *args: Any, category: int, sees_cost: bool, is_new_row: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.category, self._sees_cost = category, sees_cost
        for name in self._left_out(sees_cost=sees_cost, keeps_code=is_new_row):
            del self.fields[name]
        # What the vehicle has stays, even if it is no longer offered to others.
        offered = Q(retired_at__isnull=True)
        if self.instance.pk:
            offered |= Q(vehicles=self.instance)
        self.fields["optionals"].queryset = Optional.objects.filter(offered).distinct()  # type: ignore[attr-defined]
        if "body" in self.fields:
            self.fields["body"].choices = [("", "—"), *styles_for(category)]  # type: ignore[attr-defined]
        self._tune_widgets()
        self._name_nothing()

    def _left_out(self, *, sees_cost: bool, keeps_code: bool) -> list[str]:
        left = [name for name, kinds in ONLY_FOR.items() if self.category not in kinds]
        if not sees_cost:
            left.append("cost")
        if not keeps_code:
            left.append("code")
        return left

    def _tune_widgets(self) -> None:
        """Give phones the right keyboard; the code may stay empty, it is then invented."""
        nothing = number_format(0, 2)
        for name in PRICES:
            if name in self.fields:
                self.fields[name].widget.attrs.update(placeholder=nothing)
        for name, attributes in _WIDGETS.items():
            if name in self.fields:
                self.fields[name].widget.attrs.update(attributes)
        for name in _COUNTED:
            if name in self.fields:
                # A number field of a browser refuses "45.000" and changes when it is scrolled over.
                self.fields[name].widget.input_type = "text"
        if "code" in self.fields:
            self.fields["code"].required = False
            self.fields["code"].help_text = _("Leave it empty to get the next number.")

    def _name_nothing(self) -> None:
        """Show what is not chosen as everywhere else, by a dash."""
        for field in self.fields.values():
            if isinstance(field, forms.TypedChoiceField) and not field.required:
                offered = cast(Iterable[tuple[Any, Any]], field.choices)
                field.choices = [(value, label if value else "—") for value, label in offered]

    @staticmethod
    def claims_and_new() -> tuple[str, ...]:
        """Return the names of the yes/no fields, which a browser leaves out when not ticked."""
        return (*CLAIMS, "is_new")

    def clean_fipe_code(self) -> Version | None:
        """Return the version that bears the typed code, None if none was typed."""
        code = self.cleaned_data["fipe_code"].strip()
        if not code:
            return None
        bare = code.replace("-", "")
        version = Version.objects.filter(fipe_code=f"{bare[:-1]}-{bare[-1:]}").first()
        if version is None:
            raise ValidationError(_("The FIPE table has no such code."), code="unknown")
        return version

    def clean_description(self) -> str:
        """Return the text with lines ended as they are stored; browsers end them their own way."""
        return str(self.cleaned_data["description"]).replace("\r\n", "\n")

    def base_facts(self) -> dict[str, Any]:
        """Return the facts that the form showed when it was opened; {} if that is not known."""
        values = read_snapshot(str(self["base"].value() or ""))
        if not values:
            return {}
        shown = VehicleForm(
            values, category=self.category, sees_cost=self._sees_cost, instance=self.instance
        )
        shown.is_valid()
        facts = shown.facts()
        facts.pop("code", None)
        return facts

    def snapshot(self) -> str:
        """Return what the fields show now, for `base`; read_snapshot reads it."""
        values: dict[str, list[str]] = {}
        for name in (*self._meta.fields, "optionals"):  # type: ignore[misc]
            value = self[name].value() if name in self.fields else None
            if isinstance(value, list | tuple):
                values[name] = [str(getattr(each, "pk", each)) for each in value]
            elif value is True:
                values[name] = ["on"]
            elif value not in (None, False, ""):
                values[name] = [str(value)]
        return json.dumps(values)

    def imagined(self, dealer: Dealer, *, now: datetime) -> tuple[Vehicle, list[Optional]]:
        """Return the vehicle as it would be with what can be read of this form, unsaved."""
        self.is_valid()
        stored = self.instance if self.instance.pk else None
        vehicle = imagine_vehicle(
            dealer, category=self.category, vehicle=stored, facts=self.facts(), now=now
        )
        return vehicle, list(self.cleaned_data.get("optionals", ()))

    def show_what_else_is_wrong(self, dealer: Dealer, *, now: datetime) -> None:
        """Judge what could be read of a form that is refused, so that nobody corrects in rounds."""
        stored = self.instance if self.instance.pk else None
        vehicle = stored or Vehicle(dealer=dealer, category=self.category, code="0")
        try:
            judge_imagined(vehicle, facts=self.facts(), now=now)
        except ValidationError as error:
            show_refusal(self, error)

    @property
    def says_nothing(self) -> bool:
        """Whether a form that can be read holds nothing of a vehicle, only what was there."""
        facts = self.facts()
        return not any(value for name, value in facts.items() if name not in _GIVEN)

    def _post_clean(self) -> None:
        """Leave the rules of the table to the service, which names the field of each."""

    def facts(self) -> dict[str, Any]:
        """Return what the services are to write: field name to value."""
        names = {*self._meta.fields, "optionals"} & set(self.cleaned_data)  # type: ignore[misc]
        facts = {name: self.cleaned_data[name] for name in names}
        if self.cleaned_data.get("fipe_code") is not None:
            facts["version"] = self.cleaned_data["fipe_code"]
        return facts

    @property
    def chosen_version(self) -> Version | None:
        """The version that is chosen now, also in a form that was not accepted."""
        value = whole_number(self["version"].value())
        versions = Version.objects.select_related("model__brand")
        return versions.filter(pk=value).first() if value else None

    def optional_groups(self) -> list[tuple[str, list[tuple[Optional, bool]]]]:
        """Return the optionals by group, each with whether it is ticked."""
        ticked = {str(getattr(each, "pk", each)) for each in self["optionals"].value() or ()}
        every = self.fields["optionals"].queryset  # type: ignore[attr-defined]
        return [
            (group, [(each, str(each.pk) in ticked) for each in rows])
            for group, rows in groupby(every, key=lambda each: each.group)
        ]


def read_snapshot(text: str) -> QueryDict:
    """Return the values that VehicleForm.snapshot wrote; none of what is not one."""
    values = QueryDict(mutable=True)
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return values
    for name, given in told.items() if isinstance(told, dict) else ():
        if isinstance(given, list) and all(isinstance(each, str) for each in given):
            # JSON may name halves of characters, which no database and no page can take.
            values.setlist(name, [each.encode(errors="replace").decode() for each in given])
    return values


def tolerant(data: QueryDict) -> QueryDict:
    """Return what was typed, with numbers as people write them ("R$ 45.990", "45.000 km") bare."""
    values = data.copy()
    for name in (*PRICES, *_COUNTED):
        for_columns = [_bare_number(name, text) for text in values.getlist(name)]
        if for_columns:
            values.setlist(name, for_columns)
    return values


def _bare_number(name: str, text: str) -> str:
    bare = re.sub(r"^\s*R\$|(?:km|cm³|cc)\s*$", "", text[:60], flags=re.IGNORECASE).strip()
    if name in _COUNTED and _GROUPED.fullmatch(bare):
        return re.sub(r"[. ]", "", bare)
    return bare


class SaleForm(forms.Form):
    """The sale of a vehicle: when, for how much, to whom."""

    anchor_prefix = "sale-"  # several forms of the page have a customer

    sold_on = forms.DateField(
        label=_("Sold on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    price = forms.DecimalField(
        label=_("Price"), required=False, max_digits=SALE_LIMIT, decimal_places=2, localize=True
    )
    customer_name = forms.CharField(label=_("Customer"), required=False, max_length=120)


class ReservationForm(forms.Form):
    """Keep a vehicle for somebody."""

    anchor_prefix = "reservation-"

    until = forms.DateTimeField(
        label=_("Until (empty: until cancelled)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
    )
    customer_name = forms.CharField(label=_("Customer"), required=False, max_length=120)
