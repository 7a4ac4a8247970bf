"""A body that is accepted, for every address that takes one: what hostile input is made from.

Ids come from the store given, so that the same recipe is a person's own act or a stranger's.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.isolation.world import Store, World

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is sent to one address: the query string and the body; files are made anew each time."""

    query: Values = field(default_factory=dict)
    body: Values = field(default_factory=dict)
    files: Callable[[], Values] = dict

    def data(self, **changes: Any) -> Values:
        """Return the whole body with its files."""
        return {**self.body, **self.files(), **changes}


def picture(colour: str = "teal") -> bytes:
    """Return a small JPEG."""
    buffer = io.BytesIO()
    Image.new("RGB", (32, 24), colour).save(buffer, "JPEG")
    return buffer.getvalue()


def upload(data: bytes, name: str = "carro.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    """Return a file as a browser sends it."""
    return SimpleUploadedFile(name, data, content_type=kind)


def vehicle_facts(world: World) -> Values:
    """Return a vehicle's form as a careful person fills it in."""
    return {
        "plate": "QWE4R56",
        "chassis": "9BGKS48B0JG999999",
        "renavam": "",
        "version": str(world.version.pk),
        "fipe_code": "",
        "brand_text": "Chevrolet",
        "model_text": "Onix",
        "version_text": "1.0",
        "year_manufacture": "2020",
        "year_model": "2021",
        "first_registration_month": "3",
        "first_registration_year": "2020",
        "mileage": "41000",
        "is_new": "",
        "colour": "white",
        "fuel": "flex",
        "gearbox": "manual",
        "body": "hatch",
        "doors": "4",
        "price": "45990.00",
        "promotional_price": "",
        "cost": "40000.00",
        "armoured": "",
        "single_owner": "on",
        "description": "Revisado.",
        "video_url": "",
        "stock_type": "own",
        "location": "Patio",
        "optionals": [str(world.optional.pk)],
        "version_words": "onix",
    }


def writes_of(world: World, store: Store) -> dict[str, list[Recipe]]:
    """Return the recipes of every address that takes a POST, by its name; ids are the store's."""
    gap = {
        "access": store.access.pk,
        "type": 1,
        "kind": "brand",
        "source": f"text:m {store.mark}",
    }
    facts = vehicle_facts(world)
    first, second = (photo.pk for photo in store.photos)
    words = {"user": "novo", "password": "nova-senha"}
    moon = "moonlit-yard-43"
    return {
        "accounts:login": [Recipe(body={"username": "ana", "password": "errada", "next": "/"})],
        "accounts:logout": [Recipe()],
        "accounts:password": [
            Recipe(
                body={
                    "old_password": "sunny-yard-42",
                    "new_password1": moon,
                    "new_password2": moon,
                }
            )
        ],
        "accounts:switch_dealer": [Recipe(body={"dealer": store.dealer.pk})],
        "inventory:vehicle_create": [
            Recipe(query={"category": "1"}, body={**facts, "code": "NOVO-1"}),
            Recipe(body={**facts, "find_version": "1"}),
        ],
        "inventory:vehicle_update": [
            Recipe(body={**facts, "revision": store.vehicle.revision}),
            Recipe(body={**facts, "revision": "999"}),
            Recipe(body={**facts, "find_version": "1"}),
        ],
        "inventory:vehicle_move": [Recipe(body={"state": "in_preparation"})],
        "inventory:photo_upload": [Recipe(files=lambda: {"photos": upload(picture())})],
        "inventory:photo_arrange": [
            Recipe(body={"photo": second, "act": "cover"}),
            Recipe(body={"order": f"{second},{first}"}),
            Recipe(body={"photo": first, "act": "remove"}),
        ],
        "inventory:vehicle_reserve": [
            Recipe(body={"until": "2099-01-31T12:00", "customer_name": "Fulana"})
        ],
        "inventory:vehicle_sell": [
            Recipe(body={"sold_on": "2020-01-31", "price": "45000.00", "customer_name": "Fulana"})
        ],
        "inventory:vehicle_release": [Recipe()],
        "portals:wish": [
            Recipe(
                body={"wanted": "paused", "access": store.access.pk, "vehicle": store.vehicle.pk}
            ),
            Recipe(
                query={"access": store.access.pk, "q": store.mark},
                body={"wanted": "absent", "everything": "on", "confirmed": "on"},
            ),
        ],
        "portals:ad_wish": [
            Recipe(body={"wanted": "paused", "plan": store.plans["ad"].pk, "highlight": "2"})
        ],
        "portals:ad_retry": [Recipe()],
        "portals:problem_retry": [
            Recipe(body={"mode": "refused", "code": "portal_said", "field": "price"})
        ],
        "portals:access_create": [Recipe(body={"environment": "sandbox", **words})],
        "portals:access_update": [Recipe(body={"environment": "sandbox", **words})],
        "portals:access_test": [Recipe()],
        "portals:access_sync": [Recipe()],
        "portals:access_switch": [Recipe(body={"is_active": "on", "stock_enabled": ""})],
        "portals:access_resume": [Recipe()],
        "portals:mapping_save": [
            Recipe(query=gap, body={"entry": world.entry.pk}),
            Recipe(query=gap, body={"none": "1"}),
        ],
        "portals:mapping_delete": [Recipe()],
    }


def reads_of(world: World, store: Store) -> dict[str, Values]:
    """Return a query string with every parameter, of each page that reads one; ids the store's."""
    gap = {"access": store.access.pk, "type": 1, "kind": "brand", "source": f"text:m {store.mark}"}
    return {
        "accounts:login": {"next": "/board/"},
        "inventory:vehicle_create": {"category": "1"},
        "inventory:version_search": {
            "version_words": "onix",
            "category": "1",
            "year_model": "2020",
        },
        "office:stock_list": {
            "q": store.mark,
            "state": "all",
            "category": "1",
            "problem": "problem",
            "sort": "cheap",
            "page": "1",
        },
        "portals:board": {
            "q": store.mark,
            "access": store.access.pk,
            "show": "problem",
            "page": "1",
        },
        "portals:problem_detail": {"code": "portal_said", "field": "price", "page": "1"},
        "portals:mapping_list": {"access": store.access.pk, "kind": "brand", "page": "1"},
        "portals:mapping_choose": {**gap, "path": "CHEVROLET", "q": "onix", "ours": "Onix"},
        "portals:access_sync": {"since": "1700000000"},
    }
