"""On-boarding from the command line: stable output, twice is once, passwords from stdin."""

from __future__ import annotations

import io

import pytest
from django.core.management.base import CommandError

from accounts.models import Change, Dealer, Membership, User
from tests.command_line import run, run_in_full
from tests.factories.accounts import DealerFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "long-enough-yard-7"


@pytest.fixture
def stdin(monkeypatch):
    """Pipe a text into the command."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_add_dealer_prints_id_and_code():
    result = run(
        "add_dealer", "--code", "Norte", "--name", "Loja Norte", "--cnpj", "11.222.333/0001-81",
        "--city", "Manaus", "--state", "am",
    )  # fmt: skip

    dealer = Dealer.objects.get()
    assert result == {"id": dealer.pk, "code": "norte"}
    assert (dealer.name, dealer.tax_id) == ("Loja Norte", "11222333000181")
    assert (dealer.city, dealer.state) == ("Manaus", "AM")


def test_add_dealer_again_changes_nothing_and_says_so():
    dealer = DealerFactory(code="norte", name="Loja Norte")

    out, err = run_in_full("add_dealer", "--code", "NORTE", "--name", "Other")

    assert out == f'{{"id": {dealer.pk}, "code": "norte"}}\n'
    assert "exists already" in err
    assert Dealer.objects.get().name == "Loja Norte"


def test_add_dealer_refuses_a_wrong_cnpj_by_name_of_the_field():
    with pytest.raises(CommandError, match=r"^tax_id: "):
        run("add_dealer", "--code", "norte", "--name", "Norte", "--cnpj", "11222333000180")

    assert not Dealer.objects.exists()


def test_add_user_reads_the_password_from_standard_input(stdin):
    dealer = DealerFactory(code="norte")
    stdin(f"{PASSWORD}\n")

    result = run("add_user", "--username", "ana", "--dealer", "norte", "--role", "manager")

    user = User.objects.get(username="ana")
    assert result == {"id": user.pk, "username": "ana", "dealer": "norte", "role": "manager"}
    assert user.check_password(PASSWORD)
    assert Membership.objects.get(user=user, dealer=dealer).role == "manager"


def test_add_user_leaves_no_password_in_the_history(stdin):
    DealerFactory(code="norte")
    stdin(PASSWORD)

    run("add_user", "--username", "ana", "--dealer", "norte", "--role", "owner")

    rows = Change.objects.all()
    assert {row.source for row in rows} == {"command"}
    assert not any(PASSWORD in f"{row.before}{row.after}{row.personal}" for row in rows)


def test_add_user_keeps_the_password_of_a_user_who_exists(stdin):
    user = UserFactory(username="Ana")
    DealerFactory(code="norte")
    stdin("another-good-one-9")

    run("add_user", "--username", "ana", "--dealer", "norte", "--role", "salesperson")

    user.refresh_from_db()
    assert user.check_password("sunny-yard-42")
    assert [m.role for m in user.memberships.all()] == ["salesperson"]


def test_add_user_resets_the_password_only_when_told(stdin):
    member = MembershipFactory(dealer__code="norte", user__username="ana")
    stdin(PASSWORD)

    run(
        "add_user", "--username", "ana", "--dealer", "norte", "--role", "owner", "--reset-password"
    )  # fmt: skip

    member.user.refresh_from_db()
    assert member.user.check_password(PASSWORD)


def test_add_user_twice_is_the_same_as_once(stdin):
    DealerFactory(code="norte")
    arguments = ("add_user", "--username", "ana", "--dealer", "norte", "--role", "owner")
    stdin(PASSWORD)
    first = run(*arguments)
    stdin("")

    assert run(*arguments) == first
    assert (User.objects.count(), Membership.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "standard input"), ("short", "^password: "), ("12345678901", "^password: ")],
)
def test_a_bad_password_creates_nothing(stdin, text, message):
    DealerFactory(code="norte")
    stdin(text)

    with pytest.raises(CommandError, match=message):
        run("add_user", "--username", "ana", "--dealer", "norte", "--role", "owner")

    assert not User.objects.exists()
    assert not Membership.objects.exists()


def test_an_unknown_dealer_is_named(stdin):
    stdin(PASSWORD)

    with pytest.raises(CommandError, match="no dealer with the code 'sul'"):
        run("add_user", "--username", "ana", "--dealer", "sul", "--role", "owner")

    assert not User.objects.exists()
