"""The team page: who may invite, change and send away whom, and the link that is mailed."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage
from django.test import Client

from accounts import tasks
from accounts.models import Change, Membership, User
from accounts.models.dealer import Role
from accounts.services.changes import By
from accounts.services.people import change_member, invite, may_change, roles_for
from tests.factories.accounts import DealerFactory, MembershipFactory, UserFactory
from tests.pages import client_of, goes_to, said

pytestmark = pytest.mark.django_db
ANA = {"name": "Ana Maria Souza", "email": "ana@example.com", "role": "salesperson"}
NEW = "a-long-new-word-42"
BY = By(source="test")


@pytest.fixture
def dealer():
    return DealerFactory(name="Pátio Um")


@pytest.fixture
def mailed(monkeypatch):
    """Note who is to be mailed, as the worker would be told."""
    sent: list[tuple[object, ...]] = []
    monkeypatch.setattr("accounts.views.team.enqueue", lambda task, *ids: sent.append((task, *ids)))
    return sent


def link_of(mail) -> str:
    """Return the path of the link in a mail."""
    found = re.search(r"https?://[^/\s]+(/password/\S+)", mail.body)
    assert found, mail.body
    return found[1]


def choose(client: Client, path: str, password: str = NEW):
    """Open a link and choose a password."""
    form = client.get(path, follow=True)
    if not form.context["validlink"]:
        return form
    return client.post(
        form.request["PATH_INFO"], {"new_password1": password, "new_password2": password}
    )


def test_an_invited_person_chooses_a_password_and_works_for_the_store(dealer, mailed, mailoutbox):
    answer = client_of(dealer).post("/team/", ANA)
    user = User.objects.get(email="ana@example.com")

    assert (goes_to(answer), mailed) == ("/team/", [(tasks.mail_password_link, user.pk, dealer.pk)])
    tasks.mail_password_link(user.pk, dealer.pk)
    assert mailoutbox[0].to == ["ana@example.com"]
    assert "Pátio Um" in mailoutbox[0].subject
    visitor = Client()
    assert goes_to(choose(visitor, link_of(mailoutbox[0]))) == "/login/"
    logged_in = visitor.post("/login/", {"username": "ANA@example.com", "password": NEW})
    assert goes_to(logged_in) == "/"
    assert Membership.objects.get(user=user).role == Role.SALESPERSON
    again = choose(Client(), link_of(mailoutbox[0]), "another-long-word-43")
    assert "This link serves no more" in again.content.decode()


def test_the_history_tells_who_was_invited_without_the_password(dealer, mailed):
    client_of(dealer).post("/team/", ANA)

    acts = Change.objects.filter(dealer=dealer).values_list("action", "subject_type")
    assert ("created", "accounts.membership") in set(acts)
    assert not any("password" in str(change.after) for change in Change.objects.all())


def test_who_is_known_already_works_for_one_more_store_and_keeps_the_password(dealer, mailed):
    known = UserFactory(email="ana@example.com")
    before = known.password

    client_of(dealer).post("/team/", {**ANA, "email": "ANA@example.com"})

    known.refresh_from_db()
    assert known.password == before
    assert Membership.objects.get(user=known, dealer=dealer).role == Role.SALESPERSON
    assert User.objects.filter(email__iexact="ana@example.com").count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "nothing"}, "email"),
        ({"email": ""}, "email"),
        ({"name": " "}, "name"),
        ({"role": "integrator"}, "role"),
        ({"role": "god"}, "role"),
    ],
)
def test_what_is_wrong_is_named_and_nobody_is_invited(dealer, mailed, wrong, field):
    client = client_of(dealer)
    answer = client.post("/team/", {**ANA, **wrong})

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert (User.objects.count(), mailed) == (1, [])


def test_nobody_is_invited_twice(dealer, mailed):
    client = client_of(dealer)
    client.post("/team/", ANA)

    assert client.post("/team/", ANA).status_code == 422
    assert Membership.objects.for_dealer(dealer).count() == 2


def test_a_manager_keeps_salespeople_and_nobody_above(dealer, mailed):
    client = client_of(dealer, Role.MANAGER)
    owner, other = (MembershipFactory(dealer=dealer, role=role) for role in ("owner", "manager"))
    seller = MembershipFactory(dealer=dealer, role=Role.SALESPERSON)

    assert client.post("/team/", {**ANA, "role": "owner"}).status_code == 422
    for above in (owner, other):
        assert client.post(f"/team/{above.pk}/", {"act": "end"}).status_code == 403
    promoted = client.post(f"/team/{seller.pk}/", {"act": "role", "role": "owner"})
    assert said(promoted) == ["You may not give this role."]
    client.post(f"/team/{seller.pk}/", {"act": "end"})

    states = dict(Membership.objects.for_dealer(dealer).values_list("pk", "is_active"))
    assert [pk for pk, is_active in states.items() if not is_active] == [seller.pk]
    seller.refresh_from_db()
    assert seller.role == Role.SALESPERSON


def test_an_owner_changes_roles_and_sends_away_but_never_the_last_owner(dealer):
    client = client_of(dealer)
    me = Membership.objects.get()
    other = MembershipFactory(dealer=dealer, role=Role.MANAGER)

    client.post(f"/team/{other.pk}/", {"act": "role", "role": "owner"})
    other.refresh_from_db()
    assert other.role == Role.OWNER
    assert client.post(f"/team/{me.pk}/", {"act": "end"}).status_code == 403
    client.post(f"/team/{other.pk}/", {"act": "end"})
    client.post(f"/team/{other.pk}/", {"act": "renew"})

    other.refresh_from_db()
    assert other.is_active
    assert roles_for(me) == (Role.OWNER, Role.MANAGER, Role.SALESPERSON)
    assert not may_change(me, me)


def test_who_is_sent_away_is_out_at_once(dealer):
    seller = MembershipFactory(dealer=dealer, role=Role.SALESPERSON)
    theirs = Client()
    theirs.force_login(seller.user)
    assert theirs.get("/stock/").status_code == 200

    client_of(dealer).post(f"/team/{seller.pk}/", {"act": "end"})

    assert theirs.get("/stock/").status_code == 403


def test_the_team_is_no_page_of_a_salesperson_and_none_of_another_store(dealer):
    theirs = MembershipFactory(role=Role.SALESPERSON)

    assert client_of(dealer, Role.SALESPERSON).get("/team/").status_code == 403
    owner = client_of(dealer)
    assert owner.post(f"/team/{theirs.pk}/", {"act": "end"}).status_code == 404
    assert theirs.user.username not in owner.get("/team/").content.decode()
    machine = MembershipFactory(dealer=dealer, role=Role.INTEGRATOR)
    assert owner.post(f"/team/{machine.pk}/", {"act": "end"}).status_code == 403


def test_the_link_is_sent_again_until_the_person_was_here(dealer, mailed):
    client = client_of(dealer)
    client.post("/team/", ANA)
    invited = Membership.objects.get(user__email="ana@example.com")
    seen = MembershipFactory(dealer=dealer, role=Role.SALESPERSON)
    User.objects.filter(pk=seen.user_id).update(last_login="2026-11-01T10:00Z")

    client.post(f"/team/{invited.pk}/", {"act": "link"})
    client.post(f"/team/{invited.pk}/", {"act": "link"})
    client.post(f"/team/{seen.pk}/", {"act": "link"})

    again = [[invited.user_id, dealer.pk]] * 2 + [[seen.user_id, dealer.pk]]
    assert [ids for _task, *ids in mailed] == again


def test_nobody_comes_back_by_an_invitation_of_who_may_not_take_them_back(dealer, mailed):
    gone = MembershipFactory(
        dealer=dealer, role=Role.MANAGER, is_active=False, user__email="ana@example.com"
    )
    machine = MembershipFactory(
        dealer=dealer, role=Role.INTEGRATOR, is_active=False, user__email="bot@example.com"
    )
    off = UserFactory(email="off@example.com", is_active=False)

    manager, owner = client_of(dealer, Role.MANAGER), client_of(dealer)
    assert manager.post("/team/", ANA).status_code == 422
    assert owner.post("/team/", {**ANA, "email": "bot@example.com"}).status_code == 422
    assert owner.post("/team/", {**ANA, "email": "off@example.com"}).status_code == 422

    for row in (gone, machine):
        row.refresh_from_db()
        assert not row.is_active
    assert machine.role == Role.INTEGRATOR
    assert (mailed, Membership.objects.filter(user=off).count()) == ([], 0)
    assert owner.post("/team/", ANA).status_code == 302


def test_who_was_sent_away_a_moment_ago_changes_nothing(dealer, mailed):
    owner = MembershipFactory(dealer=dealer)
    stale = Membership.objects.get(pk=owner.pk)
    other = MembershipFactory(dealer=dealer, role=Role.SALESPERSON)
    Membership.objects.filter(pk=owner.pk).update(is_active=False)

    with pytest.raises(PermissionDenied):
        invite(actor=stale, by=BY, **ANA)
    with pytest.raises(PermissionDenied):
        change_member(other.pk, actor=stale, by=BY, role=None, is_active=False)


@pytest.mark.parametrize(
    "address", ["o'brien@example.com", "a!b@example.com", "foo#bar@example.com"]
)
def test_any_address_can_be_invited_even_where_it_is_no_user_name(dealer, mailed, address):
    UserFactory(username="foo_bar@example.com")
    answer = client_of(dealer).post("/team/", {**ANA, "email": address})

    assert goes_to(answer) == "/team/"
    user = User.objects.get(email=address)
    user.full_clean(exclude=["password"])


def test_a_mail_the_server_did_not_take_is_tried_again(dealer, monkeypatch):
    member = MembershipFactory(dealer=dealer, user__email="ana@example.com")
    later: list[tuple[object, ...]] = []
    monkeypatch.setattr("accounts.tasks.enqueue", lambda task, *ids: later.append((task, *ids)))
    monkeypatch.setattr("accounts.tasks.PAUSE", 0.0)

    def refuse(self, fail_silently=False):
        raise OSError

    monkeypatch.setattr(EmailMessage, "send", refuse)
    for tries in range(3):
        tasks.mail_password_link(member.user_id, dealer.pk, tries)

    expected = [(tasks.mail_password_link, member.user_id, dealer.pk, each) for each in (1, 2)]
    assert later == expected
