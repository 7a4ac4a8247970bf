"""Who drains an access: one at a time, by conditional UPDATE, for a limited time."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portals.models import Listing, PortalAccess
from portals.models.listing import Observed
from portals.services.next_step import Step


@dataclass(slots=True)
class Lease:
    """The right to send for one access. `ends` is on the monotonic clock of this process.

    `closing` is set when the drain winds up: what is not yet on the wire stays here.
    """

    access_id: int
    owner: str = field(default_factory=lambda: uuid.uuid4().hex)
    ends: float = 0.0
    lost: bool = False
    closing: bool = False

    def allows_exchange(self) -> bool:
        """Whether a request begun now ends, by its own deadline, while the lease still holds."""
        if self.lost or self.closing:
            return False
        return bool(time.monotonic() + settings.HTTP_DEADLINE < self.ends)

    def wants_renewal(self) -> bool:
        """Whether a fifth of the lease is gone."""
        return bool(time.monotonic() > self.ends - settings.DRAIN_LEASE * 0.8)


def acquire(access_id: int) -> Lease | None:
    """Take the lease of an access if it is free or has run out; None if somebody else drains.

    What a dead holder had in hand becomes suspect: its requests may still land until now plus the
    landing slack, so nothing is decided for those listings before.
    """
    lease = Lease(access_id)
    started = time.monotonic()  # first, so that our own end is never later than the stored one
    now = timezone.now()
    free = Q(lease_owner="") | Q(lease_until__lt=now)
    with transaction.atomic():
        taken = PortalAccess.objects.filter(free, pk=access_id).update(
            lease_owner=lease.owner, lease_until=now + timedelta(seconds=settings.DRAIN_LEASE)
        )
        if not taken:
            return None
        _suspect_leftovers(access_id)
    lease.ends = started + settings.DRAIN_LEASE
    return lease


def _suspect_leftovers(access_id: int) -> None:
    left = Listing.objects.filter(~Q(claim=""), access_id=access_id)
    if not left.exists():
        return
    until = timezone.now() + timedelta(seconds=settings.LANDING_SLACK)
    doubt = {
        "claim": "",
        "intent": "",
        "sent_fingerprint": "",
        "uncertain_until": until,
        "due_at": until,
    }
    # An update of an ad whose id we know can simply be made again; all else is looked up first.
    left.filter(intent=Step.UPDATE).exclude(remote_id="").update(**doubt)
    left.exclude(intent="").update(state=Observed.UNKNOWN, **doubt)
    left.update(claim="")


def hold(lease: Lease) -> bool:
    """Make sure, inside a transaction, that the lease is still ours until the transaction ends.

    Whoever wants to take the lease over waits for us, or we find it taken (False, and `lost`).
    """
    rows = PortalAccess.objects.select_for_update(no_key=True).filter(
        pk=lease.access_id, lease_owner=lease.owner
    )
    lease.lost = lease.lost or not rows.values_list("pk", flat=True)[:1]
    return not lease.lost


def renew(lease: Lease) -> bool:
    """Prolong the lease; False (and `lost`) if another drain has taken it over."""
    started = time.monotonic()
    until = timezone.now() + timedelta(seconds=settings.DRAIN_LEASE)
    kept = PortalAccess.objects.filter(pk=lease.access_id, lease_owner=lease.owner).update(
        lease_until=until
    )
    lease.lost = not kept
    if kept:
        lease.ends = started + settings.DRAIN_LEASE
    return bool(kept)


def release(lease: Lease) -> None:
    """Give the lease back; whatever this holder had claimed and not sent is free again."""
    with transaction.atomic():
        Listing.objects.filter(access_id=lease.access_id, claim=lease.owner).update(
            claim="", intent=""
        )
        PortalAccess.objects.filter(pk=lease.access_id, lease_owner=lease.owner).update(
            lease_owner="", lease_until=None
        )
