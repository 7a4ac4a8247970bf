"""A plan that is too small takes who fits and loses nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.portals.connectors.olx.conftest import (
    Imports,
    accepted,
    delete,
    insert,
    names_of,
    refused,
)

TEN = [str(number) for number in range(100, 110)]


def plan(free: int, *, told: str = "numbers", bad: frozenset[str] = frozenset()) -> Any:
    """A portal with so many slots that refuses a batch beyond them as a whole (-7)."""
    state = {"free": free}
    held: set[str] = set()

    def say(ids: list[str]) -> dict[str, Any]:
        if bad & set(ids):
            return refused(-4, **{own: ["NO_IMAGE"] for own in ids if own in bad})
        new = [own for own in ids if own not in held and own.startswith("1")]
        if len(new) > state["free"]:
            message = f"{len(new)} asked, {state['free']} free" if told == "numbers" else "full"
            over = new[state["free"] :] if told == "names" else []
            return refused(-7, message, **{own: ["NOT_ENOUGH_AD_SLOTS"] for own in over})
        state["free"] -= len(new)
        held.update(new)
        return accepted()

    return say


def kept(told: dict[str, Any]) -> list[str]:
    """Who got in."""
    assert set(names_of(told).values()) <= {"pending", "PlanExhausted", "ListingRefused"}
    return [own for own, name in names_of(told).items() if name == "pending"]


@pytest.mark.parametrize("told", ["numbers", "names", "nothing"])
@pytest.mark.parametrize("free", [0, 1, 4, 9, 10])
def test_who_fits_is_taken_and_the_others_wait_for_a_slot(free: int, told: str) -> None:
    imports = Imports(plan(free, told=told))

    results = imports.send(*map(insert, TEN))

    assert sorted(kept(results)) == TEN[:free]
    most = 12 if told == "nothing" else 2
    assert len(imports.sent) <= most


@pytest.mark.parametrize("told", ["numbers", "names", "nothing"])
def test_edits_and_deletes_need_no_slot(told: str) -> None:
    imports = Imports(plan(0, told=told))
    changes = [delete("200"), *map(insert, TEN), insert("201", remote_id="7")]

    results = imports.send(*changes)

    assert sorted(kept(results)) == ["200", "201"]


def test_the_order_stays_when_some_are_left_out() -> None:
    imports = Imports(plan(1))

    imports.send(insert("100"), delete("200"), insert("101"), insert("201", remote_id="7"))

    assert imports.sent[1] == ["100", "200", "201"]


def test_a_slot_that_a_bad_ad_gives_back_goes_to_the_next() -> None:
    inner = plan(3)

    def say(ids: list[str]) -> dict[str, Any]:
        # Slots are counted before anything else is looked at.
        if len(ids) > 3:
            return refused(-7, f"{len(ids)} asked, 3 free")
        if "101" in ids:
            return refused(-4, **{"101": ["NO_IMAGE"]})
        answer: dict[str, Any] = inner(ids)
        return answer

    results = Imports(say).send(*map(insert, TEN))

    assert sorted(kept(results)) == ["100", "102", "103"]
    assert names_of(results)["101"] == "ListingRefused"


def test_after_a_full_plan_later_requests_ask_for_no_slots() -> None:
    imports = Imports(plan(0))

    results = imports.send(*map(insert, TEN), most=4)

    assert kept(results) == []
    assert len(imports.sent) == 1


PARTIAL: list[tuple[Callable[[list[str], int, list[str]], str], str]] = [
    (lambda n, f, left: f"{len(n)} solicitados, {f} importados: {', '.join(left)}", "colon"),
    (lambda n, f, left: f"{len(n)} ads, {f} in, ignored {' '.join(left)}", "none"),
    (lambda n, f, left: f"{len(n)}/{f} [{';'.join(left)}] ignorados.", "brackets"),
]


@pytest.mark.parametrize("sentence", [each for each, _ in PARTIAL], ids=[n for _, n in PARTIAL])
@pytest.mark.parametrize("ids", [TEN, [str(number) for number in range(1, 11)], list("ABCDEFGHIJ")])
@pytest.mark.parametrize("free", [1, 3, 9])
def test_the_ids_in_the_sentence_are_those_without_a_slot(
    sentence: Any, ids: list[str], free: int
) -> None:
    left = ids[free:]
    imports = Imports(
        lambda _: {**refused(-8, sentence(ids, free, left)), "token": "t", "errors": None}
    )

    results = imports.send(*map(insert, ids))

    assert kept(results) == [own for own in results if own in ids[:free]]
    assert {own for own, name in names_of(results).items() if name == "PlanExhausted"} == set(left)
    assert {each.pending_ref for each in results.values() if hasattr(each, "state")} == {"t"}
    assert len(imports.sent) == 1


def test_a_sentence_without_ids_leaves_all_to_the_status_read() -> None:
    imports = Imports(lambda _: {**refused(-8, "2 asked, 1 taken"), "token": "t"})

    assert names_of(imports.send(*map(insert, "AB"))) == {"A": "pending", "B": "pending"}
