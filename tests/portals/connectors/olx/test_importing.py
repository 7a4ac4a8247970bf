"""Every answer to an import has its consequence for every ad of it, and none is lost."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

from config.lib.http import Answer
from config.lib.remote_errors import Throttled, UnexpectedAnswer, Unreachable
from portals.connectors.errors import ListingRefused, MappingMissing, PlanExhausted
from portals.connectors.olx.errors import NoPermission
from portals.connectors.olx.importing import Importer
from portals.connectors.olx.lines import MAX_BYTES, line_of, requests_of
from tests.portals.connectors.olx.conftest import (
    Imports,
    accepted,
    delete,
    insert,
    names_of,
    refused,
    until_failure,
)


def test_what_is_accepted_is_pending_under_the_token() -> None:
    imports = Imports(lambda _: accepted("abc"))

    told = imports.send(insert("A"), insert("B", remote_id="7"), delete("C"))

    assert imports.sent == [["A", "B", "C"]]
    assert names_of(told) == {"A": "pending", "B": "pending", "C": "pending"}
    assert {each.pending_ref for each in told.values()} == {"abc"}
    assert [told[own].remote_id for own in "ABC"] == ["", "7", ""]
    assert told["A"].warnings == ()


def test_operations_are_said_and_a_delete_says_nothing_else() -> None:
    assert line_of(0, insert("A")).body["operation"] == "insert"
    assert line_of(0, delete("A")).body == {"id": "A", "operation": "delete"}


@pytest.mark.parametrize(
    ("code", "error", "verdict"),
    [
        (-1, Unreachable, False),
        (-2, Throttled, False),
        (-3, UnexpectedAnswer, False),
        (-5, Unreachable, True),
        (-6, NoPermission, True),
    ],
)
def test_a_refused_request_says_what_became_of_its_ads(
    code: int, error: type[Exception], verdict: bool
) -> None:
    told = Imports(lambda _: refused(code)).send(insert("A"), delete("B"))

    assert {type(each) for each in told.values()} == {error}
    assert {each.verdict for each in told.values()} == {verdict}


def test_no_permission_has_a_code_of_its_own() -> None:
    assert NoPermission.code == "no_permission"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, None, True, {}),  # type: ignore[arg-type]
        Answer(200, [], True, {}),  # type: ignore[arg-type]
        Answer(200, {"statusCode": "x"}, True, {}),  # type: ignore[arg-type]
        Answer(200, {"statusCode": True}, True, {}),  # type: ignore[arg-type]
        Answer(200, {"statusCode": -9}, True, {}),  # type: ignore[arg-type]
        Answer(413, {"statusCode": -1}, True, {}),  # type: ignore[arg-type]
        Answer(404, None, False, {}),  # type: ignore[arg-type]
    ],
)
def test_an_answer_that_is_not_understood_is_no_verdict(answer: Answer) -> None:
    [(_, error)] = Importer(lambda _: answer).send([line_of(0, insert("A"))], most=200)

    assert isinstance(error, UnexpectedAnswer)
    assert not error.verdict


def test_a_status_code_may_be_written_as_text() -> None:
    told = Imports(lambda _: {**accepted(), "statusCode": "0"}).send(insert("A"))

    assert names_of(told) == {"A": "pending"}


def test_what_follows_a_failed_request_was_certainly_not_sent() -> None:
    imports = Imports(lambda ids: accepted() if ids == ["A"] else refused(-1))
    lines = [line_of(number, insert(own)) for number, own in enumerate("ABC")]

    told, error = until_failure(Importer(imports.put).send(lines, most=1))

    assert names_of({str(key): each for key, each in told.items()}) == {
        "0": "pending",
        "1": "Unreachable",
    }
    assert not told[1].verdict
    assert isinstance(error, Unreachable)
    assert error.verdict


@pytest.mark.parametrize(("code", "error"), [(-2, Throttled), (-6, NoPermission)])
def test_what_stops_the_account_stops_the_rest_too(code: int, error: type[Exception]) -> None:
    lines = [line_of(number, insert(own)) for number, own in enumerate("AB")]

    with pytest.raises(error):
        list(Importer(Imports(lambda _: refused(code)).put).send(lines, most=1))


# -- -4: one invalid ad cancels all ----------------------------------------------------------------
def test_named_ads_are_refused_and_the_rest_sent_again() -> None:
    def say(ids: list[str]) -> dict[str, Any]:
        if "B" in ids:
            return refused(-4, B=["NO_IMAGE", "NO_REGION"], D=["ERROR_VEHICLE_MODEL_INVALID"])
        return accepted()

    imports = Imports(say)

    told = imports.send(*map(insert, "ABCD"))

    assert imports.sent == [["A", "B", "C", "D"], ["A", "C"]]
    assert isinstance(told["B"], ListingRefused)
    assert [problem.field for problem in told["B"].problems] == ["photos", "postal_code"]
    assert isinstance(told["D"], MappingMissing)
    assert names_of(told)["A"] == names_of(told)["C"] == "pending"


def test_names_of_ads_that_were_not_sent_are_none() -> None:
    imports = Imports(lambda ids: refused(-4, Z=["NO_IMAGE"]) if "B" in ids else accepted())

    assert names_of(imports.send(*map(insert, "AB"))) == {"A": "pending", "B": "ListingRefused"}


def test_all_named_leaves_nothing_to_send() -> None:
    imports = Imports(lambda _: refused(-4, A=["NO_IMAGE"], B=[]))

    assert set(names_of(imports.send(*map(insert, "AB"))).values()) == {"ListingRefused"}
    assert len(imports.sent) == 1


def test_an_ad_alone_is_refused_without_a_reason() -> None:
    told = Imports(lambda _: refused(-4)).send(insert("A"))

    assert [problem.code for problem in told["A"].problems] == ["refused_unexplained"]


SPOTS = [
    *(random.Random(seed).sample(range(200), 7) for seed in range(40)),
    list(range(7)),
    list(range(193, 200)),
    list(range(14, 200, 28)),
    [0, 1, 99, 100, 101, 198, 199],
]


@pytest.mark.parametrize("spots", SPOTS)
def test_seven_bad_of_two_hundred_are_found(spots: list[int]) -> None:
    bad = {str(spot) for spot in spots}
    imports = Imports(lambda ids: refused(-4) if bad & set(ids) else accepted())

    told = imports.send(*(insert(str(number)) for number in range(200)))

    assert {own for own, each in told.items() if isinstance(each, ListingRefused)} == bad
    assert sum(name == "pending" for name in names_of(told).values()) == 193
    assert len(imports.sent) <= 7 * math.log2(200) + 1


@pytest.mark.parametrize("spot", [0, 1, 77, 128, 199])
def test_one_bad_ad_is_found_with_few_requests(spot: int) -> None:
    imports = Imports(lambda ids: refused(-4) if str(spot) in ids else accepted())

    told = imports.send(*(insert(str(number)) for number in range(200)))

    assert names_of(told)[str(spot)] == "ListingRefused"
    assert len(imports.sent) <= 2 * math.log2(200) + 1


def test_where_all_are_bad_each_takes_a_few_requests() -> None:
    imports = Imports(lambda _: refused(-4))

    told = imports.send(*(insert(str(number)) for number in range(50)))

    assert set(names_of(told).values()) == {"ListingRefused"}
    assert len(imports.sent) <= 3 * 50


def test_a_fault_named_in_the_middle_of_a_search_is_believed() -> None:
    def say(ids: list[str]) -> dict[str, Any]:
        if len(ids) > 3 and {"1", "6"} & set(ids):
            return refused(-4)
        named = {own: ["NO_IMAGE"] for own in ("1", "6") if own in ids}
        return refused(-4, **named) if named else accepted()

    told = Imports(say).send(*(insert(str(number)) for number in range(8)))

    assert {own for own, name in names_of(told).items() if name == "ListingRefused"} == {"1", "6"}


def test_a_failure_in_the_middle_of_a_search_costs_nobody_a_verdict() -> None:
    answers = iter([refused(-4), accepted(), refused(-1)])
    lines = [line_of(number, insert(str(number))) for number in range(8)]

    imports = Imports(lambda _: next(answers))
    told, error = until_failure(Importer(imports.put).send(lines, most=9))

    assert [names_of({"": told[spot]})[""] for spot in range(6)] == ["pending"] * 4 + [
        "Unreachable"
    ] * 2
    assert not told[4].verdict
    assert error.verdict  # the last two were cancelled with the first request


# -- how much fits into a request ------------------------------------------------------------------
def test_a_request_is_at_most_one_megabyte() -> None:
    changes = [insert(str(number), text="ção" * 2000) for number in range(250)]
    lines = [line_of(number, change) for number, change in enumerate(changes)]

    groups = list(requests_of(lines, most=200))

    assert sum(len(group) for group in groups) == 250
    assert all(sum(line.size for line in group) < MAX_BYTES for group in groups)
    assert len(groups) == math.ceil(250 * lines[-1].size / (MAX_BYTES - 1000))


def test_no_id_comes_twice_in_a_request_and_the_order_stays() -> None:
    changes = [insert("A"), insert("B"), delete("A"), insert("A")]
    lines = [line_of(number, change) for number, change in enumerate(changes)]

    groups = list(requests_of(lines, most=200))

    assert [[line.position for line in group] for group in groups] == [[0, 1], [2], [3]]


def test_no_more_than_a_batch_at_a_time() -> None:
    imports = Imports(lambda _: accepted())

    imports.send(*(insert(str(number)) for number in range(401)))

    assert [len(ids) for ids in imports.sent] == [200, 200, 1]


def test_plan_error_class_is_told_for_a_named_slot() -> None:
    told = Imports(lambda _: refused(-4, A=["NOT_ENOUGH_AD_SLOTS"])).send(insert("A"))

    assert isinstance(told["A"], PlanExhausted)
