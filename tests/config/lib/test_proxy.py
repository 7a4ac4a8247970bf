"""Who the caller is behind our proxy."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse

from config.lib.proxy import CallerMiddleware


@pytest.mark.parametrize(
    ("header", "caller"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("2001:db8::1", "2001:db8::1"),
        ("", "127.0.0.1"),
        ("nonsense", "127.0.0.1"),
    ],
)
def test_the_caller_is_who_the_proxy_saw_last(rf, header, caller):
    seen: list[str] = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    CallerMiddleware(answer)(rf.get("/", headers={"X-Forwarded-For": header}))

    assert seen == [caller]
