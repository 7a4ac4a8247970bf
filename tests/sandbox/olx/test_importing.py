"""The synchronous answer of an import: every statusCode, slots, sizes."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Caller
from tests.sandbox.olx.conftest import Clock, Olx, ad


def code(olx: Olx, *ads: object) -> int:
    """The statusCode of an import, which is HTTP 200 whatever it says."""
    answer = olx.put(*ads)
    assert answer.status == 200, answer.text
    assert set(answer.json) == {"token", "statusCode", "statusMessage", "errors"}
    assert answer.json["statusMessage"]
    assert bool(answer.json["token"]) == (answer.json["statusCode"] in {0, -8})
    number: int = answer.json["statusCode"]
    return number


def test_an_accepted_import_publishes_nothing_yet(olx: Olx) -> None:
    olx.configure(hold="pending")

    assert code(olx, ad()) == 0
    assert olx.ask("POST", "autoupload/published").json == []
    assert olx.state()["accounts"]["demo"]["waiting"] == [
        {"id": "A1", "operation": "insert", "status": "pending"}
    ]


def test_an_empty_list_is_minus_three(olx: Olx) -> None:
    assert code(olx) == -3
    assert olx.ask("PUT", "autoupload/import").json["statusCode"] == -3


def test_a_list_of_something_else_is_minus_four(olx: Olx) -> None:
    answer = olx.ask("PUT", "autoupload/import", {"ad_list": {"id": "A1"}})

    assert answer.json["statusCode"] == -4


@pytest.mark.parametrize("number", [-1, -2, -5, -6])
def test_a_code_can_be_switched_on_and_nothing_is_done(olx: Olx, number: int) -> None:
    olx.configure(import_code=number)

    assert code(olx, ad()) == number
    olx.configure(import_code=None)
    assert olx.state()["counters"]["imports"] == 0
    assert code(olx, ad()) == 0


def test_a_code_can_come_at_a_rate(olx: Olx) -> None:
    olx.configure(import_code=-1, import_code_rate=0.5)
    codes = [code(olx, ad()) for _ in range(40)]

    assert set(codes) == {0, -1}


def test_an_unexpected_error_may_come_after_the_import(olx: Olx) -> None:
    olx.configure(import_code=-1, import_code_after_write=True)

    assert code(olx, ad()) == -1
    olx.settle()
    assert olx.held()["status"] == "published"


def test_a_plan_without_the_interface_is_minus_six(olx: Olx) -> None:
    olx.configure(accounts=[{"user": "demo", "api_access": False}])

    assert code(olx, ad()) == -6


def test_more_than_so_many_imports_a_minute_are_minus_two(olx: Olx, clock: Clock) -> None:
    olx.configure(accounts=[{"user": "busy"}], per_account={"busy": {"imports_per_minute": 2}})
    busy = olx.enter("busy")

    assert [code(busy, ad()) for _ in range(3)] == [0, 0, -2]
    assert code(olx, ad()) == 0
    clock.skip(61)
    assert code(busy, ad()) == 0


def test_one_bad_ad_cancels_the_whole_batch(olx: Olx) -> None:
    assert code(olx, ad(), ad(id="B", price=0), ad(id="C")) == -4
    assert olx.state()["accounts"]["demo"]["waiting"] == []
    assert code(olx, ad(), ad(id="C")) == 0


def test_only_documented_faults_are_told(olx: Olx) -> None:
    answer = olx.put(ad(id="B", price=0), ad(id="C", zipcode="", subject=""), ad(id="D"))

    assert answer.json["statusCode"] == -4
    assert answer.json["errors"] == [
        {"id": "C", "status": "error", "messages": [{"category": "NO_REGION"}]}
    ]


def test_an_undocumented_fault_alone_is_not_told_at_all(olx: Olx) -> None:
    assert olx.put(ad(price=0)).json["errors"] == []


def test_faults_can_be_kept_back(olx: Olx) -> None:
    olx.configure(errors_told="none")

    assert olx.put(ad(zipcode="")).json["errors"] == []


def test_a_full_plan_is_minus_seven(olx: Olx) -> None:
    small = olx.enter("demo3")
    small.accept(ad(id="A"), ad(id="B"), ad(id="C"))
    answer = small.put(ad(id="D"))

    assert answer.json["statusCode"] == -7
    assert answer.json["errors"] == [
        {"id": "D", "status": "error", "messages": [{"category": "NOT_ENOUGH_AD_SLOTS"}]}
    ]


def test_what_the_plan_has_no_slots_for_is_ignored_and_named_in_the_text(olx: Olx) -> None:
    small = olx.enter("demo3")
    small.accept(ad(id="A"))
    answer = small.put(*(ad(id=own_id) for own_id in ("A", "B", "C", "D", "E")))

    assert answer.json["statusCode"] == -8
    assert answer.json["statusMessage"] == (
        "4 anúncios solicitados, 2 importados; os demais foram ignorados: D, E"
    )
    assert answer.json["errors"] == []
    small.settle()
    assert list(small.outcome(answer.json["token"])) == ["A", "B", "C"]


def test_the_portal_may_refuse_the_whole_batch_for_slots(olx: Olx) -> None:
    olx.configure(slots_refusal="whole")
    small = olx.enter("demo3")

    assert code(small, *(ad(id=own_id) for own_id in "ABCD")) == -7
    assert code(small, *(ad(id=own_id) for own_id in "ABC")) == 0


def test_slots_are_taken_by_what_waits_and_freed_by_a_delete_that_is_done(olx: Olx) -> None:
    small = olx.enter("demo3")
    olx.configure(hold="queued")
    assert code(small, ad(id="A"), ad(id="B"), ad(id="C")) == 0
    assert code(small, ad(id="D")) == -7
    assert code(small, {"id": "A", "operation": "delete"}) == 0
    assert code(small, ad(id="D")) == -7

    olx.configure(hold=None)
    small.settle()
    assert code(small, ad(id="D")) == 0


def test_a_refused_ad_gives_its_slot_back(olx: Olx) -> None:
    small = olx.enter("demo3")
    olx.configure(refuse_ids=["A"])
    small.accept(ad(id="A"), ad(id="B"), ad(id="C"))

    assert code(small, ad(id="D")) == 0


def test_edits_need_no_slots_and_a_plan_may_have_no_limit(olx: Olx) -> None:
    small = olx.enter("demo3")
    small.accept(*(ad(id=own_id) for own_id in "ABC"))
    assert code(small, ad(id="A", price=1)) == 0

    olx.configure(accounts=[{"user": "demo3", "ads_total": None}])
    assert code(small, ad(id="D")) == 0


def test_more_than_one_megabyte_is_refused(olx: Olx) -> None:
    ads = [ad(id=f"A{number}", body="x" * 6000) for number in range(180)]
    answer = olx.put(*ads)

    assert (answer.status, answer.json["token"]) == (413, None)
    assert code(olx, *ads[:150]) == 0


@pytest.mark.parametrize("body", ["", "{", "[]", "7", "[" * 100_000, '{"ad_list":"\\ud800"}'])
def test_a_body_that_is_no_object_is_400(olx: Olx, body: str) -> None:
    answer = Caller(olx.host).send("PUT", "/olx/apps/autoupload/import", body)

    assert (answer.status, answer.json["error"]) == (400, "invalid_request")


def test_unknown_paths_and_methods(olx: Olx) -> None:
    assert olx.ask("POST", "autoupload/import").status == 405
    assert olx.ask("PUT", "autoupload/nothing").status == 404
