"""Says how far the test of an account came, why it stopped there, and what its dealer does. Pure.

A step that failed is told by what was answered: an address that is silent, a login that is refused
and a plan that is not told are put right by different people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portals.connectors.registry import CONNECTORS
from portals.connectors.types import AccountReport, PlanReport
from portals.models import PortalAccess
from portals.stops import ENDED
from portals.wording import describe

Text = str | Promise
Pair = tuple[Text, Text]  # what happened, what to do

STEPS: Mapping[str, Text] = {
    "reached": gettext_lazy("Portal reached"),
    "login": gettext_lazy("Login"),
    "plans": gettext_lazy("Plans read"),
}
_LATER = gettext_lazy("Try again in a few minutes.")
_LATER_OR_SUPPORT = gettext_lazy("Try again in a few minutes; if it stays, tell support.")
_PLAN = gettext_lazy("The login works, but %(portal)s did not tell the plan of this account.")

# code of the error -> why the portal was not reached; "" for all others.
_REACHED: Mapping[str, Pair] = {
    "unreachable": (
        gettext_lazy("%(portal)s does not answer, so what you entered was not judged yet."),
        _LATER,
    ),
    "throttled": (gettext_lazy("%(portal)s asks us to wait."), _LATER),
    "address_refused": (
        gettext_lazy("The portal's address may not be called."),
        gettext_lazy("Tell support: the base URL of this access is wrong."),
    ),
    "": (
        gettext_lazy("Something answers at the address of %(portal)s, but not as it should."),
        _LATER_OR_SUPPORT,
    ),
}
# how the portal is connected -> why the login failed, where the code says no more.
_LOGIN: Mapping[str, Pair] = {
    "password": (
        gettext_lazy("%(portal)s refused the user and the password."),
        gettext_lazy(
            "Enter both again under “Change the account”. They must be those of the environment "
            "“%(environment)s”."
        ),
    ),
    "token": (
        gettext_lazy("%(portal)s refused the integration token."),
        gettext_lazy(
            "Copy it again, whole, and enter it under “Change the account”. It must be the one of "
            "the environment “%(environment)s”."
        ),
    ),
}
# code of the error -> what to do when the plan was not told; "" for all others.
_PLANS: Mapping[str, Text] = {
    "unreachable": _LATER,
    "throttled": _LATER,
    "credentials_refused": gettext_lazy("Ask %(portal)s to open the integration for this account."),
    "no_permission": gettext_lazy("Ask %(portal)s to open the integration for this account."),
    "": _LATER_OR_SUPPORT,
}
_NO_PLAN = gettext_lazy(
    "%(portal)s tells of no plan for this account: it may take no ad. Ask the portal whether the "
    "store's plan is active."
)
_NO_ADS = gettext_lazy(
    "The plan of this account holds no ad: %(portal)s will take none until the plan is changed "
    "there."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTold:
    """One step of the test: its name in words, and "passed", "failed" or "open" (not tried)."""

    name: str
    state: str


def step_name(code: str) -> str:
    """Word a step; the code itself for one nobody worded."""
    return str(STEPS.get(code, code))


def steps_of(report: AccountReport) -> list[StepTold]:
    """Return all steps in order, with those that were not tried after one that failed."""
    told = dict(report.steps)
    found = [
        StepTold(name=step_name(code), state="passed" if passed else "failed")
        for code, passed in report.steps
    ]
    if all(told.values()):
        return found
    return found + [
        StepTold(name=step_name(code), state="open") for code in STEPS if code not in told
    ]


def works(report: AccountReport) -> bool:
    """Tell whether every step passed."""
    return bool(report.steps) and all(passed for _code, passed in report.steps)


def why_failed(access: PortalAccess, report: AccountReport) -> str:
    """Return why the test failed and what to do; "" for one that passed."""
    failed = next((code for code, passed in report.steps if not passed), "")
    if not failed:
        return ""
    values = {"portal": access.portal.name, "environment": access.get_environment_display()}
    connector = CONNECTORS.get(access.portal.slug)
    way = connector.connects_by if connector is not None else "password"
    if failed == "login" and way not in _LOGIN:
        return describe({"code": "no_permission" if report.failure == "no_permission" else ENDED})
    if failed == "login":
        what, fix = _LOGIN[way]
    elif failed == "plans":
        what, fix = _PLAN, _PLANS.get(report.failure, _PLANS[""])
    else:
        what, fix = _REACHED.get(report.failure, _REACHED[""])
    return f"{str(what) % values} {str(fix) % values}"


def plan_warning(access: PortalAccess, report: AccountReport) -> str:
    """Return what is wrong with the plans of an account that works; "" where nothing is."""
    if not works(report) or "plans" not in dict(report.steps):
        return ""
    ads = [plan for plan in report.plans if plan.kind == "ad"]
    if not report.plans:
        text = _NO_PLAN
    elif ads and all(plan.total == 0 for plan in ads):
        text = _NO_ADS
    else:
        return ""
    return str(text) % {"portal": access.portal.name}


def plan_line(plan: PlanReport) -> str:
    """Return a plan with its figures, as the portal tells them."""
    values = {"name": plan.name, "used": plan.published, "total": plan.total}
    if plan.total is None:
        return _("%(name)s: %(used)s used, no known limit") % values
    return _("%(name)s: %(used)s of %(total)s used") % values
