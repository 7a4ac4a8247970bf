"""Notices in words, and where each is dealt with. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from office.models import Notice
from office.models.notice import NoticeKind
from portals.models.access import FailureMode

ICONS: Mapping[str, str] = {
    NoticeKind.STOPPED: "plug-zap",
    NoticeKind.DOWN: "cloud-off",
    NoticeKind.LATE: "alarm-clock",
    NoticeKind.ADS: "circle-x",
    NoticeKind.PLAN: "gauge",
    NoticeKind.NAMES: "radar",
    NoticeKind.OVERDUE: "clock-alert",
}
URGENT = (NoticeKind.STOPPED, NoticeKind.DOWN, NoticeKind.LATE)
_PLAIN: Mapping[str, str | Promise] = {
    NoticeKind.STOPPED: gettext_lazy("%(portal)s is stopped: %(why)s"),
    NoticeKind.DOWN: gettext_lazy("%(portal)s does not answer. Changes wait and go by themselves."),
    NoticeKind.PLAN: gettext_lazy("%(portal)s: all %(total)s slots of plan %(plan)s are in use"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWords:
    """A notice as it is shown: what is the case, where it is dealt with, how bad it is."""

    notice: Notice
    text: str
    link: str
    icon: str
    is_urgent: bool


def words_of(notice: Notice) -> NoticeWords:
    """Return a notice in words of the current language."""
    return NoticeWords(
        notice=notice,
        text=_text(notice),
        link=_link(notice),
        icon=ICONS.get(notice.kind, "bell"),
        is_urgent=notice.kind in URGENT,
    )


def _text(notice: Notice) -> str:
    facts = notice.facts
    number = facts.get("number", 0)
    words = {**facts, "why": _mode(facts.get("mode", "")), "number": number}
    if notice.kind == NoticeKind.ADS:
        return (
            ngettext(
                "%(portal)s: %(number)s ad waits for you (%(why)s)",
                "%(portal)s: %(number)s ads wait for you (%(why)s)",
                number,
            )
            % words
        )
    if notice.kind == NoticeKind.LATE:
        return (
            ngettext(
                "%(number)s ad must be gone and still shows",
                "%(number)s ads must be gone and still show",
                number,
            )
            % words
        )
    if notice.kind == NoticeKind.NAMES:
        return (
            ngettext(
                "%(number)s live ad lost a name by a change of the portal's catalogue",
                "%(number)s live ads lost a name by a change of the portal's catalogue",
                number,
            )
            % words
        )
    if notice.kind == NoticeKind.OVERDUE:
        return (
            ngettext(
                "%(number)s reservation is past its end",
                "%(number)s reservations are past their end",
                number,
            )
            % words
        )
    return str(_PLAIN[notice.kind]) % words


def _link(notice: Notice) -> str:
    if notice.kind in (NoticeKind.STOPPED, NoticeKind.DOWN):
        return reverse("portals:access_detail", args=[int(notice.subject)])
    if notice.kind == NoticeKind.PLAN:
        return f"{reverse('portals:access_detail', args=[notice.facts['access']])}#plans-title"
    if notice.kind == NoticeKind.LATE:
        return reverse("office:departures")
    if notice.kind == NoticeKind.NAMES:
        return reverse("portals:radar")
    if notice.kind == NoticeKind.OVERDUE:
        return f"{reverse('office:reservations')}?due=overdue"
    return reverse("portals:problem_list")


def _mode(mode: str) -> str:
    return str(FailureMode(mode).label) if mode in FailureMode.values else mode
