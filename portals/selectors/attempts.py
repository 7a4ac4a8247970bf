"""The exchanges about an ad: its own, and its share of those that were about many."""

from __future__ import annotations

from typing import Any

from accounts.models import Dealer
from portals.models import Attempt, AttemptShare


def exchanges_about(
    dealer: Dealer, *, most: int, below: int | None = None, **ads: Any
) -> list[Attempt]:
    """Return the newest exchanges about the listings that `ads` looks up, newest first.

    `below` is the id to go on from. The `outcome` of one that was about many is what it told of
    this ad. Two queries, each by its own index.
    """
    own = Attempt.objects.for_dealer(dealer).filter(**ads)
    shares = AttemptShare.objects.for_dealer(dealer)
    shares = shares.filter(**ads).select_related("attempt").order_by("-attempt_id")
    if below is not None:
        own, shares = own.filter(pk__lt=below), shares.filter(attempt_id__lt=below)
    found = [*own.order_by("-pk")[:most], *(_as_told(share) for share in shares[:most])]
    return sorted(found, key=lambda attempt: -attempt.pk)[:most]


def _as_told(share: AttemptShare) -> Attempt:
    attempt: Attempt = share.attempt
    attempt.outcome = share.outcome
    return attempt
