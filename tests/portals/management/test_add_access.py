"""Credentials come by stdin, are stored encrypted, and never come back."""

from __future__ import annotations

import pytest
from django.core.management.base import CommandError

from portals.models import Portal, PortalAccess
from tests.command_line import run
from tests.factories.accounts import DealerFactory

pytestmark = pytest.mark.django_db
NORTE = ("--dealer", "norte", "--portal", "fake")
SECRET = "canary-s3cret"


def test_credentials_come_from_standard_input_and_are_stored_encrypted(fake, stdin):
    dealer = DealerFactory(code="norte")
    stdin(f'{{"user": "yard", "password": "{SECRET}"}}')

    result = run("add_access", *NORTE)

    access = PortalAccess.objects.get()
    assert result == {"id": access.pk}
    assert (access.dealer, access.environment) == (dealer, "sandbox")
    assert dict(access.credentials) == {"user": "yard", "password": SECRET}


def test_twice_is_once(fake, stdin):
    DealerFactory(code="norte")
    stdin('{"user": "yard", "password": "one"}')
    first = run("add_access", *NORTE)
    stdin('{"user": "yard", "password": "one"}')

    assert run("add_access", *NORTE) == first
    assert PortalAccess.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f'{{"user": "{SECRET}"', "not JSON"),
        (f'["{SECRET}"]', "not a JSON object"),
        (f'{{"user": "{SECRET}"}}', "^password: "),
        (f'{{"user": "u", "password": "p", "pin": "{SECRET}"}}', "^pin: "),
        ("", "^user: "),
    ],
)
def test_bad_credentials_are_refused_and_never_repeated(fake, stdin, text, message):
    DealerFactory(code="norte")
    stdin(text)

    with pytest.raises(CommandError, match=message) as refused:
        run("add_access", *NORTE)

    assert SECRET not in str(refused.value)
    assert not PortalAccess.objects.exists()


def test_an_unknown_portal_is_named_with_those_there_are(fake, stdin):
    DealerFactory(code="norte")
    stdin("{}")

    with pytest.raises(CommandError, match=r"no portal 'nope' .*fake"):
        run("add_access", "--dealer", "norte", "--portal", "nope")

    assert Portal.objects.filter(slug="fake").exists()


PAGED = ("--dealer", "norte", "--portal", "paged")


def test_a_portal_with_a_page_of_its_own_takes_what_it_gave(page_portal, db, stdin):
    DealerFactory(code="norte")
    stdin(f'{{"access_token": "{SECRET}", "account": "yard"}}')
    first = run("add_access", *PAGED)
    stdin("")

    assert run("add_access", *PAGED) == first
    access = PortalAccess.objects.get()
    assert dict(access.credentials) == {"access_token": SECRET, "account": "yard"}

    PortalAccess.objects.update(failure_mode="credentials", failure_code="reconnect")
    stdin('{"access_token": "next", "account": "yard"}')
    assert run("add_access", *PAGED) == first
    access.refresh_from_db()
    assert (access.credentials["access_token"], access.failure_mode) == ("next", "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "connected by the dealer"),
        ("{}", "connected by the dealer"),
        (f'{{"access_token": "{SECRET}"}}', "did not say which account"),
        (f'{{"access_token": ["{SECRET}"], "account": "yard"}}', "did not say which account"),
    ],
)
def test_a_connection_that_names_no_account_is_refused(page_portal, db, stdin, text, message):
    DealerFactory(code="norte")
    stdin(text)

    with pytest.raises(CommandError, match=message) as refused:
        run("add_access", *PAGED)

    assert SECRET not in str(refused.value)
    assert not PortalAccess.objects.exists()
