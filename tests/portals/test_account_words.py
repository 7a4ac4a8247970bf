"""Each failed step of an account's test is told apart, with what to do about it."""

from __future__ import annotations

import pytest

from portals import account_words
from portals.connectors.types import AccountReport, PlanReport
from portals.models import Portal, PortalAccess

REACHED = (("reached", False),)
LOGIN = (("reached", True), ("login", False))
PLANS = (("reached", True), ("login", True), ("plans", False))
PASSED = (("reached", True), ("login", True), ("plans", True))


def access_at(slug: str) -> PortalAccess:
    return PortalAccess(portal=Portal(slug=slug, name="The portal"), environment="test")


def why(steps: tuple[tuple[str, bool], ...], failure: str, *, slug: str = "usadosbr") -> str:
    """Return why the test of an account at that portal failed."""
    return account_words.why_failed(access_at(slug), AccountReport(steps=steps, failure=failure))


@pytest.mark.parametrize(
    ("steps", "failure", "slug", "says", "fix"),
    [
        (REACHED, "unreachable", "usadosbr", "does not answer", "few minutes"),
        (REACHED, "throttled", "usadosbr", "asks us to wait", "few minutes"),
        (REACHED, "address_refused", "usadosbr", "may not be called", "Tell support"),
        (REACHED, "unexpected_answer", "usadosbr", "not as it should", "tell support"),
        (LOGIN, "credentials_refused", "usadosbr", "the user and the password", "“Test”"),
        (LOGIN, "credentials_refused", "chavesnamao", "the integration token", "“Test”"),
        (LOGIN, "credentials_refused", "olx", "connection to the portal has ended", "Connect"),
        (LOGIN, "reconnect", "olx", "connection to the portal has ended", "Connect"),
        (LOGIN, "no_permission", "olx", "publish by a program", "access by API"),
        (PLANS, "unreachable", "chavesnamao", "did not tell the plan", "few minutes"),
        (PLANS, "credentials_refused", "olx", "did not tell the plan", "open the integration"),
        (PLANS, "unexpected_answer", "olx", "did not tell the plan", "tell support"),
    ],
)
def test_a_failed_step_is_told_by_what_was_answered(steps, failure, slug, says, fix):
    text = why(steps, failure, slug=slug)

    assert says in text
    assert fix in text.partition(says)[2]


def test_no_two_failures_read_alike_and_success_says_nothing():
    texts = [
        why(steps, failure)
        for steps, failure in (
            *((REACHED, code) for code in ("unreachable", "throttled", "address_refused", "x")),
            (LOGIN, "credentials_refused"),
            *((PLANS, code) for code in ("unreachable", "credentials_refused", "x")),
        )
    ]

    assert len({*texts}) == len(texts)
    assert why(PASSED, "") == ""


def test_what_comes_after_a_failed_step_was_not_tried():
    def states(steps: tuple[tuple[str, bool], ...]) -> list[str]:
        return [each.state for each in account_words.steps_of(AccountReport(steps=steps))]

    assert states(REACHED) == ["failed", "open", "open"]
    assert states(LOGIN) == ["passed", "failed", "open"]
    assert states(PASSED) == ["passed", "passed", "passed"]


@pytest.mark.parametrize(
    ("plans", "says"),
    [
        ((), "tells of no plan"),
        ((("ad", 0),), "holds no ad"),
        ((("ad", 0), ("highlight", 5)), "holds no ad"),
        ((("ad", 0), ("ad", 3)), ""),
        ((("ad", None),), ""),
        ((("highlight", 5),), ""),
    ],
)
def test_an_account_that_works_but_has_no_plan_is_told(plans, says):
    reports = tuple(
        PlanReport(kind=kind, remote_key="1", name="Plan", total=total) for kind, total in plans
    )
    found = account_words.plan_warning(
        access_at("chavesnamao"), AccountReport(steps=PASSED, plans=reports)
    )

    assert (says in found) if says else (found == "")


@pytest.mark.parametrize(
    ("total", "line"), [(10, "Gold: 3 of 10 used"), (None, "Gold: 3 used, no known limit")]
)
def test_a_plan_is_told_with_its_figures(total, line):
    plan = PlanReport(kind="ad", remote_key="1", name="Gold", total=total, published=3)

    assert account_words.plan_line(plan) == line
