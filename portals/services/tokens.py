"""Portal tokens: one renewal at a time, login outside any transaction, stored only if still ours.

`StoredTokens` serves code that may touch the database. Slot threads of a drain may not: they use
`SlotTokens`, which asks the drain's main thread for the lease and hands it what the login gave.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from config.lib.remote_errors import CredentialsRefused, Unreachable
from portals.connectors.types import Token
from portals.models import PortalAccess, PortalToken

LEEWAY = timedelta(seconds=30)
LEASE_EXTRA = 5.0  # seconds a login's lease outlives its exchange
PATIENCE_EXTRA = 10.0  # seconds waiting for it outlives that: a dead holder's lease is taken over
Login = Callable[[], Token]


def read_token(access: PortalAccess) -> str:
    """Return the stored token if it belongs to this account and has not ended, else ''."""
    row = PortalToken.objects.filter(
        pk=access.pk, account_fingerprint=access.account_fingerprint
    ).first()
    if row is None or (row.expires_at is not None and row.expires_at < timezone.now() + LEEWAY):
        return ""
    return str(row.value.get("token", ""))


def take_lease(access: PortalAccess) -> str:
    """Take the right to log in for this access; '' if somebody else is logging in just now."""
    PortalToken.objects.get_or_create(
        pk=access.pk, defaults={"account_fingerprint": access.account_fingerprint}
    )
    owner, now = uuid.uuid4().hex, timezone.now()
    taken = PortalToken.objects.filter(
        Q(lease_owner="") | Q(lease_until__lt=now), pk=access.pk
    ).update(
        lease_owner=owner, lease_until=now + timedelta(seconds=settings.HTTP_DEADLINE + LEASE_EXTRA)
    )
    return owner if taken else ""


def store_token(access: PortalAccess, owner: str, token: Token) -> bool:
    """Store a new token if the lease is still ours and the account still the same one."""
    same_account = PortalAccess.objects.filter(
        pk=access.pk, account_fingerprint=access.account_fingerprint
    ).exists()
    if not same_account:
        drop_lease(access, owner)
        return False
    return bool(
        PortalToken.objects.filter(pk=access.pk, lease_owner=owner).update(
            account_fingerprint=access.account_fingerprint,
            value={"token": token.value},
            expires_at=token.expires_at,
            generation=F("generation") + 1,
            lease_owner="",
            lease_until=None,
        )
    )


def drop_lease(access: PortalAccess, owner: str) -> None:
    """Give the right to log in back without a token."""
    PortalToken.objects.filter(pk=access.pk, lease_owner=owner).update(
        lease_owner="", lease_until=None
    )


class StoredTokens:
    """Token source for code on the main thread: reads and renews the stored token."""

    def __init__(self, access: PortalAccess) -> None:
        self._access = access
        self._token = ""

    def get(self, login: Login) -> str:
        """Return the token in hand or the stored one, logging in if there is none."""
        self._token = self._token or read_token(self._access) or self.renew("", login)
        return self._token

    def renew(self, stale: str, login: Login) -> str:
        """Return a token other than `stale`; waits while another process logs in."""
        self._token = self._renewed(stale, login)
        return self._token

    def _renewed(self, stale: str, login: Login) -> str:
        patience = time.monotonic() + settings.HTTP_DEADLINE + PATIENCE_EXTRA
        while time.monotonic() < patience:
            current = read_token(self._access)
            if current and current != stale:
                return current
            owner = take_lease(self._access)
            if owner:
                return self._login(owner, login)
            time.sleep(0.2)
        raise Unreachable("token renewal is held by another process", sent=False)

    def _login(self, owner: str, login: Login) -> str:
        try:
            token = login()
        except BaseException:
            drop_lease(self._access, owner)
            raise
        store_token(self._access, owner, token)
        return token.value


class SlotTokens:
    """Token source shared by the slots of one drain; renews once, whoever notices first.

    `ask_lease` and `hand_over` are carried out by the main thread: the first returns (fresh token
    found meanwhile, lease owner), the second stores or gives the lease back (token None).
    """

    def __init__(
        self,
        token: str,
        ask_lease: Callable[[str], tuple[str, str]],
        hand_over: Callable[[str, Token | None], None],
    ) -> None:
        self._token = token
        self._ask_lease = ask_lease
        self._hand_over = hand_over
        self._lock = threading.Lock()
        self._refused = False

    def get(self, login: Login) -> str:
        """Return the token in hand, logging in if there is none."""
        return self._token or self.renew("", login)

    def renew(self, stale: str, login: Login) -> str:
        """Return a token other than `stale`; all other slots wait for the one that logs in."""
        with self._lock:
            if self._refused:  # the others need not try what one was just refused
                raise CredentialsRefused("login refused")
            if self._token and self._token != stale:
                return self._token
            self._token = self._renewed(stale, login)
            return self._token

    def _renewed(self, stale: str, login: Login) -> str:
        patience = time.monotonic() + settings.HTTP_DEADLINE + PATIENCE_EXTRA
        while time.monotonic() < patience:
            fresh, owner = self._ask_lease(stale)
            if fresh:
                return fresh
            if owner:
                return self._login(owner, login)
            time.sleep(0.1)
        raise Unreachable("token renewal is held by another process", sent=False)

    def _login(self, owner: str, login: Login) -> str:
        try:
            token = login()
        except CredentialsRefused:
            self._refused = True
            self._hand_over(owner, None)
            raise
        except BaseException:
            self._hand_over(owner, None)
            raise
        self._hand_over(owner, token)
        return token.value
