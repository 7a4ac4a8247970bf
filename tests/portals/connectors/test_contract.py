"""What every connector must do, whichever portal it speaks to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from config.lib.remote_errors import (
    CredentialsRefused,
    Exchange,
    Throttled,
    UnexpectedAnswer,
    Unreachable,
)
from portals.connectors.base import CanListAll, Connector, ConnectsByBrowser, HasPlans
from portals.connectors.errors import ListingUnknown, NotSupported
from portals.connectors.registry import CONNECTORS, connector_class
from portals.connectors.types import ObservedListing, RemoteRef
from tests.portals.connectors.world import RETRY_AFTER, World
from tests.portals.connectors.worlds import WORLDS
from tests.portals.fake import FakeConnector

REF = RemoteRef(reference="123", category=1)
CLASSES = [*CONNECTORS.values(), FakeConnector]
CALLS = {
    "find": lambda c, _: c.find(REF),
    "observe": lambda c, _: c.observe(REF),
    "create": lambda c, draft: c.create(c.payload(draft)),
    "update": lambda c, draft: c.update(c.payload(draft), REF),
    "withdraw": lambda c, _: c.withdraw(REF),
    "listings": lambda c, _: list(c.listings()),
    "plans": lambda c, _: c.plans(),
}


@pytest.fixture(params=sorted(WORLDS))
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Each portal in turn."""
    with WORLDS[request.param]() as each:
        yield each


def test_every_connector_of_the_registry_is_under_contract():
    assert {*CONNECTORS, "fake"} == {*WORLDS}


@pytest.mark.parametrize("cls", CLASSES)
def test_registered_class_is_well_formed(cls):
    assert cls.label
    assert {"sandbox", "production"} <= set(cls.base_urls) <= {"sandbox", "test", "production"}
    assert cls.base_urls["sandbox"].startswith("/")
    assert cls.base_urls["production"].startswith("https://")
    by_browser = cls.connects_by == "browser"
    assert isinstance(cls, ConnectsByBrowser) is by_browser
    assert any(field.secret for field in cls.credentials) is not by_browser
    assert len({field.name for field in cls.credentials}) == len(cls.credentials)
    if cls in CONNECTORS.values():
        assert cls.connect_help if by_browser else all(field.help for field in cls.credentials)
    assert set(cls.traits.kinds) <= set(cls.traits.categories)
    names = ("account",) if by_browser else tuple(field.name for field in cls.credentials)
    one, other = (cls.login_name(dict.fromkeys(names, text)) for text in ("s3cret-a", "s3cret-b"))
    assert one != other
    if all(field.secret for field in cls.credentials) and not by_browser:
        assert "s3cret" not in one


def test_slug_of_the_registry_is_the_connectors_own():
    assert all(connector_class(slug).slug == slug for slug in CONNECTORS)


def test_unknown_slug_is_an_error():
    with pytest.raises(KeyError):
        connector_class("nowhere")


def test_ad_lives_from_creation_to_withdrawal(world):
    connector = world.connector()
    payload = connector.payload(world.draft())

    made = connector.create(payload)

    assert made.remote_id or made.pending_ref
    assert made.state == ("pending" if connector.traits.reviews else "live")
    assert made.warnings == ()
    world.settle()
    live = connector.observe(_after(REF, made))
    ref = _after(_after(REF, made), live)
    assert (live.state, live.pending_ref) == ("live", "")
    assert ref.remote_id == (made.remote_id or live.remote_id) != ""
    assert connector.find(REF).remote_id == ref.remote_id
    pauses = connector.traits.pause != "withdraw"
    changed = world.draft(active=False) if pauses else world.draft(price=Decimal(45991))
    edited = connector.update(connector.payload(changed), ref)
    assert edited.remote_id == ref.remote_id
    world.settle()
    seen = connector.observe(_after(ref, edited))
    assert seen.state == ("paused" if pauses else "live")
    assert seen.remote_id == ref.remote_id
    assert _withdrawn(world, connector, ref).state == "absent"
    assert connector.observe(ref).state == "absent"


def _after(ref: RemoteRef, seen: ObservedListing) -> RemoteRef:
    """What we know of an ad after an answer."""
    return replace(ref, remote_id=seen.remote_id or ref.remote_id, pending_ref=seen.pending_ref)


def _withdrawn(world: World, connector: Connector, ref: RemoteRef) -> ObservedListing:
    """Withdraw an ad; one that the portal decides on later must give a reference to ask with, and
    is not gone before it is."""
    seen = connector.withdraw(ref)
    if seen.state == "pending":
        assert seen.pending_ref
        assert connector.traits.upserts or world.defers
        leaving = replace(_after(ref, seen), asked={"absent": True})
        if world.defers:
            assert connector.observe(leaving).state == "pending"
            world.settle()
        seen = connector.observe(leaving)
    else:
        assert not world.defers
    return seen


def test_withdrawing_twice_is_fine(world):
    connector = world.connector()
    connector.create(connector.payload(world.draft()))
    world.settle()

    assert _withdrawn(world, connector, REF).state == "absent"
    if world.defers:  # there is nothing to be carried out any more
        assert connector.withdraw(REF).state == "absent"
    else:
        assert _withdrawn(world, connector, REF).state == "absent"


def test_what_is_not_there_is_absent_and_no_error(world):
    connector = world.connector()

    assert connector.find(REF).state == "absent"
    assert connector.observe(REF).state == "absent"


def test_updating_what_is_gone_says_so_or_makes_it_again(world):
    connector = world.connector()
    payload = connector.payload(world.draft())

    if connector.traits.upserts:  # it is made again, as our reference is all that counts
        seen = connector.update(payload, REF)
        assert connector.observe(_after(REF, seen)).state == "live"
    else:
        with pytest.raises(ListingUnknown):
            connector.update(payload, REF)


def test_list_and_plans_are_read(world):
    connector = world.connector()
    connector.create(connector.payload(world.draft()))
    world.settle()

    assert isinstance(connector, CanListAll)
    assert isinstance(connector, HasPlans)
    assert {ad.reference for ad in connector.listings()} == {"123"}
    assert connector.plans() == ()


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("failure", "error"),
    [
        ("unauthorized", CredentialsRefused),
        ("throttled", Throttled),
        ("down", Unreachable),
        ("garbage", UnexpectedAnswer),
    ],
)
def test_each_failure_becomes_its_error(world, call, failure, error):
    connector = world.connector()
    world.fail(failure)

    with pytest.raises(error) as caught:
        CALLS[call](connector, world.draft())

    assert caught.value.verdict is (failure in ("unauthorized", "throttled"))
    if failure == "throttled":
        assert caught.value.retry_after == RETRY_AFTER


def test_account_check_reports_instead_of_raising(world):
    report = world.connector().check_account()

    assert report.steps[:2] == (("reached", True), ("login", True))


def test_secrets_are_nowhere_to_be_read(world):
    exchanges: list[Exchange] = []
    connector = world.connector(exchanges)

    connector.create(connector.payload(world.draft()))
    connector.find(REF)

    told = repr(exchanges) + repr(connector.account) + repr(connector.login())
    assert len(exchanges) >= 2
    assert world.secret not in told
    assert connector.tokens.value not in told


@pytest.mark.parametrize("changes", [{}, {"category": 2}, {"photos": (), "description": ""}])
def test_payload_is_json_and_deterministic(world, changes):
    connector = world.connector()

    one, other = (connector.payload(world.draft(**changes)) for _ in range(2))

    assert json.loads(json.dumps(one.body)) == one.body
    assert one.fingerprint() == other.fingerprint()
    assert len(one.fingerprint()) == 64


def test_pause_changes_the_fingerprint_if_it_is_part_of_the_payload(world):
    connector = world.connector()
    live, paused = (connector.payload(world.draft(active=active)) for active in (True, False))

    changed = live.fingerprint() != paused.fingerprint()

    assert changed is (connector.traits.pause == "payload")


def test_complete_vehicle_passes_the_preflight(world):
    assert world.connector().preflight(world.draft()) == ()


def test_unsupported_category_is_said_before_anything_is_sent(world):
    connector = world.connector()

    findings = connector.preflight(world.draft(category=4))

    assert [(f.severity, f.mode, f.problem.field) for f in findings] == [
        ("refused", "unsupported", "category")
    ]
    with pytest.raises(NotSupported):
        connector.payload(world.draft(category=4))
