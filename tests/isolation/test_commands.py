"""Commands work for the dealer they are given, whatever codes and files they are fed."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.core.management.base import CommandError
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Membership
from inventory.models import Vehicle
from portals.connectors import registry
from portals.models import FanOut, Listing, Plan
from tests.command_line import run, run_in_full
from tests.isolation import ledger
from tests.portals.fake import connect
from tests.portals.fake_portal import FakePortal

pytestmark = pytest.mark.django_db
OURS = ("--dealer", "nosso", "--portal", "usadosbr")
COLUMNS = ("stock_id", "vehicle_type", "brand", "model", "version", "year_model", "price_brl")


@pytest.fixture
def unchanged(world):
    """Check at the end that nothing of the other dealer was touched."""
    FanOut.objects.all().delete()
    Listing.objects.update(due_at=timezone.now())
    before = ledger.content_of(world.theirs.dealer.pk)
    yield
    assert ledger.changed(before, ledger.content_of(world.theirs.dealer.pk)) == []


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> FakePortal:
    """A portal in memory in the place of the one both dealers are connected to."""
    settings.LANDING_SLACK = settings.FIRST_RETRY = settings.PORTAL_PROBE_DELAY = 0.0
    portal = FakePortal()
    portal.password = "pw-nosso-canary"
    monkeypatch.setitem(registry.CONNECTORS, "usadosbr", connect(portal))
    return portal


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch):
    """Pipe a text into the command."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


def table(path, *rows: dict[str, str]):
    """Write a stock file and return its path as text."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


@pytest.mark.usefixtures("unchanged")
def test_no_code_of_another_dealer_is_published_paused_or_withdrawn(world):
    before = ledger.content()
    for wish in ((), ("--pause",), ("--withdraw",)):
        with pytest.raises(CommandError, match="no vehicle with the code alheio-stock"):
            run("publish", *OURS, "--code", "nosso-stock", "--code", "alheio-stock", *wish)
    with pytest.raises(CommandError, match="no plan 'Plano alheio'") as refused:
        run("publish", *OURS, "--all", "--plan", "Plano alheio")

    assert "Plano nosso" in str(refused.value)
    assert ledger.changed(before, ledger.content()) == []


@pytest.mark.usefixtures("unchanged")
def test_all_means_all_of_one_dealer(world):
    assert run("publish", *OURS, "--all") == {"wanted": 3}
    assert run("publish", *OURS, "--all", "--withdraw") == {"wanted": 3}


def test_a_report_tells_of_one_dealer_only(world):
    out, err = run_in_full("listings", *OURS)

    assert {row["code"].split("-")[0] for row in json.loads(out)} == {"nosso"}
    assert "alheio" not in out + err


@pytest.mark.usefixtures("unchanged")
def test_draining_sends_the_ads_of_one_dealer(world, fake):
    ours = Listing.objects.filter(dealer=world.ours.dealer)
    ours.update(failure_mode="", problems=[], state="absent", due_at=timezone.now())

    drained = run("drain", *OURS, "--deadline", "5")

    assert drained["sent"] == 3
    assert {ad.reference.split("-")[0] for ad in fake.ads} == {"nosso"}


@pytest.mark.usefixtures("unchanged")
def test_reading_a_portal_changes_plans_and_account_of_one_dealer(world, fake):
    fake.catalogue[1, ()] = [("brand", "CHEVROLET")]

    assert run("sync_portal", *OURS)["entries"] >= 1
    assert not Plan.objects.filter(access=world.ours.access, retired_at=None).exists()


@pytest.mark.usefixtures("unchanged")
def test_an_account_is_changed_for_one_dealer(world, stdin):
    stdin('{"user": "outra", "password": "outra-senha"}')

    assert run("add_access", *OURS) == {"id": world.ours.access.pk}


@pytest.mark.usefixtures("unchanged")
def test_a_file_with_the_references_plates_and_codes_of_another_stock_makes_own_rows(
    world, tmp_path
):
    theirs = world.theirs.vehicle
    row = {
        "stock_id": theirs.code,
        "vehicle_type": "car",
        "brand": "Chevrolet",
        "model": "Onix",
        "version": "1.0",
        "year_model": "2021",
        "price_brl": "45990.00",
    }
    path = table(tmp_path / "estoque.csv", row, {**row, "stock_id": "ref-alheio"})

    report = run("import_stock", path, "--dealer", "nosso")

    assert (report["created"], report["updated"], report["rejected"]) == (2, 0, 0)
    twin = Vehicle.objects.get(code=theirs.code, dealer=world.ours.dealer)
    assert twin.pk != theirs.pk
    assert twin.source is not None
    assert twin.source.dealer == world.ours.dealer


def test_somebody_elses_person_may_work_here_too_and_keeps_the_password(world, stdin):
    stdin("never-read-yard-9")
    owner = world.theirs.member("owner")
    before = Membership.objects.get(user=owner, dealer=world.theirs.dealer)

    run("add_user", "--username", owner.username.upper(), "--dealer", "nosso", "--role", "manager")

    owner.refresh_from_db()
    assert owner.check_password("sunny-yard-42")
    after = Membership.objects.get(pk=before.pk)
    assert (after.role, after.is_active) == ("owner", True)
    assert Membership.objects.get(user=owner, dealer=world.ours.dealer).role == "manager"


def refusals(cases) -> list[object]:
    """Run each (case, command, arguments…); return the cases that were not refused in a sentence,
    and those that changed anything all the same.
    """
    wrong: list[object] = []
    before = ledger.content()
    for case, *arguments in cases:
        try:
            run(*arguments)
        except CommandError:
            if tables := ledger.changed(before, ledger.content()):
                wrong.append((case, tables))
        else:
            wrong.append((case, "was taken"))
    return wrong


@pytest.mark.parametrize("command", ["publish", "listings", "drain", "sync_portal"])
def test_a_dealer_that_is_none_is_a_sentence(world, command):
    more = ("--all",) if command == "publish" else ()
    dealers = ("", " ", "nobody", "'; --", "x" * 5000, "%", "a\x00b")

    assert refusals((each, command, "--dealer", each, *OURS[2:], *more) for each in dealers) == []


def test_credentials_that_are_none_are_a_sentence(world, stdin):
    texts = ("[]", "1", "null", "{", '{"user": 1, "password": []}', '{"other": "b"}', '""')
    for text in texts:
        stdin(text)
        assert refusals([(text, "add_access", *OURS)]) == []


def test_an_address_that_is_none_is_a_sentence(world, stdin):
    stdin("")
    addresses = ("http://[", "ftp://x", "http://", "javascript:1", "http://x/?a", "http://x:99999")

    assert refusals((each, "add_access", *OURS, "--base-url", each) for each in addresses) == []


def test_a_dealer_that_cannot_be_is_a_sentence(world):
    dealers = [
        ("", "Loja", ()),
        ("x" * 41, "Loja", ()),
        ("a b", "Loja", ()),
        ("nova", "", ()),
        ("nova", "a\x00b", ()),
        ("nova", "x" * 121, ()),
        ("nova", "Loja", ("--cnpj", "11222333000180")),
        ("nova", "Loja", ("--state", "XX")),
    ]
    cases = [
        ((code, name, more), "add_dealer", "--code", code, "--name", name, *more)
        for code, name, more in dealers
    ]

    assert refusals(cases) == []


def test_a_file_that_is_no_stock_is_a_sentence(world, tmp_path):
    contents = (b"", b"\x00\x01\x02", b"\xff\xfe", b"a,b\n1,2\n", b"\x1f\x8b\x08\x00", b"=cmd()")
    for name in ("estoque.csv", "estoque.csv.gz"):
        for content in contents:
            path = tmp_path / name
            path.write_bytes(content)
            case = (content, "import_stock", str(path), "--dealer", "nosso")
            assert refusals([case]) == []
