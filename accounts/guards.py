"""Doors of the pages: who may enter, and the request as pages behind the door see it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import Dealer, Membership, User
from accounts.models.dealer import Role
from accounts.services.changes import By

P = ParamSpec("P")


class DealerRequest(HttpRequest):
    """A request of a person who works for a dealer; every lookup goes through `dealer`."""

    user: User
    dealer: Dealer
    membership: Membership | None


Page = Callable[Concatenate[DealerRequest, P], HttpResponse]


def dealer_page(view: Page[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let in people who work for a dealer, and show times in that dealer's zone.

    Accounts of machines get 403; a person without any dealer gets a page that says so (403).
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if getattr(request, "dealer", None) is None:
            return render(request, "accounts/no_dealer.html", status=403)
        inside = cast("DealerRequest", request)
        if not may_enter(request, inside.dealer.pk):
            raise PermissionDenied
        with timezone.override(inside.dealer.tz):
            return view(inside, *args, **kwargs)

    return guarded


def may_enter(request: HttpRequest, dealer_id: int) -> bool:
    """Tell whether the pages of a dealer open for who asks: a person at work for it just now."""
    dealer: Dealer | None = getattr(request, "dealer", None)
    membership: Membership | None = getattr(request, "membership", None)
    is_machine = membership is not None and membership.role == Role.INTEGRATOR
    return dealer is not None and dealer.pk == dealer_id and not is_machine


def managers_page(view: Page[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let in owners and managers only; everybody else gets 403 and nothing is changed."""

    @wraps(view)
    def guarded(request: DealerRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not manages(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return dealer_page(guarded)


def manages(request: DealerRequest) -> bool:
    """Tell whether the person may change accesses and mappings and see costs."""
    return request.membership is not None and request.membership.manages


def by_person(request: DealerRequest, *, reason: str = "") -> By:
    """Return who acts, for the services and the history."""
    return By(user_id=request.user.pk, source="web", reason=reason)
