"""What every connector must do, whichever portal it speaks to."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from config.lib.remote_errors import (
    CredentialsRefused,
    Exchange,
    Throttled,
    UnexpectedAnswer,
    Unreachable,
)
from portals.connectors.base import CanListAll, HasPlans
from portals.connectors.errors import ListingUnknown, NotSupported
from portals.connectors.registry import CONNECTORS, connector_class
from portals.connectors.types import RemoteRef
from tests.portals.connectors.worlds import RETRY_AFTER, WORLDS, World
from tests.portals.drafts import draft, motorcycle
from tests.portals.fake import FakeConnector

REF = RemoteRef(reference="123", category=1)
CLASSES = [*CONNECTORS.values(), FakeConnector]
CALLS = {
    "find": lambda c: c.find(REF),
    "observe": lambda c: c.observe(REF),
    "create": lambda c: c.create(c.payload(draft())),
    "update": lambda c: c.update(c.payload(draft()), REF),
    "withdraw": lambda c: c.withdraw(REF),
    "listings": lambda c: list(c.listings()),
    "plans": lambda c: c.plans(),
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
    assert set(cls.base_urls) == {"sandbox", "test", "production"}
    assert cls.base_urls["sandbox"].startswith("/")
    assert cls.base_urls["production"].startswith("https://")
    assert any(field.secret for field in cls.credentials)
    assert len({field.name for field in cls.credentials}) == len(cls.credentials)
    assert set(cls.traits.kinds) <= set(cls.traits.categories)
    assert cls.login_name({"user": "a"}) != cls.login_name({"user": "b"})


def test_slug_of_the_registry_is_the_connectors_own():
    assert all(connector_class(slug).slug == slug for slug in CONNECTORS)


def test_unknown_slug_is_an_error():
    with pytest.raises(KeyError):
        connector_class("nowhere")


def test_ad_lives_from_creation_to_withdrawal(world):
    connector = world.connector()
    payload = connector.payload(draft())

    made = connector.create(payload)
    ref = RemoteRef(reference="123", category=1, remote_id=made.remote_id)

    assert made.remote_id
    assert made.state == ("pending" if connector.traits.reviews else "live")
    assert made.warnings == ()
    assert connector.observe(ref).state == "live"
    assert connector.find(REF).remote_id == made.remote_id
    assert connector.update(connector.payload(draft(active=False)), ref).remote_id == made.remote_id
    assert connector.observe(ref).state == "paused"
    assert connector.withdraw(ref).state == "absent"
    assert connector.observe(ref).state == "absent"


def test_withdrawing_twice_is_fine(world):
    connector = world.connector()
    connector.create(connector.payload(draft()))

    assert connector.withdraw(REF).state == "absent"
    assert connector.withdraw(REF).state == "absent"


def test_what_is_not_there_is_absent_and_no_error(world):
    connector = world.connector()

    assert connector.find(REF).state == "absent"
    assert connector.observe(REF).state == "absent"


def test_updating_what_is_gone_says_so(world):
    connector = world.connector()

    with pytest.raises(ListingUnknown):
        connector.update(connector.payload(draft()), REF)


def test_list_and_plans_are_read(world):
    connector = world.connector()
    connector.create(connector.payload(draft()))

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
        CALLS[call](connector)

    assert caught.value.verdict is (failure in ("unauthorized", "throttled"))
    if failure == "throttled":
        assert caught.value.retry_after == RETRY_AFTER


def test_account_check_reports_instead_of_raising(world):
    report = world.connector().check_account()

    assert report.steps[:2] == (("reached", True), ("login", True))


def test_secrets_are_nowhere_to_be_read(world):
    exchanges: list[Exchange] = []
    connector = world.connector(exchanges)

    connector.create(connector.payload(draft()))

    told = repr(exchanges) + repr(connector.account) + repr(connector.login())
    assert len(exchanges) >= 2
    assert world.secret not in told
    assert connector.tokens.value not in told


@pytest.mark.parametrize("each", [draft(), motorcycle(), draft(photos=(), description="")])
def test_payload_is_json_and_deterministic(world, each):
    connector = world.connector()

    one, other = connector.payload(each), connector.payload(each)

    assert json.loads(json.dumps(one.body)) == one.body
    assert one.fingerprint() == other.fingerprint()
    assert len(one.fingerprint()) == 64


def test_pause_changes_the_fingerprint_if_it_is_part_of_the_payload(world):
    connector = world.connector()
    live, paused = (connector.payload(draft(active=active)) for active in (True, False))

    changed = live.fingerprint() != paused.fingerprint()

    assert changed is (connector.traits.pause == "payload")


def test_complete_vehicle_passes_the_preflight(world):
    assert world.connector().preflight(draft()) == ()


def test_unsupported_category_is_said_before_anything_is_sent(world):
    connector = world.connector()

    findings = connector.preflight(draft(category=3))

    assert [(f.severity, f.mode, f.problem.field) for f in findings] == [
        ("refused", "unsupported", "category")
    ]
    with pytest.raises(NotSupported):
        connector.payload(draft(category=3))
