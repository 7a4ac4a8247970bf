"""Room for the frames of a request, asked of the system once instead of thousands of times.

CPython keeps the frames of running functions in chunks of 16 KB, and gives a chunk back as soon as
its first frame returns. Templates are rendered by thousands of short calls below a deep stack;
where that stack happens to end at the edge of a chunk, each of those calls fetches memory and gives
it back, and a page takes up to twice its time, by chance of how deep the server calls us.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

# A frame of this many values gets a chunk of 1 MiB of its own, of which it leaves half to the
# frames below it. None of it is touched before it is used.
_VALUES = 2**16


class StackRoomMiddleware:
    """Answers every request from a frame that has room below it; comes first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    __call__.__code__ = __call__.__code__.replace(co_stacksize=_VALUES)
