"""Connecting at the portal's own page (OAuth2 authorization code): the way there and back.

What waits for an answer lives in the session of whoever left, one for each portal: a random state
bound to dealer, environment and address. The answer must bring that state back, once, in time.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, MutableMapping
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from accounts.models import Dealer
from config.lib.http import HttpSession
from config.lib.remote_errors import UnexpectedAnswer
from portals.connectors.base import ConnectsByBrowser
from portals.connectors.registry import CONNECTORS
from portals.models import Portal
from portals.services.sessions import base_url_for

WAITING = "portal_connections"  # the session's key: {slug: what waits for an answer}
VALID = 600  # seconds from leaving to coming back
LONGEST_CODE = 4000
Session = MutableMapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What was asked of a portal and by whom; `at` is when, in seconds of the epoch."""

    state: str
    dealer_id: int
    environment: str
    base_url: str
    at: float


class NothingWaits(Exception):
    """An answer nobody waits for: `code` is "unknown" (forged, used, lost), "late" or "dealer"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def browser_connector(slug: str) -> type[ConnectsByBrowser] | None:
    """Return the connector of a portal that is connected at its own page, None for all others."""
    found = CONNECTORS.get(slug)
    if found is None or found.connects_by != "browser" or not issubclass(found, ConnectsByBrowser):
        return None
    return found


def can_connect(slug: str, environment: str) -> bool:
    """Tell whether this installation is registered with an environment of the portal."""
    return _connector(slug).can_connect(environment)


def redirect_uri_of(slug: str) -> str:
    """Return where a portal sends the dealer back to; the portal compares it letter by letter."""
    return f"{settings.BASE_URL}{reverse('portals:connect_done', args=[slug])}"


def leave(
    session: Session, *, dealer: Dealer, portal: Portal, environment: str, base_url: str
) -> str:
    """Have an answer of a portal waited for; return the address of its page.

    A second try replaces the first. Raises RemoteError if the connector has no page to lead to.
    """
    connector = _connector(portal.slug)
    state = secrets.token_urlsafe(32)
    address = connector.authorize_url(
        base_url=base_url_for(portal.slug, environment, base_url),
        redirect_uri=redirect_uri_of(portal.slug),
        state=state,
    )
    waiting = Waiting(
        state=state,
        dealer_id=dealer.pk,
        environment=environment,
        base_url=base_url,
        at=time.time(),
    )
    session[WAITING] = {**_all_waiting(session), portal.slug: asdict(waiting)}
    return address


def come_back(session: Session, *, dealer: Dealer, slug: str, state: str) -> Waiting:
    """Take what waits for an answer out of the session; raise NothingWaits.

    An answer with another state leaves what waits where it is: anybody can make such an address.
    """
    everything = _all_waiting(session)
    try:
        waiting = Waiting(**everything[slug])
    except (KeyError, TypeError):
        raise NothingWaits("unknown") from None
    if not state or not constant_time_compare(waiting.state, state):
        raise NothingWaits("unknown")
    session[WAITING] = {name: kept for name, kept in everything.items() if name != slug}
    if not 0 <= time.time() - waiting.at <= VALID:
        raise NothingWaits("late")
    if waiting.dealer_id != dealer.pk:
        raise NothingWaits("dealer")
    return waiting


def exchange(waiting: Waiting, *, slug: str, code: str) -> Mapping[str, Any]:
    """Return the credentials a portal gives for a code; raise RemoteError. Stores nothing."""
    if not code or len(code) > LONGEST_CODE:
        raise UnexpectedAnswer("no code")
    with HttpSession(base_url_for(slug, waiting.environment, waiting.base_url)) as http:
        return _connector(slug).exchange_code(http, code=code, redirect_uri=redirect_uri_of(slug))


def _connector(slug: str) -> type[ConnectsByBrowser]:
    found = browser_connector(slug)
    if found is None:
        raise LookupError(f"{slug} is not connected in the browser")
    return found


def _all_waiting(session: Session) -> dict[str, Any]:
    held = session.get(WAITING)
    return dict(held) if isinstance(held, dict) else {}
