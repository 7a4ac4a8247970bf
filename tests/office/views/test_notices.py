"""The page of notices: what stands, what is new to whom, and the choice of mails."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Membership
from accounts.models.dealer import Role
from office.models.notice import NoticeKind
from office.selectors.notices import MAIL_KEY
from tests.factories.accounts import DealerFactory
from tests.factories.office import NoticeFactory
from tests.pages import HTMX, client_of

pytestmark = pytest.mark.django_db
STOPPED = {
    "kind": NoticeKind.STOPPED,
    "subject": "7",
    "facts": {"portal": "Usadosbr", "mode": "credentials"},
}


@pytest.fixture
def dealer():
    return DealerFactory()


def test_what_stands_and_what_is_over_is_said_with_its_link(dealer):
    NoticeFactory(dealer=dealer, **STOPPED)
    NoticeFactory(dealer=dealer, facts={"number": 1}, cleared_at=timezone.now())
    NoticeFactory(dealer=dealer, cleared_at=timezone.now() - timedelta(days=31), facts={})

    page = client_of(dealer).get("/notices/")

    assert [words.link for words, _is_new in page.context["standing"]] == ["/portals/7/"]
    assert "Usadosbr is stopped: Credentials refused" in page.content.decode()
    assert [words.text for words in page.context["ended"]] == ["1 reservation is past its end"]


def test_the_bell_counts_what_one_has_not_looked_at(dealer):
    client = client_of(dealer)
    NoticeFactory(dealer=dealer, **STOPPED)

    assert "1 new" in client.get("/notices/number/", headers=HTMX).content.decode()
    client.post("/notices/seen/")
    assert "new" not in client.get("/notices/number/", headers=HTMX).content.decode()
    NoticeFactory(dealer=dealer)
    assert "1 new" in client.get("/notices/number/", headers=HTMX).content.decode()
    assert "2 new" in client_of(dealer).get("/notices/number/").content.decode()


def test_accounts_are_no_business_of_a_salesperson(dealer):
    NoticeFactory(dealer=dealer, **STOPPED)

    page = client_of(dealer, Role.SALESPERSON).get("/notices/")

    assert page.context["standing"] == []


def test_the_notices_of_another_dealer_are_not_shown(dealer):
    NoticeFactory(**STOPPED)

    page = client_of(dealer).get("/notices/")

    assert page.context["standing"] == []


def test_when_one_wants_mail_is_remembered_and_nonsense_is_refused(dealer):
    client = client_of(dealer)

    wrong = client.post("/notices/mail/", {"mail": "yesterday"})
    assert wrong.status_code == 422
    assert MAIL_KEY not in Membership.objects.get().preferences
    client.post("/notices/mail/", {"mail": "daily"}, follow=True)

    assert Membership.objects.get().preferences[MAIL_KEY] == "daily"
    assert client.get("/notices/").context["form"].initial == {"mail": "daily"}
