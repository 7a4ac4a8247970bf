"""What schedules look for: everything that is due and not done, never "what changed yesterday"."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from config.lib.wire import origin_of
from portals.models import Attempt, CatalogueSnapshot, Listing, PortalAccess, PortalGate
from portals.models.access import FailureMode
from portals.services.sessions import base_url_of

logger = logging.getLogger(__name__)
PURGE_CHUNK = 5000


def _running() -> QuerySet[PortalAccess]:
    now = timezone.now()
    return PortalAccess.objects.filter(
        Q(blocked_until__isnull=True) | Q(blocked_until__lte=now),
        is_active=True,
        portal__is_active=True,
        dealer__is_active=True,
        failure_mode="",
    ).select_related("portal")


def accesses_due() -> Iterator[int]:
    """Yield accesses with something due: two index probes each, portals that are down left out."""
    now = timezone.now()
    mine = Listing.objects.filter(access=OuterRef("pk"))
    due = _running().filter(
        Exists(mine.filter(due_at__lte=now)) | Exists(mine.filter(check_at__lte=now))
    )
    closed = set(PortalGate.objects.filter(closed_until__gt=now).values_list("origin", flat=True))
    for access in due:
        origin = _origin(access)
        if origin and origin not in closed:
            yield access.pk


def wants_plans(access_id: int) -> bool:
    """Whether a write may have changed the plans of this access, so that they are read now."""
    return PortalAccess.objects.filter(pk=access_id, plans_due_at__lte=timezone.now()).exists()


def plans_due() -> Iterator[int]:
    """Yield accesses whose plans a write may have changed, portals that are down left out."""
    now = timezone.now()
    closed = set(PortalGate.objects.filter(closed_until__gt=now).values_list("origin", flat=True))
    for access in _running().filter(plans_due_at__lte=now):
        origin = _origin(access)
        if origin and origin not in closed:
            yield access.pk


def _origin(access: PortalAccess) -> str:
    """Return the origin an access talks to; '' (and a log line) if its address is nonsense.

    One dealer's nonsense must not keep the others from being found.
    """
    try:
        return origin_of(base_url_of(access))
    except (KeyError, ValueError):
        logger.exception("access has no address", extra={"access": access.pk})
        return ""


def portals_down(*, before: datetime) -> Iterator[tuple[PortalAccess, datetime]]:
    """Yield accesses whose portal has been down since before that moment, and since when.

    Nothing more than one query while all portals answer.
    """
    gates = PortalGate.objects.filter(closed_since__lte=before)
    closed = dict(gates.values_list("origin", "closed_since"))
    if not closed:
        return
    for access in _running():
        since = closed.get(_origin(access))
        if since is not None:
            yield access, since


def accesses_to_ask(column: str, *, hours: float) -> Iterator[int]:
    """Yield running accesses whose moment in `column` is missing or older than that."""
    limit = timezone.now() - timedelta(hours=hours)
    old = Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__lt": limit})
    yield from _running().filter(old).values_list("pk", flat=True)


def readings_cut_short() -> list[int]:
    """Return an access for every catalogue whose reading began and did not end, or never began.

    A portal that asked to wait, or was away, would otherwise be asked again only hours later. One
    that is being read just now is left to its reader by the turn it holds.
    """
    begun = CatalogueSnapshot.objects.filter(
        portal=OuterRef("portal"), environment=OuterRef("environment"), finished_at__isnull=True
    )
    waiting = _running().filter(Q(catalogue_fetched_at__isnull=True) | Exists(begun))
    rows = waiting.order_by("-id").values_list("portal_id", "environment", "pk")
    return sorted({(portal, environment): pk for portal, environment, pk in rows}.values())


def catalogues_waited_for() -> Iterator[tuple[int, str]]:
    """Yield (portal, environment) wherever listings of running accesses wait for a name."""
    waiting = Listing.objects.filter(access=OuterRef("pk"), failure_mode=FailureMode.MAPPING)
    rows = _running().filter(Exists(waiting)).order_by().values_list("portal_id", "environment")
    yield from rows.distinct()


def purge_attempts() -> int:
    """Delete exchanges older than ATTEMPT_DAYS in short chunks; returns how many."""
    limit = timezone.now() - timedelta(days=settings.ATTEMPT_DAYS)
    purged = 0
    while True:
        ids = list(Attempt.objects.filter(at__lt=limit).values_list("id", flat=True)[:PURGE_CHUNK])
        if not ids:
            return purged
        purged += Attempt.objects.filter(pk__in=ids).delete()[0]
