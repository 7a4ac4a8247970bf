"""The few rules of pages that also answer with a fragment."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a piece: not boosted, not restoring history."""
    htmx = getattr(request, "htmx", None)
    if not htmx:
        return False
    return not htmx.boosted and not htmx.history_restore_request


def render_page_or_fragment(
    request: HttpRequest,
    *,
    page: str,
    fragment: str,
    context: dict[str, object],
    status: int = 200,
) -> HttpResponse:
    """Render the page, or its fragment when htmx asks for it; always varies on HX-Request."""
    template = fragment if wants_fragment(request) else page
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ("HX-Request",))
    return response


def trigger(response: HttpResponse, event: str, **detail: object) -> HttpResponse:
    """Announce an event in the past tense (`listing-changed`) to the rest of the page.

    Further events of the same answer are announced beside it.
    """
    said = json.loads(response.get("HX-Trigger", "{}"))
    response["HX-Trigger"] = json.dumps({**said, event: detail})
    return response
