"""What support does to people: powers and passwords are given by services, with a trace."""

from __future__ import annotations

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import Change, Dealer, Membership, User
from accounts.services.changes import By, record_change
from tests.factories.accounts import DealerFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "long-enough-yard-7"


@pytest.fixture
def support() -> Client:
    """A logged-in support person."""
    client = Client()
    client.force_login(UserFactory(username="support", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def helper() -> Client:
    """A staff member who may change users and is no superuser."""
    user = UserFactory(username="helper", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["change_user", "view_user"]))
    client = Client()
    client.force_login(user)
    return client


def user_url(user) -> str:
    """Return the address of a user's page."""
    return reverse("admin:accounts_user_change", args=[user.pk])


def test_a_user_is_created_with_a_password_that_is_never_shown(support):
    answer = support.post(
        reverse("admin:accounts_user_add"),
        {"username": "ana", "new_password": PASSWORD, "is_active": "on"},
        follow=True,
    )

    user = User.objects.get(username="ana")
    assert user.check_password(PASSWORD)
    assert PASSWORD not in answer.content.decode()
    assert Change.objects.get(subject_type="accounts.user").source == "admin"


@pytest.mark.parametrize("password", ["", "short", "12345678"])
def test_a_bad_password_creates_nobody(support, password):
    support.post(
        reverse("admin:accounts_user_add"),
        {"username": "ana", "new_password": password, "is_active": "on"},
        follow=True,
    )

    assert not User.objects.filter(username="ana").exists()


def test_a_new_password_is_set_and_an_empty_one_keeps_the_old(support):
    user = UserFactory(username="ana")
    form = {"username": "ana", "is_active": "on", "first_name": "Ana"}

    support.post(user_url(user), form)
    user.refresh_from_db()
    assert user.check_password("sunny-yard-42")
    assert user.first_name == "Ana"

    support.post(user_url(user), {**form, "new_password": PASSWORD})
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_no_page_shows_a_password_hash(support):
    user = UserFactory()

    assert user.password not in support.get(user_url(user)).content.decode()


def test_a_helper_gives_nobody_powers(helper):
    user = UserFactory(username="ana")

    helper.post(
        user_url(user),
        {"username": "ana", "is_active": "on", "is_staff": "on", "is_superuser": "on"},
    )

    user.refresh_from_db()
    assert (user.is_staff, user.is_superuser) == (False, False)


def test_a_helper_cannot_take_over_a_superuser(helper):
    boss = UserFactory(username="boss", is_staff=True, is_superuser=True)

    answer = helper.post(
        user_url(boss), {"username": "boss", "is_active": "on", "new_password": PASSWORD}
    )

    boss.refresh_from_db()
    assert answer.status_code == 403
    assert boss.check_password("sunny-yard-42")


def test_deactivating_leaves_oneself_in(support):
    user = UserFactory()
    me = User.objects.get(username="support")

    support.post(
        reverse("admin:accounts_user_changelist"),
        {"action": "deactivate", "_selected_action": [user.pk, me.pk]},
    )

    user.refresh_from_db()
    me.refresh_from_db()
    assert (user.is_active, me.is_active) == (False, True)


def test_a_dealer_is_on_boarded_with_a_checked_tax_id(support):
    url = reverse("admin:accounts_dealer_add")
    form = {
        "code": "norte",
        "name": "Loja Norte",
        "country": "BR",
        "currency": "BRL",
        "time_zone": "America/Manaus",
        "language": "pt-br",
        "gone_target_minutes": "60",
        "is_active": "on",
    }

    refused = support.post(url, {**form, "tax_id": "11222333000180"}, follow=True)
    assert "tax_id: " in " ".join(str(m) for m in refused.context["messages"])
    assert not Dealer.objects.exists()

    support.post(url, {**form, "tax_id": "11.222.333/0001-81"})
    dealer = Dealer.objects.get()
    assert (dealer.code, dealer.tax_id) == ("norte", "11222333000181")


def test_the_code_of_a_dealer_stays(support):
    dealer = DealerFactory(code="norte")
    url = reverse("admin:accounts_dealer_change", args=[dealer.pk])
    initial = support.get(url).context["adminform"].form.initial

    support.post(url, {**{k: v for k, v in initial.items() if v}, "code": "sul", "name": "Novo"})

    dealer.refresh_from_db()
    assert (dealer.code, dealer.name) == ("norte", "Novo")


def test_memberships_are_added_and_changed(support):
    user, dealer = UserFactory(), DealerFactory()
    facts = {"user": user.pk, "dealer": dealer.pk, "role": "manager", "is_active": "on"}

    support.post(reverse("admin:accounts_membership_add"), facts)

    member = Membership.objects.get()
    assert (member.user, member.dealer, member.role) == (user, dealer, "manager")

    url = reverse("admin:accounts_membership_change", args=[member.pk])
    support.post(url, {"role": "salesperson"})

    member.refresh_from_db()
    assert (member.role, member.is_active) == ("salesperson", False)


def test_the_last_owner_stays(support):
    member = MembershipFactory(role="owner")
    url = reverse("admin:accounts_membership_change", args=[member.pk])

    answer = support.post(url, {"role": "salesperson", "is_active": "on"}, follow=True)

    member.refresh_from_db()
    assert member.role == "owner"
    assert "role: " in " ".join(str(m) for m in answer.context["messages"])


def test_support_lets_a_locked_out_person_in_again(support):
    user = UserFactory(username="Ana")
    AccessAttempt.objects.create(username="ana", ip_address="10.0.0.1", failures_since_start=8)
    AccessAttempt.objects.create(username="rui", ip_address="10.0.0.1", failures_since_start=8)

    url = reverse("admin:accounts_user_changelist")
    support.post(url, {"action": "reset_lockout", "_selected_action": [user.pk]})

    assert [*AccessAttempt.objects.values_list("username", flat=True)] == ["rui"]
    assert Change.objects.get().action == "lockout_reset"


def test_the_last_owner_of_a_dealer_is_not_deactivated(support):
    owner = MembershipFactory()
    seller = MembershipFactory(dealer=owner.dealer, role="salesperson")

    url = reverse("admin:accounts_membership_changelist")
    rows = [owner.pk, seller.pk]
    support.post(url, {"action": "deactivate", "_selected_action": rows})

    owner.refresh_from_db()
    seller.refresh_from_db()
    assert (owner.is_active, seller.is_active) == (True, False)


def test_the_history_is_never_written_by_hand(support):
    dealer = DealerFactory()
    change = record_change(subject=dealer, action="updated", by=By(source="test"))
    page = reverse("admin:accounts_change_change", args=[change.pk])

    assert support.post(reverse("admin:accounts_change_add")).status_code == 403
    assert support.post(page, {"action": "x"}).status_code == 403
    delete = reverse("admin:accounts_change_delete", args=[change.pk])
    assert support.post(delete, {"post": "yes"}).status_code == 403
    change.refresh_from_db()
    assert change.action == "updated"
