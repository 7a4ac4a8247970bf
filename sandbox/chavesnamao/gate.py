"""Who is calling: the integration token buys an access token, which opens everything else.

Chaves na Mão, Vehicle API v2, "Autenticação".
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import Any

from sandbox.behaviour import ONE_DAY_S
from sandbox.chavesnamao.answers import failure
from sandbox.chavesnamao.behaviour import Behaviour
from sandbox.chavesnamao.routing import Call, Caller, Route
from sandbox.chavesnamao.state import Client, Store
from sandbox.config import Config
from sandbox.counters import Counters
from sandbox.tokens import BadToken, read_claims, signed
from sandbox.wire import Request, Response, json_response


class Gate:
    """Hands out access tokens and reads them."""

    def __init__(self, store: Store, *, config: Config[Behaviour], counters: Counters) -> None:
        """Clients are those of the store."""
        self.store = store
        self.config = config
        self.counters = counters

    def routes(self) -> tuple[Route, ...]:
        """The one path that asks for no access token."""
        return (Route("GET", "clients/jwt", self.token, open=True),)

    async def token(self, call: Call) -> Response:
        """GET /clients/jwt: an access token for the integration token in the header `token`."""
        client = call.caller.account
        if client is None:
            return failure(401, "Invalid token")
        self.counters.events["logins"] += 1
        ttl_s = call.behaviour.token_ttl_s
        claims = {
            "sub": client.user,
            "iat": int(time.time()),
            "exp": time.time() + ttl_s,
            "gen": client.generation,
            "jti": secrets.token_hex(8),
        }
        life = f"{ttl_s // ONE_DAY_S}d" if ttl_s % ONE_DAY_S == 0 else f"{ttl_s}s"
        token = signed(claims, secret=self.store.secret)
        return json_response({"token": token, "expiration": life})

    def newcomer(self, request: Request) -> Caller:
        """Whose integration token came with the request."""
        return Caller(account=self.store.client_with(request.headers.get("token", "")))

    def caller(self, request: Request) -> Caller:
        """Whose access token came with the request and whether it is still good."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return Caller(account=None, refusal="Unauthorized")
        try:
            claims = read_claims(token.strip(), secret=self.store.secret)
        except BadToken:
            return Caller(account=None, refusal="Invalid token")
        client = self.store.clients.get(claims["sub"])
        if client is None:
            return Caller(account=None, refusal="Invalid token")
        return Caller(account=client, refusal=_expiry(claims, client=client))


def _expiry(claims: Mapping[str, Any], *, client: Client) -> str:
    old = claims["gen"] < client.generation
    return "Token expired" if old or time.time() >= claims["exp"] else ""
