"""What a person keeps for the stock list: filters by name, and the columns to show."""

from __future__ import annotations

from collections.abc import Collection

from accounts.models import Dealer, Membership
from office.models import SavedFilter

COLUMNS_KEY = "stock_columns"


def saved_filters_of(dealer: Dealer, user_id: int) -> list[SavedFilter]:
    """Return the person's filters at this dealer, by name."""
    return list(SavedFilter.objects.for_dealer(dealer).filter(user=user_id))


def columns_of(membership: Membership | None, *, usual: Collection[str]) -> Collection[str]:
    """Return the columns the person chose; the usual ones for who never chose."""
    chosen = membership.preferences.get(COLUMNS_KEY) if membership else None
    return chosen if isinstance(chosen, list) else usual
