"""The demo dealer is complete, ready to be published, and loading it again changes nothing."""

from __future__ import annotations

from collections import Counter

import pytest
from django.core.management.base import CommandError
from django.db import models
from django.utils import timezone

from accounts.models import Change, Dealer, Membership, User
from inventory.models import Vehicle, VehiclePhoto
from office.demo.fleet import read_fleet
from office.services import demo
from portals.connectors.registry import CONNECTORS
from portals.models import Listing, PortalAccess
from tests.command_line import run
from tests.factories.accounts import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def media(settings, tmp_path):
    """Folders of this test's own for the pictures."""
    storages = {
        name: {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / name, "base_url": "/media/"},
        }
        for name in ("originals", "photos")
    }
    settings.STORAGES = {**settings.STORAGES, **storages}
    return tmp_path


def rows_of(*tables: type[models.Model]) -> dict[str, int]:
    """Count the rows of tables."""
    return {table.__name__: table._default_manager.count() for table in tables}


def test_the_demo_can_be_shown_at_once_and_loaded_twice(media, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        result = run("load_demo")

    dealer = Dealer.objects.get()
    vehicles = Vehicle.objects.for_dealer(dealer)
    assert result["dealer"] == dealer.code == "demo"
    assert Counter(vehicles.values_list("state", flat=True)) == {
        "available": 57, "in_preparation": 1, "reserved": 1, "sold": 1,
    }  # fmt: skip
    assert callbacks
    _people(result, dealer)
    _pictures(dealer)
    _wishes(dealer)
    _ages(dealer)

    tables = (Change, Dealer, User, Membership, Vehicle, VehiclePhoto, Listing, PortalAccess)
    before = rows_of(*tables)
    assert run("load_demo") == result
    assert rows_of(*tables) == before


def _people(result, dealer) -> None:
    roles = {one["username"]: one["role"] for one in result["users"]}
    assert roles == {
        "dono": "owner", "gerente": "manager", "vendedor": "salesperson", "suporte": "support",
    }  # fmt: skip
    for one in result["users"]:
        user = User.objects.get(username=one["username"])
        assert user.check_password(one["password"])
        assert user.is_superuser == (one["role"] == "support")
    assert Membership.objects.for_dealer(dealer).count() == 3


def _pictures(dealer) -> None:
    photos = VehiclePhoto.objects.for_dealer(dealer)
    counts = Counter(photos.values_list("vehicle__code", flat=True))
    states = Counter(photos.values_list("blob__state", flat=True))
    assert max(counts.values()) == 25
    assert len(counts) == 59
    assert set(states) == {"ready", "refused"}
    assert states["refused"] == 1
    assert dealer.photo_blobs.filter(renditions__isnull=True).count() == 1


def _ages(dealer) -> None:
    """Some came today, some have stood for a quarter; a second load moves none of them."""
    shown = Vehicle.objects.for_dealer(dealer).exclude(state="in_preparation")
    moments = [each.available_at for each in shown if each.available_at is not None]
    days = [(timezone.now() - moment).days for moment in moments]
    assert len(days) == shown.count()
    assert min(days) < 10
    assert 90 < max(days) <= 105
    assert len({day // 30 for day in days}) == 4


def _wishes(dealer) -> None:
    rows = Listing.objects.for_dealer(dealer)
    of = {slug: rows.filter(access__portal__slug=slug) for slug in CONNECTORS}
    wished = {slug: Counter(each.values_list("wanted", "highlight")) for slug, each in of.items()}
    assert wished == {
        "usadosbr": {("live", 0): 49, ("live", 1): 4, ("live", 2): 5, ("paused", 0): 1},
        "chavesnamao": {("live", 0): 49, ("live", 1): 9, ("paused", 0): 1},
        "olx": {("live", 0): 58, ("paused", 0): 1},
    }
    assert not rows.filter(due_at__isnull=True).exists()
    assert not rows.filter(vehicle__state="sold").exists()


def test_every_invented_vehicle_is_one_of_the_list():
    codes = [vehicle.code for vehicle in read_fleet()]

    assert codes[0] == "1001"
    assert len(codes) == len(set(codes)) == 60


def test_a_user_of_somebody_else_is_never_taken_over():
    other = MembershipFactory(user__username="Dono")

    with pytest.raises(CommandError, match="“dono” is taken by somebody else"):
        run("load_demo")

    other.user.refresh_from_db()
    assert other.user.check_password("sunny-yard-42")
    assert list(Membership.objects.all()) == [other]


def test_the_passwords_are_those_of_this_installation(settings):
    here = demo.demo_password("dono")
    settings.SECRET_KEY = "another-installation" * 3

    assert here != demo.demo_password("dono")
    assert demo.demo_password("dono") != demo.demo_password("gerente")
