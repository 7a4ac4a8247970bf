"""A forgotten password: one answer for everybody, a link that serves once, sessions that end."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts import tasks
from tests.accounts.test_team import NEW, choose, link_of
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.pages import goes_to

pytestmark = pytest.mark.django_db
ASK = "/password/forgotten/"


@pytest.fixture
def mailed(monkeypatch):
    """Note who is to be mailed, as the worker would be told."""
    sent: list[tuple[object, ...]] = []
    monkeypatch.setattr("accounts.views.team.enqueue", lambda task, *ids: sent.append((task, *ids)))
    return sent


def test_known_and_unknown_addresses_get_the_same_answer(client, mailed):
    user = UserFactory(email="ana@example.com")
    UserFactory(email="gone@example.com", is_active=False)

    answers = [
        client.post(ASK, {"email": address}).content.decode().partition("<main")[2]
        for address in ("ANA@example.com", "gone@example.com", "nobody@example.com")
    ]

    assert len(set(answers)) == 1
    assert mailed == [(tasks.mail_password_link, user.pk, 0)]


def test_a_mailbox_is_not_flooded(client, mailed):
    UserFactory(email="ana@example.com")
    for _ in range(3):
        assert client.post(ASK, {"email": "ana@example.com"}).status_code == 200

    assert len(mailed) == 1


def test_one_caller_does_not_ask_for_everybody(client, mailed):
    for number in range(25):
        UserFactory(email=f"u{number}@example.com")
        client.post(ASK, {"email": f"u{number}@example.com"})

    assert len(mailed) == 20


def test_what_is_no_address_is_said(client):
    assert client.post(ASK, {"email": "nothing"}).status_code == 422
    assert client.get(ASK).status_code == 200


def test_the_new_password_ends_every_session_and_the_link(mailoutbox):
    member = MembershipFactory(user__email="ana@example.com", user__username="ana")
    before = Client()
    before.force_login(member.user)
    tasks.mail_password_link(member.user_id, 0)
    path = link_of(mailoutbox[0])

    assert choose(Client(), path, "short").status_code == 200
    assert goes_to(choose(Client(), path)) == "/login/"

    assert goes_to(before.get("/")).startswith("/login/")
    assert goes_to(Client().post("/login/", {"username": "ana", "password": NEW})) == "/"
    assert not choose(Client(), path).context["validlink"]


@pytest.mark.parametrize("path", ["/password/MQ/none/", "/password/x/y/", "/password/9/choose/"])
def test_a_made_up_link_is_said_to_serve_no_more(client, path):
    page = client.get(path, follow=True)

    assert page.status_code == 200
    assert page.context["validlink"] is False


def test_the_key_leaves_the_address_before_the_form_is_shown(client, mailoutbox):
    member = MembershipFactory(user__email="ana@example.com")
    tasks.mail_password_link(member.user_id, 0)
    path = link_of(mailoutbox[0])

    page = client.get(path, follow=True)

    assert path.split("/")[3] not in page.request["PATH_INFO"]
