"""The connector against the development portal, which was written apart from it, over real HTTP."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django import Settings

from config.lib.http import HttpSession
from config.lib.remote_errors import CredentialsRefused, Exchange
from portals.connectors.errors import ListingRefused, ListingUnknown
from portals.connectors.olx.connector import OlxConnector
from portals.connectors.olx.errors import NoPermission, ReconnectNeeded
from portals.connectors.types import Change, ObservedListing, PortalAccount, RemoteRef
from sandbox.olx.app import OlxSandbox
from sandbox.server import run_in_thread
from tests.portals.connectors.olx.conftest import names_of
from tests.portals.drafts import draft, motorcycle, name, names
from tests.portals.fake import MemoryTokens
from tests.sandbox.conftest import NAMES
from tests.sandbox.olx.conftest import CALLBACK, Olx

IDS = {"style": "9", "colour": "3", "fuel": "3", "gearbox": "1", "doors": "2"}


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """A running portal with a small catalogue."""
    with run_in_thread([OlxSandbox(NAMES)]) as running:
        yield running.origin


@pytest.fixture
def portal(origin: str, settings: Settings) -> Olx:
    """The demo advertiser at a fresh portal that decides at once and looks at no photos."""
    settings.SANDBOX_URL = origin
    stranger = Olx(origin.removeprefix("http://"))
    stranger.lever("reset")
    stranger.configure(accept_after_s=0, accept_spread_s=0, check_photos=False)
    return stranger.enter()


def connector(portal: Olx, *, token: str = "") -> OlxConnector:
    """The account of a caller."""
    base = f"http://{portal.host}/olx/apps"
    secrets = {"access_token": token or portal.token, "account": "demo@olx.example"}
    account = PortalAccount(access_id=1, environment="sandbox", base_url=base, secrets=secrets)
    return OlxConnector(account, HttpSession(base), MemoryTokens())


def ids_of(each: OlxConnector, vehicle_type: int = 1) -> dict[str, str]:
    """The ids of the first version of a type."""
    roots = each.catalogue_roots()
    brand = next(n for n in roots if (n.vehicle_type, n.kind) == (vehicle_type, "brand"))
    model = next(iter(each.catalogue_children(vehicle_type, (brand.key,))))
    version = next(iter(each.catalogue_children(vehicle_type, (brand.key, model.key))))
    return {"brand": brand.key, "model": model.key, "version": version.key}


def change(each: OlxConnector, reference: str, **changes: Any) -> Change:
    """One car to be sent."""
    given = {"names": names({**IDS, "brand": "1", "model": "1", "version": "1"}), **changes}
    optionals = (name("optional", "1"), name("optional", "20"))
    payload = each.payload(draft(reference=reference, optionals=optionals, **given))
    return Change(ref=RemoteRef(reference=reference, category=1), payload=payload)


def send(portal: Olx, each: OlxConnector, *changes: Change) -> dict[str, Any]:
    """Send, wait, and read what became of each."""
    told = {
        spot: seen for spot, seen in each.send_batch(changes) if isinstance(seen, ObservedListing)
    }
    assert len(told) == len(changes)
    portal.settle()
    refs = [
        RemoteRef(reference=changes[spot].ref.reference, category=1, pending_ref=seen.pending_ref)
        for spot, seen in told.items()
    ]
    return {refs[spot].reference: result for spot, result in each.read_batch(refs)}


@pytest.mark.parametrize(
    "shape",
    [
        {},
        {"ads_shape": "array", "accepted_word": "accept", "message_shape": "objects"},
        {"bumps_shape": "numbers"},
    ],
)
def test_every_kind_of_vehicle_goes_live_and_away(portal: Olx, shape: dict[str, Any]) -> None:
    portal.configure(**shape)
    each = connector(portal)
    cubic = next(n for n in each.catalogue_roots() if n.kind == "displacement")
    bike = motorcycle(
        reference="M",
        names=names({**ids_of(each, 2), "displacement": cubic.key, "colour": "1", "fuel": "1"}),
    )
    truck = draft(reference="T", category=3, names={})
    bodies = {"C": change(each, "C", video_url="https://youtu.be/abc").payload}
    bodies |= {"M": each.payload(bike), "T": each.payload(truck)}

    for number, (own, payload) in enumerate(bodies.items(), start=1):
        seen = send(
            portal, each, Change(ref=RemoteRef(reference=own, category=number), payload=payload)
        )
        assert (seen[own].state, bool(seen[own].remote_id)) == ("live", True)
        assert urlsplit(seen[own].url).path.startswith("/olx/anuncio/")
    assert {ad.reference for ad in each.listings()} == {"C", "M", "T"}
    assert each.plans()[0].published == 3
    gone = send(
        portal,
        each,
        *(Change(ref=RemoteRef(reference=own, category=1), payload=None) for own in bodies),
    )
    assert set(names_of(gone).values()) == {"absent"}
    again = send(portal, each, Change(ref=RemoteRef(reference="C", category=1), payload=None))
    assert again["C"].state == "absent"
    assert each.find(RemoteRef(reference="C", category=1)).state == "absent"


@pytest.mark.parametrize("told", ["none", "documented", "all"])
def test_seven_bad_of_two_hundred(portal: Olx, told: str) -> None:
    portal.configure(errors_told=told)
    each = connector(portal)
    bad = set(random.Random(told).sample(range(200), 7))
    changes = [
        change(each, f"R{number}", postal_code="00000-001" if number in bad else "01310-100")
        for number in range(200)
    ]

    exchanges: list[Exchange] = []
    each.http.on_exchange = exchanges.append

    results = dict(each.send_batch(changes))

    assert {spot for spot, result in results.items() if isinstance(result, ListingRefused)} == bad
    assert len(results) == 200
    assert len(exchanges) <= 7 * math.log2(200) + 1
    assert portal.token not in repr(exchanges)
    portal.settle()
    assert (
        sum(ad["status"] == "published" for ad in portal.state()["accounts"]["demo"]["ads"]) == 193
    )


def test_moderation_and_processing_are_told_by_field(portal: Olx) -> None:
    portal.configure(refuse_ids=["A"], error_ids=["B"], error_code="ERROR_VEHICLE_MODEL_INVALID")
    each = connector(portal)

    seen = send(portal, each, *(change(each, own) for own in "ABC"))

    assert names_of(seen) == {"A": "refused", "B": "refused", "C": "live"}
    assert (seen["A"].failure, seen["B"].failure) == ("refused", "mapping")
    assert [problem.field for problem in seen["B"].problems] == ["model"]
    assert each.find(RemoteRef(reference="A", category=1)).state == "refused"


def test_what_is_held_is_pending_and_under_review_too(portal: Olx) -> None:
    portal.configure(hold="queued")
    each = connector(portal)
    [(_, made)] = each.send_batch([change(each, "A")])
    ref = RemoteRef(reference="A", category=1, pending_ref=made.pending_ref)  # type: ignore[union-attr]

    assert each.observe(ref).state == "pending"
    portal.configure(hold=None, review_s=60)
    portal.settle()
    assert each.observe(ref).state == "live"
    assert each.find(ref).state == "pending"


@pytest.mark.parametrize("shape", ["404", "empty"])
def test_a_forgotten_import_sends_us_to_the_list(portal: Olx, shape: str) -> None:
    each = connector(portal)
    [(_, made)] = each.send_batch([change(each, "A")])
    portal.settle()
    portal.configure(status_kept_s=0, forgotten_shape=shape)
    ref = RemoteRef(reference="A", category=1, pending_ref=made.pending_ref)  # type: ignore[union-attr]

    with pytest.raises(ListingUnknown):
        each.observe(ref)

    assert each.find(ref).state == "live"


@pytest.mark.parametrize(("shape", "error"), [("401", ReconnectNeeded), ("code", NoPermission)])
def test_a_token_that_ended_stops_the_account(portal: Olx, shape: str, error: Any) -> None:
    portal.configure(unauthorised_shape=shape)
    each = connector(portal, token="never-given-by-anyone")

    with pytest.raises(error):
        each.create(change(each, "A").payload)  # type: ignore[arg-type]


@pytest.mark.parametrize("slots_refusal", ["partial", "whole"])
@pytest.mark.parametrize("told", ["none", "documented"])
def test_a_small_plan_is_filled(portal: Olx, slots_refusal: str, told: str) -> None:
    small = portal.enter("demo3")
    portal.configure(slots_refusal=slots_refusal, errors_told=told)
    each = connector(small)
    changes = [change(each, str(number)) for number in range(1, 9)]

    results = dict(each.send_batch(changes))

    by_id = {changes[spot].ref.reference: result for spot, result in results.items()}
    assert [own for own, word in sorted(names_of(by_id).items()) if word == "pending"] == list(
        "123"
    )
    assert sorted(names_of(by_id).values()) == ["PlanExhausted"] * 5 + ["pending"] * 3


def test_a_dealer_connects_at_the_portals_page(portal: Olx) -> None:
    base = f"http://{portal.host}/olx/apps"
    url = OlxConnector.authorize_url(base_url=base, redirect_uri=CALLBACK, state="s&1")
    assert portal.send("GET", url.removeprefix(f"http://{portal.host}")).status == 200
    asked = {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}
    back = portal.form("oauth", {**asked, "account": "demo2", "decision": "autorizar"})
    query = parse_qs(urlsplit(back.headers["Location"]).query)
    [code], [state] = query["code"], query["state"]

    with HttpSession(base) as http:
        secrets = OlxConnector.exchange_code(http, code=code, redirect_uri=CALLBACK)
        with pytest.raises(CredentialsRefused):
            OlxConnector.exchange_code(http, code=code, redirect_uri=CALLBACK)

    assert state == "s&1"
    assert secrets["account"] == "demo2@olx.example"
    each = connector(portal, token=secrets["access_token"])
    assert each.check_account().steps == (("reached", True), ("login", True), ("plans", True))


def test_a_list_of_many_pages_is_read_whole(portal: Olx) -> None:
    each = connector(portal)
    list(each.send_batch([change(each, f"R{number}") for number in range(230)]))
    portal.settle()

    assert len({ad.reference for ad in each.listings()}) == 230
