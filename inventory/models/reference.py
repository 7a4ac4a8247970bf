"""The reference catalogue (FIPE): brand, model without body, version keyed by FIPE code."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from inventory.models.vocabulary import BodyStyle, Category


class Brand(models.Model):
    """A make within a category; `source_name` is the spelling of the source, `name` ours."""

    category = models.PositiveSmallIntegerField(_("category"), choices=Category.choices)
    name = models.CharField(_("name"), max_length=60)
    folded = models.CharField(_("folded name"), max_length=60)
    source_name = models.CharField(_("name in the source"), max_length=60)

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(fields=("category", "folded"), name="inventory_brand_name"),
        )

    def __str__(self) -> str:
        return self.name


class VehicleModel(models.Model):
    """A model without its body, e.g. Onix, Grand Siena, CG 160."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="models")
    name = models.CharField(_("name"), max_length=80)
    folded = models.CharField(_("folded name"), max_length=80)

    class Meta:
        verbose_name = _("model")
        verbose_name_plural = _("models")
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(fields=("brand", "folded"), name="inventory_model_name"),
        )

    def __str__(self) -> str:
        return f"{self.brand.name} {self.name}"


class Version(models.Model):
    """A version, keyed by FIPE code. Retired, never deleted, so that vehicles keep their place.

    `source_text` is FIPE's own text of model and version; `name` is what our split left as version.
    `fuels` holds the source's fuel words, most frequent first, joined by "|". Facts the text does
    not say are null or blank. `displacement` in cm³.
    """

    model = models.ForeignKey(VehicleModel, on_delete=models.PROTECT, related_name="versions")
    fipe_code = models.CharField(_("FIPE code"), max_length=8, unique=True)
    name = models.CharField(_("name"), max_length=160)
    folded = models.CharField(_("folded name"), max_length=160)
    source_text = models.CharField(_("text in the source"), max_length=160)
    year_first = models.PositiveSmallIntegerField(_("first model year"))
    year_last = models.PositiveSmallIntegerField(_("last model year"))
    has_zero_km = models.BooleanField(_("sold new"), default=False)
    fuels = models.CharField(_("fuels"), max_length=120, blank=True)
    body = models.CharField(_("body"), max_length=20, choices=BodyStyle.choices, blank=True)
    doors = models.PositiveSmallIntegerField(_("doors"), null=True, blank=True)
    displacement = models.PositiveIntegerField(_("displacement (cm³)"), null=True, blank=True)
    gearbox = models.CharField(_("gearbox"), max_length=20, blank=True)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ("name", "id")
        indexes = (models.Index(fields=("model", "folded"), name="inventory_version_model"),)

    def __str__(self) -> str:
        return f"{self.model} {self.name}"

    @property
    def fuel_words(self) -> str:
        """The source's fuel words, as people read them."""
        return ", ".join(word for word in self.fuels.split("|") if word)


class ReferencePrice(models.Model):
    """FIPE's price in BRL for a version, model year (32000 = zero kilometre) and fuel."""

    ZERO_KM = 32000

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="prices")
    model_year = models.PositiveSmallIntegerField(_("model year"))
    fuel = models.CharField(_("fuel"), max_length=20)
    price = models.DecimalField(_("price"), max_digits=12, decimal_places=2)
    month = models.DateField(_("month"))

    class Meta:
        verbose_name = _("reference price")
        verbose_name_plural = _("reference prices")
        constraints = (
            models.UniqueConstraint(
                fields=("version", "model_year", "fuel"), name="inventory_price_version_year_fuel"
            ),
        )

    def __str__(self) -> str:
        return f"{self.version.fipe_code} {self.model_year} {self.price}"


class Optional(models.Model):
    """A feature a vehicle may have (air bag, sunroof …), grouped for the form.

    `variants` are other spellings of the trade, joined by "|", by which feeds and catalogues match.
    """

    name = models.CharField(_("name"), max_length=80)
    folded = models.CharField(_("folded name"), max_length=80, unique=True)
    group = models.CharField(_("group"), max_length=40)
    variants = models.CharField(_("other spellings"), max_length=400, blank=True)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    class Meta:
        verbose_name = _("optional")
        verbose_name_plural = _("optionals")
        ordering = ("group", "name")

    def __str__(self) -> str:
        return self.name
