"""Pages that anybody may open: a dealer's stock, its vehicles, and what search engines ask for.

They are the same for everybody: no session is read, no cookie is set, the language is the store's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from accounts.models import Dealer
from config.lib.typed_ids import whole_number
from inventory.models.vehicle import GONE
from inventory.showroom.addresses import (
    absolute,
    public_id_in,
    slug_of,
    stock_path,
    vehicle_path,
)
from inventory.showroom.contact import contact_of
from inventory.showroom.showing import (
    claims_of,
    facts_of,
    mileage_of,
    name_of,
    pictures_of,
    prices_of,
    years_of,
)
from inventory.showroom.sitemaps import index_of, sitemap_of
from inventory.showroom.stock import (
    ORDERS,
    SHOWN,
    Choice,
    Shelf,
    find_in_shop,
    open_shop,
    shelf_of,
    shops,
)
from inventory.showroom.structured import as_json, stock_data, vehicle_data

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]
Shop = Callable[Concatenate[HttpRequest, Dealer, P], HttpResponse]
MINUTE = 60
HIGHEST_PRICE = 10**9  # in the dealer's currency; nobody filters by more
XML = "application/xml; charset=utf-8"
DESCRIPTION = 160  # characters that search engines show


def open_to_all(view: Page[P]) -> Page[P]:
    """Let anybody read a page and keep it for a minute; who has it still is told so (304).

    The tag is taken from what the page says: a change of a photo, of the store's phone or of this
    program counts as well as one of a vehicle.
    """
    kept = conditional_page(cache_control(public=True, max_age=MINUTE)(view))
    opened: Page[P] = login_not_required(require_safe(kept))
    return opened


def shop_page(view: Shop[P]) -> Callable[..., HttpResponse]:
    """Open the page of the dealer of that code in its language and zone; 404 if it has none."""

    @wraps(view)
    def opened(request: HttpRequest, code: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        dealer = open_shop(code)
        if dealer is None:
            return _page("public/missing.html", {"shop": None}, status=404)
        with translation.override(language_of(dealer)), timezone.override(dealer.tz):
            return view(request, dealer, *args, **kwargs)

    return opened


def language_of(dealer: Dealer) -> str:
    """Return the language of a dealer's pages: its own if we speak it, else the house's."""
    spoken = {code for code, _name in settings.LANGUAGES}
    language = dealer.language.lower()
    return language if language in spoken else settings.LANGUAGE_CODE


@open_to_all
@shop_page
def public_stock(request: HttpRequest, dealer: Dealer) -> HttpResponse:
    """Show the dealer's stock; what narrows and orders it comes from the query string."""
    shelf = shelf_of(dealer, _choice_of(request.GET), number=request.GET.get("page"))
    vehicles = list(shelf.page.object_list)
    home = absolute(stock_path(dealer))
    cards: list[dict[str, Any]] = [
        {
            "vehicle": each,
            "name": name_of(each),
            "path": vehicle_path(dealer, each),
            "cover": shelf.covers.get(each.pk),
            "prices": prices_of(each),
            "line": " · ".join(filter(None, (years_of(each), mileage_of(each)))),
        }
        for each in vehicles
    ]
    first = shelf.page.start_index() or 1
    context = {
        "shelf": shelf,
        "cards": cards,
        "orders": list(ORDERS),
        "query": _query_of(shelf),
        "canonical": f"{home}?page={shelf.page.number}" if shelf.page.number > 1 else home,
        "is_narrowed": shelf.choice.changes_anything,
        "image": next((card["cover"].small for card in cards if card["cover"]), None),
        "data": as_json(stock_data(dealer, vehicles, shelf.covers, first=first)),
    }
    return _shop_page("public/stock.html", dealer, context)


@open_to_all
@shop_page
def public_vehicle(_request: HttpRequest, dealer: Dealer, name: str) -> HttpResponse:
    """Show one vehicle; an old address leads to the present one, one of a sold vehicle ends."""
    public_id = public_id_in(name)
    vehicle = find_in_shop(dealer, public_id) if public_id else None
    if vehicle is None or vehicle.state not in SHOWN:
        gone = vehicle is not None and vehicle.state in GONE
        status = 410 if gone else 404
        return _shop_page("public/missing.html", dealer, {"gone": gone}, status=status)
    path = vehicle_path(dealer, vehicle)
    if name != f"{slug_of(vehicle)}-{vehicle.public_id}":
        return HttpResponsePermanentRedirect(path)
    pictures = pictures_of(dealer, vehicle)
    title = name_of(vehicle)
    context = {
        "vehicle": vehicle,
        "name": title,
        "pictures": pictures,
        "prices": prices_of(vehicle),
        "facts": facts_of(vehicle),
        "claims": claims_of(vehicle),
        "optionals": list(vehicle.optionals.all()),
        "summary": " ".join(vehicle.description.split())[:DESCRIPTION],
        "canonical": absolute(path),
        "image": pictures[0].large if pictures else None,
        "contact": contact_of(dealer, about=title, page=absolute(path)),
        "data": as_json(vehicle_data(dealer, vehicle, pictures)),
    }
    return _shop_page("public/vehicle.html", dealer, context)


@open_to_all
@shop_page
def public_sitemap(_request: HttpRequest, dealer: Dealer) -> HttpResponse:
    """List the addresses of a dealer's public pages with the day of their last change."""
    return HttpResponse(sitemap_of(dealer), content_type=XML)


@open_to_all
def sitemap_index(_request: HttpRequest) -> HttpResponse:
    """List the sitemaps of all dealers whose public pages are on."""
    sitemaps = [
        (absolute(reverse("inventory:public_sitemap", args=(code,))), changed)
        for code, changed in shops()
    ]
    return HttpResponse(index_of(sitemaps), content_type=XML)


@open_to_all
def robots(_request: HttpRequest) -> HttpResponse:
    """Tell search engines what they may read: the public pages and what these are made of."""
    open_paths = ("/loja/", settings.MEDIA_URL, settings.STATIC_URL)
    rules = ("User-agent: *", *(f"Allow: {path}" for path in open_paths), "Disallow: /")
    lines = (*rules, "", f"Sitemap: {absolute(reverse('inventory:sitemap_index'))}", "")
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def _choice_of(query: QueryDict) -> Choice:
    order = query.get("sort", "")
    most = query.get("most", "").replace(".", "").replace(" ", "")
    return Choice(
        words=query.get("q", "").replace("\x00", "").strip()[:100],
        category=whole_number(query.get("category"), highest=9),
        brand=query.get("brand", ""),
        most=whole_number(most, highest=HIGHEST_PRICE),
        order=order if order in ORDERS else "new",
    )


def _query_of(shelf: Shelf) -> str:
    """Return the choice as a query string for the other pages of the list."""
    chosen = shelf.choice
    values = {
        "q": chosen.words,
        "category": chosen.category or "",
        "brand": chosen.brand,
        "most": "" if chosen.most is None else chosen.most,
        "sort": chosen.order if chosen.order != "new" else "",
    }
    return urlencode({name: value for name, value in values.items() if value != ""})


def _shop_page(
    template: str, dealer: Dealer, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    base = {"shop": dealer, "home": stock_path(dealer), "contact": contact_of(dealer)}
    return _page(template, {**base, **context}, status=status)


def _page(template: str, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    # Rendered without the request, so that nothing of the visitor can get into a shared page.
    text = render_to_string(template, {"base_url": settings.BASE_URL, **context})
    response = HttpResponse(text, status=status)
    response["Content-Language"] = translation.get_language()
    return response
