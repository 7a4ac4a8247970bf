"""Who must log in, for which dealer a request works, and in which language it is answered.

Pages open to all (`login_not_required`) are the same for everybody, and proxies may keep them: of
whoever asks, not even the session is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol, cast

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.urls import Resolver404, resolve
from django.utils import translation

from accounts.models import Dealer, Membership
from accounts.selectors import active_memberships

SESSION_KEY = "dealer_id"


class _Request(Protocol):
    is_open_to_all: bool
    dealer: Dealer | None
    membership: Membership | None
    memberships: list[Membership]


class LoginMiddleware(LoginRequiredMiddleware):
    """Sends strangers to the login from every page but those open to all."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Let the page be opened, or answer in its place."""
        if not _needs_login(view_func):
            return None  # Django's own asks who it is first, and the answer would vary by cookie
        return super().process_view(request, view_func, view_args, view_kwargs)


class CurrentDealerMiddleware:
    """Sets request.dealer, request.membership and request.memberships, anew on every request, and
    request.is_open_to_all, by which others know that they must not ask who it is.

    The dealer of the session counts only while the user has an active membership of it and it is
    active; otherwise the first by name is taken. Who has none (support, strangers) gets None, and
    so does everybody on a page that is open to all.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        memberships: list[Membership] = []
        target = cast("_Request", request)
        target.is_open_to_all = _is_open_to_all(request.path_info)
        if not target.is_open_to_all and request.user.is_authenticated:
            memberships = active_memberships(request.user)
        membership = _chosen(memberships, request=request)
        target.memberships = memberships
        target.membership = membership
        target.dealer = membership.dealer if membership else None
        return self.get_response(request)


def _is_open_to_all(path: str) -> bool:
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    return not _needs_login(view)


def _needs_login(view: Callable[..., HttpResponseBase]) -> bool:
    return bool(getattr(view, "login_required", True))


def _chosen(memberships: list[Membership], *, request: HttpRequest) -> Membership | None:
    if not memberships:
        return None
    wanted = request.session.get(SESSION_KEY)
    return next((each for each in memberships if each.dealer_id == wanted), memberships[0])


class LanguageMiddleware:
    """Answers in the language the person chose, else the dealer's, else the house's.

    The browser is not asked: a shop's computer says little about who sits there. Comes after
    CurrentDealerMiddleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        code = language_of(request)
        with translation.override(code):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", code)
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            # Its text is made while it is sent, when the language is no longer active.
            pieces = cast("Iterable[bytes]", response.streaming_content)
            response.streaming_content = _spoken(pieces, code)
        return response


def language_of(request: HttpRequest) -> str:
    """Return the code of the first language wished that we speak; the house's on open pages."""
    if getattr(request, "is_open_to_all", False):
        return str(settings.LANGUAGE_CODE)
    dealer: Dealer | None = getattr(request, "dealer", None)
    wished = (getattr(request.user, "language", ""), dealer.language if dealer else "")
    spoken = dict(settings.LANGUAGES)
    return next((code for code in wished if code in spoken), settings.LANGUAGE_CODE)


def _spoken(pieces: Iterable[bytes], code: str) -> Iterator[bytes]:
    iterator = iter(pieces)
    while True:
        with translation.override(code):
            piece = next(iterator, None)
        if piece is None:
            return
        yield piece
