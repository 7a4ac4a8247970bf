"""How a dealer connects in the browser ("ad_integration", api/oauth): OAuth 2, no refresh token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from config.lib.http import Answer, HttpSession
from config.lib.remote_errors import CredentialsRefused, UnexpectedAnswer
from portals.connectors.olx.hosts import auth_url

# What the dealer is asked to allow: who the account is, and imports with all their reads.
SCOPES = ("basic_user_info", "autoupload")
DEMO_PROGRAM = "demo-office"  # known to the sandbox alone


def is_registered() -> bool:
    """Tell whether this installation has a program of its own at the portal."""
    return settings.OLX_CLIENT_ID not in ("", DEMO_PROGRAM) and bool(settings.OLX_CLIENT_SECRET)


def authorize_url(*, base_url: str, redirect_uri: str, state: str) -> str:
    """Return the address of the portal's page that asks the dealer for consent."""
    query = {
        "response_type": "code",
        "client_id": settings.OLX_CLIENT_ID,
        "redirect_uri": redirect_uri,
        "scope": " ".join(SCOPES),
        "state": state,
    }
    return f"{auth_url(base_url)}/oauth?{urlencode(query)}"


def exchange_code(http: HttpSession, *, code: str, redirect_uri: str) -> Mapping[str, Any]:
    """Return {"access_token", "account"} for a code; `http` calls the base URL of the access.

    A code lives ten minutes and serves once: CredentialsRefused for one that is over, and
    UnexpectedAnswer for what is no fault of the dealer (our program's id or secret).
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": settings.OLX_CLIENT_ID,
        "client_secret": settings.OLX_CLIENT_SECRET,
        "redirect_uri": redirect_uri,
    }
    with HttpSession(
        auth_url(http.base_url),
        on_exchange=http.on_exchange,
        before_exchange=http.before_exchange,
    ) as auth:
        answer = auth.call("POST", "/oauth/token", form=form, secret=True)
    token = _token_of(answer)
    return {"access_token": token, "account": read_account(user_info(http, token))}


def _token_of(answer: Answer) -> str:
    said = answer.data if isinstance(answer.data, Mapping) else {}
    if not answer.ok:
        error = str(said.get("error") or "")[:40]
        if error in ("invalid_grant", "access_denied"):
            raise CredentialsRefused(error)
        raise UnexpectedAnswer(f"token {answer.status} {error}")
    token = said.get("access_token")
    if not isinstance(token, str) or not token.strip():
        raise UnexpectedAnswer("no token in the answer")
    return token.strip()


def user_info(http: HttpSession, token: str) -> Answer:
    """Ask whose token this is; the answer is personal and so not reported."""
    return http.call(
        "POST",
        "/oauth_api/basic_user_info",
        json_body={"access_token": token},
        idempotent=True,
        secret=True,
    )


def read_account(answer: Answer) -> str:
    """Return the e-mail, or without one the name, of the account; raise UnexpectedAnswer."""
    said = answer.data if answer.ok and isinstance(answer.data, Mapping) else {}
    for key in ("user_email", "user_name"):
        value = said.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
    raise UnexpectedAnswer(f"user info {answer.status}")
