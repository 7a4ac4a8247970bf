"""For which dealer a request works: chosen in the session, believed only after a look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, cast

from django.http import HttpRequest, HttpResponse

from accounts.models import Dealer, Membership
from accounts.selectors import active_memberships

SESSION_KEY = "dealer_id"


class _Request(Protocol):
    dealer: Dealer | None
    membership: Membership | None
    memberships: list[Membership]


class CurrentDealerMiddleware:
    """Sets request.dealer, request.membership and request.memberships, anew on every request.

    The dealer of the session counts only while the user has an active membership of it and it is
    active; otherwise the first by name is taken. Who has none (support, strangers) gets None.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        memberships: list[Membership] = []
        if request.user.is_authenticated:
            memberships = active_memberships(request.user)
        membership = _chosen(memberships, request=request)
        target = cast("_Request", request)
        target.memberships = memberships
        target.membership = membership
        target.dealer = membership.dealer if membership else None
        return self.get_response(request)


def _chosen(memberships: list[Membership], *, request: HttpRequest) -> Membership | None:
    if not memberships:
        return None
    wanted = request.session.get(SESSION_KEY)
    return next((each for each in memberships if each.dealer_id == wanted), memberships[0])
