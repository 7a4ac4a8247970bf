"""Asked and granted, with *not released* told from *quota used up*."""

from __future__ import annotations

import pytest

from portals.highlight_state import highlight_choices, highlight_state, highlight_value
from portals.models import Listing, Plan


def ad(**columns: object) -> Listing:
    """Make an ad that wishes a highlight and is live."""
    return Listing(**{"highlight": 2, "wanted": "live", "state": "live", **columns})


def denied(message: str) -> dict[str, object]:
    """Return what a portal says when it gives none."""
    return {"kind": "highlight_denied", "asked": 2, "granted": 0, "message": message}


@pytest.mark.parametrize(
    ("message", "plan", "denial"),
    [
        ("not_released", None, "not_released"),
        ("quota_used_up", None, "quota_used_up"),
        ("Destaque de peso 2 não liberado para o anunciante.", None, "not_released"),
        ("Cota do destaque de peso 2 excedida (3 de 3).", None, "quota_used_up"),
        ("Salvo sem destaque.", Plan(released=False), "not_released"),
        ("Salvo sem destaque.", Plan(total=3, published=3), "quota_used_up"),
        ("", Plan(total=3, published=1), "unsaid"),
        ("Salvo sem destaque.", None, "unsaid"),
    ],
)
def test_a_denial_says_which_it_was(message: str, plan: Plan | None, denial: str) -> None:
    state = highlight_state(ad(warnings=[denied(message)]), {2: plan} if plan else {})

    assert state is not None
    assert (state.denial, state.granted) == (denial, "none")
    assert ("says: “" in state.reason) == (" " in message)


def test_what_was_asked_and_is_live_is_granted() -> None:
    plans = {2: Plan(name="Super")}

    given = highlight_state(ad(asked={"highlight": 2}, highlight_origin="rule"), plans)
    waiting = highlight_state(ad(asked={"highlight": 0}), plans)

    assert given is not None
    assert waiting is not None
    assert (given.asked, given.granted, given.by_rule) == ("Super", "Super", True)
    assert (waiting.asked, waiting.granted, waiting.by_rule) == ("Super", "not yet", False)


@pytest.mark.parametrize("columns", [{"highlight": 0}, {"wanted": "absent"}])
def test_where_none_is_asked_nothing_is_said(columns: dict[str, object]) -> None:
    assert highlight_state(ad(**columns), {}) is None


def test_what_can_be_chosen_goes_by_plans_and_rule() -> None:
    plans = [Plan(kind="highlight", weight=2, name="Super"), Plan(kind="ad", name="Ouro")]

    free = [(value, str(name)) for value, name in highlight_choices(plans, (1, 2), ruled=False)]

    assert free == [("0", "No highlight"), ("2", "Super"), ("1", "Highlight 1")]
    assert next(iter(highlight_choices(plans, (1,), ruled=True)))[0] == "rule"


@pytest.mark.parametrize(
    ("highlight", "origin", "ruled", "value"),
    [
        (0, "", True, "rule"),
        (2, "rule", True, "rule"),
        (2, "hand", True, "2"),
        (0, "hand", True, "0"),
        (2, "", True, "2"),
        (2, "rule", False, "2"),
        (0, "", False, "0"),
    ],
)
def test_what_holds_now_is_chosen(highlight: int, origin: str, ruled: bool, value: str) -> None:
    listing = ad(highlight=highlight, highlight_origin=origin)

    assert highlight_value(listing, ruled=ruled) == value
