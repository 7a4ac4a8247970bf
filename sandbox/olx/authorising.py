"""OAuth 2 as `api/oauth.md` of ad_integration has it: the authorise page, the code, the token.

A redirect address must be one of the program's; without a good one nobody is sent anywhere and a
400 page says why. All other errors go back to the program with `error` and `state`.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from sandbox.config import Config
from sandbox.olx.answers import Written, bad_request, written
from sandbox.olx.authorise_page import STYLE, authorise_page, refused_page
from sandbox.olx.behaviour import Behaviour
from sandbox.olx.calls import OlxCall, OlxRoute
from sandbox.olx.gate import Gate
from sandbox.olx.state import Client, Code, Store
from sandbox.olx.vocabulary import SCOPES
from sandbox.wire import Request, Response

_FORM = "application/x-www-form-urlencoded"
_FORM_FIELDS = ("response_type", "client_id", "redirect_uri", "scope", "state")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request to authorise that names a known program and one of its addresses."""

    client: Client
    redirect_uri: str
    scope: str
    state: str | None
    response_type: str

    @property
    def fault(self) -> str:
        """The error to send back, "" when all is well."""
        if not self.response_type or not self.scope.split():
            return "invalid_request"
        if self.response_type != "code":
            return "unsupported_response_type"
        return "" if set(self.scope.split()) <= set(SCOPES) else "invalid_scope"


class _Unknown(Exception):
    """The program or its address is not known; the text is for the page."""


class Authorising:
    """Asks the advertiser and hands out codes and tokens."""

    def __init__(
        self,
        store: Store,
        *,
        config: Config[Behaviour],
        gate: Gate,
        clock: Callable[[], float],
    ) -> None:
        """Codes are kept in the store, tokens are issued by the gate."""
        self.store = store
        self.config = config
        self.gate = gate
        self.clock = clock

    def routes(self) -> tuple[OlxRoute, ...]:
        """The calls below `/auth`, none of which asks for a token."""
        return (
            OlxRoute("GET", "auth/oauth", self.ask, open=True),
            OlxRoute("POST", "auth/oauth", self.answer, writes=True, open=True),
            OlxRoute("POST", "auth/oauth/token", self.token, writes=True, open=True),
            OlxRoute("GET", "auth/oauth.css", self.style, open=True),
        )

    async def style(self, _call: OlxCall) -> Response:
        """The style sheet of the page, so that it needs no inline style."""
        return Response(body=STYLE.encode(), content_type="text/css; charset=utf-8")

    async def ask(self, call: OlxCall) -> Response:
        """The page on which the advertiser decides."""
        query = call.request.query
        try:
            asked = self._asked(query)
        except _Unknown as unknown:
            return refused_page(str(unknown))
        error = call.behaviour.authorise_error or asked.fault
        if error:
            return _sent_back(asked, error=error)
        fields = {name: query[name] for name in _FORM_FIELDS if name in query}
        return authorise_page(
            program=asked.client.name,
            scopes=asked.scope.split(),
            accounts=list(self.store.accounts.values()),
            fields=fields,
        )

    async def answer(self, call: OlxCall) -> Response:
        """What the advertiser decided: a code, or access_denied."""
        form = _form(call.request) or {}
        try:
            asked = self._asked(form)
        except _Unknown as unknown:
            return refused_page(str(unknown))
        if asked.fault:
            return _sent_back(asked, error=asked.fault)
        if form.get("decision") != "autorizar":
            return _sent_back(asked, error="access_denied")
        account = self.store.accounts.get(form.get("account", ""))
        if account is None:
            return refused_page("Esta conta não existe.")
        code = secrets.token_hex(20)
        self.store.codes[code] = Code(
            account.user, asked.client.client_id, asked.redirect_uri, asked.scope, self.clock()
        )
        self.store.changed = True
        return _sent_back(asked, code=code)

    async def token(self, call: OlxCall) -> Response:
        """An access token for a code, once."""
        form = _form(call.request)
        if form is None:
            return bad_request("invalid_request", f"Content-Type: {_FORM}")
        needed = ("grant_type", "code", "client_id", "client_secret", "redirect_uri")
        missing = [name for name in needed if not form.get(name)]
        if missing:
            return bad_request("invalid_request", f"missing: {', '.join(missing)}")
        if form["grant_type"] != "authorization_code":
            return bad_request("unsupported_grant_type")
        client = self.store.clients.get(form["client_id"])
        expected = "" if client is None else client.client_secret
        right = hmac.compare_digest(expected.encode(), form["client_secret"].encode())
        if client is None or not right:
            return bad_request("invalid_client")
        code = self._good_code(form)
        if code is None:
            return bad_request("invalid_grant")
        code.used = True
        token = self.gate.issue(code.user, client_id=client.client_id, scope=code.scope)
        return written({"access_token": token, "token_type": "Bearer"})

    def _asked(self, sent: Mapping[str, str]) -> _Asked:
        """The request to authorise; raises _Unknown when there is nobody to answer to."""
        client = self.store.clients.get(sent.get("client_id", ""))
        if client is None:
            raise _Unknown("Este aplicativo (client_id) não está registrado.")
        redirect_uri = sent.get("redirect_uri", "")
        if not any(fits(pattern, redirect_uri) for pattern in client.redirect_uris):
            raise _Unknown("O endereço de retorno (redirect_uri) não está registrado.")
        return _Asked(
            client=client,
            redirect_uri=redirect_uri,
            scope=sent.get("scope", ""),
            state=sent.get("state"),
            response_type=sent.get("response_type", ""),
        )

    def _good_code(self, form: Mapping[str, str]) -> Code | None:
        """The code of the form if it is still good, for this program and this address."""
        code = self.store.codes.get(form["code"])
        if code is None or code.used:
            return None
        life_s = self.config.for_user(code.user).code_ttl_s
        same = (code.client_id, code.redirect_uri) == (form["client_id"], form["redirect_uri"])
        return code if same and self.clock() < code.issued_at + life_s else None


def fits(pattern: str, address: str) -> bool:
    """Whether an address is the registered one; a `*` in that stands for a port or any path.

    The document knows exact addresses only; the star is for local ports that nobody can foresee.
    """
    if "*" not in pattern:
        return address == pattern
    try:
        parts = urlsplit(address)
        if parts.username is not None or parts.fragment or not parts.hostname:
            return False
    except ValueError:
        return False
    middle = re.escape(pattern).replace(re.escape(":*"), r"(:[0-9]{1,5})?")
    return re.fullmatch(middle.replace(re.escape("*"), r"[^\s#]*"), address) is not None


def _sent_back(asked: _Asked, *, error: str = "", code: str = "") -> Response:
    """303 to the program with the code or the error, and its state."""
    answer = {"code": code} if code else {"error": error}
    if asked.state is not None:
        answer["state"] = asked.state
    joint = "&" if urlsplit(asked.redirect_uri).query else "?"
    address = f"{asked.redirect_uri}{joint}{urlencode(answer)}"
    if not address.isascii() or not address.isprintable():
        return refused_page("O endereço de retorno (redirect_uri) não é um endereço.")
    headers = {"Location": address, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    plain = Response(status=303, content_type="text/plain", headers=headers)
    if not code:
        return plain
    return replace(Written(), status=303, content_type="text/plain", headers=headers)


def _form(request: Request) -> dict[str, str] | None:
    """The fields of a form, None when the body is none."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        return None
    try:
        return dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    except ValueError:
        return None
