"""The connector and a stand-in for the portal, each written from the document, over real HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from config.lib.http import HttpSession
from config.lib.remote_errors import UnexpectedAnswer
from portals.connectors.chavesnamao.connector import ChavesNaMaoConnector
from portals.connectors.errors import ListingRefused, ListingUnknown
from portals.connectors.types import ListingDraft, ObservedListing, PortalAccount, RemoteRef
from sandbox.chavesnamao.app import ChavesNaMaoSandbox
from sandbox.server import run_in_thread
from tests.portals.connectors.chavesnamao.drafts import car
from tests.portals.drafts import name, names, photo
from tests.portals.fake import MemoryTokens
from tests.sandbox.chavesnamao.conftest import NAMES, Client


@dataclass
class Talk:
    """A connector, the levers of the portal, and names of its catalogue for a car."""

    connector: ChavesNaMaoConnector
    levers: Client
    keys: dict[str, str] = field(default_factory=dict)
    asked: dict[str, Any] = field(default_factory=dict)

    def draft(self, **changes: Any) -> ListingDraft:
        """Return a draft the portal takes whole, with changes."""
        values = {"names": names(self.keys), "optionals": (), **changes}
        return car(**values)

    def create(self, **changes: Any) -> RemoteRef:
        """Create an ad; returns by what to ask for it."""
        draft = self.draft(**changes)
        return self._asking(draft, self.connector.create(self.connector.payload(draft)))

    def update(self, ref: RemoteRef, **changes: Any) -> RemoteRef:
        """Replace an ad; returns by what to ask for it."""
        draft = self.draft(**changes)
        return self._asking(draft, self.connector.update(self.connector.payload(draft), ref))

    def _asking(self, draft: ListingDraft, written: ObservedListing) -> RemoteRef:
        assert written.state == "pending"
        return RemoteRef(
            reference=draft.reference,
            category=1,
            remote_id=written.remote_id,
            pending_ref=written.pending_ref,
            asked={
                "active": draft.active,
                "highlight": draft.highlight,
                "photos": len(draft.photos),
                "price": str(draft.price),
            },
        )

    def waiting(self, ref: RemoteRef) -> RemoteRef:
        """Read an ad that is not decided; returns by what to ask the next time."""
        seen = self.connector.observe(ref)
        assert seen.state == "pending"
        return replace(ref, pending_ref=seen.pending_ref or ref.pending_ref)

    def settled(self, ref: RemoteRef) -> ObservedListing:
        """Let the queue be worked off; returns what is read then."""
        ref = self.waiting(ref)
        self.levers.run()
        return self.connector.observe(ref)


@pytest.fixture
def talk(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Talk]:
    """A fresh portal that does nothing until it is told to."""
    with run_in_thread([ChavesNaMaoSandbox(NAMES)]) as running:
        settings.SANDBOX_URL = running.origin
        levers = Client(running.origin.removeprefix("http://"))
        levers.configure(check_photos=False, hold_queue=True, queue_seconds=0, url_seconds=0)
        base = f"{running.origin}/chavesnamao"
        secrets = {"token": "sandbox-token"}
        account = PortalAccount(access_id=1, environment="sandbox", base_url=base, secrets=secrets)
        connector = ChavesNaMaoConnector(account, HttpSession(base), MemoryTokens())
        keys = catalogue_of(connector)
        yield Talk(connector, levers, keys)
        connector.http.close()


def catalogue_of(connector: ChavesNaMaoConnector) -> dict[str, str]:
    """Return keys for a car, found as the catalogue is read."""
    roots = list(connector.catalogue_roots())

    def key(kind: str, called: str) -> str:
        return next(
            node.key
            for node in roots
            if (node.vehicle_type, node.kind, node.name) == (1, kind, called)
        )

    brand = next(n.key for n in roots if n.kind == "brand" and n.vehicle_type == 1)
    model = next(connector.catalogue_children(1, (brand,))).key
    version = next(connector.catalogue_children(1, (brand, model))).key
    return {
        "brand": brand,
        "model": model,
        "version": version,
        "colour": key("colour", "Prata"),
        "fuel": key("fuel", "Flex"),
        "gearbox": key("gearbox", "Manual"),
        "doors": key("doors", "4"),
    }


def test_account_is_tested_and_its_plan_read(talk):
    report = talk.connector.check_account()

    assert dict(report.steps) == {"reached": True, "login": True, "plans": True}
    assert {plan.kind for plan in report.plans} == {"ad", "highlight"}
    assert talk.connector.plans() == report.plans


@pytest.mark.parametrize("words", ["lower", "upper"])
@pytest.mark.parametrize("times", ["text", "number"])
@pytest.mark.parametrize("values", [False, True])
def test_ad_lives_in_every_reading_of_the_document(talk, words, times, values):
    talk.levers.configure(job_words=words, job_times=times, value_words=values)

    made = talk.create(highlight=1)
    live = talk.settled(made)
    paused_ref = talk.update(made, active=False)
    paused = talk.settled(paused_ref)
    again = talk.settled(talk.update(paused_ref, highlight=0))
    gone = talk.connector.withdraw(made)
    leaving = replace(made, pending_ref=gone.pending_ref, asked={})

    assert (live.state, live.details["highlight"], live.warnings) == ("live", 1, ())
    assert (paused.state, again.state) == ("paused", "live")
    assert gone.state == "pending"
    assert talk.settled(leaving).state == "absent"
    assert talk.connector.withdraw(made).state == "absent"


def test_ad_of_which_nothing_is_known_is_sent_whole(talk):
    made = talk.create()
    talk.levers.run()

    for _ in range(2):
        ref = talk.update(replace(made, asked={}), highlight=1)
        live = talk.settled(ref)

        assert (live.state, live.details["highlight"]) == ("live", 1)
    paused = talk.settled(talk.update(replace(made, asked={}), active=False))
    assert paused.state == "paused"


def test_optionals_of_a_car_and_of_a_motorcycle_are_told_apart(talk):
    keys: dict[int, set[str]] = {1: set(), 2: set()}
    for node in talk.connector.catalogue_roots():
        if node.kind == "optional" and node.key.isdecimal():
            keys[node.vehicle_type].add(node.key)

    assert keys[1]
    assert keys[2]
    assert not keys[1] & keys[2]


def test_second_ad_of_a_reference_is_never_made(talk):
    talk.create()
    for _ in range(2):  # once while the first waits, once when it is there
        with pytest.raises(UnexpectedAnswer) as caught:
            talk.create()

        assert caught.value.verdict is False
        assert talk.connector.find(RemoteRef(reference="123", category=1)).state != "absent"
        talk.levers.run()
    assert [ad.reference for ad in talk.connector.listings()] == ["123"]


def test_change_of_what_is_not_there_is_unknown(talk):
    with pytest.raises(ListingUnknown):
        talk.update(RemoteRef(reference="123", category=1))


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"plate": "XX"}, {"plate"}),
        ({"photos": ()}, {"photos"}),
        ({"year_manufacture": 1885}, {"year_manufacture"}),
        ({"photos": (), "plate": ""}, {"photos", "plate"}),
    ],
)
def test_refusal_is_led_to_our_fields(talk, changes, fields):
    with pytest.raises(ListingRefused) as caught:
        talk.create(**changes)

    assert {problem.field for problem in caught.value.problems} == fields


def test_everything_the_payload_can_hold_is_taken(talk):
    made = talk.create(
        highlight=1,
        description="á" * 5000,
        video_url="https://vimeo.com/1",
        optionals=(name("optional", "1"), name("optional", "info:1")),
        photos=tuple(photo(number) for number in range(20)),
        is_new=True,
        mileage=None,
    )

    live = talk.settled(made)

    assert (live.state, live.warnings, live.details["photos"]) == ("live", (), 16)


def test_full_plan_is_told_once_the_read_can_no_longer_be_late(talk, monkeypatch):
    talk.levers.ask(
        "POST",
        "_config",
        {"accounts": [{"token": "sandbox-token", "user": "demo", "plan": {"adsQuantity": 0}}]},
    )
    made = talk.create()

    assert talk.settled(made).state == "pending"
    monkeypatch.setattr("portals.connectors.chavesnamao.reading.LAG", 0)
    seen = talk.connector.observe(made)
    assert (seen.state, seen.failure) == ("refused", "plan")


def test_publication_that_is_read_late_is_waited_for(talk):
    talk.levers.configure(publication_lag_seconds=1)
    made = talk.create()

    assert talk.settled(made).state == "pending"
    patiently(lambda: talk.connector.observe(made).state == "live")


def test_lost_change_is_noticed_and_made_again(talk, monkeypatch):
    made = talk.create()
    talk.levers.run()
    time.sleep(0.01)
    ref = talk.waiting(talk.update(made, description="Novo."))
    talk.levers.ask("POST", "_queue", {"fail": "all"})

    assert talk.connector.observe(ref).state == "pending"
    monkeypatch.setattr("portals.connectors.chavesnamao.queue.GRACE", 0)
    with pytest.raises(ListingUnknown):
        talk.connector.observe(ref)


def test_lost_withdrawal_shows_the_ad_again(talk):
    made = talk.create()
    talk.levers.run()
    gone = talk.connector.withdraw(made)
    ref = talk.waiting(replace(made, pending_ref=gone.pending_ref, asked={}))
    talk.levers.ask("POST", "_queue", {"fail": "all"})

    assert talk.connector.observe(ref).state == "live"


def patiently(is_so: Callable[[], bool], *, seconds: float = 5) -> None:
    """Wait until something is so."""
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.05)
