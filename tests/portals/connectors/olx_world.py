"""OLX as the document has it, over a mocked wire, with the plainest answers; it decides at once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import responses

from config.lib.remote_errors import Exchange
from portals.connectors.olx.connector import OlxConnector
from tests.portals.connectors.world import RETRY_AFTER, Failure, World, account_at
from tests.portals.fake import MemoryTokens
from tests.portals.wire import WireMock

BASE = "https://apps.olx.test"
SECRETS = {"access_token": "olx-access-token-1", "account": "loja@example.test"}


class OlxWorld(World):
    """Ads by our id, imports by their token, and every call that was made."""

    secret = SECRETS["access_token"]

    def __init__(self) -> None:
        self.ads: dict[str, int] = {}
        self.imports: dict[str, dict[str, Any]] = {}
        self.calls: list[tuple[str, str, Any]] = []
        self.failure: Failure | None = None

    @classmethod
    @contextmanager
    def playing(cls) -> Iterator[Self]:
        """A world at its address."""
        registry = responses.registries.FirstMatchRegistry
        with WireMock(assert_all_requests_are_fired=False, registry=registry) as wire:
            world = cls()
            for method in ("GET", "POST", "PUT"):
                wire.add_callback(method, re.compile(f"{BASE}/.*"), callback=world.answer)
            yield world

    def connector(self, exchanges: list[Exchange] | None = None) -> OlxConnector:
        return OlxConnector(*account_at(BASE, SECRETS, exchanges), MemoryTokens())

    def fail(self, failure: Failure) -> None:
        self.failure = failure

    def answer(self, request: Any) -> tuple[int, dict[str, str], str]:
        """Answer any call, unless it is to fail."""
        parts = urlsplit(request.url)
        body = json.loads(request.body) if request.body else None
        self.calls.append((request.method, parts.path, body))
        if self.failure is not None:
            return {
                "unauthorized": (401, {}, "{}"),
                "throttled": (429, {"Retry-After": str(RETRY_AFTER)}, "{}"),
                "down": (500, {}, "<html>"),
                "garbage": (200, {}, "<html>"),
            }[self.failure]
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        given = bearer if body is None else body.get("access_token")
        if given != self.secret:
            return 401, {}, json.dumps({"error": "invalid_token"})
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        status, said = self._said(request.method, parts.path, body, query)
        return status, {}, json.dumps(said)

    def _said(self, method: str, path: str, body: Any, query: dict[str, str]) -> tuple[int, Any]:
        if (method, path) == ("PUT", "/autoupload/import"):
            return self._import(body["ad_list"])
        token = path.removeprefix("/autoupload/import/")
        if method == "POST" and token in self.imports:
            return 200, {"autoupload_status": "done", "ads": self.imports[token]}
        if path == "/autoupload/v1/published":
            rows = [{"id": own, "list_id": number} for own, number in self.ads.items()]
            return 200, {"data": rows if query["ads_status"] == "published" else []}
        if path == "/autoupload/balance":
            return 200, {}
        if path == "/oauth_api/basic_user_info":
            return 200, {"user_name": "Loja", "user_email": SECRETS["account"]}
        return 404, {"error": "not_found"}

    def _import(self, lines: list[dict[str, Any]]) -> tuple[int, Any]:
        """Take lines in and decide them."""
        token = f"import-{len(self.imports) + 1}"
        self.imports[token] = {line["id"]: self._decide(line) for line in lines}
        return 200, {"token": token, "statusCode": 0, "statusMessage": "ok", "errors": []}

    def _decide(self, line: dict[str, Any]) -> dict[str, Any]:
        own_id = line["id"]
        if line["operation"] == "delete":
            known = self.ads.pop(own_id, None) is not None
            return {
                "status": "accepted" if known else "error",
                "operation": "delete",
                "message": [] if known else ["ANY_CODE"],
            }
        operation = "edit" if own_id in self.ads else "insert"
        number = self.ads.setdefault(own_id, 1_300_000_000 + len(self.ads))
        return {
            "status": "accepted",
            "operation": operation,
            "message": [],
            "list_id": number,
            "url": f"https://olx.test/{number}",
        }
