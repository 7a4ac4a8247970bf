"""Invents stock codes: digits only, never one that the dealer has used before.

Vehicles are never deleted and a code never changes, so a code stays taken for ever. Two who invent
at once may take the same number; the unique constraint stops the second, which then tries again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db.models import BigIntegerField, Max
from django.db.models.functions import Cast

from accounts.models import Dealer
from inventory.models import Vehicle

FIRST = 1001
# Longer numbers are somebody else's references, not a count to go on from.
_COUNTED = r"^[0-9]{1,9}$"


def next_codes(count: int, *, dealer: Dealer, given: Iterable[str] = ()) -> list[str]:
    """Return the next `count` free codes of the dealer, in order, behind those just given."""
    highest = (
        Vehicle.objects.for_dealer(dealer)
        .filter(code__regex=_COUNTED)
        .aggregate(highest=Max(Cast("code", BigIntegerField())))["highest"]
    )
    counted = [int(code) for code in given if re.fullmatch(_COUNTED, code)]
    first = max(FIRST, (highest or 0) + 1, *(number + 1 for number in counted))
    return [str(number) for number in range(first, first + count)]
