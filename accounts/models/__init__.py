"""Tables of the ground floor."""

from __future__ import annotations

from accounts.models.change import ChainHead, Change
from accounts.models.dealer import Dealer, DealerScopedManager, DealerScopedQuerySet, Membership
from accounts.models.user import User

__all__ = [
    "ChainHead",
    "Change",
    "Dealer",
    "DealerScopedManager",
    "DealerScopedQuerySet",
    "Membership",
    "User",
]
