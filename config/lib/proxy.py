"""Behind our own proxy the caller's address stands in a header that the proxy alone writes."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from contextlib import suppress

from django.http import HttpRequest, HttpResponse


class CallerMiddleware:
    """Puts the caller's address where Django looks for it (REMOTE_ADDR).

    Only for BEHIND_PROXY: the proxy overwrites X-Forwarded-For, so that its last entry is the one
    it saw. Without this every caller is the proxy, and one who guesses locks everybody out.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        with suppress(ValueError):  # whoever asks past the proxy stays who it is
            request.META["REMOTE_ADDR"] = str(ipaddress.ip_address(told))
        return self.get_response(request)
