"""One id per request (or task), carried into logs and into the history."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

import structlog
from django.http import HttpRequest, HttpResponse

_CURRENT: ContextVar[str] = ContextVar("request_id", default="")
_SHAPE = re.compile(r"^[A-Za-z0-9._-]{8,40}$")


def current() -> str:
    """Return the id of the request or task in hand, '' outside of both."""
    return _CURRENT.get()


def begin(request_id: str = "") -> str:
    """Start a new id (for a task or a command) and return it."""
    value = request_id or uuid.uuid4().hex
    _CURRENT.set(value)
    structlog.contextvars.bind_contextvars(request_id=value)
    return value


class RequestIdMiddleware:
    """Gives every request an id, taken from `X-Request-ID` when it has a sane one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        structlog.contextvars.clear_contextvars()
        given = request.headers.get("X-Request-ID", "")
        value = begin(given if _SHAPE.match(given) else "")
        response = self.get_response(request)
        response["X-Request-ID"] = value
        return response
