"""What became of an import, and the lists by which ads without one are found."""

from __future__ import annotations

import json
from typing import Any

import pytest
from requests.structures import CaseInsensitiveDict

from config.lib.http import Answer
from config.lib.remote_errors import Throttled, UnexpectedAnswer, Unreachable
from portals.connectors.errors import ListingUnknown, NotAsked
from portals.connectors.olx.reading import Reader
from portals.connectors.olx.reasons import codes_of, failure_of, field_of, problems_of
from portals.connectors.types import ObservedListing, RemoteRef
from tests.portals.connectors.olx.conftest import names_of
from tests.portals.connectors.olx_world import BASE, OlxWorld
from tests.portals.wire import WireMock


def ref(reference: str = "A", token: str = "t", **more: Any) -> RemoteRef:
    """An ad whose import is open."""
    return RemoteRef(reference=reference, category=2, pending_ref=token, **more)


def read(world: OlxWorld, *refs: RemoteRef) -> dict[str, Any]:
    """Read these and return each result by our id."""
    told = dict(world.connector().read_batch(refs))
    assert sorted(told) == list(range(len(refs)))
    return {refs[position].reference: result for position, result in told.items()}


def status(world: OlxWorld, status: str, operation: str = "insert", **more: Any) -> Any:
    """Read one ad whose entry says this."""
    world.imports["t"] = {"A": {"status": status, "operation": operation, **more}}
    return read(world, ref())["A"]


# -- an import -------------------------------------------------------------------------------------
@pytest.mark.parametrize("word", ["pending", "queued"])
def test_what_is_open_stays_open(world: OlxWorld, word: str) -> None:
    seen = status(world, word)

    assert (seen.state, seen.pending_ref, seen.remote_status) == ("pending", "t", word)


@pytest.mark.parametrize("word", ["accepted", "accept", "Accepted"])
@pytest.mark.parametrize("operation", ["insert", "edit"])
def test_what_is_accepted_is_live(world: OlxWorld, word: str, operation: str) -> None:
    seen = status(world, word, operation, list_id=77, url="https://olx.test/77", message=[])

    assert (seen.state, seen.remote_id, seen.url) == ("live", "77", "https://olx.test/77")
    assert (seen.pending_ref, seen.reference, seen.category) == ("", "A", 2)


def test_a_delete_that_is_accepted_is_absence(world: OlxWorld) -> None:
    seen = status(world, "accepted", "delete", list_id=77)

    assert (seen.state, seen.remote_id) == ("absent", "")


@pytest.mark.parametrize("code", ["UNKNOWN_AD_ID", "AD_NOT_FOUND"])
def test_a_delete_of_what_is_not_there_is_absence(world: OlxWorld, code: str) -> None:
    assert status(world, "error", "delete", message=[code]).state == "absent"
    assert len(world.calls) == 1


@pytest.mark.parametrize(("there", "state"), [(False, "absent"), (True, "live")])
def test_a_delete_that_fails_for_another_reason_is_looked_for(
    world: OlxWorld, there: bool, state: str
) -> None:
    if there:
        world.ads["A"] = 77

    assert status(world, "error", "delete", message=["WHO_KNOWS"]).state == state


def test_an_unknown_word_is_told(world: OlxWorld) -> None:
    seen = status(world, "half_way")

    assert seen.state == "unknown"
    assert [(each.code, each.params) for each in seen.problems] == [
        ("unknown_status", {"word": "half_way"})
    ]


@pytest.mark.parametrize("word", ["refused", "error"])
@pytest.mark.parametrize(
    ("message", "fields", "failure"),
    [
        (["ERROR_VEHICLE_BRAND_INVALID"], ["brand"], "mapping"),
        (["ERROR_VEHICLE_BRAND_MODEL_VERSION_INVALID"], ["model"], "mapping"),
        (["ERROR_VEHICLE_MODEL_INVALID", "ERROR_VEHICLE_VERSION_INVALID"], None, "mapping"),
        (["ERROR_FUEL_4_DEPRECATED"], ["fuel"], "mapping"),
        (["INVALID_PLATE"], ["plate"], "refused"),
        (["ERROR_VEHICLE_TAG_INVALID"], ["plate"], "refused"),
        (["ERROR_IMAGE_TOO_SMALL"], ["photos"], "refused"),
        (["ERROR_DOWNLOADING_IMAGE", "ERROR_UPLOADING_IMAGE"], ["photos"] * 2, "refused"),
        (["NO_REGION"], ["postal_code"], "refused"),
        (["NOT_ENOUGH_AD_SLOTS"], ["plan"], "plan"),
        (["ERROR_VEHICLE_BRAND_INVALID", "NO_IMAGE"], ["brand", "photos"], "refused"),
        (["REFUSED_GENERIC"], [""], "refused"),
        (["REFUSED_SUSPECT_PRICE"], ["price"], "refused"),
        ([], [""], "refused"),
        ("INVALID_PLATE", ["plate"], "refused"),
        ([{"category": "NO_IMAGE"}], ["photos"], "refused"),
        ([{"message": "texto livre"}, 7, None], [""], "refused"),
    ],
)
def test_reasons_become_problems_by_field(
    world: OlxWorld, word: str, message: Any, fields: list[str] | None, failure: str
) -> None:
    seen = status(world, word, message=message)

    assert (seen.state, seen.failure) == ("refused", failure)
    if fields is not None:
        assert [problem.field for problem in seen.problems] == fields


def test_the_portals_own_word_is_kept() -> None:
    [problem] = problems_of(["INVALID_PLATE"])

    assert (problem.code, problem.message) == ("refused_field", "INVALID_PLATE")


def test_hostile_reasons_are_cut() -> None:
    assert [len(code) for code in codes_of(["x" * 10_000] * 3)] == [200]
    assert len(codes_of([str(number) for number in range(1000)])) == 50
    assert field_of("") == ""
    assert failure_of(()) == "refused"


def test_ads_may_be_an_array(world: OlxWorld) -> None:
    row = {"id": "A", "status": "accepted", "operation": "insert", "list_id": "77"}
    world.imports["t"] = [row, "odd", {"status": "accepted"}]  # type: ignore[assignment]

    assert read(world, ref())["A"].remote_id == "77"


def test_each_import_is_asked_for_once(world: OlxWorld) -> None:
    entry = {"status": "accepted", "operation": "insert"}
    world.imports = {"t": {"A": entry, "B": entry}, "u": {"C": entry}}

    seen = read(world, ref("A"), ref("C", "u"), ref("B"))

    assert set(names_of(seen).values()) == {"live"}
    assert [path for _, path, _ in world.calls] == [
        "/autoupload/import/t",
        "/autoupload/import/u",
    ]


def test_a_forgotten_import_is_no_knowledge_and_stops_nobody(world: OlxWorld) -> None:
    world.imports["u"] = {"B": {"status": "accepted", "operation": "insert"}}

    seen = read(world, ref("A", "gone"), ref("B", "u"))

    assert isinstance(seen["A"], ListingUnknown)
    assert seen["B"].state == "live"


@pytest.mark.parametrize("ads", [{}, [], None])
def test_an_import_without_the_ad_is_no_knowledge(world: OlxWorld, ads: Any) -> None:
    world.imports["t"] = ads

    assert isinstance(read(world, ref())["A"], ListingUnknown)


@pytest.mark.parametrize("body", [{}, [], {"error": "x"}, {"ads": 7}, None])
def test_an_odd_status_is_told_for_its_ads_only(world: OlxWorld, body: Any) -> None:
    with WireMock() as wire:
        wire.add("POST", f"{BASE}/autoupload/import/t", json=body)

        seen = dict(world.connector().read_batch([ref()]))

    assert isinstance(seen[0], UnexpectedAnswer)


def test_an_empty_import_that_is_still_open_is_pending(world: OlxWorld) -> None:
    with WireMock() as wire:
        said = {"autoupload_status": "pending", "ads": {}}
        wire.add("POST", f"{BASE}/autoupload/import/t", json=said)

        seen = dict(world.connector().read_batch([ref()]))

    assert (seen[0].state, seen[0].pending_ref) == ("pending", "t")  # type: ignore[union-attr]


def test_a_token_cannot_lead_elsewhere(world: OlxWorld) -> None:
    read(world, ref("A", "../published?x=1"))

    assert world.calls[0][1] == "/autoupload/import/..%2Fpublished%3Fx%3D1"


# -- the lists -------------------------------------------------------------------------------------
def test_the_lists_are_read_once_for_all(world: OlxWorld) -> None:
    world.ads = {"A": 77}

    seen = read(world, ref("A", ""), ref("B", ""), ref("C", ""))

    assert names_of(seen) == {"A": "live", "B": "absent", "C": "absent"}
    assert (seen["A"].remote_id, seen["A"].category) == ("77", 2)
    assert len(world.calls) == 3  # one for each status that is asked


def lists(wire: WireMock, **pages: list[dict[str, Any]]) -> None:
    """Let the lists of these statuses be told, one page after the other."""

    def answer(request: Any) -> tuple[int, dict[str, str], str]:
        left = pages.get(request.params["ads_status"], [])
        number = int(request.params.get("page_token", 0))
        rows = left[number] if number < len(left) else {"data": []}
        return 200, {}, json.dumps(rows)

    wire.add_callback("GET", f"{BASE}/autoupload/v1/published", callback=answer)


def test_pages_are_read_to_the_end_and_statuses_told_apart(world: OlxWorld) -> None:
    published: list[dict[str, Any]] = [
        {"data": [{"id": "A", "list_id": 1}], "next_token": "1"},
        {"data": [{"id": "B", "list_id": 2, "status": "published"}, 7, {"list_id": 3}]},
    ]
    review = [{"data": [{"id": "C", "list_id": None}, {"id": "A"}]}]
    refused = [{"data": [{"id": "D", "status": "refused"}, {"id": "E", "status": "expired"}]}]
    with WireMock() as wire:
        lists(wire, published=published, pending_review=review, refused=refused)
        connector = world.connector()

        seen = dict(connector.read_batch([ref(own, "") for own in "ABCDE"]))
        listed = {ad.reference: ad.state for ad in connector.listings()}

    assert [seen[spot].state for spot in range(5)] == [  # type: ignore[union-attr]
        *("live", "live", "pending", "refused", "absent")
    ]
    assert listed == {"A": "live", "B": "live", "C": "pending"}


def test_a_list_that_comes_round_ends(world: OlxWorld) -> None:
    with WireMock() as wire:
        again = [{"data": [{"id": "A", "list_id": 1}], "next_token": "0"}]
        lists(wire, published=again, pending_review=again)

        assert [ad.reference for ad in world.connector().listings()] == ["A"]


def test_without_the_new_list_that_of_2020_is_read(world: OlxWorld) -> None:
    with WireMock() as wire:
        wire.add("GET", f"{BASE}/autoupload/v1/published", json={}, status=404)
        wire.add("POST", f"{BASE}/autoupload/published", json=[{"id": "A", "list_id": 9}])

        seen = dict(world.connector().read_batch([ref("A", ""), ref("B", "")]))

    assert [seen[spot].state for spot in (0, 1)] == ["live", "absent"]  # type: ignore[union-attr]


@pytest.mark.parametrize("body", [{}, {"data": None}, "x"])
def test_a_list_that_is_none_is_not_taken_for_an_empty_one(world: OlxWorld, body: Any) -> None:
    with WireMock() as wire:
        wire.add("GET", f"{BASE}/autoupload/v1/published", json=body)

        with pytest.raises(UnexpectedAnswer):
            world.connector().find(ref())


def test_a_portal_that_asks_to_wait_stops_the_reading(world: OlxWorld) -> None:
    world.fail("throttled")

    with pytest.raises(Throttled):
        list(world.connector().read_batch([ref("A"), ref("B", "u")]))

    assert len(world.calls) == 1


# -- requests that go wrong ------------------------------------------------------------------------
def answering(broken: set[str], asked: list[str]) -> Reader:
    """A reader of a portal that fails for these imports."""

    def ask(token: str) -> Answer:
        asked.append(token)
        if token in broken:
            raise Unreachable("500")
        ads = {"A": {"status": "queued", "operation": "insert"}}
        headers: CaseInsensitiveDict[str] = CaseInsensitiveDict()
        return Answer(200, {"autoupload_status": "pending", "ads": ads}, True, headers)

    def shown(*, with_refused: bool) -> dict[str, ObservedListing]:
        raise AssertionError(with_refused)

    return Reader(ask, shown)


def test_an_import_that_cannot_be_read_costs_the_others_nothing() -> None:
    asked: list[str] = []
    refs = [ref(token=token) for token in ("1", "2", "3")]

    told = dict(answering({"1", "2"}, asked).read(refs))

    assert asked == ["1", "2", "3"]
    assert [type(told[spot]).__name__ for spot in range(3)] == [
        "Unreachable",
        "Unreachable",
        "ObservedListing",
    ]


def test_a_portal_that_fails_again_and_again_is_left_alone() -> None:
    asked: list[str] = []
    results = answering(set("12345"), asked).read([ref(token=token) for token in "12345"])

    told = [next(results)[0] for _ in range(3)]
    with pytest.raises(NotAsked) as caught:
        next(results)

    assert asked == ["1", "2", "3"]
    assert told == [0, 1, 2]
    assert caught.value.verdict
