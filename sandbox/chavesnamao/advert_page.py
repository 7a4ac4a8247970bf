"""What the public sees of this portal's ads, and the portal's own addresses of their pictures."""

from __future__ import annotations

from sandbox.advert_page import Advert, AdvertPages, mileage
from sandbox.chavesnamao.answers import failure
from sandbox.chavesnamao.state import Store, Vehicle
from sandbox.wire import Response

_PAGES = AdvertPages(portal="Chaves na Mão", prefix="chavesnamao")


def public_page(segments: tuple[str, ...], *, store: Store) -> Response:
    """`anuncio`, `anuncio/{id}`, and `anuncio/{id}/fotos/{order}`, which leads to the original."""
    match segments:
        case (_,):
            shown = sorted(store.shown(), key=lambda each: -each.number)
            return _PAGES.listed([_advert(vehicle) for vehicle in shown])
        case (_, number):
            return _advert_page(_vehicle(number, store=store))
        case (_, number, "fotos", order):
            return _picture(_vehicle(number, store=store), order)
    return _PAGES.missing()


def _vehicle(text: str, *, store: Store) -> Vehicle | None:
    known = text.isascii() and text.isdigit() and len(text) < 19
    return store.anywhere(int(text)) if known else None


def _advert_page(vehicle: Vehicle | None) -> Response:
    if vehicle is None:
        return _PAGES.missing()
    if not vehicle.published:
        return _PAGES.off(vehicle.number, status="não publicado")
    return _PAGES.one(_advert(vehicle))


def _picture(vehicle: Vehicle | None, order: str) -> Response:
    pictures = [] if vehicle is None else vehicle.held["pictures"]
    if not (order.isascii() and order.isdigit() and 0 < int(order[:4]) <= len(pictures)):
        return failure(404)
    return Response(status=302, headers={"Location": pictures[int(order[:4]) - 1]})


def _advert(vehicle: Vehicle) -> Advert:
    facts, held = vehicle.facts, vehicle.held
    names = f"{held['brand']['name']} {held['model']} {held['trim']['name']}"
    return Advert(
        number=vehicle.number,
        title=facts["title"] or names,
        price_brl=str(facts["value"]),
        facts=(
            names if facts["title"] else None,
            f"{facts['manufacturedYear']}/{facts['modelYear']}",
            mileage(round(facts["mileage"])),
            facts["color"],
            facts["fuel"],
            facts["gearbox"],
        ),
        photos=held["pictures"],
        optionals=[each["name"] for each in (*held["accessories"], *held["otherInfos"])],
        text=facts["description"] or "",
        mark="Destaque" if vehicle.highlighted else "",
    )
