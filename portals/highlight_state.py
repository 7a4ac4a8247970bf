"""How the highlight of an ad stands: what was asked, what was given, and why not more. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.lib.folding import fold
from portals.models import Listing, Plan
from portals.models.listing import HighlightOrigin, Observed, Wanted

_NOT_RELEASED = re.compile(r"liberad|habilitad|contratad|autorizad|permitid|releas|allowed")
_USED_UP = re.compile(r"cota|quota|excedid|esgotad|limite|exceeded|used up")


RULE = "rule"  # the choice "as the rule says"


class Denial(StrEnum):
    """Why the portal gave no highlight."""

    NOT_RELEASED = "not_released"
    USED_UP = "quota_used_up"
    UNSAID = "unsaid"


DENIALS: Mapping[Denial, str | Promise] = {
    Denial.NOT_RELEASED: gettext_lazy("not released for the account"),
    Denial.USED_UP: gettext_lazy("quota used up: waits for the next free slot"),
    Denial.UNSAID: gettext_lazy("the portal does not say why"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HighlightState:
    """Asked and granted side by side, in words; `denial` '' = nothing was denied."""

    asked: str
    granted: str
    reason: str = ""
    denial: str = ""
    by_rule: bool = False


def denial_of(warning: Mapping[str, Any], plan: Plan | None) -> Denial:
    """Tell *not released* from *quota used up*: by the words said, else by what the plan tells."""
    said = fold(str(warning.get("message") or ""))
    if said == Denial.NOT_RELEASED or _NOT_RELEASED.search(said):
        return Denial.NOT_RELEASED
    if said == Denial.USED_UP or _USED_UP.search(said):
        return Denial.USED_UP
    if plan is not None and not plan.released:
        return Denial.NOT_RELEASED
    if plan is not None and plan.available == 0:
        return Denial.USED_UP
    return Denial.UNSAID


def highlight_state(listing: Listing, plans: Mapping[int, Plan]) -> HighlightState | None:
    """Return how the highlight stands; None where none is asked. `plans` are those by weight."""
    if not listing.highlight or listing.wanted == Wanted.ABSENT:
        return None
    plan = plans.get(listing.highlight)
    asked = name_of(listing.highlight, plan)
    by_rule = listing.highlight_origin == HighlightOrigin.RULE
    denied = next((w for w in listing.warnings if w.get("kind") == "highlight_denied"), None)
    if denied is not None:
        denial = denial_of(denied, plan)
        return HighlightState(
            asked=asked,
            granted=_("none"),
            reason=_reason(denial, str(denied.get("message") or "")),
            denial=denial.value,
            by_rule=by_rule,
        )
    is_given = listing.state == Observed.LIVE and listing.asked.get("highlight") == (
        listing.highlight
    )
    return HighlightState(asked=asked, granted=asked if is_given else _("not yet"), by_rule=by_rule)


def name_of(weight: int, plan: Plan | None) -> str:
    """Return how a highlight is called: as its plan, else by its weight."""
    return plan.name if plan is not None else _("Highlight %(weight)d") % {"weight": weight}


def _reason(denial: Denial, message: str) -> str:
    words = str(DENIALS[denial])
    if message in ("", *Denial):
        return words
    return f"{words}. " + _("The portal says: “%(message)s”") % {"message": message}


def highlight_choices(
    plans: list[Plan], weights: tuple[int, ...], *, ruled: bool
) -> list[tuple[str, str | Promise]]:
    """Return what can be chosen: by the rule (if there is one), none, and every weight, highest
    first, by the name of its plan."""
    lit = {
        plan.weight: plan for plan in plans if plan.kind == "highlight" and plan.retired_at is None
    }
    rule: list[tuple[str, str | Promise]] = [(RULE, gettext_lazy("By the rule"))] if ruled else []
    given: list[tuple[str, str | Promise]] = [
        (str(weight), name_of(weight, lit.get(weight))) for weight in sorted(weights, reverse=True)
    ]
    return [*rule, ("0", gettext_lazy("No highlight")), *given]


def highlight_value(listing: Listing, *, ruled: bool) -> str:
    """Return which of those choices holds for an ad now."""
    by_hand = listing.highlight_origin == HighlightOrigin.HAND or (
        listing.highlight > 0 and listing.highlight_origin != HighlightOrigin.RULE
    )
    return RULE if ruled and not by_hand else str(listing.highlight)
