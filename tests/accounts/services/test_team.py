"""Users, passwords and memberships change through services that keep names erasable."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Change, Membership, User
from accounts.services.changes import By
from accounts.services.team import (
    add_membership,
    create_user,
    deactivate_membership,
    deactivate_user,
    set_password,
    update_membership,
    update_user,
)
from tests.factories.accounts import DealerFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
BY = By(source="test")
PASSWORD = "a-long-yard-42"


def test_a_user_is_created_with_a_history_that_tells_neither_name_nor_password():
    user = create_user(by=BY, username=" Ana ", password=PASSWORD, email="ana@example.com")

    user.refresh_from_db()
    assert (user.username, user.email, user.check_password(PASSWORD)) == (
        "Ana",
        "ana@example.com",
        True,
    )
    change = Change.objects.get()
    told = f"{change.before}{change.after}{change.subject_label}"
    assert "Ana" not in told
    assert "ana@" not in told
    assert PASSWORD not in f"{told}{change.personal}"
    assert change.personal["username"]["after"]["text"] == "Ana"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "a b"}, "username"),
        ({"username": "a\x00b"}, "username"),
        ({"username": "x" * 151}, "username"),
        ({"username": "ANA"}, "username"),
        ({"email": "ANA@example.com"}, "email"),
        ({"email": "nobody"}, "email"),
        ({"password": "123"}, "password"),
        ({"password": "password"}, "password"),
    ],
)
def test_a_wrong_or_taken_value_is_named_and_nobody_is_created(facts, field):
    UserFactory(username="ana", email="ana@example.com")

    with pytest.raises(ValidationError) as caught:
        create_user(by=BY, **{"username": "bea", "password": PASSWORD, **facts})

    assert list(caught.value.error_dict) == [field]
    assert (User.objects.count(), Change.objects.count()) == (1, 0)


def test_two_users_without_an_address_do_not_meet():
    create_user(by=BY, username="ana", password=PASSWORD)
    create_user(by=BY, username="bea", password=PASSWORD, email="")

    assert list(User.objects.values_list("email", flat=True)) == [None, None]


def test_a_new_password_is_traced_without_its_text():
    user = UserFactory()

    set_password(user.pk, by=BY, password=PASSWORD)

    user.refresh_from_db()
    change = Change.objects.get()
    assert user.check_password(PASSWORD)
    assert (change.action, change.before, change.after) == ("password_set", {}, {})


def test_a_weak_password_changes_nothing():
    user = UserFactory()

    with pytest.raises(ValidationError):
        set_password(user.pk, by=BY, password="123456")

    user.refresh_from_db()
    assert user.check_password("sunny-yard-42")


def test_deactivating_keeps_the_person():
    user = UserFactory()

    deactivate_user(user.pk, by=BY)
    update_user(user.pk, by=BY, is_active=False)

    user.refresh_from_db()
    assert not user.is_active
    assert [(c.before, c.after) for c in Change.objects.all()] == [
        ({"is_active": True}, {"is_active": False})
    ]


def test_adding_a_membership_twice_gives_the_role_asked_last_and_wakes_it_up():
    user, dealer = UserFactory(), DealerFactory()
    MembershipFactory(dealer=dealer)
    first = add_membership(user=user, dealer=dealer, role="manager", by=BY)
    deactivate_membership(first.pk, dealer=dealer, by=BY)

    again = add_membership(user=user, dealer=dealer, role="salesperson", by=BY)

    again.refresh_from_db()
    assert (again.pk, again.role, again.is_active) == (first.pk, "salesperson", True)
    assert [c.action for c in Change.objects.order_by("id")] == ["created", "updated", "updated"]


def test_an_unknown_role_is_refused():
    with pytest.raises(ValidationError) as caught:
        add_membership(user=UserFactory(), dealer=DealerFactory(), role="king", by=BY)

    assert list(caught.value.error_dict) == ["role"]
    assert Membership.objects.count() == 0


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "manager"}])
def test_the_last_active_owner_stays(change):
    owner = MembershipFactory()
    MembershipFactory(dealer=owner.dealer, is_active=False)
    MembershipFactory(dealer=owner.dealer, user=UserFactory(is_active=False))

    with pytest.raises(ValidationError) as caught:
        update_membership(owner.pk, dealer=owner.dealer, by=BY, **change)

    owner.refresh_from_db()
    assert list(caught.value.error_dict) == list(change)
    assert (owner.is_active, owner.role) == (True, "owner")


def test_another_dealers_membership_does_not_exist():
    membership = MembershipFactory()

    with pytest.raises(Membership.DoesNotExist):
        update_membership(membership.pk, dealer=DealerFactory(), by=BY, role="manager")

    membership.refresh_from_db()
    assert membership.role == "owner"
