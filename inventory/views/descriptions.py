"""The dealer's own description templates: list, write, try on a sample vehicle, delete."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guards import DealerRequest, by_person, managers_page
from accounts.models import Dealer
from config.lib.form_errors import show_refusal
from config.lib.htmx import wants_fragment
from inventory.models import DescriptionTemplate, Optional, Vehicle
from inventory.services.descriptions import (
    PLACEHOLDERS,
    delete_template,
    describe,
    save_template,
)
from inventory.template_form import TemplateForm


@require_safe
@managers_page
def template_list(request: DealerRequest) -> HttpResponse:
    """Show the templates, the ones offered first on top."""
    templates = DescriptionTemplate.objects.for_dealer(request.dealer)
    ordered = templates.order_by("-is_default", "name", "id")
    return render(request, "inventory/template_list.html", {"templates": ordered})


@require_http_methods(["GET", "HEAD", "POST"])
@managers_page
def template_create(request: DealerRequest) -> HttpResponse:
    """Write a new template."""
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_page
def template_update(request: DealerRequest, pk: int) -> HttpResponse:
    """Change a template of the dealer."""
    return _edit(request, _find(request, pk))


@require_POST
@managers_page
def template_preview(request: DealerRequest) -> HttpResponse:
    """Return what a text becomes for a sample vehicle; nothing is saved."""
    return _preview(request, request.POST.get("text", "")[:4000])


@require_POST
@managers_page
def template_delete(request: DealerRequest, pk: int) -> HttpResponse:
    """Delete a template; descriptions made from it stay as they are."""
    template = _find(request, pk)
    delete_template(template.pk, dealer=request.dealer, by=by_person(request))
    messages.success(request, _("The template “%(name)s” was deleted.") % {"name": template.name})
    return redirect("inventory:template_list")


def _edit(request: DealerRequest, template: DescriptionTemplate | None) -> HttpResponse:
    if request.method == "POST" and "preview" in request.POST:
        # Without script the preview comes with the whole page.
        form = TemplateForm(initial=request.POST.dict(), instance=template)
        return _show(request, form, template)
    form = TemplateForm(request.POST or None, instance=template)
    if request.method != "POST":
        return _show(request, form, template)
    if form.is_valid():
        try:
            saved = save_template(
                dealer=request.dealer,
                by=by_person(request),
                template_id=template.pk if template else None,
                **form.cleaned_data,
            )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(
                request, _("The template “%(name)s” was saved.") % {"name": saved.name}
            )
            return redirect("inventory:template_list")
    return _show(request, form, template, status=422)


def _show(
    request: DealerRequest,
    form: TemplateForm,
    template: DescriptionTemplate | None,
    *,
    status: int = 200,
) -> HttpResponse:
    text = str(form["text"].value() or "")[:4000]
    vehicle, optionals = _sample(request.dealer)
    context = {
        "form": form,
        "template": template,
        "placeholders": [
            (f"{{{portuguese}}}", describe(f"{{{english}}}", vehicle, optionals=optionals))
            for english, portuguese in PLACEHOLDERS.items()
        ],
        "preview": describe(text, vehicle, optionals=optionals),
        "sample": vehicle.title or vehicle.code,
    }
    return render(request, "inventory/template_form.html", context, status=status)


def _preview(request: DealerRequest, text: str) -> HttpResponse:
    vehicle, optionals = _sample(request.dealer)
    context = {
        "preview": describe(text, vehicle, optionals=optionals),
        "sample": vehicle.title or vehicle.code,
    }
    name = "_template_preview" if wants_fragment(request) else "template_preview"
    return render(request, f"inventory/{name}.html", context)


def _sample(dealer: Dealer) -> tuple[Vehicle, list[Optional]]:
    """Return the dealer's newest complete vehicle, or an invented one, with its optionals."""
    vehicles = Vehicle.objects.for_dealer(dealer).filter(version__isnull=False)
    known = vehicles.select_related("version__model__brand", "dealer").first()
    if known is not None:
        return known, list(known.optionals.all())
    invented = Vehicle(
        dealer=dealer,
        code="1234",
        brand_text="Chevrolet",
        model_text="Onix",
        version_text="1.0 Turbo Premier",
        year_manufacture=2021,
        year_model=2022,
        mileage=38_000,
        price=79_900,
        colour="white",
        fuel="flex",
        gearbox="automatic",
    )
    return invented, []


def _find(request: DealerRequest, pk: int) -> DescriptionTemplate:
    return get_object_or_404(DescriptionTemplate.objects.for_dealer(request.dealer), pk=pk)
