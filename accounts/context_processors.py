"""What every page knows about the current dealer."""

from __future__ import annotations

from django.http import HttpRequest


def current_dealer(request: HttpRequest) -> dict[str, object]:
    """Return `dealer`, `membership` and `memberships` as the middleware found them."""
    return {
        "dealer": getattr(request, "dealer", None),
        "membership": getattr(request, "membership", None),
        "memberships": getattr(request, "memberships", []),
    }
