"""The door: who comes in, for which dealer, and what a session that ended answers."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Change
from accounts.models.dealer import Role
from tests.factories.accounts import DealerFactory, MembershipFactory, UserFactory
from tests.pages import HTMX, client_of, goes_to

pytestmark = pytest.mark.django_db
PASSWORD = "sunny-yard-42"


def log_in(client: Client, username: str, password: str = PASSWORD, **extra: str):
    """Send the login form."""
    return client.post("/login/", {"username": username, "password": password, **extra})


def test_a_stranger_is_sent_to_the_login(client):
    response = client.get("/stock/")

    assert (response.status_code, response.url) == (302, "/login/?next=/stock/")


def test_the_right_password_leads_to_where_one_wanted_to_go(client):
    member = MembershipFactory(user__username="Ana")

    response = log_in(client, "ana", next="/board/")

    assert (response.status_code, response.url) == (302, "/board/")
    assert client.session["_auth_user_id"] == str(member.user_id)


def test_another_site_is_no_place_to_go_after_the_login(client):
    MembershipFactory(user__username="ana")

    assert log_in(client, "ana", next="https://evil.example/").url == "/"


def test_a_wrong_password_is_told_and_keeps_the_name(client):
    MembershipFactory(user__username="ana")

    response = log_in(client, "ana", "wrong")

    assert response.status_code == 200
    assert 'value="ana"' in response.text
    assert "_auth_user_id" not in client.session


def test_too_many_wrong_passwords_lock_the_door(client, settings):
    settings.AXES_FAILURE_LIMIT = 2
    MembershipFactory(user__username="ana")

    log_in(client, "ana", "wrong")
    response = log_in(client, "ana", "wrong")

    assert response.status_code == 429
    assert "Too many attempts" in response.text
    assert log_in(client, "ana").status_code == 429


def test_a_fragment_of_an_ended_session_loads_the_whole_login_page(client):
    headers = {**HTMX, "HX-Current-URL": "http://testserver/board/?show=live"}

    response = client.get("/login/?next=/board/", headers=headers)

    assert response.status_code == 401
    assert response["HX-Redirect"] == "/login/?next=%2Fboard%2F"


def test_logging_out_needs_a_post():
    client = client_of(DealerFactory())

    assert client.get("/logout/").status_code == 405
    assert goes_to(client.post("/logout/")) == "/login/"
    assert client.get("/").status_code == 302


def test_one_switches_only_to_dealers_one_works_for():
    member = MembershipFactory()
    second = MembershipFactory(user=member.user)
    ended = MembershipFactory(user=member.user, is_active=False)
    client = Client()
    client.force_login(member.user)

    assert goes_to(client.post("/account/dealer/", {"dealer": second.dealer_id})) == "/"
    assert client.session["dealer_id"] == second.dealer_id
    for other in (ended.dealer_id, DealerFactory().pk, "x", ""):
        assert client.post("/account/dealer/", {"dealer": other}).status_code == 404
    assert client.session["dealer_id"] == second.dealer_id


def test_somebody_without_a_dealer_is_told_so(client):
    client.force_login(UserFactory())

    response = client.get("/stock/")

    assert response.status_code == 403
    assert "You do not work for any dealer yet" in response.text


def test_the_account_of_a_machine_sees_no_page():
    assert client_of(DealerFactory(), Role.INTEGRATOR).get("/").status_code == 403


def test_the_password_is_changed_after_the_old_one_is_given():
    member = MembershipFactory()
    client = Client()
    client.force_login(member.user)
    form = {"new_password1": "moonlit-yard-43", "new_password2": "moonlit-yard-43"}

    refused = client.post("/account/password/", {"old_password": "wrong", **form})
    assert refused.status_code == 200
    member.user.refresh_from_db()
    assert member.user.check_password(PASSWORD)

    assert goes_to(client.post("/account/password/", {"old_password": PASSWORD, **form})) == "/"
    member.user.refresh_from_db()
    assert member.user.check_password("moonlit-yard-43")
    assert Change.objects.get(action="password_set").actor == member.user
    assert client.get("/").status_code == 200


def test_the_rules_for_a_password_belong_to_its_help():
    text = client_of(DealerFactory()).get("/account/password/").text

    # Inside a paragraph a browser would end the help before the list begins.
    assert '<div class="help" id="id_new_password1_helptext"><ul>' in text


def test_a_page_that_does_not_exist_is_told_in_our_own_page(client):
    client.force_login(UserFactory())

    response = client.get("/nowhere/")

    assert response.status_code == 404
    assert "This address does not exist" in response.text


def test_a_post_without_the_token_changes_nothing():
    member = MembershipFactory()
    client = Client(enforce_csrf_checks=True)
    client.force_login(member.user)

    response = client.post(reverse("accounts:switch_dealer"), {"dealer": member.dealer_id})

    assert response.status_code == 403
    assert "The page was open for too long" in response.text
    assert "dealer_id" not in client.session
