"""The vehicle, with everything portals ask about it."""

from __future__ import annotations

import secrets
from decimal import Decimal
from typing import Any, cast

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer, DealerScopedManager
from config.lib.folding import fold
from inventory.models.reference import Optional, Version
from inventory.models.source import StockSource
from inventory.models.vocabulary import BodyStyle, Category, Colour, Fuel, Gearbox, StockType


class VehicleState(models.TextChoices):
    """Life of a vehicle; archived is the end, nothing is deleted."""

    IN_PREPARATION = "in_preparation", _("In preparation")
    AVAILABLE = "available", _("Available")
    RESERVED = "reserved", _("Reserved")
    SOLD = "sold", _("Sold")
    ARCHIVED = "archived", _("Archived")


GONE = (VehicleState.SOLD, VehicleState.ARCHIVED)
_NOT_GONE = ~models.Q(state__in=GONE)
# The same said in a form in which SQLite recognises the condition of a partial index.
IN_STOCK = ~models.Q(state=VehicleState.SOLD) & ~models.Q(state=VehicleState.ARCHIVED)
# What buyers see, as lists sort and filter by it. A float by name only, the numbers stay what they
# are: SQLite would be given an index of other casts than the query asks for, and never use it.
SHOWN_PRICE = Coalesce("promotional_price", "price", output_field=models.FloatField())
MOST_KEY = 80  # letters of a brand by which vehicles are found


def key_of_brand(name: str) -> str:
    """Return what stands in `brand_key` for a brand of that name."""
    return fold(name)[:MOST_KEY]


def random_public_id() -> str:
    """Return an id for public addresses that nobody can guess (16 hex digits)."""
    return secrets.token_hex(8)


class BrandKeyField(models.CharField):  # type: ignore[type-arg]  # has none as it runs
    """The folded brand of a vehicle, taken from it whenever it is written, one by one or in bulk.

    A copy of what its version says, so that one index yields the vehicles of a brand in the order
    of a list. Whoever moves a version to another brand, or renames one, writes the copies anew.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 - Django's
        """Return the key of the vehicle that is about to be written; its version is read for it."""
        vehicle = cast("Vehicle", model_instance)
        placed = vehicle.version
        vehicle.brand_key = (
            placed.model.brand.folded if placed else key_of_brand(vehicle.brand_text)
        )
        return super().pre_save(vehicle, add)


class Vehicle(models.Model):
    """One vehicle of one dealer. What a portal demands is preflight's business, not a rule here.

    `code` is our stock reference, unique per dealer for ever; `public_id` names the vehicle in
    addresses that strangers see. Prices are in the dealer's currency,
    mileage in km, displacement in cm³. `source_facts` keeps what a source says that has no home
    here; `source_facts["invented"]` lists fields filled in without a source.
    `revision` grows with every change, so that two editors notice each other.
    """

    dealer = models.ForeignKey(Dealer, on_delete=models.PROTECT, related_name="vehicles")
    category = models.PositiveSmallIntegerField(
        _("category"), choices=Category.choices, default=Category.CAR
    )
    code = models.CharField(_("stock code"), max_length=19)
    public_id = models.CharField(
        _("public id"), max_length=16, default=random_public_id, editable=False
    )
    plate = models.CharField(_("plate"), max_length=10, blank=True)
    chassis = models.CharField(_("chassis (VIN)"), max_length=24, blank=True)
    renavam = models.CharField(_("Renavam"), max_length=11, blank=True)
    version = models.ForeignKey(
        Version, on_delete=models.PROTECT, null=True, blank=True, related_name="vehicles"
    )
    brand_text = models.CharField(_("brand as written"), max_length=80, blank=True)
    model_text = models.CharField(_("model as written"), max_length=120, blank=True)
    version_text = models.CharField(_("version as written"), max_length=200, blank=True)
    brand_key = BrandKeyField(
        _("brand"), max_length=MOST_KEY, blank=True, default="", editable=False
    )
    year_manufacture = models.PositiveSmallIntegerField(_("year made"), null=True, blank=True)
    year_model = models.PositiveSmallIntegerField(_("model year"), null=True, blank=True)
    first_registration_year = models.PositiveSmallIntegerField(
        _("first registration, year"), null=True, blank=True
    )
    first_registration_month = models.PositiveSmallIntegerField(
        _("first registration, month"), null=True, blank=True
    )
    mileage = models.PositiveIntegerField(_("mileage (km)"), null=True, blank=True)
    is_new = models.BooleanField(_("new (zero kilometre)"), default=False)
    price = models.DecimalField(
        _("price"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    promotional_price = models.DecimalField(
        _("promotional price"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    cost = models.DecimalField(_("cost"), max_digits=12, decimal_places=2, null=True, blank=True)
    colour = models.CharField(_("colour"), max_length=20, choices=Colour.choices, blank=True)
    fuel = models.CharField(_("fuel"), max_length=20, choices=Fuel.choices, blank=True)
    gearbox = models.CharField(_("gearbox"), max_length=20, choices=Gearbox.choices, blank=True)
    body = models.CharField(_("body"), max_length=20, choices=BodyStyle.choices, blank=True)
    doors = models.PositiveSmallIntegerField(_("doors"), null=True, blank=True)
    displacement = models.PositiveIntegerField(_("displacement (cm³)"), null=True, blank=True)
    armoured = models.BooleanField(_("armoured"), default=False)
    single_owner = models.BooleanField(_("single owner"), default=False)
    accepts_trade = models.BooleanField(_("accepts trade-in"), default=False)
    dealer_serviced = models.BooleanField(_("serviced by the maker's dealers"), default=False)
    road_tax_paid = models.BooleanField(_("road tax (IPVA) paid"), default=False)
    licensed = models.BooleanField(_("licensed"), default=False)
    factory_warranty = models.BooleanField(_("factory warranty"), default=False)
    description = models.TextField(_("description"), blank=True)
    video_url = models.URLField(_("video"), blank=True)
    optionals = models.ManyToManyField(
        Optional, blank=True, related_name="vehicles", verbose_name=_("optionals")
    )
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=VehicleState.choices,
        default=VehicleState.IN_PREPARATION,
    )
    stock_type = models.CharField(
        _("stock type"), max_length=20, choices=StockType.choices, default=StockType.OWN
    )
    location = models.CharField(_("location"), max_length=80, blank=True)
    source = models.ForeignKey(
        StockSource, on_delete=models.PROTECT, null=True, blank=True, related_name="vehicles"
    )
    source_reference = models.CharField(_("reference in the source"), max_length=80, blank=True)
    source_facts = models.JSONField(_("facts of the source"), default=dict, blank=True)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    available_at = models.DateTimeField(_("available since"), null=True, blank=True)
    sold_at = models.DateTimeField(_("sold at"), null=True, blank=True)

    objects = DealerScopedManager["Vehicle"]()

    class Meta:
        verbose_name = _("vehicle")
        verbose_name_plural = _("vehicles")
        ordering = ("-updated_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=("dealer", "code"), name="inventory_vehicle_code"),
            models.UniqueConstraint(fields=("public_id",), name="inventory_vehicle_public_id"),
            models.UniqueConstraint(
                fields=("dealer", "plate"),
                condition=_NOT_GONE & ~models.Q(plate=""),
                name="inventory_vehicle_plate",
            ),
            models.UniqueConstraint(
                fields=("dealer", "chassis"),
                condition=_NOT_GONE & ~models.Q(chassis=""),
                name="inventory_vehicle_chassis",
            ),
            models.UniqueConstraint(
                fields=("source", "source_reference"),
                condition=~models.Q(source_reference=""),
                name="inventory_vehicle_source",
            ),
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[A-Za-z0-9_{}\-]{1,19}$"),
                name="inventory_vehicle_code_shape",
            ),
            models.CheckConstraint(
                condition=models.Q(price__isnull=True) | models.Q(price__gt=0),
                name="inventory_vehicle_price_positive",
            ),
        )
        indexes = (
            models.Index(fields=("dealer", "-updated_at", "-id"), name="inventory_vehicle_recent"),
            models.Index(
                fields=("dealer", "state", "-updated_at", "-id"), name="inventory_vehicle_state"
            ),
            models.Index(
                fields=("dealer", "version", "brand_text"), name="inventory_vehicle_brand"
            ),
            models.Index(fields=("dealer", "brand_key"), name="inventory_vehicle_brand_key"),
            # The distinct texts of what has no place in the reference catalogue, by which decisions
            # about free text find their vehicles.
            models.Index(
                fields=("category", "brand_text", "model_text"),
                condition=models.Q(version__isnull=True),
                name="inventory_vehicle_unplaced",
            ),
            # The stock list without gone vehicles, in each of its orders: however many were sold
            # over the years, a page costs the same.
            models.Index(
                fields=("dealer", "-updated_at", "-id"),
                condition=IN_STOCK,
                name="inventory_stock_recent",
            ),
            models.Index(
                fields=("dealer", "brand_key", "-updated_at", "-id"),
                condition=IN_STOCK,
                name="inventory_stock_brand",
            ),
            models.Index(
                fields=("dealer", "available_at", "id"),
                condition=IN_STOCK,
                name="inventory_stock_age",
            ),
            models.Index(
                "dealer", SHOWN_PRICE, "id", condition=IN_STOCK, name="inventory_stock_price"
            ),
            models.Index(
                fields=("dealer", "mileage", "id"),
                condition=IN_STOCK,
                name="inventory_stock_mileage",
            ),
            models.Index(
                fields=("dealer", "year_model", "id"),
                condition=IN_STOCK,
                name="inventory_stock_year",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.title}".strip()

    @property
    def title(self) -> str:
        """Brand, model and version in one line; reads the version's relations if it has one."""
        if self.version is not None:
            return f"{self.version.model.brand.name} {self.version.model.name} {self.version.name}"
        return " ".join(t for t in (self.brand_text, self.model_text, self.version_text) if t)

    @property
    def is_gone(self) -> bool:
        """Whether the vehicle has left the stock (sold or archived)."""
        return self.state in GONE

    def price_for(self, portal: str) -> Decimal | None:
        """Return the price to show on that portal (a slug), promotional before sale price."""
        # Every portal shows the same price today; the argument keeps callers ready for rules.
        del portal
        return self.promotional_price or self.price
