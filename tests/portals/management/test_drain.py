"""The foreground engine works until nothing is due, and tells what is left."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from portals.models import PortalAccess
from tests.command_line import run
from tests.portals.fake_portal import server_error

pytestmark = pytest.mark.django_db(transaction=True)
NORTE = ("--dealer", "norte", "--portal", "fake")


def test_it_sends_everything_and_counts_listings(access, stock, fake):
    run("publish", *NORTE, "--all")

    result = run("drain", *NORTE, "--deadline", "20")

    assert result == {"sent": 2, "by_outcome": {"created": 2}}
    assert sorted(ad.reference for ad in fake.ads) == ["A1", "A2"]
    assert run("drain", *NORTE) == {"sent": 0, "by_outcome": {}}


def test_work_that_is_left_is_a_failure_that_still_reports(access, stock, fake, settings):
    settings.FIRST_RETRY = 600.0
    run("publish", *NORTE, "--code", "A1")
    fake.script("create", server_error())
    printed = io.StringIO()

    with pytest.raises(CommandError, match="1 listings are still due"):
        call_command("drain", *NORTE, "--deadline", "2", stdout=printed)

    assert printed.getvalue() == '{"sent": 1, "by_outcome": {"unknown": 1}}\n'


def test_an_access_that_is_stopped_says_so_at_once(access, stock, fake):
    run("publish", *NORTE, "--code", "A1")
    PortalAccess.objects.update(failure_mode="credentials")

    with pytest.raises(CommandError, match=r"still due \(stopped\)"):
        run("drain", *NORTE, "--deadline", "60")

    assert fake.counters["requests"] == 0
