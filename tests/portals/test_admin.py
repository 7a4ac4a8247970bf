"""What support does to portals: write credentials it cannot read, and set stopped things going."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Change
from accounts.services.changes import By
from portals.models import Listing, Mapping, MappingRefusal, Portal, PortalAccess, PortalToken
from portals.services.access import save_access
from tests.factories.accounts import DealerFactory, UserFactory
from tests.factories.inventory import VehicleFactory
from tests.factories.portals import (
    CatalogueEntryFactory,
    ListingFactory,
    MappingFactory,
    MappingRefusalFactory,
    PortalAccessFactory,
    PortalFactory,
)
from tests.portals.naming import decide, made

pytestmark = pytest.mark.django_db
SECRET = "canary-s3cret"


@pytest.fixture
def support() -> Client:
    """A logged-in support person."""
    client = Client()
    client.force_login(UserFactory(username="support", is_staff=True, is_superuser=True))
    return client


def form_of(support, url) -> dict[str, object]:
    """Return what the page's form would send if nothing was touched."""
    initial = support.get(url).context["adminform"].form.initial
    return {name: "on" if v is True else v for name, v in initial.items() if v not in (None, False)}


def act(support, model: str, action: str, *rows) -> str:
    """Run an action on rows; return what the page then says."""
    url = reverse(f"admin:portals_{model}_changelist")
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    answer = support.post(url, chosen, follow=True)
    return " ".join(str(message) for message in answer.context["messages"])


def test_credentials_are_written_and_never_shown_again(support):
    access = PortalAccessFactory(failure_mode="credentials", failure_code="refused")
    PortalToken.objects.create(access=access)
    url = reverse("admin:portals_portalaccess_change", args=[access.pk])
    typed = {"credential_user": "novo", "credential_password": SECRET}

    answer = support.post(url, {**form_of(support, url), **typed})

    assert answer.status_code == 302
    access.refresh_from_db()
    assert dict(access.credentials) == {"user": "novo", "password": SECRET}
    assert access.failure_mode == ""
    assert not PortalToken.objects.exists()
    assert SECRET not in support.get(url).content.decode()
    history = Change.objects.values_list("before", "after", "personal")
    assert history
    assert SECRET not in str(list(history))


def test_empty_credentials_keep_what_is_stored(support):
    access = PortalAccessFactory()
    url = reverse("admin:portals_portalaccess_change", args=[access.pk])
    form = {k: v for k, v in form_of(support, url).items() if k != "leads_enabled"}

    support.post(url, form)

    access.refresh_from_db()
    assert dict(access.credentials) == {"user": "loja", "password": "senha-de-teste"}
    assert (access.is_active, access.stock_enabled, access.leads_enabled) == (True, True, False)


def test_a_refused_address_is_told_and_changes_nothing(support):
    access = PortalAccessFactory()
    url = reverse("admin:portals_portalaccess_change", args=[access.pk])

    answer = support.post(
        url, {**form_of(support, url), "base_url": "https://portal.example/?a=1"}, follow=True
    )

    access.refresh_from_db()
    assert access.base_url == ""
    assert "base_url: " in " ".join(str(m) for m in answer.context["messages"])


def test_support_connects_a_dealer(support, django_capture_on_commit_callbacks):
    dealer, portal = DealerFactory(), PortalFactory()
    url = reverse("admin:portals_portalaccess_add")
    facts = {"dealer": dealer.pk, "portal": portal.pk, "environment": "sandbox"}
    typed = {"credential_user": "loja", "credential_password": SECRET}

    with django_capture_on_commit_callbacks() as callbacks:
        answer = support.post(url, {**facts, **typed, "is_active": "on", "stock_enabled": "on"})

    access = PortalAccess.objects.get()
    assert answer.status_code == 302
    assert (access.dealer, access.portal, access.leads_enabled) == (dealer, portal, False)
    assert dict(access.credentials) == {"user": "loja", "password": SECRET}
    assert callbacks


def test_a_portal_connected_in_the_browser_has_no_field_for_credentials(support, paged):
    access, _marked = save_access(
        dealer=DealerFactory(),
        portal=paged,
        credentials={},
        connection={"access_token": SECRET, "account": "yard"},
        by=By(source="test"),
    )
    url = reverse("admin:portals_portalaccess_change", args=[access.pk])
    form = form_of(support, url)
    assert "credential_" not in support.get(url).text
    assert SECRET not in support.get(url).text

    typed = {"credential_access_token": "typed", "credential_account": "other"}
    without_leads = {name: value for name, value in form.items() if name != "leads_enabled"}
    support.post(url, {**without_leads, **typed})
    moved = support.post(url, {**form, "environment": "production"})

    access.refresh_from_db()
    assert dict(access.credentials) == {"access_token": SECRET, "account": "yard"}
    assert (access.environment, access.leads_enabled) == ("sandbox", False)
    assert "page again for another environment" in moved.text
    assert SECRET not in moved.text


def test_support_is_told_that_only_the_dealer_connects_such_a_portal(support, paged):
    url = reverse("admin:portals_portalaccess_add")
    facts = {"dealer": DealerFactory().pk, "portal": paged.pk, "environment": "sandbox"}

    answer = support.post(url, facts)

    assert "connected by the dealer" in answer.text
    assert not PortalAccess.objects.exists()


def test_a_stopped_access_is_resumed(support):
    access = PortalAccessFactory(
        failure_mode="credentials", failure_code="x", blocked_until=timezone.now()
    )

    said = act(support, "portalaccess", "resume", access)

    access.refresh_from_db()
    assert (access.failure_mode, access.failure_code, access.blocked_until) == ("", "", None)
    assert "1 access" in said


@pytest.mark.parametrize("action", ["read_again", "compare"])
def test_reading_again_is_the_workers_work(support, action, django_capture_on_commit_callbacks):
    accesses = [PortalAccessFactory(), PortalAccessFactory()]

    with django_capture_on_commit_callbacks() as callbacks:
        said = act(support, "portalaccess", action, *accesses)

    assert len(callbacks) == 2
    assert "2 accesses" in said


def test_a_refused_listing_is_tried_again(support):
    listing = ListingFactory(failure_mode="refused", refused_fingerprint="f" * 64, failures=2)
    other = ListingFactory(failure_mode="refused", refused_fingerprint="f" * 64)

    act(support, "listing", "retry", listing)

    listing.refresh_from_db()
    other.refresh_from_db()
    assert listing.due_at is not None
    assert (listing.refused_fingerprint, listing.failures) == ("", 0)
    assert (other.due_at, other.refused_fingerprint) == (None, "f" * 64)


def test_nobody_writes_a_listing_by_hand(support):
    listing = ListingFactory()
    url = reverse("admin:portals_listing_change", args=[listing.pk])

    support.post(url, {"state": "live", "wanted": "absent", "remote_id": "1"})

    row = Listing.objects.get()
    assert (row.state, row.wanted, row.remote_id) == ("absent", "live", "")


def test_a_portal_is_switched_off_and_its_connectors_facts_stay(support):
    portal = PortalFactory()
    url = reverse("admin:portals_portal_change", args=[portal.pk])

    support.post(url, {"requests_per_second": "5", "name": "Other", "slug": "other"})

    row = Portal.objects.get()
    assert (row.is_active, row.requests_per_second) == (False, 5)
    assert (row.name, row.slug) == ("Usadosbr", "usadosbr")
    assert Change.objects.get().after == {"is_active": False, "requests_per_second": 5}


def test_a_mapping_is_decided_otherwise_and_taken_back(support):
    mapping = MappingFactory(origin="suggested", source_key="text:marca")
    better = CatalogueEntryFactory(portal=mapping.portal)
    listing = ListingFactory(vehicle__brand_text="Marca")
    url = reverse("admin:portals_mapping_change", args=[mapping.pk])

    support.post(url, {"entry": better.pk})

    mapping.refresh_from_db()
    assert (mapping.entry, mapping.origin) == (better, "person")
    listing.refresh_from_db()
    assert listing.due_at is not None
    assert mapping.decided_by is not None

    act(support, "mapping", "take_back", mapping)

    assert not Mapping.objects.exists()


def test_batches_are_undone_newest_first_and_what_was_changed_since_is_told(support):
    portal = PortalFactory()
    old, new, other = (CatalogueEntryFactory(portal=portal) for _ in range(3))
    spot = {"kind": "brand", "source_key": "text:marca"}
    first, second = made(decide(portal, old, **spot)), made(decide(portal, new, **spot))
    listing = ListingFactory(vehicle__brand_text="Marca")

    said = act(support, "mappingbatch", "undo_batches", first, second)

    assert "2 mappings restored" in said
    assert not Mapping.objects.exists()
    listing.refresh_from_db()
    assert listing.due_at is not None
    second.refresh_from_db()
    assert str(second.undone_by) == "support"

    third = made(decide(portal, old, **spot))
    decide(portal, other, **spot)
    assert "1 mapping was changed since" in act(support, "mappingbatch", "undo_batches", third)
    assert Mapping.objects.get().entry == other


def test_a_refusal_is_taken_back(support):
    refusal = MappingRefusalFactory()

    act(support, "mappingrefusal", "allow", refusal)

    assert not MappingRefusal.objects.exists()
    assert Change.objects.get().action == "mapping.allowed"


def test_an_entry_of_another_kind_is_refused(support):
    mapping = MappingFactory()
    colour = CatalogueEntryFactory(portal=mapping.portal, kind="colour")
    url = reverse("admin:portals_mapping_change", args=[mapping.pk])

    answer = support.post(url, {"entry": colour.pk}, follow=True)

    before = mapping.entry
    mapping.refresh_from_db()
    assert mapping.entry == before
    assert "entry: " in " ".join(str(m) for m in answer.context["messages"])


def test_strangers_run_no_action():
    listing = ListingFactory(vehicle=VehicleFactory(), refused_fingerprint="f" * 64)
    client = Client()

    client.post(
        reverse("admin:portals_listing_changelist"),
        {"action": "retry", "_selected_action": [listing.pk]},
    )

    listing.refresh_from_db()
    assert listing.refused_fingerprint == "f" * 64
    assert isinstance(client.get("/admin/").wsgi_request.user, AnonymousUser)
