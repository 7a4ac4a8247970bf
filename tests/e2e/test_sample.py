"""The whole sample stock through every command: what is live, what is not and why, adds up."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from accounts.models import Dealer
from inventory.models import PhotoBlob, Vehicle
from inventory.reference.catalogue import read_catalogue
from inventory.services.photos import place_blobs
from inventory.services.pictures import store_picture
from inventory.services.reference import load_catalogue, load_optionals
from inventory.services.rendering import render_blob
from portals.models import Listing, PortalAccess
from portals.models.portal import Portal
from portals.services.access import save_access
from portals.services.catalogue import upsert_portals
from sandbox.names import fold, read_names
from sandbox.usadosbr.catalogue import Catalogue
from tests.crash.sandbox_process import SandboxLevers, sandbox_process
from tests.e2e.office import BY
from tests.factories.accounts import DealerFactory

PICTURES, PER_VEHICLE = 40, 12
KINDS = {1: "carros", 2: "motos"}
# The causes under which an ad may wait; anything else would be a cause nobody can act on.
CAUSES = {"preflight", "mapping", "unsupported"}


@pytest.fixture
def whole_sandbox(settings: Settings) -> Iterator[SandboxLevers]:
    """A sandbox with all its names and an account of its own."""
    with sandbox_process() as sandbox:
        settings.SANDBOX_URL = sandbox.origin
        sandbox.configure(accounts=[{"user": "sample", "password": "sample-password"}])
        yield sandbox


@pytest.fixture
def dealer(db: None, whole_sandbox: SandboxLevers) -> Dealer:
    """A dealer with an access and nothing in stock; the reference catalogue is loaded."""
    load_catalogue(read_catalogue(), now=timezone.now(), partial=False)
    load_optionals(now=timezone.now())
    upsert_portals()
    dealer: Dealer = DealerFactory.create(code="sample")
    save_access(
        dealer=dealer,
        portal=Portal.objects.get(slug="usadosbr"),
        credentials={"user": "sample", "password": "sample-password"},
        by=BY,
    )
    return dealer


def command(name: str, *arguments: str) -> Any:
    """Run a command for the sample's dealer and return what it printed."""
    out = io.StringIO()
    call_command(name, *arguments, "--dealer", "sample", stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


def make_pictures(dealer: Dealer) -> list[int]:
    """Store and render PICTURES pictures; return their ids."""
    ids = []
    for number in range(PICTURES):
        image = Image.new("RGB", (1200, 900), (number * 6, 255 - number * 6, 90))
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=60)
        blob: PhotoBlob = store_picture(
            ContentFile(buffer.getvalue(), name=f"{number}.jpg"), dealer=dealer
        )
        render_blob(blob.pk)
        ids.append(blob.pk)
    return ids


def known_names() -> dict[int, set[tuple[str, str, str]]]:
    """Return brand, model and version, folded, that the sandbox knows, by vehicle category."""
    catalogue = Catalogue(read_names())
    return {
        category: {
            (fold(brand), fold(model), fold(version))
            for brand, node in catalogue.brands[kind].items()
            for model, inner in node.models.items()
            for version in inner.versions
        }
        for category, kind in KINDS.items()
    }


def expected_live(dealer: Dealer) -> set[str]:
    """Return the codes of placed cars and motorcycles whose names the sandbox knows."""
    known = known_names()
    vehicles = Vehicle.objects.for_dealer(dealer).filter(version__isnull=False)
    found = set()
    for vehicle in vehicles.select_related("version__model__brand"):
        version = vehicle.version
        assert version is not None
        path = (version.model.brand.name, version.model.name, version.name)
        if tuple(map(fold, path)) in known.get(vehicle.category, set()):
            found.add(vehicle.code)
    return found


@pytest.mark.slow
@pytest.mark.shared
def test_the_whole_sample_is_live_or_waits_under_a_named_cause(
    dealer: Dealer, whole_sandbox: SandboxLevers, photo_server: str, shared_data: Path
):
    sample = str(shared_data / "stock_sample.csv")
    imported = command("import_stock", sample, "--invent-missing")
    assert (imported["rows"], imported["created"], imported["rejected"]) == (2030, 2030, 0)
    again = command("import_stock", sample, "--invent-missing")
    assert (again["unchanged"], again["created"], again["updated"]) == (2030, 0, 0)
    blobs = make_pictures(dealer)
    vehicles = Vehicle.objects.for_dealer(dealer).order_by("id").values_list("id", flat=True)
    albums = {
        pk: [blobs[(number + place) % PICTURES] for place in range(PER_VEHICLE)]
        for number, pk in enumerate(vehicles)
    }
    assert place_blobs(albums, dealer=dealer, by=BY) == 2030 * PER_VEHICLE

    assert command("sync_portal", "--portal", "usadosbr")["entries"] > 5000
    assert command("publish", "--portal", "usadosbr", "--all") == {"wanted": 2030}
    drained = command("drain", "--portal", "usadosbr")

    reports = command("listings", "--portal", "usadosbr")
    states = Counter(report["state"] for report in reports)
    causes = Counter(report["failure_mode"] for report in reports if report["state"] != "live")
    live = {report["code"] for report in reports if report["state"] == "live"}
    assert len(reports) == 2030
    assert states.keys() == {"live", "absent"}
    assert set(causes) <= CAUSES
    assert states["live"] + sum(causes.values()) == 2030
    assert all(report["problems"] for report in reports if report["state"] != "live")
    trucks = Vehicle.objects.for_dealer(dealer).filter(category=3).count()
    assert causes["unsupported"] == trucks == 47
    expected = expected_live(dealer)
    assert len(expected) > 1000
    assert expected - live == set()
    assert drained["sent"] == states["live"]

    ads = whole_sandbox.ads("sample")
    assert sorted(ad["codigo"] for ad in ads) == sorted(live)
    assert {ad["status"] for ad in ads} == {"Ativo"}
    assert {ad["fotos"] for ad in ads} == {PER_VEHICLE}
    access = PortalAccess.objects.get(dealer=dealer)
    assert Listing.objects.filter(access=access, due_at__isnull=False).count() == 0
