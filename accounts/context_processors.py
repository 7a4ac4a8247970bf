"""What every page knows about the current dealer."""

from __future__ import annotations

from django.http import HttpRequest


def current_dealer(request: HttpRequest) -> dict[str, object]:
    """Return the dealer of the request for templates."""
    return {"dealer": getattr(request, "dealer", None)}
