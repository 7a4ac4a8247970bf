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
STORE: Values = {
    "legal_name": "Loja Exemplo Ltda",
    "tax_id": "11.222.333/0001-81",
    "phone": "(11) 98765-4321",
    "email": "loja@example.com",
    "postal_code": "01310-100",
    "street": "Avenida Paulista",
    "street_number": "1000",
    "district": "Bela Vista",
    "city": "São Paulo",
    "state": "SP",
    "reservation_keeps_ads": "on",
}
RULE = {"criterion": "price", "keep_days": "3", "is_active": "on"}
NAMES_FILE = b"tipo;nivel;origem;decisao;nome;chave\ncarro;marca;text:onix;;CHEVROLET;CHEVROLET\n"


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
    words_of_ad = {"name": "Curta", "category": "1", "text": "{marca}", "is_default": "on"}
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
        "accounts:password_forgotten": [Recipe(body={"email": "nobody@example.com"})],
        "accounts:password_choose": [Recipe(body={"new_password1": "x", "new_password2": "x"})],
        "accounts:team": [
            Recipe(
                body={
                    "name": "Ana",
                    "email": f"ana-{store.mark}@example.com",
                    "role": "salesperson",
                }
            )
        ],
        "accounts:team_member": [Recipe(body={"act": "end"}), Recipe(body={"act": "renew"})],
        "accounts:store_settings": [Recipe(body={**STORE, "name": f"Loja {store.mark}"})],
        "accounts:public_settings": [Recipe(body={"public_pages": "on"}), Recipe()],
        "accounts:switch_language": [Recipe(body={"language": "en"})],
        "accounts:switch_dealer": [Recipe(body={"dealer": store.dealer.pk})],
        "inventory:vehicle_create": [
            Recipe(query={"category": "1"}, body={**facts, "code": "NOVO-1"}),
            Recipe(body={**facts, "find_version": "1"}),
            Recipe(body={**facts, "act": "version"}),
            Recipe(body={**facts, "act": "describe", "template": store.template.pk}),
            Recipe(body={**facts, "copy_from": store.vehicle.pk, "copy_description": "on"}),
        ],
        "inventory:vehicle_update": [
            Recipe(body={**facts, "revision": store.vehicle.revision}),
            Recipe(body={**facts, "revision": "999", "base": '{"price": ["1.00"]}'}),
            Recipe(body={**facts, "act": "describe", "template": store.template.pk}),
            Recipe(body={**facts, "copy_from": store.vehicle.pk}),
            Recipe(body={**facts, "find_version": "1"}),
        ],
        "inventory:new_draft": [
            Recipe(query={"category": "1"}, body={"plate": "QWE4R56", "optionals": ["1"]}),
            Recipe(query={"category": "1"}, body={"discard": "1"}),
        ],
        "inventory:vehicle_draft": [
            Recipe(body={"price": "45990", "revision": store.vehicle.revision}),
            Recipe(body={"discard": "1"}),
        ],
        "office:departure_target": [Recipe(body={"gone_target_minutes": "30"})],
        "inventory:template_create": [Recipe(body={**words_of_ad, "name": "Longa"})],
        "inventory:template_update": [Recipe(body=words_of_ad)],
        "inventory:template_preview": [Recipe(body={"text": "{marca} {preco}"})],
        "inventory:template_delete": [Recipe()],
        "portals:new_preflight": [Recipe(query={"category": "1"}, body=facts)],
        "portals:draft_preflight": [Recipe(body=facts)],
        "inventory:vehicle_move": [Recipe(body={"state": "in_preparation"})],
        "inventory:photo_upload": [Recipe(files=lambda: {"photos": upload(picture())})],
        "inventory:photo_arrange": [
            Recipe(body={"photo": second, "act": "cover"}),
            Recipe(body={"order": f"{second},{first}"}),
            Recipe(body={"photo": first, "act": "right"}),
            Recipe(body={"photo": first, "act": "remove"}),
            Recipe(body={"act": "restore", "blob": store.photos[0].blob_id, "place": "0"}),
        ],
        "inventory:vehicle_reserve": [
            Recipe(body={"until": "2099-01-31T12:00", "customer_name": "Fulana"})
        ],
        "inventory:vehicle_sell": [
            Recipe(body={"sold_on": "2020-01-31", "price": "45000.00", "customer_name": "Fulana"})
        ],
        "inventory:vehicle_release": [Recipe()],
        "office:filter_save": [
            Recipe(body={"name": "Parados", "query": "days_from=60"}),
            Recipe(body={"name": "Outro", "query": "q=a", "saved": store.saved_filter.pk}),
        ],
        "office:filter_delete": [Recipe()],
        "office:columns_save": [Recipe(body={"columns": ["days", "photos"], "query": "q=a"})],
        "office:notices_seen": [Recipe()],
        "office:notice_mail": [Recipe(body={"mail": "daily"})],
        **_bulk(world, store),
        "portals:wish": [
            Recipe(
                body={"wanted": "paused", "access": store.access.pk, "vehicle": store.vehicle.pk}
            ),
            Recipe(
                body={
                    "wanted": "live",
                    "access": store.access.pk,
                    "vehicle": store.vehicle.pk,
                    "plan": store.plans["ad"].pk,
                    "highlight": "2",
                }
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
        "portals:vehicle_publish": [Recipe()],
        "portals:problem_retry": [
            Recipe(body={"mode": "refused", "code": "portal_said", "field": "price"})
        ],
        "portals:access_create": [Recipe(body={"environment": "sandbox", **words})],
        "portals:access_update": [Recipe(body={"environment": "sandbox", **words})],
        "portals:access_test": [Recipe()],
        "portals:access_sync": [Recipe()],
        "portals:access_switch": [Recipe(body={"is_active": "on", "stock_enabled": ""})],
        "portals:access_resume": [Recipe()],
        "portals:highlight_rule": [Recipe(body=RULE)],
        "portals:highlight_run": [Recipe(body={**RULE, "token": "0" * 32})],
        "portals:mapping_decide": [
            Recipe(query=gap, body={"act": "choose", "entry": world.entry.pk, "seen": "none"}),
            Recipe(query=gap, body={"act": "accept", "entry": world.entry.pk, "back": "page=2"}),
            Recipe(query=gap, body={"act": "refuse", "entry": world.entry.pk, "next": "0" * 12}),
            Recipe(query=gap, body={"act": "none"}),
        ],
        "portals:mapping_undo": [Recipe(query={"at": "0" * 12}, body={"back": "kind=brand"})],
        "portals:mapping_bulk": [
            Recipe(query={"least": "50"}, body={"pick": f"{'0' * 12}.{world.entry.pk}.none"})
        ],
        "portals:mapping_copy": [
            Recipe(
                query={
                    "source": store.access.pk,
                    "environment": "test",
                    "target": store.access.pk,
                },
                body={"pick": "0" * 20, "rest": "on"},
            )
        ],
        "portals:mapping_file": [
            Recipe(
                body={"access": store.access.pk},
                files=lambda: {"file": upload(NAMES_FILE, "nomes.csv", "text/csv")},
            ),
            Recipe(body={"access": store.access.pk, "data": "a2luZA==", "pick": "0" * 20}),
        ],
        "portals:mapping_delete": [Recipe()],
    }


def _bulk(world: World, store: Store) -> dict[str, list[Recipe]]:
    chosen = {"vehicle": store.vehicle.pk, "plan": "1", "reason": "Novembro"}
    change = {"mode": "percent", "value": "-5", "rounding": "ends_90"}
    found = {"everything": "on", "query": f"q={store.mark}", "plan": "1"}
    return {
        "office:bulk_new": [
            Recipe(body={**chosen, "kind": "price", **change}),
            Recipe(body={**found, "kind": "promotion", **change}),
            Recipe(body={"again": store.bulk.pk, "kind": "state"}),
            Recipe(body={**chosen, "kind": "state", "state": "archived"}),
            Recipe(body={**chosen, "kind": "optionals", "add": world.optional.pk, "remove": ""}),
            Recipe(body={**chosen, "kind": "description", "template": "1", "only_empty": "on"}),
        ],
        "office:bulk_confirm": [Recipe()],
        "office:bulk_drop": [Recipe()],
        "office:bulk_stop": [Recipe()],
        "office:bulk_undo": [Recipe()],
    }


def reads_of(world: World, store: Store) -> dict[str, Values]:
    """Return a query string with every parameter, of each page that reads one; ids the store's."""
    gap = {"access": store.access.pk, "type": 1, "kind": "brand", "source": f"text:m {store.mark}"}
    return {
        "accounts:login": {"next": "/board/"},
        "inventory:vehicle_create": {"category": "1", "draft": "1"},
        "inventory:vehicle_update": {"draft": "1"},
        "inventory:version_search": {
            "version_words": "onix",
            "category": "1",
            "year_model": "2020",
        },
        "inventory:sticker": {"price": "0"},
        "inventory:sticker_list": {"vehicle": store.vehicle.pk, "price": "0"},
        "inventory:public_stock": {
            "q": "onix",
            "category": "1",
            "brand": "Chevrolet",
            "most": "90000",
            "sort": "cheap",
            "page": "1",
        },
        "inventory:vehicle_detail": {"removed": f"{store.photos[0].blob_id}-0"},
        "inventory:photo_list": {"removed": f"{store.photos[0].blob_id}-0"},
        "inventory:vehicle_history": {"kind": "photos", "field": "price", "before": "1"},
        "inventory:fipe_price": {
            "version": str(world.version.pk),
            "year_model": "2020",
            "is_new": "on",
            "fuel": "flex",
        },
        "inventory:similar_list": {
            "version": str(world.version.pk),
            "brand_text": "Chevrolet",
            "model_text": "Onix",
            "vehicle": store.vehicle.pk,
        },
        "office:stock_list": {
            "q": store.mark,
            "state": "all",
            "category": "1",
            "brand": "Chevrolet",
            "price_from": "1000",
            "price_to": "900000",
            "days_from": "0",
            "days_to": "9000",
            "portal": "usadosbr",
            "ads": "live",
            "problem": "reduced",
            "sort": "cheap",
            "after": "cheap~1.00~1",
            "before": "cheap~1.00~1",
        },
        "office:bulk_list": {"page": "1"},
        "office:bulk_new": {"everything": "on", "query": "state=all", "again": store.bulk.pk},
        "office:bulk_detail": {"outcome": "changed", "page": "1"},
        "portals:board": {
            "q": store.mark,
            "access": store.access.pk,
            "show": "problem",
            "page": "1",
        },
        "portals:highlight_rule": {"criterion": "margin", "keep_days": "3", "is_active": "on"},
        "portals:problem_detail": {"code": "portal_said", "field": "price", "page": "1"},
        "portals:mapping_list": {
            "access": store.access.pk,
            "kind": "brand",
            "type": "1",
            "least": "50",
            "at": "0" * 12,
            "done": store.batch.pk,
            "was": "0" * 12,
            "page": "1",
        },
        "portals:mapping_bulk": {"access": store.access.pk, "kind": "brand", "least": "50"},
        "portals:mapping_name": {
            **gap,
            "path": "CHEVROLET",
            "body": "hatch",
            "year": "2020",
            "q": "onix",
            "back": "kind=brand",
            "done": store.batch.pk,
        },
        "portals:mapping_decided": {
            "q": "onix",
            "access": store.access.pk,
            "kind": "brand",
            "origin": "person",
            "whose": "own",
            "done": store.batch.pk,
            "page": "1",
        },
        "portals:mapping_batches": {"page": "1"},
        "portals:mapping_batch": {"page": "1"},
        "portals:mapping_copy": {
            "source": store.access.pk,
            "environment": "test",
            "target": store.access.pk,
        },
        "portals:radar": {"page": "1"},
        "portals:radar_readings": {"page": "1"},
        "portals:radar_reading": {"page": "1"},
        "portals:access_sync": {"since": "1700000000"},
        "portals:connect_start": {"environment": "sandbox"},
        "portals:connect_done": {
            "code": "c0de",
            "state": "x" * 43,
            "error": "access_denied",
            "error_description": "no",
        },
    }
