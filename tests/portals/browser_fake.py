"""A portal in memory that the dealer connects at its own page: no field is typed, no token renewed.

The page and the token call are on the wire (`WireMock`); everything else is the portal in memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from django.test import Client

from config.lib.http import HttpSession
from config.lib.remote_errors import CredentialsRefused, UnexpectedAnswer
from portals.connectors.types import CredentialField, PortalTraits, Token
from tests.portals.fake import FakeConnector
from tests.portals.fake_portal import FakePortal

TOKEN_PATH = "/oauth/token"


class Reconnect(CredentialsRefused):
    """The token has ended and nothing renews it."""

    code = "reconnect"


class NoPermission(CredentialsRefused):
    """The dealer did not allow what is needed."""

    code = "no_permission"


class BrowserConnector(FakeConnector):
    """One account at a portal that gives its token for a code."""

    connects_by = "browser"
    credentials: ClassVar[tuple[CredentialField, ...]] = ()
    ended: ClassVar[set[str]]  # tokens the portal takes no more

    @classmethod
    def login_name(cls, secrets: dict[str, Any]) -> str:
        """Return the account the portal named."""
        return str(secrets.get("account", ""))

    def login(self) -> Token:
        """Take the stored token: there is no other."""
        with self._exchange("login"):
            token = str(self.account.secrets.get("access_token", ""))
            if token in self.ended:
                raise Reconnect("401")
            with self.portal.lock:
                self.portal.token = token
            return Token(value=token)

    registered: ClassVar[tuple[str, ...]] = ("sandbox", "test", "production")

    @classmethod
    def can_connect(cls, environment: str) -> bool:
        """As `registered` says."""
        return environment in cls.registered

    @classmethod
    def authorize_url(cls, *, base_url: str, redirect_uri: str, state: str) -> str:
        """Return the page with what it must bring back."""
        asked = {"response_type": "code", "redirect_uri": redirect_uri, "state": state}
        return f"{base_url}/oauth?{urlencode(asked)}"

    @classmethod
    def exchange_code(cls, http: HttpSession, *, code: str, redirect_uri: str) -> Mapping[str, Any]:
        """Ask for the token; 400 is a code used or too old, 403 a missing permission."""
        body = {"code": code, "redirect_uri": redirect_uri}
        answer = http.call("POST", TOKEN_PATH, json_body=body, secret=True)
        if answer.status == 403:
            raise NoPermission("403")
        if not answer.ok:
            raise CredentialsRefused(str(answer.status))
        if not isinstance(answer.data, dict):
            raise UnexpectedAnswer("no object")
        return answer.data


def connect_in_browser(portal: FakePortal) -> type[BrowserConnector]:
    """Return a connector class bound to a portal."""
    traits = PortalTraits(
        categories=(1, 2),
        max_photos=20,
        max_text=2000,
        requests_per_second=100_000,
        check_after=0.0,
    )
    namespace = {"portal": portal, "traits": traits, "ended": set()}
    return type("BoundBrowserConnector", (BrowserConnector,), namespace)


def leave(client: Client, environment: str = "production") -> str:
    """Follow the link to the portal's page; return the state it must bring back."""
    answer = client.get("/portals/connect/paged/start/", {"environment": environment})
    assert answer.status_code == 302, answer.status_code
    return parse_qs(urlsplit(answer["Location"]).query)["state"][0]


def come_back(client: Client, **answer: str) -> Any:
    """Come back from the portal's page with these parameters; return the response."""
    return client.get("/portals/connect/paged/done/", answer)
