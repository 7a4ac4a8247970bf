"""What the tests of hostile input rely on: each flaw they look for is seen when it is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from inventory.models import Brand
from tests.isolation import ledger
from tests.isolation.recipes import Recipe
from tests.isolation.test_hostile_input import SCRIPT, flaws

pytestmark = pytest.mark.django_db


class Page:
    """A page that does something to the database and answers, in place of a client."""

    def __init__(self, act: Callable[[], object], status: int, text: str = "") -> None:
        self.act, self.answer = act, HttpResponse(text, status=status)

    def get(self, *_: object, **__: object) -> HttpResponse:
        """Act and answer."""
        self.act()
        return self.answer

    post = get


def nothing() -> None:
    """Leave the database alone."""


def by_model() -> None:
    """Write as a service does."""
    Brand.objects.update(name="Outra")


def by_hand() -> None:
    """Write in a statement that begins like none that Django makes."""
    with connection.cursor() as cursor:
        cursor.execute("/* */ update inventory_brand set name = 'Outra'")


def and_back() -> None:
    """Write, and take it back as a refused service does."""
    with transaction.atomic():
        by_model()
        transaction.set_rollback(True)


def read() -> None:
    """Read in a transaction."""
    with transaction.atomic():
        list(Brand.objects.all())


CHANGED = "changed ['inventory_brand']"


@pytest.mark.parametrize(
    ("method", "act", "status", "text", "seen"),
    [
        ("GET", by_model, 200, "", [f"a read {CHANGED}"]),
        ("GET", by_hand, 200, "", [f"a read {CHANGED}"]),
        ("POST", by_model, 422, "", [f"answers 422 and {CHANGED}"]),
        ("POST", by_hand, 400, "", [f"answers 400 and {CHANGED}"]),
        ("POST", nothing, 500, "", ["answers 500"]),
        ("GET", read, 200, f"<p>{SCRIPT}", ["shows what was typed unescaped"]),
        ("POST", by_model, 302, "", []),
        ("POST", and_back, 409, "", []),
        ("GET", read, 200, "", []),
    ],
)
def test_a_flaw_is_seen_and_nothing_else(world, method, act, status, text, seen):
    before, page = ledger.content(), cast(Client, Page(act, status, text))

    assert flaws(page, "/", method, Recipe(), before) == seen
    assert ledger.changed(before, ledger.content()) == []


@pytest.mark.parametrize("act", [read, nothing])
def test_a_read_makes_nobody_read_the_tables(world, act):
    with ledger.writes() as written:
        act()

    assert written == set()
