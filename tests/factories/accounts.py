"""Factories of the ground floor: the smallest valid rows, with invented values."""

from __future__ import annotations

import factory
from factory.django import DjangoModelFactory, Password

from accounts.models import Dealer, Membership, User
from accounts.models.dealer import Role


class UserFactory(DjangoModelFactory[User]):
    """A person with the password "sunny-yard-42"."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    password = Password("sunny-yard-42")


class DealerFactory(DjangoModelFactory[Dealer]):
    """A Brazilian store; `italian` makes it one in Italy."""

    class Meta:
        model = Dealer

    class Params:
        italian = factory.Trait(
            country="IT", currency="EUR", time_zone="Europe/Rome", language="it"
        )

    code = factory.Sequence(lambda n: f"dealer-{n}")
    name = factory.Sequence(lambda n: f"Dealer {n}")


class MembershipFactory(DjangoModelFactory[Membership]):
    """An active membership, of the owner unless said otherwise."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    dealer = factory.SubFactory(DealerFactory)
    role = Role.OWNER
