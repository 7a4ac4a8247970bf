"""The HTTP border of connectors in tests: nothing leaves the machine, every call is registered."""

from __future__ import annotations

import json
from typing import Any, Self

import requests
import responses
from requests.adapters import HTTPAdapter

from config.lib.http import HttpSession
from config.lib.remote_errors import Exchange
from portals.connectors.types import PortalAccount
from portals.connectors.usadosbr.connector import UsadosbrConnector
from tests.portals.fake import MemoryTokens

BASE = "https://api.usadosbr.test/api"
SECRETS = {"user": "loja-teste", "password": "s3nha-secreta"}


class WireMock(responses.RequestsMock):
    """`responses` in front of our own transport, which is no HTTPAdapter."""

    def __init__(self, **options: Any) -> None:
        super().__init__(target="config.lib.http.LeanAdapter.send", **options)

    def _on_request(
        self, adapter: Any, request: Any, *, retries: Any = None, **options: Any
    ) -> requests.Response:
        del adapter
        options.pop("repeat", None)
        return super()._on_request(HTTPAdapter(), request, retries=retries, **options)

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def answer(self, method: str, path: str, body: Any, status: int = 200) -> None:
        """Register an answer: texts and exceptions as they are, everything else as JSON."""
        if isinstance(body, str | Exception):
            self.add(method, f"{BASE}{path}", body=body, status=status)
        else:
            self.add(method, f"{BASE}{path}", json=body, status=status)

    def sent(self) -> list[dict[str, Any]]:
        """Return the JSON bodies sent, in order."""
        return [json.loads(call.request.body) for call in self.calls if call.request.body]

    def paths(self) -> list[str]:
        """Return "METHOD path" of every call, in order, without the base URL."""
        return [
            f"{call.request.method} {str(call.request.url)[len(BASE) :]}" for call in self.calls
        ]


def usadosbr(
    *, token: str = "token-1", exchanges: list[Exchange] | None = None
) -> UsadosbrConnector:
    """Return a connector at an invented address; token '' = it must log in first."""
    report = None if exchanges is None else exchanges.append
    account = PortalAccount(access_id=1, environment="test", base_url=BASE, secrets=SECRETS)
    return UsadosbrConnector(account, HttpSession(BASE, on_exchange=report), MemoryTokens(token))
