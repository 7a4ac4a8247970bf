"""Opens a connector for an access: where it talks to, with which account and which tokens."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django.conf import settings

from config.lib.http import HttpSession
from config.lib.remote_errors import Exchange
from portals.connectors.base import Connector, TokenSource
from portals.connectors.registry import connector_class
from portals.connectors.types import PortalAccount
from portals.models import PortalAccess
from portals.services.tokens import StoredTokens


def base_url_of(access: PortalAccess) -> str:
    """Return the URL all calls of an access start with; the sandbox is a path of SANDBOX_URL."""
    return base_url_for(access.portal.slug, access.environment, access.base_url)


def base_url_for(slug: str, environment: str, own: str = "") -> str:
    """Return the URL of a portal's environment; `own` is one that support entered instead."""
    if own:
        return own.rstrip("/")
    url = connector_class(slug).base_urls[environment]
    return f"{settings.SANDBOX_URL}{url}" if url.startswith("/") else url


def account_of(access: PortalAccess) -> PortalAccount:
    """Return the account as connectors see it."""
    return PortalAccount(
        access_id=access.pk,
        environment=access.environment,
        base_url=base_url_of(access),
        secrets=access.credentials,
    )


def fingerprint_of(*, slug: str, environment: str, base_url: str, secrets: dict[str, Any]) -> str:
    """Return the identity of an account: environment, base URL and login name, hashed."""
    login = connector_class(slug).login_name(secrets)
    text = json.dumps([slug, environment, base_url.rstrip("/"), login])
    return hashlib.sha256(text.encode()).hexdigest()


def build_connector(
    access: PortalAccess,
    tokens: TokenSource,
    *,
    on_exchange: Callable[[Exchange], None] | None = None,
    before_exchange: Callable[[], None] | None = None,
    sending: AbstractContextManager[Any] | None = None,
) -> Connector:
    """Return a connector with a session of its own; the caller closes `connector.http`."""
    account = account_of(access)
    http = HttpSession(
        account.base_url,
        on_exchange=on_exchange,
        before_exchange=before_exchange,
        sending=sending,
    )
    return connector_class(access.portal.slug)(account, http, tokens)


@contextmanager
def open_connector(
    access: PortalAccess, *, on_exchange: Callable[[Exchange], None] | None = None
) -> Iterator[Connector]:
    """Open a connector for code on the main thread (`access.portal` must be loaded)."""
    connector = build_connector(access, StoredTokens(access), on_exchange=on_exchange)
    try:
        yield connector
    finally:
        connector.http.close()
