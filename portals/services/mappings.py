"""What a change of a portal's names as a whole re-opens; single decisions are in deciding.py."""

from __future__ import annotations

from django.db.models import F, Q

from accounts.models import Dealer
from portals.models import FanOut, Portal
from portals.models.listing import Cause
from portals.services.marking import Marked, mark_scope


def names_changed(
    portal_id: int, *, dealer: Dealer | None = None, failure_mode: str = ""
) -> Marked:
    """Let running drains drop the names they loaded and have listings decided anew.

    Call it inside the transaction of the change. `failure_mode` "mapping" limits it to listings
    that wait for a name. Many changes in a row leave one fan-out, as long as it has not begun.
    """
    Portal.objects.filter(pk=portal_id).update(names_stamp=F("names_stamp") + 1)
    waiting = FanOut.objects.filter(
        Q(dealer__isnull=True) if dealer is None else Q(dealer=dealer),
        portal_id=portal_id,
        access__isnull=True,
        failure_mode=failure_mode,
        listing_after=0,
        vehicle_ids=[],
    )
    # Locked, so that it cannot begin before this change is there to be seen.
    if waiting.select_for_update().first() is not None:
        return Marked(fan_out=True)
    dealer_id = None if dealer is None else dealer.pk
    return mark_scope(
        portal_id=portal_id, dealer_id=dealer_id, failure_mode=failure_mode, cause=Cause.NAMES
    )
