"""Factories of the ground floor: the smallest valid rows, with invented values."""

from __future__ import annotations

import factory
from django.conf import settings
from django.utils import timezone
from factory.django import DjangoModelFactory, Password

from accounts.models import Change, Dealer, Membership, User
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

    language = factory.LazyFunction(lambda: settings.LANGUAGE_CODE)  # the language tests speak
    code = factory.Sequence(lambda n: f"dealer-{n}")
    name = factory.Sequence(lambda n: f"Dealer {n}")


class MembershipFactory(DjangoModelFactory[Membership]):
    """An active membership, of the owner unless said otherwise."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    dealer = factory.SubFactory(DealerFactory)
    role = Role.OWNER


class ChangeFactory(DjangoModelFactory[Change]):
    """A row of history as a service writes it: a vehicle's price was changed in the office."""

    class Meta:
        model = Change

    dealer = factory.SubFactory(DealerFactory)
    source = "web"
    subject_type = "inventory.vehicle"
    subject_id = factory.Sequence(lambda n: 900_000 + n)
    subject_label = factory.Sequence(lambda n: f"car-{n}")
    action = "updated"
    after = factory.LazyFunction(lambda: {"price": "45990.00"})
    at = factory.LazyFunction(timezone.now)
    digest = "0" * 64
