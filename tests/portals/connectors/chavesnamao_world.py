"""Chaves na Mão in memory behind a mocked wire: the document's plainest answers, and a queue.

What was accepted is carried out by `settle`, so that tests see both sides of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

import responses

from config.lib.remote_errors import Exchange
from portals.connectors.chavesnamao.connector import ChavesNaMaoConnector
from tests.portals.connectors.world import Failure, World, account_at, failed
from tests.portals.fake import MemoryTokens
from tests.portals.wire import WireMock

BASE = "https://api.chavesnamao.test/integration/v2"
SECRETS = {"token": "integration-s3cret"}
JWT = "jwt-of-a-day-1"
CAR_NAMES = {
    "brand": "1",
    "model": "20",
    "version": "301",
    "colour": "SILVER",
    "fuel": "FLEX",
    "gearbox": "MANUAL",
    "doors": "4",
}
MOTORCYCLE_NAMES = {
    "brand": "2",
    "model": "40",
    "version": "501",
    "colour": "BLACK",
    "fuel": "FLEX",
    "gearbox": "MANUAL",
}
_KINDS = {
    ("POST", "vehicles"): "CREATE_VEHICLE",
    ("PUT", "vehicles"): "UPDATE_VEHICLE",
    ("DELETE", "vehicles"): "DELETE_VEHICLE",
    ("POST", "publications"): "PUBLISH_VEHICLE",
    ("DELETE", "publications"): "UNPUBLISH_VEHICLE",
    ("PUT", "publications"): "UPDATE_VEHICLE_PUBLICATION",
}

Reply = tuple[int, dict[str, str], str]


def now_text() -> str:
    """Return the present as the portal writes it."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


class ChavesNaMaoWorld(World):
    """The documented portal with one account; `read` and `accept` may be replaced."""

    secret = SECRETS["token"]
    defers = True
    names: ClassVar[dict[int, dict[str, str]]] = {1: CAR_NAMES, 2: MOTORCYCLE_NAMES}
    optional = "7"

    def __init__(self, wire: WireMock) -> None:
        self.vehicles: dict[str, dict[str, Any]] = {}
        self.jobs: list[dict[str, Any]] = []
        self.failure: Failure | None = None
        self.read: Callable[[str], Reply] = self._read
        self.accept: Callable[[str, str, str, dict[str, Any]], Reply] = self._accept
        self.said: list[str] = []
        self.numbers = 0
        for method in ("GET", "POST", "PUT", "DELETE"):
            wire.add_callback(method, re.compile(re.escape(BASE) + "/.*"), callback=self._answer)

    def connector(self, exchanges: list[Exchange] | None = None) -> ChavesNaMaoConnector:
        return ChavesNaMaoConnector(*account_at(BASE, SECRETS, exchanges), MemoryTokens())

    def fail(self, failure: Failure) -> None:
        self.failure = failure

    def settle(self) -> None:
        jobs, self.jobs = self.jobs, []
        for job in jobs:
            self._carry_out(job)

    def _answer(self, request: Any) -> Reply:
        path = str(request.url)[len(BASE) + 1 :].partition("?")[0]
        if path == "clients/jwt":
            granted = request.headers.get("token") == self.secret
            body = {"token": JWT, "expiration": "1d"} if granted else {}
            return (200 if granted else 401), {}, json.dumps(body)
        self.said.append(f"{request.method} {path}")
        if self.failure is not None:
            return failed(self.failure)
        if request.headers.get("Authorization") != f"Bearer {JWT}":
            return 401, {}, "{}"
        what, _, reference = path.partition("/")
        if path == "clients/plan":
            return 200, {}, json.dumps({"currentPlan": None, "available": None})
        if request.method == "GET":
            return self.read(reference)
        body = json.loads(request.body) if request.body else {}
        return self.accept(request.method, what, reference or body["reference"], body)

    def _read(self, reference: str) -> Reply:
        if not reference:
            meta = {"itemsPerPage": 50, "currentPage": 1, "totalPages": 1}
            page = {"data": list(self.vehicles.values()), "meta": meta, "links": {}}
            return 200, {}, json.dumps(page)
        if reference in self.vehicles:
            return 200, self._header(), json.dumps(self.vehicles[reference])
        waits = any(job["reference"] == reference for job in self.jobs)
        return (202 if waits else 404), {}, "{}"

    def _accept(self, method: str, what: str, reference: str, body: dict[str, Any]) -> Reply:
        kind = _KINDS[method, what]
        known = reference in self.vehicles or any(
            job["reference"] == reference for job in self.jobs
        )
        if kind == "CREATE_VEHICLE" and known:
            return 422, {}, json.dumps({"message": "reference in use"})
        if kind != "CREATE_VEHICLE" and not known:
            return 404, {}, "{}"
        self.numbers += 1
        job = {
            "jobId": f"job-{self.numbers}",
            "messageType": kind,
            "endpoint": f"/{what}" if method == "POST" else f"/{what}/{reference}",
            "timestamp": now_text(),
        }
        self.jobs.append({**job, "reference": reference, "body": body})
        return 202, self._header(), ""

    def _header(self) -> dict[str, str]:
        keys = ("jobId", "messageType", "endpoint", "timestamp")
        return {"x-status-queue": json.dumps([{k: job[k] for k in keys} for job in self.jobs])}

    def _carry_out(self, job: dict[str, Any]) -> None:
        kind, reference = job["messageType"], job["reference"]
        if kind == "DELETE_VEHICLE":
            self.vehicles.pop(reference, None)
            return
        vehicle = self.vehicles.setdefault(reference, {"publication": None})
        if kind in ("CREATE_VEHICLE", "UPDATE_VEHICLE"):
            vehicle |= {**job["body"], "updatedAt": now_text()}
        if kind in ("CREATE_VEHICLE", "PUBLISH_VEHICLE"):
            vehicle["publication"] = {"highlighted": False}
        elif kind == "UNPUBLISH_VEHICLE":
            vehicle["publication"] = None
        elif kind == "UPDATE_VEHICLE_PUBLICATION" and vehicle["publication"]:
            vehicle["publication"] = dict(job["body"])


@contextmanager
def chavesnamao_world() -> Iterator[ChavesNaMaoWorld]:
    """Play the portal for as long as the block lasts."""
    registry = responses.registries.FirstMatchRegistry
    with WireMock(assert_all_requests_are_fired=False, registry=registry) as wire:
        yield ChavesNaMaoWorld(wire)
