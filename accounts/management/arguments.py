"""Turns what was typed on a command line into rows, or says what is wrong with it."""

from __future__ import annotations

from django.core.management.base import CommandError

from accounts.models import Dealer


def dealer_of(code: str) -> Dealer:
    """Return the dealer of that code, case ignored; raise CommandError if there is none."""
    try:
        return Dealer.objects.get(code__iexact=code.strip())
    except Dealer.DoesNotExist:
        raise CommandError(f"There is no dealer with the code {code!r}.") from None
