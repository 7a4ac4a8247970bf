"""How each portal is played in the contract tests: one world per connector, no exceptions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import responses

from config.lib.remote_errors import Exchange, UnexpectedAnswer
from portals.connectors.base import Connector
from portals.connectors.usadosbr.connector import UsadosbrConnector
from tests.portals.connectors.chavesnamao_world import chavesnamao_world
from tests.portals.connectors.olx_world import OlxWorld
from tests.portals.connectors.world import RETRY_AFTER, Failure, World, account_at, failed
from tests.portals.fake import FakeConnector, MemoryTokens, connect
from tests.portals.fake_portal import FakePortal, Fault, server_error, throttle, unauthorized
from tests.portals.wire import BASE, SECRETS, WireMock


class FakeWorld(World):
    """The portal in memory."""

    secret = "fake-password"

    def __init__(self) -> None:
        self.portal = FakePortal()
        self.cls: type[FakeConnector] = connect(self.portal)

    def connector(self, exchanges: list[Exchange] | None = None) -> Connector:
        secrets = {"user": "yard", "password": self.secret}
        return self.cls(*account_at("https://fake.invalid", secrets, exchanges), MemoryTokens())

    def fail(self, failure: Failure) -> None:
        fault = {
            "unauthorized": unauthorized(),
            "throttled": throttle(RETRY_AFTER),
            "down": server_error(),
            "garbage": Fault(error=UnexpectedAnswer("not JSON")),
        }[failure]
        if failure == "unauthorized":
            self.portal.token_refused = True
        for verb in ("create", "update", "withdraw", "observe", "find", "listings", "plans"):
            self.portal.script(verb, *[fault] * 3)


class UsadosbrWorld(World):
    """The documented portal over a mocked wire, with the plainest answers."""

    secret = SECRETS["password"]

    def __init__(self, wire: WireMock) -> None:
        self.ads: dict[str, dict[str, Any]] = {}
        self.failure: Failure | None = None
        for kind in ("carros", "motos"):
            self._play(wire, "POST", f"/{kind}", self._write)
            self._play(wire, "GET", f"/{kind}/consultar/status/123", self._status)
            self._play(wire, "GET", f"/{kind}/consultar", self._list)
        self._play(wire, "GET", "/consultar/planos", lambda _: (200, []))
        wire.answer("POST", "/login", {"status": 200, "token": "token-1"})

    def connector(self, exchanges: list[Exchange] | None = None) -> Connector:
        return UsadosbrConnector(*account_at(BASE, SECRETS, exchanges), MemoryTokens())

    def fail(self, failure: Failure) -> None:
        self.failure = failure

    def _play(
        self, wire: WireMock, method: str, path: str, answer: Callable[[Any], tuple[int, Any]]
    ) -> None:
        def callback(request: Any) -> tuple[int, dict[str, str], str]:
            if self.failure is not None:
                return failed(self.failure)
            status, body = answer(json.loads(request.body) if request.body else None)
            return status, {}, json.dumps(body)

        wire.add_callback(method, f"{BASE}{path}", callback=callback)

    def _write(self, body: dict[str, Any]) -> tuple[int, Any]:
        key = str(body["Codigo_consulta"]) if "Codigo_consulta" in body else body["Codigo"]
        known = [ad for ad in self.ads.values() if key in (ad["id"], ad["codigo"])]
        if body["Operacao"] == "Adicionar":
            self.ads["7"] = {"id": "7", "codigo": key, "status": body["Status"]}
            return 200, {"status": 200, "id": "7"}
        if not known:
            return 400, {"status": 400, "message": "Veículo não encontrado"}
        if body["Operacao"] == "Apagar":
            del self.ads[known[0]["id"]]
            return 200, {"status": 200}
        known[0]["status"] = body["Status"]
        return 200, {"status": 200, "id": known[0]["id"]}

    def _status(self, _: Any) -> tuple[int, Any]:
        for ad in self.ads.values():
            return 200, ad
        return 404, {"status": 404, "message": "Veículo não encontrado"}

    def _list(self, _: Any) -> tuple[int, Any]:
        return 200, {"data": list(self.ads.values()), "last_page": 1}


@contextmanager
def _fake_world() -> Iterator[World]:
    yield FakeWorld()


@contextmanager
def _usadosbr_world() -> Iterator[World]:
    registry = responses.registries.FirstMatchRegistry
    with WireMock(assert_all_requests_are_fired=False, registry=registry) as wire:
        yield UsadosbrWorld(wire)


@contextmanager
def _olx_world() -> Iterator[World]:
    with OlxWorld.playing() as world:
        yield world


WORLDS: dict[str, Callable[[], AbstractContextManager[World]]] = {
    "chavesnamao": chavesnamao_world,
    "fake": _fake_world,
    "olx": _olx_world,
    "usadosbr": _usadosbr_world,
}
