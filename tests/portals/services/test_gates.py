"""What all workers share about a portal: its rate, and whether it is down."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from portals.models import PortalGate
from portals.services import gates


@pytest.fixture
def gate(db: None, settings: Settings) -> PortalGate:
    """The gate of a portal that is well."""
    settings.PORTAL_PROBE_DELAY = 30.0
    settings.HTTP_DEADLINE = 25.0
    return gates.gate_for("https://portal.invalid/api")


def close(gate: PortalGate, *, probe_in: float) -> None:
    """Close a gate; the next probe is due in so many seconds."""
    now = timezone.now()
    PortalGate.objects.filter(pk=gate.pk).update(
        failures=9, closed_since=now, closed_until=now + timedelta(seconds=probe_in)
    )


def seconds_closed(gate: PortalGate) -> float:
    """Return for how many seconds the gate stays closed."""
    gate.refresh_from_db()
    assert gate.closed_until is not None
    return (gate.closed_until - timezone.now()).total_seconds()


def test_a_gate_belongs_to_an_origin(gate: PortalGate) -> None:
    assert gates.gate_for("https://PORTAL.invalid:443/other").pk == gate.pk
    assert gates.gate_for("http://portal.invalid/api").pk != gate.pk
    assert gate.origin == "https://portal.invalid:443"


def test_an_open_gate_lets_everybody_pass(gate: PortalGate) -> None:
    passage = gates.pass_gate(gate.pk)

    assert (passage.allowed, passage.probe) == (True, False)


def test_only_failures_in_a_row_close_it(gate: PortalGate) -> None:
    closed = [gates.note_failure(gate.pk) for _ in range(gates.FAILURES - 1)]
    gates.note_success(gate.pk)
    closed += [gates.note_failure(gate.pk) for _ in range(gates.FAILURES - 1)]

    assert not any(closed)
    assert gates.pass_gate(gate.pk).allowed

    assert gates.note_failure(gate.pk)
    assert not gates.pass_gate(gate.pk).allowed
    assert 29 < seconds_closed(gate) <= 30


def test_a_closed_gate_says_until_when(gate: PortalGate) -> None:
    close(gate, probe_in=10)

    passage = gates.pass_gate(gate.pk)

    gate.refresh_from_db()
    assert (passage.allowed, passage.until) == (False, gate.closed_until)


def test_one_probe_passes_when_its_time_has_come(gate: PortalGate) -> None:
    close(gate, probe_in=-1)

    first, second = gates.pass_gate(gate.pk), gates.pass_gate(gate.pk)

    assert (first.allowed, first.probe) == (True, True)
    assert second.allowed is False
    # Should the prober die, the next may try once its exchange can no longer be under way.
    assert 24 < seconds_closed(gate) <= 25


def test_probes_of_a_portal_that_stays_down_are_farther_and_farther_apart(
    gate: PortalGate,
) -> None:
    waits = []
    for minutes in (0, 1, 5, 60):
        close(gate, probe_in=-1)
        PortalGate.objects.filter(pk=gate.pk).update(
            closed_since=timezone.now() - timedelta(minutes=minutes)
        )
        gates.note_failure(gate.pk)
        waits.append(round(seconds_closed(gate)))

    assert waits == sorted(waits)
    assert waits[0] == 30
    assert waits[-1] == gates.PROBE_CAP


def test_how_long_it_is_down_is_kept_from_the_first_failure_on(gate: PortalGate) -> None:
    for _ in range(gates.FAILURES):
        gates.note_failure(gate.pk)
    gate.refresh_from_db()
    since = gate.closed_since

    gates.note_failure(gate.pk)

    gate.refresh_from_db()
    assert since is not None
    assert gate.closed_since == since


def test_an_answer_opens_it(gate: PortalGate) -> None:
    close(gate, probe_in=10)

    gates.note_success(gate.pk)

    gate.refresh_from_db()
    assert (gate.failures, gate.closed_until, gate.closed_since) == (0, None, None)
    assert gates.pass_gate(gate.pk) == gates.Passage(allowed=True)


# -- the rate ------------------------------------------------------------------------------------
def test_a_second_grants_no_more_than_the_rate(
    gate: PortalGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1_800_000_000.5]
    monkeypatch.setattr("portals.services.gates.time.time", lambda: clock[0])

    first = [gates.grant(gate.pk, rate=10, wish=4) for _ in range(5)]
    clock[0] += 0.49
    same = gates.grant(gate.pk, rate=10, wish=4)
    clock[0] += 0.01
    following = gates.grant(gate.pk, rate=10, wish=40)

    assert first == [4, 4, 2, 0, 0]
    assert same == 0
    assert following == 10


def test_a_clock_that_runs_behind_gets_nothing_rather_than_too_much(
    gate: PortalGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1_800_000_002.0]
    monkeypatch.setattr("portals.services.gates.time.time", lambda: clock[0])
    gates.grant(gate.pk, rate=10, wish=10)
    clock[0] -= 1.0

    assert gates.grant(gate.pk, rate=10, wish=1) == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_workers_together_keep_the_rate(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portals.services.gates.time.time", lambda: 1_800_000_000.5)
    gate = gates.gate_for("https://portal.invalid/api")
    granted: list[int] = []
    start = threading.Barrier(6)

    def work() -> None:
        start.wait()
        granted.extend(gates.grant(gate.pk, rate=50, wish=3) for _ in range(20))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    gate.refresh_from_db()
    assert sum(granted) == gate.granted
    assert sum(granted) <= 50
    # Who loses a race asks again, so that next to nothing of the second is wasted.
    assert sum(granted) >= 48


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_probes(settings: Settings) -> None:
    gate = gates.gate_for("https://portal.invalid/api")
    close(gate, probe_in=-1)
    passed: list[bool] = []
    start = threading.Barrier(6)

    def work() -> None:
        start.wait()
        passed.append(gates.pass_gate(gate.pk).allowed)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert passed.count(True) == 1
