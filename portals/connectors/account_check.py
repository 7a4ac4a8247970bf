"""The test of an account, step by step, the same for every portal; talks by what it is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from config.lib.remote_errors import CredentialsRefused, RemoteError
from portals.connectors.types import AccountReport, PlanReport

T = TypeVar("T")


def check_steps(
    log_in: Callable[[], T], read_plans: Callable[[T], tuple[PlanReport, ...]]
) -> AccountReport:
    """Return "reached", "login" and "plans" up to the first that fails; raises no RemoteError.

    A report that did not pass says by `failure` what was in the way. `read_plans` gets what
    `log_in` returned, so that the login just made is the one that is tested.
    """
    try:
        proof = log_in()
    except CredentialsRefused as err:
        return AccountReport(steps=(("reached", True), ("login", False)), failure=err.code)
    except RemoteError as err:
        return AccountReport(steps=(("reached", False),), failure=err.code)
    passed = (("reached", True), ("login", True))
    try:
        plans = read_plans(proof)
    except RemoteError as err:
        return AccountReport(steps=(*passed, ("plans", False)), failure=err.code)
    return AccountReport(steps=(*passed, ("plans", True)), plans=plans)
