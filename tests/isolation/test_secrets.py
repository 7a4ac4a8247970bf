"""A password or token that is stored stands in no page, log, history, exchange, error or output."""

from __future__ import annotations

import io
import json
import logging
import re
import sys

import pytest
import responses
from django.apps import apps
from django.core import serializers
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.views.debug import ExceptionReporter

from accounts.models import Change
from accounts.models.dealer import Role
from config.lib.encryption import Secrets
from config.lib.remote_errors import RemoteError
from portals.connectors.types import PortalAccount, Token
from portals.models import Attempt, Listing, PortalAccess
from portals.services.access import check_credentials
from portals.services.drain import drain_access
from portals.services.sessions import account_of, open_connector
from tests.isolation import ledger
from tests.isolation.addresses import addresses
from tests.isolation.recipes import writes_of
from tests.isolation.world import Store
from tests.portals.wire import WireMock

pytestmark = pytest.mark.django_db
PASSWORD = "sunny-yard-42"
SUPPORTS_TABLES = [
    each for each in addresses() if each.is_admin and each.name.endswith(("_changelist", "_change"))
]


def shown(text: str, store: Store) -> list[str]:
    """Return which secrets of a store stand in a text."""
    return [secret for secret in (store.secret, store.token, f"us-{store.mark}") if secret in text]


def test_no_page_and_no_table_of_support_shows_a_secret(world, browser):
    client, told, store = browser("support"), [], world.theirs
    hashes = [user.password for user in store.people.values()]
    for address in SUPPORTS_TABLES:
        text = client.get(address.path(store), follow=True).text
        told += [(address.path(store), secret) for secret in shown(text, store)]
        told += [(address.path(store), "hash") for each in hashes if each in text]

    assert told == []


def test_what_was_typed_as_a_secret_does_not_come_back(world, browser):
    """Neither in the form that is shown again, nor on any page, nor in the history."""
    typed = {"user": "us-typed-canary", "password": "pw-typed-canary"}
    owner, support = browser(Role.OWNER), browser("support")
    where = f"/portals/{world.ours.access.pk}/edit/"
    upstairs = f"/admin/portals/portalaccess/{world.ours.access.pk}/change/"

    refused = owner.post(where, {**typed, "environment": "nowhere"})
    kept = owner.post(where, {**typed, "environment": "sandbox"}, follow=True)
    sent = {f"credential_{name}": value for name, value in typed.items()}
    above = support.post(upstairs, {**sent, "environment": "nowhere"}, follow=True)
    saved = support.post(upstairs, {**sent, "environment": "sandbox"}, follow=True)

    assert (
        PortalAccess.objects.get(pk=world.ours.access.pk).credentials["password"]
        == typed["password"]
    )
    for answer in (refused, kept, above, saved, owner.get(where)):
        assert typed["password"] not in answer.text
    for answer in (above, saved):
        assert typed["user"] not in answer.text
    history = json.dumps(list(Change.objects.values("before", "after", "personal", "reason")))
    assert "canary" not in history


def test_nothing_readable_is_in_the_database(world):
    with connection.cursor() as cursor:
        for table in ledger.tables():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - our own tables' names
            assert "canary" not in repr(cursor.fetchall())


def test_no_row_shows_a_secret_of_itself(world):
    told = []
    for model in apps.get_models():
        for row in model._default_manager.all():
            texts = (repr(row), str(row), serializers.serialize("json", [row]))
            told += [(model.__name__, text) for text in texts if "canary" in text]

    assert told == []


def test_values_in_memory_hide_what_they_hold(world):
    access = PortalAccess.objects.get(pk=world.ours.access.pk)
    with open_connector(access) as connector:
        texts = [repr(each) for each in (connector, connector.account, connector.http)]
    texts += [repr(account_of(access)), str(access.credentials), f"{access.credentials}"]
    texts += [repr(Token(value=world.ours.token)), repr(Secrets({"password": world.ours.secret}))]

    assert [text for text in texts if "canary" in text] == []


def test_the_report_of_a_crash_shows_no_secret(world):
    def breaks(access: PortalAccess, credentials: Secrets, account: PortalAccount, token: Token):
        raise RuntimeError(f"{access} {credentials} {account} {token}")

    access = PortalAccess.objects.get(pk=world.ours.access.pk)
    token = Token(value=world.ours.token)
    try:
        breaks(access, access.credentials, account_of(access), token)
    except RuntimeError:
        report = ExceptionReporter(None, *sys.exc_info())

    text = report.get_traceback_text() + report.get_traceback_html()
    assert "breaks" in text
    assert shown(text, world.ours) == []


class EchoingPortal:
    """A portal that repeats whatever it was sent in everything it answers."""

    def __init__(self, store: Store, *, status: int = 422) -> None:
        self.store, self.status = store, status

    def login(self, request):
        """Let everybody in."""
        return 200, {}, json.dumps({"token": self.store.token, "echo": request.body.decode()})

    def __call__(self, request):
        """Refuse, and say everything back."""
        headers = dict(request.headers)
        said = f"{self.store.token} recusado"
        body = {"message": said, "token": self.store.token, "headers": headers}
        return self.status, {}, json.dumps(body)


@pytest.mark.parametrize("status", [200, 401, 422, 500])
def test_a_portal_that_repeats_secrets_leaves_none_behind(world, settings, caplog, status):
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    settings.LANDING_SLACK = settings.FIRST_RETRY = 0.0
    portal = EchoingPortal(world.ours, status=status)
    base = "http://127.0.0.1:9/usadosbr"
    Listing.objects.filter(access=world.ours.access).update(
        due_at=world.ours.access.created_at, failure_mode="", wanted="absent", state="live"
    )
    with WireMock(assert_all_requests_are_fired=False) as wire, caplog.at_level(logging.DEBUG):
        wire.add_callback(responses.POST, f"{base}/login", portal.login)
        for method in ("GET", "POST", "PUT", "DELETE"):
            wire.add_callback(method, re.compile(f"{base}/(?!login).*"), portal)
        check_credentials(world.ours.access)
        drain_access(world.ours.access.pk, deadline=0.5)

    rows = list(Attempt.objects.filter(access=world.ours.access).values())
    assert len(rows) > 1
    kept = [*rows, *Listing.objects.values(), *Change.objects.values(), caplog.text]
    assert [secret for row in kept for secret in shown(repr(row), world.ours)] == []


def test_logs_of_logins_and_pages_hold_no_password(world, caplog):
    typed = "pw-typed-canary"
    with caplog.at_level(logging.DEBUG):
        for where in ("/login/", "/admin/login/"):
            Client().post(where, {"username": "owner-nosso", "password": typed})
            Client().post(where, {"username": typed, "password": PASSWORD})
        client = Client()
        client.post("/login/", {"username": "owner-nosso", "password": PASSWORD})
        change = {"old_password": typed, "new_password1": typed, "new_password2": typed}
        client.post("/account/password/", change)
        account = writes_of(world, world.ours)["portals:access_update"][0]
        client.post(f"/portals/{world.ours.access.pk}/edit/", account.data(password=typed))
        client.post(f"/portals/{world.ours.access.pk}/test/")

    assert caplog.text != ""
    lines = [line for line in caplog.text.splitlines() if typed in line or PASSWORD in line]
    assert lines == []


def test_attempts_to_log_in_are_kept_without_the_password(world):
    for _ in range(2):
        Client().post("/login/?next=/stock/", {"username": "ana", "password": "pw-typed-canary"})

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM axes_accessattempt")
        kept = repr(cursor.fetchall())
    assert "ana" in kept
    assert "pw-typed-canary" not in kept


@pytest.mark.parametrize(
    ("command", "arguments", "typed"),
    [
        ("add_access", ("--dealer", "nosso", "--portal", "usadosbr"), '{"user": "us-x-canary"'),
        ("add_access", ("--dealer", "nosso", "--portal", "usadosbr"), '["pw-x-canary"]'),
        (
            "add_access",
            ("--dealer", "nosso", "--portal", "usadosbr"),
            '{"password": {"a": "pw-x-canary"}}',
        ),
        ("add_access", ("--dealer", "nosso", "--portal", "nowhere"), '{"user": "us-x-canary"}'),
        ("add_user", ("--username", "ana", "--dealer", "nosso", "--role", "owner"), "canary"),
        ("add_user", ("--username", "", "--dealer", "nosso", "--role", "owner"), "pw-x-canary"),
    ],
)
def test_commands_that_refuse_do_not_repeat_what_was_piped_in(
    world, monkeypatch, command, arguments, typed
):
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    out, err = io.StringIO(), io.StringIO()

    with pytest.raises(CommandError) as refused:
        call_command(command, *arguments, stdout=out, stderr=err)

    said = out.getvalue() + err.getvalue() + str(refused.value) + repr(refused.value)
    assert "canary" not in said


@pytest.mark.parametrize("command", ["listings", "publish"])
def test_commands_that_work_tell_no_secret(world, command):
    out, err = io.StringIO(), io.StringIO()
    more = ("--all",) if command == "publish" else ()

    call_command(
        command, "--dealer", "nosso", "--portal", "usadosbr", *more, stdout=out, stderr=err
    )

    assert "canary" not in out.getvalue() + err.getvalue()


def test_an_error_of_the_wire_carries_a_code_and_no_body(world):
    with WireMock(assert_all_requests_are_fired=False) as wire:
        wire.add(
            "POST", "http://127.0.0.1:9/usadosbr/login", json={"m": world.ours.secret}, status=500
        )
        with open_connector(world.ours.access) as connector, pytest.raises(RemoteError) as raised:
            connector.login()

    assert shown(f"{raised.value} {raised.value!r} {raised.value.detail}", world.ours) == []
