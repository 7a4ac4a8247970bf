"""Who is calling: the login and the check of the token on every other request."""

from __future__ import annotations

import hmac
import time

from sandbox.config import Config
from sandbox.counters import Counters
from sandbox.usadosbr.answers import failure, invalid
from sandbox.usadosbr.behaviour import Behaviour
from sandbox.usadosbr.reading import BodyReader
from sandbox.usadosbr.routing import Call, Caller, Route
from sandbox.usadosbr.state import Account, Store
from sandbox.usadosbr.tokens import TokenClaims, TokenRefused, issue_token, read_token
from sandbox.wire import Request, Response, json_response


class Gate:
    """Hands out tokens and reads them."""

    def __init__(self, store: Store, *, config: Config[Behaviour], counters: Counters) -> None:
        """Accounts are those of the store."""
        self.store = store
        self.config = config
        self.counters = counters

    def routes(self) -> tuple[Route, ...]:
        """The login."""
        return (Route("POST", "login", self.login, open=True),)

    async def login(self, call: Call) -> Response:
        """POST /login: a token for the right user and password, 401 or 422 otherwise."""
        reader = BodyReader(_json_object(call.request))
        user = reader.text("user", required=True)
        password = reader.text("password", required=True)
        if user is None or password is None:
            return invalid(reader.errors)
        account = self.store.accounts.get(user)
        expected = "" if account is None else account.password
        right = hmac.compare_digest(expected.encode(), password.encode())
        if account is None or not right:
            return failure(401, "Usuário ou senha inválidos")
        self.counters.events["logins"] += 1
        token = issue_token(
            account.number,
            generation=account.generation,
            secret=self.store.secret,
            issuer=f"{call.request.origin}/usadosbr/login",
            now=time.time(),
            ttl_s=self.config.for_user(user).token_ttl_s,
        )
        return json_response({"status": 200, "token": token})

    def login_user(self, request: Request) -> Caller:
        """Who is trying to log in, whether or not the password is right."""
        user = _json_object(request).get("user")
        account = self.store.accounts.get(user) if isinstance(user, str) else None
        return Caller(account=account, refusal="")

    def caller(self, request: Request) -> Caller:
        """Whose token came with the request and whether it is still good."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return Caller(account=None, refusal="Token não informado")
        try:
            claims = read_token(token.strip(), secret=self.store.secret)
        except TokenRefused as error:
            return Caller(account=None, refusal=str(error))
        account = self.store.account_of(claims.advertiser)
        if account is None:
            return Caller(account=None, refusal="Token inválido")
        return Caller(account=account, refusal=_expiry(claims, account=account))


def _expiry(claims: TokenClaims, *, account: Account) -> str:
    old = claims.generation < account.generation
    return "Token expirado" if old or time.time() >= claims.expires_at else ""


def _json_object(request: Request) -> dict[str, object]:
    """The body if it is a JSON object, else an empty one."""
    try:
        body = request.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
