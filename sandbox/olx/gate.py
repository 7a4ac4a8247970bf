"""Who is calling: access tokens, in the body of POST and PUT, as Bearer of GET and PATCH.

The document tells no life of a token; `token_ttl_s` and `expire_tokens` of `_config` end one.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from sandbox.config import Config
from sandbox.counters import Counters
from sandbox.olx.behaviour import Behaviour
from sandbox.olx.calls import OlxCaller, json_object
from sandbox.olx.state import Store, Token
from sandbox.wire import Request

UNKNOWN, SCOPE = "invalid_token", "insufficient_scope"
_USER_INFO = ("apps", "oauth_api", "basic_user_info")


class Gate:
    """Hands out access tokens and reads them."""

    def __init__(
        self,
        store: Store,
        *,
        config: Config[Behaviour],
        counters: Counters,
        clock: Callable[[], float],
    ) -> None:
        """Tokens are those of the store."""
        self.store = store
        self.config = config
        self.counters = counters
        self.clock = clock

    def issue(self, user: str, *, client_id: str, scope: str) -> str:
        """A new access token of the advertiser for the program."""
        token = secrets.token_hex(20)
        self.store.tokens[token] = Token(user, client_id, scope, self.clock())
        self.store.changed = True
        self.counters.events["tokens"] += 1
        return token

    def caller(self, request: Request) -> OlxCaller:
        """Whose token came with the request, whether it is good and good for this."""
        held = self.store.tokens.get(_sent_token(request))
        account = None if held is None else self.store.accounts.get(held.user)
        if held is None or account is None:
            return OlxCaller(None, UNKNOWN)
        life_s = self.config.for_user(account.user).token_ttl_s
        if held.revoked or self.clock() >= held.issued_at + life_s:
            return OlxCaller(account, UNKNOWN)
        wanted = "basic_user_info" if request.segments == _USER_INFO else "autoupload"
        return OlxCaller(account, "" if wanted in held.scope.split() else SCOPE)


def _sent_token(request: Request) -> str:
    if request.method in {"GET", "PATCH"}:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""
    sent = (json_object(request) or {}).get("access_token")
    return sent if isinstance(sent, str) else ""
