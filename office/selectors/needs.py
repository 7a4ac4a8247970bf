"""What needs a person now, in words with the link that shows exactly that. Pure.

The order is the order of urgency: what stands still, what runs out, what is refused, what is
missing, what could be better.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from office.selectors.figures import StockFigures
from office.selectors.reservations import ReservationCounts
from portals.models import PortalAccess
from portals.models.access import FailureMode
from portals.selectors.accesses import PlanBar
from portals.selectors.board import Summary
from portals.selectors.problems import Group
from portals.stops import wants_reconnect, why_stopped

CAUSES_SHOWN = 6
WORDINGS_SHOWN = 1
PASSES = (FailureMode.NONE, FailureMode.TRANSIENT, FailureMode.THROTTLED)
# What is only counted: tone, icon, words, the page that shows it and its query.
_COUNTED = {
    "overdue": (
        "bad",
        "clock-alert",
        ngettext_lazy("Reservation past its end", "Reservations past their end"),
        "office:reservations",
        "?due=overdue",
    ),
    "late": (
        "bad",
        "timer-off",
        ngettext_lazy(
            "Ad still not gone after the time allowed", "Ads still not gone after the time allowed"
        ),
        "office:departures",
        "",
    ),
    "radar": (
        "bad",
        "radar",
        ngettext_lazy(
            "Live ad whose name the portal changed or took away",
            "Live ads whose names the portal changed or took away",
        ),
        "portals:radar",
        "",
    ),
    "ending": (
        "warn",
        "clock",
        ngettext_lazy("Reservation ends within 48 hours", "Reservations end within 48 hours"),
        "office:reservations",
        "?due=soon",
    ),
    "gaps": (
        "warn",
        "signpost",
        ngettext_lazy(
            "Name without a counterpart at the portal", "Names without a counterpart at the portals"
        ),
        "portals:mapping_list",
        "",
    ),
    "no_price": (
        "warn",
        "banknote",
        ngettext_lazy("Vehicle without a price", "Vehicles without a price"),
        "office:stock_list",
        "?problem=no_price",
    ),
    "no_photo": (
        "warn",
        "image-off",
        ngettext_lazy("Vehicle without photos", "Vehicles without photos"),
        "office:stock_list",
        "?problem=no_photo",
    ),
    "unplaced": (
        "info",
        "book-open",
        ngettext_lazy(
            "Vehicle not placed in the FIPE catalogue", "Vehicles not placed in the FIPE catalogue"
        ),
        "office:stock_list",
        "?problem=unplaced",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One thing to be done: how bad it is, how many it touches, and where it is done.

    `number` is 0 where the text says it all.
    """

    tone: str
    icon: str
    number: int
    text: str
    link: str
    details: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One of the first steps of a new store."""

    done: bool
    text: str
    link: str


def needs_of(
    *,
    figures: StockFigures,
    accesses: Sequence[PortalAccess],
    failed: Sequence[Group],
    reduced: Sequence[Group],
    plans: Sequence[PlanBar],
    reservations: ReservationCounts,
    late: int,
    gaps: int,
    unnamed: int,
    manages: bool,
) -> list[Need]:
    """Return what needs a person, most urgent first; empty when all is well.

    `late` ads must be gone and are not; `unnamed` live ads lost a name by a change of a portal's
    catalogue. Who `manages` is led to the portal's own page where connecting again is the way out.
    """
    return [
        *_stopped(accesses, manages=manages),
        *_counted("late", late),
        *_counted("radar", unnamed),
        *_counted("overdue", reservations.overdue),
        *_causes(failed, tone="bad", icon="circle-x"),
        *_counted("ending", reservations.soon),
        *_plans(plans),
        *_counted("gaps", gaps),
        *_counted("no_price", figures.no_price),
        *_counted("no_photo", figures.no_photo),
        *_causes(reduced, tone="warn", icon="image-minus"),
        *_counted("unplaced", figures.unplaced),
    ]


def first_steps(*, figures: StockFigures, ads: Summary, has_access: bool) -> list[Step]:
    """Return the steps to the first ad; nothing once they are all taken."""
    has_photos = figures.in_stock > figures.no_photo
    steps = [
        Step(
            done=figures.total > 0,
            text=_("Register the first vehicle"),
            link=reverse("inventory:vehicle_create"),
        ),
        Step(
            done=has_photos,
            text=_("Add photos to it"),
            link=f"{reverse('office:stock_list')}?problem=no_photo",
        ),
        Step(done=has_access, text=_("Connect a portal"), link=reverse("portals:access_list")),
        Step(done=ads.wished > 0, text=_("Publish the stock"), link=reverse("portals:board")),
    ]
    new = figures.total == 0 or not has_access or ads.wished == 0
    return steps if new else []


def _stopped(accesses: Sequence[PortalAccess], *, manages: bool) -> Iterator[Need]:
    for access in accesses:
        if access.failure_mode in PASSES:
            continue
        words = {"portal": access.portal.name, "why": why_stopped(access)}
        text = _("%(portal)s is stopped: %(why)s")
        link = reverse("portals:access_detail", args=[access.pk])
        if wants_reconnect(access):
            text = _("%(portal)s is stopped: %(why)s. Connect it again.")
            if manages:
                start = reverse("portals:connect_start", args=[access.portal.slug])
                link = f"{start}?{urlencode({'environment': access.environment})}"
        yield Need(tone="bad", icon="plug-zap", number=0, text=text % words, link=link)


def _counted(kind: str, number: int) -> Iterator[Need]:
    if number:
        tone, icon, text, page, query = _COUNTED[kind]
        yield Need(
            tone=tone, icon=icon, number=number, text=text % number, link=f"{reverse(page)}{query}"
        )


def _causes(groups: Sequence[Group], *, tone: str, icon: str) -> Iterator[Need]:
    for group in groups[:CAUSES_SHOWN]:
        query = urlencode({"code": group.cause.code, "field": group.cause.field})
        yield Need(
            tone=tone,
            icon=icon,
            number=group.number,
            text=str(group.title),
            link=f"{reverse('portals:problem_detail', args=[group.cause.mode])}?{query}",
            details=group.texts[:WORDINGS_SHOWN],
        )


def _plans(plans: Sequence[PlanBar]) -> Iterator[Need]:
    for bar in plans:
        words = {
            "plan": bar.plan.name,
            "portal": bar.plan.access.portal.name,
            "used": bar.used,
            "total": bar.plan.total,
        }
        yield Need(
            tone="bad" if bar.is_full else "warn",
            icon="gauge",
            number=0,
            text=_("%(portal)s: plan %(plan)s has %(used)s of %(total)s slots in use") % words,
            link=f"{reverse('portals:access_detail', args=[bar.plan.access_id])}#plans-title",
        )
