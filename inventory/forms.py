"""Forms of the vehicle's pages; they judge what was typed, services act."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from config.lib.typed_ids import RowsField, whole_number
from inventory.models import BodyStyle, Category, Optional, Vehicle, Version

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


class VehicleForm(_VehicleModelForm):
    """Everything a person tells of a vehicle. It is never saved itself: services do that.

    `category` decides which fields there are; `sees_cost` False leaves the cost out. `revision`
    is that of the vehicle when the form was shown.
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
        self.category = category
        for name in self._left_out(sees_cost=sees_cost, keeps_code=is_new_row):
            del self.fields[name]
        self.fields["optionals"].queryset = Optional.objects.filter(retired_at__isnull=True)  # type: ignore[attr-defined]
        if "body" in self.fields:
            self.fields["body"].choices = [("", "---------"), *styles_for(category)]  # type: ignore[attr-defined]
        self._tune_widgets()

    def _left_out(self, *, sees_cost: bool, keeps_code: bool) -> list[str]:
        left = [name for name, kinds in ONLY_FOR.items() if self.category not in kinds]
        if not sees_cost:
            left.append("cost")
        if not keeps_code:
            left.append("code")
        return left

    def _tune_widgets(self) -> None:
        """Give phones the right keyboard; the code may stay empty, it is then invented."""
        for name in PRICES:
            if name in self.fields:
                self.fields[name].widget.attrs.update(inputmode="decimal", placeholder="0,00")
        for name in ("plate", "chassis"):
            self.fields[name].widget.attrs.update(autocapitalize="characters", autocomplete="off")
        self.fields["renavam"].widget.attrs.update(inputmode="numeric", autocomplete="off")
        self.fields["description"].widget.attrs["rows"] = 8
        if "code" in self.fields:
            self.fields["code"].required = False
            self.fields["code"].help_text = _("Leave it empty to get the next number.")

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
        version = Version.objects.filter(fipe_code=f"{bare[:-1]}-{bare[-1]}").first()
        if version is None:
            raise ValidationError(_("The FIPE table has no such code."), code="unknown")
        return version

    def _post_clean(self) -> None:
        """Leave the rules of the table to the service, which names the field of each."""

    def facts(self) -> dict[str, Any]:
        """Return what the services are to write: field name to value."""
        names = {*self._meta.fields, "optionals"} & set(self.cleaned_data)  # type: ignore[misc]
        facts = {name: self.cleaned_data[name] for name in names}
        if self.cleaned_data.get("fipe_code") is not None:
            facts["version"] = self.cleaned_data["fipe_code"]
        return facts

    def show_errors_of(self, error: ValidationError) -> None:
        """Put what a service refused beside its field, or on top if the form has no such field."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, errors in error.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)

    def group(self, names: Sequence[str]) -> list[forms.BoundField]:
        """Return those of the named fields that this form has."""
        return [self[name] for name in names if name in self.fields]

    @property
    def identity(self) -> list[forms.BoundField]:
        """Fields by which the vehicle is known."""
        return self.group(IDENTITY)

    @property
    def names(self) -> list[forms.BoundField]:
        """Free text for what is not in the reference catalogue."""
        return self.group(NAMES)

    @property
    def year_fields(self) -> list[forms.BoundField]:
        """Years and first registration."""
        return self.group(YEARS)

    @property
    def fact_fields(self) -> list[forms.BoundField]:
        """Mileage, colour and what else describes the vehicle."""
        return self.group(FACTS)

    @property
    def price_fields(self) -> list[forms.BoundField]:
        """Prices in the dealer's currency."""
        return self.group(PRICES)

    @property
    def claims(self) -> list[forms.BoundField]:
        """Yes/no facts that ads name."""
        return self.group(CLAIMS)

    @property
    def texts(self) -> list[forms.BoundField]:
        """Description and video."""
        return self.group(TEXTS)

    @property
    def place(self) -> list[forms.BoundField]:
        """Where the vehicle stands and whose it is."""
        return self.group(PLACE)

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
