"""The portal's own list against what we believe: reported, and healed where it is ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from config.lib.remote_errors import Unreachable
from portals.models import Listing, PortalAccess
from portals.services import leases
from portals.services.drain import drain_access
from portals.services.observations import FRESH
from portals.services.reconcile import reconcile_access
from tests.portals.fake_portal import FakeAd, FakePortal, Fault

Wish = Callable[..., Listing]


@pytest.fixture
def published(access: PortalAccess, wish: Wish, fake: FakePortal) -> list[Listing]:
    """Three ads that went live an hour ago."""
    rows = [wish() for _ in range(3)]
    drain_access(access.pk)
    Listing.objects.update(intent_at=timezone.now() - timedelta(hours=1))
    for row in rows:
        row.refresh_from_db()
    fake.counters.clear()
    return rows


def ad_of(fake: FakePortal, row: Listing) -> FakeAd:
    """Return the one ad of a listing."""
    (ad,) = fake.of_reference(row.vehicle.code)
    return ad


def test_what_agrees_is_left_alone(
    access: PortalAccess, published: list[Listing], fake: FakePortal
) -> None:
    report = reconcile_access(access.pk)

    access.refresh_from_db()
    assert report.counts() == {
        "seen": 3,
        "missing": 0,
        "extra": 0,
        "unwanted": 0,
        "doubled": 0,
        "different": 0,
        "failure": "",
    }
    assert access.reconciled_at is not None
    assert access.reconcile_report["seen"] == 3
    assert access.lease_owner == ""
    assert not Listing.objects.filter(due_at__isnull=False).exists()


def test_a_missing_ad_is_made_again(
    access: PortalAccess, published: list[Listing], fake: FakePortal
) -> None:
    gone = published[1]
    fake.remove(ad_of(fake, gone))

    report = reconcile_access(access.pk)
    drain_access(access.pk)

    gone.refresh_from_db()
    assert report.missing == [gone.vehicle.code]
    assert (fake.counters["find"], fake.counters["create"]) == (1, 1)
    assert gone.state == "live"


def test_an_ad_just_accepted_is_not_missing_yet(
    access: PortalAccess, published: list[Listing], fake: FakePortal
) -> None:
    fresh = published[0]
    Listing.objects.filter(pk=fresh.pk).update(
        intent_at=timezone.now() - timedelta(seconds=FRESH - 60)
    )
    fake.remove(ad_of(fake, fresh))

    assert reconcile_access(access.pk).missing == []


def test_an_ad_of_nobody_is_reported_and_never_taken_down(
    access: PortalAccess, published: list[Listing], fake: FakePortal
) -> None:
    fake.add("made-by-hand", 1, {"active": True})

    report = reconcile_access(access.pk)
    drain_access(access.pk)

    assert report.extra == ["made-by-hand"]
    assert len(fake.ads) == 4
    assert fake.counters["withdraw"] == 0


def test_a_double_of_ours_is_taken_away_and_the_known_one_kept(
    access: PortalAccess, published: list[Listing], fake: FakePortal
) -> None:
    row = published[2]
    fake.add(row.vehicle.code, 1, dict(ad_of(fake, row).body))

    report = reconcile_access(access.pk)
    drain_access(access.pk)

    row.refresh_from_db()
    assert report.doubled == [row.vehicle.code]
    assert ad_of(fake, row).remote_id == row.remote_id
    assert row.state == "live"


def test_an_ad_that_should_be_gone_is_withdrawn(
    access: PortalAccess, published: list[Listing], fake: FakePortal
) -> None:
    row = published[0]
    Listing.objects.filter(pk=row.pk).update(wanted="absent", state="absent", remote_id="")

    report = reconcile_access(access.pk)
    drain_access(access.pk)

    row.refresh_from_db()
    assert report.unwanted == [row.vehicle.code]
    assert fake.of_reference(row.vehicle.code) == []
    assert row.state == "absent"


def test_an_ad_we_did_not_believe_in_is_adopted_not_doubled(
    access: PortalAccess, published: list[Listing], fake: FakePortal
) -> None:
    row = published[0]
    Listing.objects.filter(pk=row.pk).update(state="absent", remote_id="", sent_fingerprint="")

    report = reconcile_access(access.pk)
    drain_access(access.pk)

    row.refresh_from_db()
    assert [d["code"] for d in report.different] == [row.vehicle.code]
    assert (row.state, row.remote_id) == ("live", ad_of(fake, row).remote_id)
    assert fake.counters["create"] == 0


@pytest.mark.parametrize(
    ("field", "value", "difference"),
    [
        ("price", "11.00", {"field": "price", "ours": "45990.00", "theirs": "11.00"}),
        ("highlight", 2, {"field": "highlight", "ours": 0, "theirs": 2}),
    ],
)
def test_what_differs_is_reported_and_sent_again(
    access: PortalAccess,
    published: list[Listing],
    fake: FakePortal,
    field: str,
    value: object,
    difference: dict[str, object],
) -> None:
    row = published[0]
    ad_of(fake, row).body[field] = value

    report = reconcile_access(access.pk)
    drain_access(access.pk)

    assert report.different == [{"code": row.vehicle.code, **difference}]
    assert ad_of(fake, row).body[field] != value
    assert fake.counters["update"] == 1


def test_an_ad_paused_behind_our_back_is_sent_again(
    access: PortalAccess, published: list[Listing], fake: FakePortal
) -> None:
    ad_of(fake, published[0]).state = "paused"

    report = reconcile_access(access.pk)
    drain_access(access.pk)

    assert [d["theirs"] for d in report.different] == ["paused"]
    assert ad_of(fake, published[0]).state == "live"


def test_half_a_list_heals_nothing_and_is_read_again_soon(
    access: PortalAccess, published: list[Listing], fake: FakePortal
) -> None:
    fake.ads.clear()
    fake.script("listings", Fault(error=Unreachable("500"), after_write=True))

    report = reconcile_access(access.pk)

    access.refresh_from_db()
    assert (report.failure, report.missing) == ("unreachable", [])
    assert access.reconciled_at is None
    assert access.reconcile_report["failure"] == "unreachable"
    assert access.lease_owner == ""
    assert set(Listing.objects.values_list("state", flat=True)) == {"live"}


def test_nothing_is_compared_while_somebody_drains(
    access: PortalAccess, published: list[Listing], fake: FakePortal
) -> None:
    assert leases.acquire(access.pk) is not None

    report = reconcile_access(access.pk)

    assert report.failure == "busy"
    assert fake.counters["requests"] == 0


def test_refused_credentials_stop_the_access(
    access: PortalAccess, published: list[Listing], fake: FakePortal
) -> None:
    fake.password = "changed-at-the-portal"
    fake.expire_tokens()

    report = reconcile_access(access.pk)

    access.refresh_from_db()
    assert report.failure == "credentials_refused"
    assert access.failure_mode == "credentials"


def test_a_stopped_access_is_not_asked(
    access: PortalAccess, published: list[Listing], fake: FakePortal
) -> None:
    PortalAccess.objects.filter(pk=access.pk).update(is_active=False)

    assert reconcile_access(access.pk).failure == "stopped"
    assert fake.counters["requests"] == 0


def test_another_dealers_listings_are_neither_known_nor_touched(
    access: PortalAccess,
    published: list[Listing],
    fake: FakePortal,
    connected: Callable[..., PortalAccess],
    wish: Wish,
) -> None:
    """Both speak to the same installation here; each compares with its own rows only."""
    theirs = wish(access=connected(), live=True, due_at=None)
    fake.add(theirs.vehicle.code, 1, {"active": True})

    report = reconcile_access(access.pk)

    before = (theirs.state, theirs.version)
    theirs.refresh_from_db()
    assert report.extra == [theirs.vehicle.code]
    assert (theirs.state, theirs.version) == before
