"""Writes over the wire: which calls are made, and what each answer means."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from config.lib.remote_errors import CredentialsRefused, Throttled, UnexpectedAnswer, Unreachable
from portals.connectors.chavesnamao.connector import ChavesNaMaoConnector
from portals.connectors.chavesnamao.queue import WITHDRAWAL, WRITE, read_pending
from portals.connectors.errors import ListingRefused, ListingUnknown
from portals.connectors.types import RemoteRef
from tests.portals.connectors.chavesnamao.drafts import car
from tests.portals.connectors.chavesnamao_world import ChavesNaMaoWorld

REF = RemoteRef(reference="123", category=1)
LIVE = {"active": True, "highlight": 0, "photos": 2, "price": "45990"}


class Scripted:
    """A portal that answers each call with what was written for it, else with a plain 202."""

    def __init__(self, world: ChavesNaMaoWorld) -> None:
        self.world = world
        self.answers: dict[str, tuple[int, dict[str, str], str]] = {}
        self.connector = world.connector()
        world.accept = self._accept
        self._plain_read = world.read
        world.read = self._read

    def on(self, call: str, status: int, body: Any = None, **headers: str) -> None:
        """Answer "METHOD path" like this."""
        text = body if isinstance(body, str) else json.dumps({} if body is None else body)
        self.answers[call] = (status, headers, text)

    def _accept(self, method: str, what: str, reference: str, _body: Any) -> Any:
        path = what if method == "POST" and what == "vehicles" else f"{what}/{reference}"
        return self.answers.get(f"{method} {path}", (202, {}, ""))

    def _read(self, reference: str) -> Any:
        return self.answers.get(f"GET vehicles/{reference}") or self._plain_read(reference)


@pytest.fixture
def portal(world: ChavesNaMaoWorld) -> Scripted:
    """The portal, scripted."""
    return Scripted(world)


def asked(**changes: Any) -> RemoteRef:
    """Return the reference of an ad of which this was accepted last."""
    return RemoteRef(reference="123", category=1, remote_id="123", asked={**LIVE, **changes})


def create(connector: ChavesNaMaoConnector, **changes: Any) -> Any:
    """Create an ad."""
    return connector.create(connector.payload(car(**changes)))


def update(connector: ChavesNaMaoConnector, ref: RemoteRef = REF, **changes: Any) -> Any:
    """Replace an ad."""
    return connector.update(connector.payload(car(**changes)), ref)


# -- which calls -----------------------------------------------------------------------------

PUT = "PUT vehicles/123"
PUBLISH, UNPUBLISH, MARK = (f"{method} publications/123" for method in ("POST", "DELETE", "PUT"))


@pytest.mark.parametrize(
    ("changes", "calls"),
    [
        ({}, ["POST vehicles"]),
        ({"highlight": 1}, ["POST vehicles", MARK]),
        ({"active": False, "highlight": 1}, ["POST vehicles", UNPUBLISH]),
    ],
)
def test_calls_of_a_creation(world, changes, calls):
    create(world.connector(), **changes)

    assert world.said == calls


@pytest.mark.parametrize(
    ("ref", "changes", "calls"),
    [
        (asked(), {}, [PUT]),
        (asked(), {"highlight": 1}, [PUT, MARK]),
        (asked(highlight=1), {"highlight": 1}, [PUT]),
        (asked(highlight=1), {}, [PUT, MARK]),
        (asked(), {"active": False}, [PUT, UNPUBLISH]),
        (asked(active=False), {"active": False}, [PUT]),
        (asked(active=False), {}, [PUT, PUBLISH]),
        (asked(active=False, highlight=1), {"highlight": 1}, [PUT, PUBLISH, MARK]),
        (REF, {}, [PUT, PUBLISH, MARK]),
        (REF, {"highlight": 1}, [PUT, PUBLISH, MARK]),
        (REF, {"active": False}, [PUT, UNPUBLISH]),
    ],
)
def test_calls_of_a_change_are_those_that_were_not_made_yet(portal, ref, changes, calls):
    update(portal.connector, ref, **changes)

    assert portal.world.said == calls


def test_highlight_is_said_as_documented(world):
    create(world.connector(), highlight=1)

    bodies = [job["body"] for job in world.jobs]
    assert bodies[1] == {"highlighted": True}
    assert "highlighted" not in bodies[0]
    assert "active" not in bodies[0]


# -- accepted --------------------------------------------------------------------------------


def test_what_is_accepted_is_pending_and_known_by_our_reference(portal):
    for seen in (create(portal.connector), update(portal.connector, asked())):
        kept = read_pending(seen.pending_ref)

        assert (seen.state, seen.remote_id, seen.warnings) == ("pending", "123", ())
        assert kept is not None
        assert kept.verb == WRITE


def test_publication_call_that_is_not_taken_refuses_nothing(portal):
    for status in (400, 404, 409, 422):
        for call in (PUBLISH, UNPUBLISH, MARK):
            portal.on(call, status)

        assert update(portal.connector).state == "pending"
        assert update(portal.connector, active=False).state == "pending"
        assert create(portal.connector, highlight=1).state == "pending"


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [(429, {"Retry-After": "4"}, Throttled), (500, {}, Unreachable), (403, {}, UnexpectedAnswer)],
)
def test_failure_after_the_vehicle_was_taken_has_no_verdict(portal, status, headers, error):
    portal.on(MARK, status, **headers)

    for write in (create, update):
        with pytest.raises(error) as caught:
            write(portal.connector, highlight=1)

        assert caught.value.verdict is False
        if error is Throttled:
            assert caught.value.retry_after == 4


def test_refused_token_stops_the_access_in_the_midst_of_a_write_too(portal):
    portal.on(MARK, 401)

    with pytest.raises(CredentialsRefused):
        create(portal.connector, highlight=1)


# -- refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize("write", [create, update])
@pytest.mark.parametrize("status", [400, 422])
def test_refusal_names_our_fields(portal, write: Callable[..., Any], status):
    for call in ("POST vehicles", PUT):
        portal.on(call, status, {"message": ["licensePlate must match"]})
    if write is update:
        portal.on("GET vehicles/123", 200)

    with pytest.raises(ListingRefused) as caught:
        write(portal.connector)

    assert [problem.field for problem in caught.value.problems] == ["plate"]


@pytest.mark.parametrize(
    ("refusal", "body"),
    [(422, {}), (409, {}), (422, "Referência já cadastrada"), (400, ["reference in use"])],
)
@pytest.mark.parametrize("found", [200, 202])
def test_reference_that_is_there_already_is_looked_for(portal, refusal, body, found):
    portal.on("POST vehicles", refusal, json.dumps(body))
    portal.on("GET vehicles/123", found)

    with pytest.raises(UnexpectedAnswer) as caught:
        create(portal.connector)

    assert caught.value.verdict is False


def test_change_of_what_is_gone_says_so(portal):
    portal.on(PUT, 404)
    with pytest.raises(ListingUnknown):
        update(portal.connector)

    portal.on(PUT, 422)
    portal.on("GET vehicles/123", 404)
    with pytest.raises(ListingUnknown):
        update(portal.connector)


def test_change_of_what_still_waits_to_be_made_is_tried_again(portal):
    portal.on(PUT, 422, {"message": "licensePlate"})
    portal.on("GET vehicles/123", 202)

    with pytest.raises(UnexpectedAnswer):
        update(portal.connector)


@pytest.mark.parametrize("write", [create, update])
@pytest.mark.parametrize(("status", "body"), [(403, {}), (405, {}), (422, "<html>"), (404, "x")])
def test_answer_nobody_understands_is_no_refusal(portal, write, status, body):
    for call in ("POST vehicles", PUT):
        portal.on(call, status, body)

    with pytest.raises(UnexpectedAnswer):
        write(portal.connector)


# -- withdrawal ------------------------------------------------------------------------------


def test_withdrawal_is_pending_until_the_vehicle_is_gone(world):
    connector = world.connector()
    create(connector)
    world.settle()

    gone = connector.withdraw(REF)

    kept = read_pending(gone.pending_ref)
    assert gone.state == "pending"
    assert kept is not None
    assert kept.verb == WITHDRAWAL


@pytest.mark.parametrize("status", [404, 422])
def test_withdrawal_of_what_is_gone_is_done(portal, status):
    portal.on("DELETE vehicles/123", status)
    portal.on("GET vehicles/123", 404)

    assert portal.connector.withdraw(REF).state == "absent"


@pytest.mark.parametrize("status", [404, 422])
def test_withdrawal_of_what_waits_to_be_made_is_not_done(portal, status):
    portal.on("DELETE vehicles/123", status)
    portal.on("GET vehicles/123", 202)

    with pytest.raises(UnexpectedAnswer):
        portal.connector.withdraw(REF)


# -- reads -----------------------------------------------------------------------------------


def test_vehicle_that_waits_is_pending_and_looked_for_so_too(world):
    connector = world.connector()
    create(connector)

    assert connector.observe(REF).state == "pending"
    assert connector.find(REF).state == "pending"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {}),
        (200, {"reference": "124"}),
        (200, []),
        (403, {}),
        (404, "<html>"),
        (202, "<html>"),
    ],
)
def test_read_nobody_understands_is_not_absent(portal, status, body):
    portal.on("GET vehicles/123", status, body)

    for read in (portal.connector.observe, portal.connector.find):
        with pytest.raises(UnexpectedAnswer):
            read(REF)


def test_change_that_came_to_nothing_is_lost_track_of(world, monkeypatch):
    connector = world.connector()
    create(connector)
    world.settle()
    world.vehicles["123"]["updatedAt"] = "2026-01-02T03:04:05.678Z"
    written = update(connector, asked(), description="Novo.")
    world.jobs.clear()  # it leaves the queue without a word
    ref = replace(asked(), pending_ref=written.pending_ref)

    assert connector.observe(ref).state == "pending"
    monkeypatch.setattr("portals.connectors.chavesnamao.queue.GRACE", 0)
    with pytest.raises(ListingUnknown):
        connector.observe(ref)


def test_reference_is_percent_encoded(portal):
    reference = "a/../b?c"

    portal.connector.observe(RemoteRef(reference=reference, category=1))

    assert portal.world.said == ["GET vehicles/a%2F..%2Fb%3Fc"]
