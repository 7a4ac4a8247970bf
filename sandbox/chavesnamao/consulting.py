"""The portal's reads: plan, vehicles, publications, catalogue.

Chaves na Mão, Vehicle API v2, "Objeto de retorno", "Endpoints paginados", "Endpoints" of clients,
vehicles and publications. Not in the document and ours: the lists of the catalogue are bare arrays
and take `type` or `vehicleType` (C, M, or both when it is left out); filters of the list are
`filter.reference` and `filter.type` (with or without `$eq:`), or the bare names.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from sandbox.chavesnamao.answers import failure, moment, page_of, queue_header
from sandbox.chavesnamao.catalogue import Catalogue
from sandbox.chavesnamao.jobs import CREATE
from sandbox.chavesnamao.routing import Call, Route
from sandbox.chavesnamao.state import Holding, JsonObject, Store, Vehicle, address_of
from sandbox.chavesnamao.vocabulary import ACCESSORIES, CAR, MOTORCYCLE, OTHER_INFOS, SHOWN_FUELS
from sandbox.chavesnamao.writing import NOT_FOUND, accepted
from sandbox.names import fold
from sandbox.wire import Response, json_response

SORTABLE = ("updatedAt", "reference", "value")
_PLAIN = (
    "gearbox", "color", "type", "title", "description", "reference", "licensePlate", "document",
    "mileage", "doors", "manufacturedYear", "modelYear", "amountPerInstallment",
    "amountOfInstallments", "deposit", "videoUrl",
)  # fmt: skip


class Consultation:
    """The handlers of all reads."""

    def __init__(self, catalogue: Catalogue, *, store: Store) -> None:
        """Answer from this catalogue and store."""
        self.catalogue = catalogue
        self.store = store

    def routes(self) -> tuple[Route, ...]:
        """Paths of the document; a reference comes last because it may be any word."""
        return (
            Route("GET", "clients/plan", self.plan),
            Route("GET", "vehicles", self.vehicles),
            Route("GET", "vehicles/accessories", self.accessories),
            Route("GET", "vehicles/otherinfo", self.other_infos),
            Route("GET", "vehicles/brands", self.brands),
            Route("GET", "vehicles/brands/{brand}/models", self.models),
            Route("GET", "vehicles/models/{model}/trims", self.trims),
            Route("GET", "vehicles/{reference}", self.vehicle),
            Route("GET", "publications/{reference}", self.publication),
        )

    async def plan(self, call: Call) -> Response:
        """GET /clients/plan: what was bought, and what is left of it (told late)."""
        plan = call.account.plan
        used = self._holding(call).used
        ads, highlights = used.seen(at=time.time(), lag_s=call.behaviour.plan_lag_seconds)
        left = {
            "adsQuantity": max(0, plan.ads - ads),
            "highlightsQuantity": max(0, plan.highlights - highlights),
        }
        return json_response({"currentPlan": plan.as_json(), "available": left})

    async def vehicles(self, call: Call) -> Response:
        """GET /vehicles: filtered, searched and sorted, by pages of at most fifty."""
        query = call.request.query
        found = [
            vehicle for vehicle in self._holding(call).vehicles.values() if _fits(vehicle, query)
        ]
        field, order = _sorting(query)
        found.sort(key=lambda each: _sort_key(each, field), reverse=order == "DESC")
        address = f"{call.request.origin}/chavesnamao/vehicles"
        page, meta, links = page_of(found, query, address=address, sort=(field, order))
        data = [_shown(vehicle, call) for vehicle in page]
        return json_response({"data": data, "meta": meta, "links": links})

    async def vehicle(self, call: Call) -> Response:
        """GET /vehicles/:reference: 202 while its creation waits; what else waits in the header."""
        vehicle = self._holding(call).vehicles.get(call.parts["reference"])
        if vehicle is None:
            return self._not_there(call)
        return json_response(_shown(vehicle, call), headers=self._waiting(call))

    async def publication(self, call: Call) -> Response:
        """GET /publications/:reference: null (or 404, if switched on) when it is not published."""
        vehicle = self._holding(call).vehicles.get(call.parts["reference"])
        if vehicle is None:
            return self._not_there(call)
        publication = _seen(vehicle, call)
        if publication is None and call.behaviour.unpublished_read == "404":
            return failure(404, "Publication not found")
        return json_response(publication, headers=self._waiting(call))

    async def accessories(self, call: Call) -> Response:
        """GET /vehicles/accessories."""
        return self._extras(call, ACCESSORIES)

    async def other_infos(self, call: Call) -> Response:
        """GET /vehicles/otherinfo, of which cars and motorcycles have the same."""
        return self._extras(call, OTHER_INFOS)

    async def brands(self, call: Call) -> Response:
        """GET /vehicles/brands."""
        kind = _kind(call.request.query)
        return _bad_kind() if kind is None else json_response(self.catalogue.listed_brands(kind))

    async def models(self, call: Call) -> Response:
        """GET /vehicles/brands/:brandId/models."""
        return _named(self.catalogue.listed_models(_id(call.parts["brand"])), "Brand not found")

    async def trims(self, call: Call) -> Response:
        """GET /vehicles/models/:modelId/trims."""
        return _named(self.catalogue.listed_trims(_id(call.parts["model"])), "Model not found")

    def _extras(self, call: Call, name: str) -> Response:
        kind = _kind(call.request.query)
        if kind is None:
            return _bad_kind()
        rows = self.catalogue.listed_extras(name, kind)
        return json_response(list({row["id"]: row for row in rows}.values()))

    def _holding(self, call: Call) -> Holding:
        return self.store.holdings[call.account.user]

    def _waiting(self, call: Call) -> dict[str, str]:
        """The header with what waits to be done with the reference; none when nothing does."""
        waiting = self._holding(call).jobs_of(call.parts["reference"])
        if not waiting:
            return {}
        return queue_header(waiting, client=call.account.number, behaviour=call.behaviour)

    def _not_there(self, call: Call) -> Response:
        waiting = self._holding(call).jobs_of(call.parts["reference"])
        if any(job.kind == CREATE for job in waiting):
            return accepted(self._waiting(call))
        return failure(404, NOT_FOUND)


def _shown(vehicle: Vehicle, call: Call) -> JsonObject:
    """A vehicle as the document's read object has it."""
    facts, held, origin = vehicle.facts, vehicle.held, call.request.origin
    address = address_of(vehicle, origin=origin)
    value = facts["value"]
    ready = (
        vehicle.published_at is not None
        and time.time() >= vehicle.published_at + call.behaviour.url_seconds
    )
    return {
        **{key: facts[key] for key in _PLAIN},
        "fuel": SHOWN_FUELS.get(facts["fuel"], facts["fuel"]),
        "value": f"{value:.2f}" if call.behaviour.value_words else value,
        "brandNew": facts["mileage"] == 0,
        "active": _seen(vehicle, call) is not None,
        "trim": held["trim"],
        "brand": held["brand"],
        "accessories": held["accessories"],
        "otherInfos": held["otherInfos"],
        "pictures": [
            {"originalUrl": url, "order": order, "source": f"{address}/fotos/{order}"}
            for order, url in enumerate(held["pictures"], start=1)
        ],
        "updatedAt": moment(vehicle.updated_at),
        "publication": _seen(vehicle, call),
        "url": address if ready else None,
    }


def _seen(vehicle: Vehicle, call: Call) -> Any:
    lag_s = call.behaviour.publication_lag_seconds
    return vehicle.publication.seen(at=time.time(), lag_s=lag_s)


def _fits(vehicle: Vehicle, query: Mapping[str, str]) -> bool:
    for field in ("reference", "type"):
        wanted = query.get(f"filter.{field}", query.get(field))
        if wanted is not None and vehicle.facts[field] != wanted.removeprefix("$eq:"):
            return False
    held = vehicle.held
    names = (vehicle.reference, held["brand"]["name"], held["model"], held["trim"]["name"])
    search = fold(query.get("search", ""))
    return any(search in fold(name) for name in names)


def _sorting(query: Mapping[str, str]) -> tuple[str, str]:
    """Field and direction; what cannot be sorted by is passed over."""
    field, _, order = query.get("sortBy", "").partition(":")
    if field not in SORTABLE:
        return "updatedAt", "ASC"
    return field, "DESC" if order.upper() == "DESC" else "ASC"


def _sort_key(vehicle: Vehicle, field: str) -> Any:
    if field == "updatedAt":
        return vehicle.updated_at, vehicle.number
    return vehicle.facts[field], vehicle.number


def _kind(query: Mapping[str, str]) -> str | None:
    """C, M, empty for both; None for anything else."""
    kind = query.get("type", query.get("vehicleType", ""))
    return kind if kind in {"", CAR, MOTORCYCLE} else None


def _bad_kind() -> Response:
    return failure(400, f"type must be one of the following values: {CAR}, {MOTORCYCLE}")


def _id(text: str) -> int:
    """An id of a path; -1, which nothing has, for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1


def _named(rows: list[JsonObject] | None, missing: str) -> Response:
    return failure(404, missing) if rows is None else json_response(rows)
