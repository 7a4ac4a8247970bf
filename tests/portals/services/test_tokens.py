"""Tokens: one login at a time, never the wrong account's, stored only if still ours."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from config.lib.remote_errors import CredentialsRefused, Unreachable
from portals.connectors.types import Token
from portals.models import Listing, PortalAccess, PortalToken
from portals.services import tokens
from portals.services.drain import drain_access
from tests.portals.fake_portal import FakePortal, Fault, unauthorized


class Login:
    """A login that gives numbered tokens, slowly if told so."""

    def __init__(self, *, seconds: float = 0.0, error: Exception | None = None) -> None:
        self.calls, self.seconds, self.error = 0, seconds, error

    def __call__(self) -> Token:
        self.calls += 1
        time.sleep(self.seconds)
        if self.error is not None:
            raise self.error
        return Token(value=f"token-{self.calls}")


def stored(access: PortalAccess, value: str = "known", **columns: object) -> PortalToken:
    """Store a token as an earlier login did."""
    row = {"account_fingerprint": access.account_fingerprint, "value": {"token": value}}
    return PortalToken.objects.create(access=access, **{**row, **columns})


# -- on the main thread --------------------------------------------------------------------------
def test_the_first_call_logs_in_and_the_second_does_not(access: PortalAccess) -> None:
    login = Login()
    source = tokens.StoredTokens(access)

    assert (source.get(login), source.get(login)) == ("token-1", "token-1")
    assert login.calls == 1
    assert tokens.read_token(access) == "token-1"


def test_a_stale_token_is_renewed_once(access: PortalAccess) -> None:
    login = Login()
    stored(access, "stale")
    source = tokens.StoredTokens(access)

    assert source.renew("stale", login) == "token-1"
    assert source.renew("stale", login) == "token-1"
    assert login.calls == 1


@pytest.mark.parametrize(("seconds", "value"), [(29, ""), (60, "known")])
def test_a_token_about_to_end_is_not_used(access: PortalAccess, seconds: int, value: str) -> None:
    stored(access, expires_at=timezone.now() + timedelta(seconds=seconds))

    assert tokens.read_token(access) == value


def test_a_token_of_another_account_is_never_used(access: PortalAccess) -> None:
    stored(access, account_fingerprint="another")
    login = Login()

    assert tokens.StoredTokens(access).get(login) == "token-1"
    assert login.calls == 1


def test_a_token_is_encrypted_at_rest_and_hides_itself(access: PortalAccess) -> None:
    row = stored(access, "very-secret")

    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM portals_portaltoken")
        (raw,) = cursor.fetchone()
    row.refresh_from_db()

    assert "very-secret" not in raw
    assert "very-secret" not in repr(row.value)
    assert "very-secret" not in repr(Token(value="very-secret"))


def test_the_right_to_log_in_is_held_by_one(access: PortalAccess) -> None:
    first, second = tokens.take_lease(access), tokens.take_lease(access)

    assert first
    assert second == ""

    tokens.drop_lease(access, first)
    assert tokens.take_lease(access)


def test_the_right_of_a_dead_process_is_taken_over(access: PortalAccess) -> None:
    first = tokens.take_lease(access)
    PortalToken.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    second = tokens.take_lease(access)

    assert second not in ("", first)


def test_a_login_that_lost_its_lease_stores_nothing(access: PortalAccess) -> None:
    first = tokens.take_lease(access)
    PortalToken.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    second = tokens.take_lease(access)

    assert not tokens.store_token(access, first, Token(value="late"))
    assert tokens.store_token(access, second, Token(value="good"))
    assert tokens.read_token(access) == "good"
    assert PortalToken.objects.get().generation == 1


def test_a_login_with_an_account_left_behind_stores_nothing(access: PortalAccess) -> None:
    owner = tokens.take_lease(access)
    PortalAccess.objects.filter(pk=access.pk).update(account_fingerprint="another")

    assert not tokens.store_token(access, owner, Token(value="old-account"))

    assert PortalToken.objects.get().value == {}
    assert PortalToken.objects.get().lease_owner == ""


@pytest.mark.parametrize("error", [CredentialsRefused("401"), Unreachable("500")])
def test_a_login_that_fails_gives_its_right_back(access: PortalAccess, error: Exception) -> None:
    with pytest.raises(type(error)):
        tokens.StoredTokens(access).get(Login(error=error))

    assert PortalToken.objects.get().lease_owner == ""


def test_whoever_cannot_wait_longer_says_that_nothing_was_sent(
    access: PortalAccess, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HTTP_DEADLINE = 0.1
    monkeypatch.setattr(tokens, "PATIENCE_EXTRA", 0.1)
    tokens.take_lease(access)

    with pytest.raises(Unreachable) as caught:
        tokens.StoredTokens(access).get(Login())

    assert caught.value.sent is False


def test_waiting_for_a_dead_holder_lasts_longer_than_its_right() -> None:
    assert tokens.PATIENCE_EXTRA > tokens.LEASE_EXTRA


# -- slots share one -----------------------------------------------------------------------------
class MainThread:
    """Answers the slots as a drain's main thread does, without a database."""

    def __init__(self, *, fresh: str = "", busy: int = 0) -> None:
        self.fresh, self.busy = fresh, busy
        self.handed: list[tuple[str, Token | None]] = []
        self.asked: list[str] = []

    def ask_lease(self, stale: str) -> tuple[str, str]:
        """Say that somebody logs in, then give what there is."""
        self.asked.append(stale)
        if self.busy:
            self.busy -= 1
            return "", ""
        return (self.fresh, "") if self.fresh else ("", "owner")

    def hand_over(self, owner: str, token: Token | None) -> None:
        """Remember what was handed over."""
        self.handed.append((owner, token))


def in_threads(count: int, work: Callable[[], str]) -> list[str]:
    """Let so many slots work at once; their results."""
    results: queue.SimpleQueue[str] = queue.SimpleQueue()
    start = threading.Barrier(count)

    def run() -> None:
        start.wait()
        try:
            results.put(work())
        except CredentialsRefused as err:
            results.put(f"refused {err.detail}")

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results.get() for _ in range(count)]


def test_eight_slots_log_in_once() -> None:
    main, login = MainThread(), Login(seconds=0.05)
    source = tokens.SlotTokens("", main.ask_lease, main.hand_over)

    found = in_threads(8, lambda: source.get(login))

    assert found == ["token-1"] * 8
    assert login.calls == 1
    assert [(owner, token.value if token else "") for owner, token in main.handed] == [
        ("owner", "token-1")
    ]


def test_eight_slots_renew_a_stale_token_once() -> None:
    main, login = MainThread(), Login(seconds=0.05)
    source = tokens.SlotTokens("stale", main.ask_lease, main.hand_over)

    assert in_threads(8, lambda: source.renew("stale", login)) == ["token-1"] * 8
    assert login.calls == 1


def test_what_another_process_renewed_is_used_without_a_login() -> None:
    main, login = MainThread(fresh="theirs", busy=1), Login()
    source = tokens.SlotTokens("stale", main.ask_lease, main.hand_over)

    assert source.renew("stale", login) == "theirs"
    assert login.calls == 0
    assert main.asked == ["stale", "stale"]


def test_a_refused_login_is_not_tried_by_every_slot() -> None:
    main, login = MainThread(), Login(seconds=0.05, error=CredentialsRefused("401"))
    source = tokens.SlotTokens("", main.ask_lease, main.hand_over)

    found = in_threads(8, lambda: source.get(login))

    assert login.calls == 1
    assert sorted(found) == ["refused 401"] + ["refused login refused"] * 7
    assert main.handed == [("owner", None)]


# -- in a drain ----------------------------------------------------------------------------------
Wish = Callable[..., Listing]


def test_eight_connections_log_in_once(access: PortalAccess, fake: FakePortal, wish: Wish) -> None:
    for _ in range(16):
        wish()
    fake.latency = 0.01

    drain_access(access.pk, connections=8)

    assert fake.counters["login"] == 1
    assert fake.counters["created"] == 16
    assert tokens.read_token(access) == fake.token


def test_a_stored_token_is_used_by_the_next_drain(
    access: PortalAccess, fake: FakePortal, wish: Wish
) -> None:
    wish()
    drain_access(access.pk)
    wish()

    drain_access(access.pk)

    assert fake.counters["login"] == 1


def test_after_a_401_the_token_is_renewed_once_and_the_write_repeated_once(
    access: PortalAccess, fake: FakePortal, wish: Wish
) -> None:
    wish()
    fake.script("create", Fault(), unauthorized())
    drain_access(access.pk)
    wish()

    drain_access(access.pk)

    assert (fake.counters["login"], fake.counters["created"]) == (2, 2)
    assert len(fake.ads) == 2


def test_a_fresh_token_refused_stops_the_access(
    access: PortalAccess, fake: FakePortal, wish: Wish
) -> None:
    row = wish()
    fake.token_refused = True

    report = drain_access(access.pk)

    access.refresh_from_db()
    row.refresh_from_db()
    assert report.reason == "credentials"
    assert access.failure_mode == "credentials"
    assert (row.state, fake.ads) == ("absent", [])
