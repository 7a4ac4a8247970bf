"""When to try again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from config.lib.retry import backoff, next_attempt

NOW = datetime(2026, 11, 3, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(0, 60), (1, 60), (2, 120), (3, 240), (9, 15_360), (10, 21_600), (1_000_000, 21_600)],
)
def test_the_wait_doubles_up_to_a_cap(attempts: int, seconds: int) -> None:
    assert backoff(attempts) == seconds


def test_first_wait_and_cap_may_be_others() -> None:
    assert [backoff(n, first=2.0, cap=5.0) for n in (1, 2, 3)] == [2.0, 4.0, 5.0]


def test_a_spread_lengthens_the_wait_by_a_quarter_at_most() -> None:
    assert backoff(1, spread=0.0) == 60.0
    assert backoff(1, spread=0.5) == 67.5
    assert backoff(1, spread=1.0) == 75.0


@pytest.mark.parametrize("mode", ["transient", "throttled", "unexpected"])
def test_what_may_pass_by_itself_is_tried_again(mode: str) -> None:
    assert next_attempt(mode, 2, now=NOW) == NOW + timedelta(minutes=2)


@pytest.mark.parametrize(
    "mode", ["credentials", "refused", "preflight", "mapping", "plan", "unsupported", ""]
)
def test_what_needs_a_person_or_new_data_is_not(mode: str) -> None:
    assert next_attempt(mode, 1, now=NOW) is None


@pytest.mark.parametrize(("told", "seconds"), [(0.0, 1), (7.0, 7), (1e9, 3600)])
def test_whoever_says_when_is_believed_within_reason(told: float, seconds: int) -> None:
    found = next_attempt("throttled", 5, now=NOW, retry_after=told)

    assert found == NOW + timedelta(seconds=seconds)


def test_only_a_throttled_one_is_told_when() -> None:
    assert next_attempt("transient", 1, now=NOW, retry_after=7.0) == NOW + timedelta(minutes=1)
