"""The dealer of a request is the one of the session only while its user may work there."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.context_processors import current_dealer
from accounts.middleware import SESSION_KEY, CurrentDealerMiddleware
from tests.factories.accounts import DealerFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def request_of(user, *, dealer_id: object = None):
    """Return a request of that user after the middleware saw it."""
    request = RequestFactory().get("/")
    request.user = user
    request.session = SessionStore()
    if dealer_id is not None:
        request.session[SESSION_KEY] = dealer_id
    CurrentDealerMiddleware(lambda _: HttpResponse())(request)
    return request


def test_the_dealer_of_the_session_is_taken():
    user = UserFactory()
    MembershipFactory(user=user, dealer=DealerFactory(name="A"))
    second = MembershipFactory(user=user, dealer=DealerFactory(name="B"), role="manager")

    request = request_of(user, dealer_id=second.dealer_id)

    assert (request.dealer, request.membership) == (second.dealer, second)
    assert current_dealer(request)["memberships"] == request.memberships
    assert [each.dealer.name for each in request.memberships] == ["A", "B"]


@pytest.mark.parametrize("chosen", [None, 999_999, "x", [1]])
def test_without_a_sane_choice_the_first_by_name_is_taken(chosen):
    user = UserFactory()
    MembershipFactory(user=user, dealer=DealerFactory(name="B"))
    first = MembershipFactory(user=user, dealer=DealerFactory(name="A"))

    assert request_of(user, dealer_id=chosen).dealer == first.dealer


def test_a_membership_or_dealer_that_ended_counts_no_more():
    user = UserFactory()
    ended = MembershipFactory(user=user, is_active=False)
    closed = MembershipFactory(user=user, dealer=DealerFactory(is_active=False))

    assert request_of(user, dealer_id=ended.dealer_id).dealer is None
    assert request_of(user, dealer_id=closed.dealer_id).dealer is None


def test_another_dealer_in_the_session_opens_nothing():
    own, foreign = MembershipFactory(), MembershipFactory()

    assert request_of(own.user, dealer_id=foreign.dealer_id).dealer == own.dealer


def test_support_and_strangers_work_for_nobody(django_assert_num_queries):
    request = request_of(UserFactory(is_superuser=True))
    assert (request.dealer, request.membership, request.memberships) == (None, None, [])

    with django_assert_num_queries(0):
        assert request_of(AnonymousUser()).dealer is None


def test_a_request_costs_one_query(django_assert_num_queries):
    user = MembershipFactory().user

    with django_assert_num_queries(1):
        assert request_of(user).dealer.name


@pytest.mark.parametrize("path", ["/robots.txt", "/health/live"])
def test_on_a_page_open_to_all_nobody_is_looked_up(client, path, django_assert_num_queries):
    client.force_login(MembershipFactory().user)

    with django_assert_num_queries(0):
        response = client.get(path)

    assert response.status_code == 200
    assert "Cookie" not in response.get("Vary", "")


def test_every_other_page_asks_who_it_is(client):
    response = client.get("/settings/public/")

    assert (response.status_code, response["Vary"]) == (302, "Cookie")
