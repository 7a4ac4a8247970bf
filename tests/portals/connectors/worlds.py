"""How each portal is played in the contract tests: one world per connector, no exceptions.

A world is a portal that keeps ads and can be told to fail in the ways every portal may fail.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import responses

from config.lib.http import HttpSession
from config.lib.remote_errors import Exchange, UnexpectedAnswer
from portals.connectors.base import Connector
from portals.connectors.types import PortalAccount
from portals.connectors.usadosbr.connector import UsadosbrConnector
from tests.portals.fake import FakeConnector, MemoryTokens, connect
from tests.portals.fake_portal import FakePortal, Fault, server_error, throttle, unauthorized
from tests.portals.wire import BASE, SECRETS, WireMock

Failure = Literal["unauthorized", "throttled", "down", "garbage"]
RETRY_AFTER = 7.0


class World(ABC):
    """One portal and one account there."""

    secret: str

    @abstractmethod
    def connector(self, exchanges: list[Exchange] | None = None) -> Connector:
        """Return a connector of the account that has not logged in yet."""

    @abstractmethod
    def fail(self, failure: Failure) -> None:
        """Let every call but the login fail from now on."""


class FakeWorld(World):
    """The portal in memory."""

    secret = "fake-password"

    def __init__(self) -> None:
        self.portal = FakePortal()
        self.cls: type[FakeConnector] = connect(self.portal)

    def connector(self, exchanges: list[Exchange] | None = None) -> Connector:
        secrets = {"user": "yard", "password": self.secret}
        return self.cls(*_account("https://fake.invalid", secrets, exchanges), MemoryTokens())

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
        return UsadosbrConnector(*_account(BASE, SECRETS, exchanges), MemoryTokens())

    def fail(self, failure: Failure) -> None:
        self.failure = failure

    def _play(
        self, wire: WireMock, method: str, path: str, answer: Callable[[Any], tuple[int, Any]]
    ) -> None:
        def callback(request: Any) -> tuple[int, dict[str, str], str]:
            if self.failure is not None:
                return {
                    "unauthorized": (401, {}, "{}"),
                    "throttled": (429, {"Retry-After": str(RETRY_AFTER)}, "{}"),
                    "down": (500, {}, "<html>"),
                    "garbage": (200, {}, "<html>"),
                }[self.failure]
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


def _account(
    base_url: str, secrets: dict[str, str], exchanges: list[Exchange] | None
) -> tuple[PortalAccount, HttpSession]:
    report = None if exchanges is None else exchanges.append
    account = PortalAccount(access_id=1, environment="test", base_url=base_url, secrets=secrets)
    return account, HttpSession(base_url, on_exchange=report)


@contextmanager
def _fake_world() -> Iterator[World]:
    yield FakeWorld()


@contextmanager
def _usadosbr_world() -> Iterator[World]:
    registry = responses.registries.FirstMatchRegistry
    with WireMock(assert_all_requests_are_fired=False, registry=registry) as wire:
        yield UsadosbrWorld(wire)


WORLDS = {"fake": _fake_world, "usadosbr": _usadosbr_world}
