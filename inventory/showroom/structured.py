"""The public pages in the words of schema.org, for search engines and assistants.

Pure functions from rows to plain data; `as_json` writes it so that nothing typed by a person can
end the script element it stands in.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from accounts.models import Dealer
from inventory.models import Category, Vehicle, VehicleState
from inventory.showroom.addresses import absolute, stock_path, vehicle_path
from inventory.showroom.showing import Picture, name_of, prices_of

CONTEXT = "https://schema.org"
_TYPES = {Category.CAR: "Car", Category.MOTORCYCLE: "Motorcycle"}
_AVAILABILITY = {VehicleState.AVAILABLE: "InStock", VehicleState.RESERVED: "Reserved"}
# What could end a script element or a line of a script, as JSON writes it instead.
_DANGEROUS = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}
Data = dict[str, Any]


def as_json(data: Data) -> SafeString:
    """Return JSON that is safe inside a script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(_DANGEROUS))  # noqa: S308 - nothing is left to escape


def stock_data(
    dealer: Dealer, vehicles: Sequence[Vehicle], covers: dict[int, Picture], *, first: int
) -> Data:
    """Return the store and the vehicles of one page of its stock; `first` is where it begins."""
    items = [
        {
            "@type": "ListItem",
            "position": position,
            "item": _vehicle(
                dealer, each, [covers[each.pk].large.url] if each.pk in covers else []
            ),
        }
        for position, each in enumerate(vehicles, start=first)
    ]
    listed = {"@type": "ItemList", "numberOfItems": len(items), "itemListElement": items}
    return {"@context": CONTEXT, "@graph": [_store(dealer), listed]}


def vehicle_data(dealer: Dealer, vehicle: Vehicle, pictures: Sequence[Picture]) -> Data:
    """Return a vehicle with its offer, the store that makes it, and the way back to the stock."""
    told = _vehicle(dealer, vehicle, [each.large.url for each in pictures])
    if vehicle.description:
        told["description"] = vehicle.description
    steps = ((dealer.name, stock_path(dealer)), (name_of(vehicle), vehicle_path(dealer, vehicle)))
    crumbs = [
        {"@type": "ListItem", "position": number, "name": name, "item": absolute(path)}
        for number, (name, path) in enumerate(steps, start=1)
    ]
    trail = {"@type": "BreadcrumbList", "itemListElement": crumbs}
    return {"@context": CONTEXT, "@graph": [told, _store(dealer), trail]}


def _store(dealer: Dealer) -> Data:
    street = " ".join(each for each in (dealer.street, dealer.street_number) if each)
    place: Data = {
        "streetAddress": street,
        "addressLocality": dealer.city,
        "addressRegion": dealer.state,
        "postalCode": dealer.postal_code,
    }
    store: Data = {
        "@type": "AutoDealer",
        "@id": _id_of(dealer),
        "name": dealer.name,
        "url": absolute(stock_path(dealer)),
        "telephone": dealer.phone,
    }
    if any(place.values()):
        place["addressCountry"] = dealer.country
        store["address"] = {"@type": "PostalAddress", **_filled(place)}
    return _filled(store)


def _vehicle(dealer: Dealer, vehicle: Vehicle, images: Sequence[str]) -> Data:
    address = absolute(vehicle_path(dealer, vehicle))
    version = vehicle.version
    brand = version.model.brand.name if version else vehicle.brand_text
    facts: Data = {
        "@type": _TYPES.get(Category(vehicle.category), "Vehicle"),
        "name": name_of(vehicle),
        "url": address,
        "image": [absolute(url) for url in images],
        "brand": {"@type": "Brand", "name": brand} if brand else None,
        "model": version.model.name if version else vehicle.model_text,
        "vehicleConfiguration": version.name if version else vehicle.version_text,
        "vehicleModelDate": str(vehicle.year_model or ""),
        "productionDate": str(vehicle.year_manufacture or ""),
        "fuelType": str(vehicle.get_fuel_display()),
        "vehicleTransmission": str(vehicle.get_gearbox_display()),
        "color": str(vehicle.get_colour_display()),
        "bodyType": str(vehicle.get_body_display()),
        "numberOfDoors": vehicle.doors,
        "itemCondition": f"{CONTEXT}/{'New' if vehicle.is_new else 'Used'}Condition",
        "offers": _offer(dealer, vehicle, address),
    }
    mileage = 0 if vehicle.is_new else vehicle.mileage
    if mileage is not None:
        facts["mileageFromOdometer"] = _quantity(mileage, "KMT")
    if vehicle.displacement:
        size = _quantity(vehicle.displacement, "CMQ")
        facts["vehicleEngine"] = {"@type": "EngineSpecification", "engineDisplacement": size}
    return _filled(facts)


def _offer(dealer: Dealer, vehicle: Vehicle, address: str) -> Data | None:
    """Return the offer; none without a price, which an offer has to name."""
    price = prices_of(vehicle).now
    if price is None:
        return None
    return {
        "@type": "Offer",
        "url": address,
        "price": str(price),
        "priceCurrency": dealer.currency,
        "availability": f"{CONTEXT}/{_AVAILABILITY[VehicleState(vehicle.state)]}",
        "seller": {"@type": "AutoDealer", "@id": _id_of(dealer), "name": dealer.name},
    }


def _id_of(dealer: Dealer) -> str:
    return f"{absolute(stock_path(dealer))}#store"


def _quantity(value: int, unit: str) -> Data:
    return {"@type": "QuantitativeValue", "value": value, "unitCode": unit}


def _filled(facts: Data) -> Data:
    return {name: value for name, value in facts.items() if value not in ("", None, [])}
