"""Accesses: secrets go in and never come out; only owners and managers change anything."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models.dealer import Role
from portals.connectors import registry
from portals.models import Portal, PortalAccess
from tests.factories.accounts import DealerFactory
from tests.factories.portals import AttemptFactory, PlanFactory, PortalAccessFactory, PortalFactory
from tests.pages import HTMX, client_of, goes_to, said
from tests.portals.fake import connect
from tests.portals.fake_portal import FakePortal

pytestmark = pytest.mark.django_db
CANARY = "canary-s3cret"


@pytest.fixture
def portal(monkeypatch) -> Portal:
    monkeypatch.setitem(registry.CONNECTORS, "fake", connect(FakePortal()))
    return PortalFactory(slug="fake", name="Fake")


@pytest.fixture
def access(portal) -> PortalAccess:
    return PortalAccessFactory(
        portal=portal, credentials={"user": CANARY, "password": "fake-password"}
    )


@pytest.fixture
def client(access):
    return client_of(access.dealer)


def test_a_portal_is_connected_with_what_its_connector_asks_for(portal):
    dealer = DealerFactory()

    response = client_of(dealer).post(
        "/portals/connect/fake/", {"environment": "test", "user": "yard", "password": CANARY}
    )

    access = PortalAccess.objects.get(dealer=dealer)
    assert goes_to(response) == f"/portals/{access.pk}/"
    assert access.environment == "test"
    assert dict(access.credentials) == {"user": "yard", "password": CANARY}


def test_nothing_is_connected_without_the_credentials(portal):
    dealer = DealerFactory()

    response = client_of(dealer).post("/portals/connect/fake/", {"environment": "moon"})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"environment", "user", "password"}
    assert not PortalAccess.objects.filter(dealer=dealer).exists()
    assert client_of(dealer).get("/portals/connect/unknown/").status_code == 404


def test_a_portal_is_connected_once(client):
    assert client.get("/portals/connect/fake/").status_code == 404


def test_blank_secrets_are_kept(client, access):
    client.post(f"/portals/{access.pk}/edit/", {"environment": "sandbox", "user": "new"})

    access.refresh_from_db()
    assert dict(access.credentials) == {"user": "new", "password": "fake-password"}


def test_no_page_shows_a_stored_credential(client, access):
    for address in ("/portals/", f"/portals/{access.pk}/", f"/portals/{access.pk}/edit/"):
        text = client.get(address).text
        assert CANARY not in text
        assert "fake-password" not in text
    typed = client.post(f"/portals/{access.pk}/edit/", {"environment": "moon", "password": CANARY})
    assert CANARY not in typed.text


def test_the_test_tells_every_step_apart(client, access):
    passed = client.post(f"/portals/{access.pk}/test/", headers=HTMX)
    assert passed.context["works"] is True

    access.credentials = {"user": "x", "password": "wrong"}
    access.save()
    failed = client.post(f"/portals/{access.pk}/test/", headers=HTMX)

    words = " ".join(failed.text.split())
    assert "Portal reached: passed" in words
    assert "Login: failed" in words
    assert "Plans read: not tried" in words
    told = said(client.post(f"/portals/{access.pk}/test/"))
    assert [each.partition(". ")[0] for each in told] == ["The test failed at: Login"]


def test_switches(client, access):
    client.post(f"/portals/{access.pk}/switch/", {"is_active": "on", "leads_enabled": "on"})

    access.refresh_from_db()
    assert (access.is_active, access.stock_enabled, access.leads_enabled) == (True, False, True)


def test_a_stop_is_shown_with_what_to_do_and_can_be_lifted(client, access):
    PortalAccess.objects.filter(pk=access.pk).update(failure_mode="credentials")
    assert "The portal refused the credentials" in client.get(f"/portals/{access.pk}/").text

    client.post(f"/portals/{access.pk}/resume/")

    access.refresh_from_db()
    assert access.failure_mode == ""


def test_a_reading_is_watched_until_it_is_done(client, access):
    started = client.post(f"/portals/{access.pk}/sync/", headers=HTMX)
    assert started.context["running"] is True
    assert "every 3s" in started.text

    PortalAccess.objects.filter(pk=access.pk).update(
        catalogue_fetched_at=timezone.now() + timedelta(seconds=2)
    )
    done = client.get(f"/portals/{access.pk}/sync/?since={int(time.time())}", headers=HTMX)
    assert done.context["running"] is False
    assert "every 3s" not in done.text

    for nonsense in ("x", "9" * 40, "-1", ""):
        page = client.get(f"/portals/{access.pk}/sync/?since={nonsense}", headers=HTMX)
        assert page.context["running"] is False


RENEWAL = datetime(2026, 12, 1, 12, tzinfo=UTC)


def test_plans_are_bars_by_the_larger_count(client, access):
    PlanFactory(access=access, name="Gold", total=10, published=3, reserved=4)
    PlanFactory(access=access, name="Endless", total=None, published=3, renews_at=RENEWAL)
    PlanFactory(access=access, name="Over", total=2, published=5)

    page = client.get(f"/portals/{access.pk}/")
    bars = {b.plan.name: b for b in page.context["bars"]}

    assert (bars["Gold"].percent, bars["Gold"].is_full) == (40, False)
    assert (bars["Endless"].percent, bars["Endless"].is_full) == (None, False)
    assert (bars["Over"].percent, bars["Over"].is_full) == (100, True)
    assert page.text.count("renewed on") == 1


def test_a_salesperson_looks_but_changes_nothing(access):
    client = client_of(access.dealer, Role.SALESPERSON)
    before = PortalAccess.objects.filter(pk=access.pk).values().get()

    assert client.get("/portals/").status_code == 200
    assert "Change the account" not in client.get(f"/portals/{access.pk}/").text
    assert client.get(f"/portals/{access.pk}/edit/").status_code == 403
    assert client.get("/mappings/").status_code == 403
    for act in ("edit", "test", "sync", "switch", "resume"):
        assert client.post(f"/portals/{access.pk}/{act}/").status_code == 403
    for address in ("/mappings/decide/", "/portals/connect/fake/", "/mappings/1/delete/"):
        assert client.post(address).status_code == 403

    assert PortalAccess.objects.filter(pk=access.pk).values().get() == before


def test_the_page_asks_few_questions(client, access, django_assert_max_num_queries):
    for _each in range(25):
        AttemptFactory(listing__access=access)

    with django_assert_max_num_queries(12):
        assert len(client.get(f"/portals/{access.pk}/").context["attempts"]) == 20
    with django_assert_max_num_queries(12):
        client.get("/portals/")


def test_a_store_without_a_portal_is_told_how_to_get_one(portal):
    dealer = DealerFactory()

    owner = client_of(dealer).get("/portals/").text
    assert "Choose one below." in owner
    assert "Connect a portal" in owner
    assert "Connect another portal" not in owner

    salesperson = client_of(dealer, Role.SALESPERSON).get("/portals/").text
    assert "The owner or a manager of the store can connect one." in salesperson
    assert "Choose one below." not in salesperson


def test_a_new_access_shows_its_plans_by_itself_and_gives_up_in_time(client, access, monkeypatch):
    page = f"/portals/{access.pk}/"
    asks = f'hx-get="{page}?since='
    assert asks in client.get(page).text
    assert asks not in client.get(f"{page}?since={int(time.time()) - 301}").text
    assert asks in client.get(f"{page}?since=%00").text

    PortalAccess.objects.filter(pk=access.pk).update(failure_mode="credentials")
    assert asks not in client.get(page).text
    PortalAccess.objects.filter(pk=access.pk).update(
        failure_mode="", plans_fetched_at=timezone.now()
    )
    assert asks not in client.get(page).text


def test_an_access_nobody_proved_is_not_called_working(client, access):
    page = f"/portals/{access.pk}/"
    assert "Not tested yet" in client.get(page).text

    tested = client.post(f"{page}test/", headers=HTMX).text

    assert "Not tested yet" not in tested
    assert '<span id="access-badge" hx-swap-oob="true">' in tested
    assert "Working" in client.get(page).text
