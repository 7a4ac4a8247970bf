"""What stands in the way of a dealer's ads, grouped by cause, and what portals took away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Dealer
from portals.field_names import field_label, warning_label
from portals.fixes import Fix, fix_for
from portals.models import Listing
from portals.models.access import FailureMode
from portals.models.listing import Observed, Wanted
from portals.wording import describe, describe_warning

TEXTS_SHOWN = 5
FOLLOWS = "name_parent"  # is solved with the brand or model that is named beside it
REDUCED = "reduced"  # stands where a failure mode would, for what portals took away


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """What ads are grouped by: who must act, the code of the problem, our field."""

    mode: str
    code: str
    field: str


@dataclass(slots=True, kw_only=True)
class Group:
    """Ads with the same cause. `texts` are the most frequent wordings with their numbers."""

    cause: Cause
    title: object
    number: int = 0
    wordings: Counter[str] = field(default_factory=Counter)

    @property
    def texts(self) -> list[tuple[str, int]]:
        """The most frequent wordings, with how many ads bear each."""
        return self.wordings.most_common(TEXTS_SHOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemAd:
    """One ad with the problem in words and the link to the fix."""

    listing: Listing
    text: str
    fix: Fix | None


def groups_of(dealer: Dealer) -> tuple[list[Group], list[Group]]:
    """Return the causes of failed ads and the kinds of reductions, most ads first; two queries."""
    failed: dict[Cause, Group] = {}
    for mode, problems in _failed(dealer).values_list("failure_mode", "problems").iterator():
        _count(failed, mode, problems)
    reduced: dict[Cause, Group] = {}
    for (warnings,) in _reduced(dealer).values_list("warnings").iterator():
        for kind, warning in _once_each(warnings, "kind"):
            cause = Cause(REDUCED, kind, "")
            group = reduced.setdefault(cause, Group(cause=cause, title=warning_label(kind)))
            group.number += 1
            group.wordings[describe_warning(warning)] += 1
    return _sorted(failed), _sorted(reduced)


def ads_of(dealer: Dealer, cause: Cause, *, manages: bool) -> list[ProblemAd]:
    """Return the ads that share a cause, each with its own words and fix."""
    if cause.mode == REDUCED:
        rows = _reduced(dealer).select_related("vehicle__version__model__brand", "access__portal")
        return [ad for row in rows for ad in _reduced_ads(row, cause, manages=manages)]
    rows = _failed(dealer).filter(failure_mode=cause.mode)
    rows = rows.select_related("vehicle__version__model__brand", "access__portal")
    return [ad for row in rows for ad in _failed_ads(row, cause, manages=manages)]


def _failed(dealer: Dealer) -> Any:
    listings = Listing.objects.for_dealer(dealer).exclude(failure_mode="")
    # A wish for nothing is a problem only while the portal still shows the ad.
    listings = listings.exclude(wanted=Wanted.ABSENT, state=Observed.ABSENT)
    return listings.order_by("id")


def _reduced(dealer: Dealer) -> Any:
    listings = Listing.objects.for_dealer(dealer).filter(reduced=True)
    return listings.exclude(wanted=Wanted.ABSENT).order_by("id")


def _count(groups: dict[Cause, Group], mode: str, problems: Sequence[Mapping[str, Any]]) -> None:
    for cause, problem in _causes(mode, problems):
        group = groups.get(cause)
        if group is None:
            group = groups[cause] = Group(cause=cause, title=_title(cause))
        group.number += 1
        if problem:
            group.wordings[describe(dict(problem))] += 1


def _causes(
    mode: str, problems: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[Cause, Mapping[str, Any]]]:
    """Yield each cause of one ad once; what goes away with another problem of it is left out."""
    if not problems:
        yield Cause(mode, "", ""), {}
    seen: set[Cause] = set()
    own = [each for each in problems if each.get("code") != FOLLOWS]
    for problem in own or problems:
        cause = Cause(mode, str(problem.get("code", "")), str(problem.get("field", "")))
        if cause not in seen:
            seen.add(cause)
            yield cause, problem


def _once_each(
    items: Sequence[Mapping[str, Any]], key: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    seen: set[str] = set()
    for item in items:
        value = str(item.get(key, ""))
        if value not in seen:
            seen.add(value)
            yield value, dict(item)


def _title(cause: Cause) -> object:
    if cause.code == "name_unplaced":
        return _("Not in the FIPE catalogue: %(field)s") % {"field": field_label(cause.field)}
    mode = FailureMode(cause.mode).label if cause.mode in FailureMode.values else cause.mode
    return f"{mode}: {field_label(cause.field)}" if cause.field else mode


def _sorted(groups: dict[Cause, Group]) -> list[Group]:
    return sorted(groups.values(), key=lambda group: (-group.number, group.cause))


def _reduced_ads(row: Listing, cause: Cause, *, manages: bool) -> Iterator[ProblemAd]:
    for kind, warning in _once_each(row.warnings, "kind"):
        if kind == cause.code:
            fix = _warning_fix(row, kind, manages=manages)
            yield ProblemAd(listing=row, text=describe_warning(warning), fix=fix)


def _warning_fix(row: Listing, kind: str, *, manages: bool) -> Fix | None:
    fields = {
        "photo_rejected": "photos",
        "photo_limit": "photos",
        "highlight_denied": "highlight",
        "text_truncated": "description",
        "optional_ignored": "optionals",
    }
    return fix_for(
        mode=REDUCED,
        field=fields.get(kind, ""),
        code=kind,
        vehicle_id=row.vehicle_id,
        access_id=row.access_id,
        manages=manages,
    )


def _failed_ads(row: Listing, cause: Cause, *, manages: bool) -> Iterator[ProblemAd]:
    for found, problem in _causes(row.failure_mode, row.problems):
        if found == cause:
            yield ProblemAd(
                listing=row,
                text=describe(dict(problem)) if problem else "",
                fix=fix_for(
                    mode=cause.mode,
                    field=cause.field,
                    code=cause.code,
                    vehicle_id=row.vehicle_id,
                    access_id=row.access_id,
                    manages=manages,
                    category=row.vehicle.category,
                    params=problem.get("params"),
                ),
            )
