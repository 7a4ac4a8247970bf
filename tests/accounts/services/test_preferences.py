"""What a member likes to see is remembered beside what was chosen before."""

from __future__ import annotations

import pytest

from accounts.models import Membership
from accounts.services.preferences import save_preference
from tests.factories.accounts import MembershipFactory

pytestmark = pytest.mark.django_db


def test_one_choice_leaves_the_others_alone():
    member, other = MembershipFactory(), MembershipFactory()

    save_preference(member.pk, key="a", value=[1])
    save_preference(member.pk, key="b", value="x")
    save_preference(member.pk, key="a", value=[])

    member.refresh_from_db()
    other.refresh_from_db()
    assert member.preferences == {"a": [], "b": "x"}
    assert other.preferences == {}


def test_a_member_who_is_none_is_refused():
    with pytest.raises(Membership.DoesNotExist):
        save_preference(10**9, key="a", value=1)
