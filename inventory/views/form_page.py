"""What the page of the vehicle's form shows around the form itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.guards import DealerRequest
from accounts.models import Dealer
from config.lib.typed_ids import whole_number
from inventory.catalogue_facts import facts_of, fuels_of, year_in, years_of
from inventory.finding import search_versions
from inventory.fipe_prices import FipePrice, fipe_prices_of
from inventory.form_layout import essentials_of, sections_of
from inventory.forms import NAMES, VehicleForm
from inventory.models import Category, Vehicle, Version
from inventory.services.descriptions import templates_for
from inventory.similar import similar_vehicles

ICONS = {
    Category.CAR: "car",
    Category.MOTORCYCLE: "motorbike",
    Category.TRUCK: "truck",
    Category.IMPLEMENT: "tractor",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """Which form: of a stored vehicle, or of a new one of a kind."""

    category: int
    vehicle: Vehicle | None = None

    @property
    def action(self) -> str:
        """Where the form is sent."""
        if self.vehicle is not None:
            return reverse("inventory:vehicle_update", args=[self.vehicle.pk])
        return f"{reverse('inventory:vehicle_create')}?category={self.category}"

    @property
    def draft_url(self) -> str:
        """Where what is typed is kept."""
        if self.vehicle is not None:
            return reverse("inventory:vehicle_draft", args=[self.vehicle.pk])
        return f"{reverse('inventory:new_draft')}?category={self.category}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A version that a search found, with what choosing it fills in."""

    version: Version
    facts: dict[str, Any]
    fuels: list[str]
    years: list[int]


def category_of(value: str | None) -> int:
    """Return a category as an address names it; cars for anything else."""
    number = whole_number(value, highest=9)
    return number if number in Category.values else Category.CAR.value


def found_versions(words: str, *, category: int, year: int | None = None) -> list[Found]:
    """Return the versions that bear the words, each with what it fills in."""
    versions = search_versions(words, category=category, year=year)
    return [found_version(version, words=words) for version in versions]


def found_version(version: Version, *, words: str = "") -> Found:
    """Return one version with what it fills in; a year among the words is the model year."""
    year = year_in(words, version)
    return Found(
        version=version,
        facts=facts_of(version, year=year),
        fuels=fuels_of(version),
        years=years_of(version),
    )


def fipe_of(
    dealer: Dealer, version: Version | None, *, year: int | None, is_new: bool, fuel: str
) -> FipePrice | None:
    """Return FIPE's price for what a form says now."""
    asked = Vehicle(dealer=dealer, version=version, year_model=year, is_new=is_new, fuel=fuel)
    return fipe_prices_of([asked]).get(asked.pk)


def number_in(form: VehicleForm, name: str) -> int | None:
    """Return a year or other small number as the form holds it, typed or stored."""
    return whole_number(form[name].value(), highest=9999) if name in form.fields else None


def show_form(
    request: DealerRequest,
    page: FormPage,
    form: VehicleForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Answer with the form; `more` are variables of the template."""
    words = request.POST.get("version_words", "")
    looked = "find_version" in request.POST or more.get("looked", False)
    version = form.chosen_version
    context: dict[str, Any] = {
        "page": page,
        "form": form,
        "vehicle": page.vehicle,
        "category": page.category,
        "categories": [(each.value, each.label, ICONS[each]) for each in Category],
        "essentials": essentials_of(form),
        "sections": sections_of(form),
        "own_words": [form["fipe_code"], *(form[name] for name in NAMES)],
        "own_words_open": _writes_itself(form, version),
        "ticked_count": len(form["optionals"].value() or ()),
        "words": words,
        "versions": found_versions(words, category=page.category) if looked else [],
        "looked": looked,
        "chosen_version": version,
        "years": years_of(version) if version else [],
        "templates": templates_for(request.dealer, category=page.category),
        "similar": similar_of(request, page, form, version),
        "but": page.vehicle.pk if page.vehicle else "",
        "fipe": fipe_of(
            request.dealer,
            version,
            year=number_in(form, "year_model"),
            is_new=bool(form["is_new"].value()),
            fuel=str(form["fuel"].value() or "") if "fuel" in form.fields else "",
        ),
        "base": form["base"].value() or (form.snapshot() if page.vehicle else ""),
        **more,
    }
    return render(request, "inventory/vehicle_form.html", context, status=status)


def similar_of(
    request: DealerRequest, page: FormPage, form: VehicleForm, version: Version | None
) -> list[Vehicle]:
    """Return the vehicles whose optionals may be copied into this form."""
    return similar_vehicles(
        request.dealer,
        version=version,
        brand=str(form["brand_text"].value() or ""),
        model=str(form["model_text"].value() or ""),
        but=page.vehicle.pk if page.vehicle else None,
    )


def _writes_itself(form: VehicleForm, version: Version | None) -> bool:
    """Whether names of the person's own are there, or wrong, and so must be seen."""
    fields = [form["fipe_code"], *(form[name] for name in NAMES)]
    if any(field.errors for field in fields):
        return True
    return version is None and any(field.value() for field in fields)
