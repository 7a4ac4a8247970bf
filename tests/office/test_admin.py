"""Support sees every table, no secret, and changes nothing but through services."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ, Schedule, Task

from accounts.models import ChainHead, Change
from accounts.services.changes import By, record_change
from inventory.models import (
    Contract,
    DescriptionTemplate,
    Quote,
    ReferencePrice,
    Reservation,
    VehicleDraft,
    VehicleHold,
)
from office.models import BulkItem, BulkRun
from portals.models import FanOut, Heartbeat, PortalGate, PortalToken, Turn
from tests.factories.accounts import DealerFactory, MembershipFactory, UserFactory
from tests.factories.inventory import (
    OptionalFactory,
    PhotoBlobFactory,
    StockSourceFactory,
    VehicleFactory,
    VehiclePhotoFactory,
)
from tests.factories.leads import DeliveryFactory, LeadEventFactory
from tests.factories.office import NoticeMailFactory, SavedFilterFactory
from tests.factories.portals import (
    AttemptFactory,
    AttemptShareFactory,
    CatalogueTouchFactory,
    DepartureFactory,
    HighlightRuleFactory,
    MappingFactory,
    MappingRefusalFactory,
    MappingStepFactory,
    PlanFactory,
)

pytestmark = pytest.mark.django_db

CANARY = "canary-f00dfeed-secret"
ROOMS = ("accounts", "inventory", "portals", "leads", "office")
MOST_QUERIES = 16
OURS = [model for model in apps.get_models() if model._meta.app_label in ROOMS]
WATCHED = [*OURS, Schedule, OrmQ]


@pytest.fixture
def support() -> Client:
    """A logged-in support person."""
    user = UserFactory(username="support", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def full_house() -> None:
    """At least one row of every table of ours, with the canary wherever a secret may lie."""
    attempt = AttemptFactory()
    access, vehicle = attempt.access, attempt.listing.vehicle
    access.credentials = {"user": CANARY, "password": CANARY}
    access.save()
    token = PortalToken(access=access)
    token.value = {"token": CANARY}
    token.save()
    PlanFactory(access=access)
    HighlightRuleFactory(access=access)
    MappingFactory()
    MappingStepFactory()
    MappingRefusalFactory()
    CatalogueTouchFactory(listing=attempt.listing)
    FanOut.objects.create(access=access)
    PortalGate.objects.create(origin="http://127.0.0.1:8100")
    Heartbeat.objects.create(name="worker", at=timezone.now())
    Turn.objects.create(name="catalogue")
    DepartureFactory(listing=attempt.listing)
    AttemptShareFactory(listing=attempt.listing)
    ChainHead.objects.create()
    member = MembershipFactory(dealer=access.dealer)
    change = record_change(
        subject=member.user,
        action="updated",
        after={"email": f"{CANARY}@example.com"},
        personal_fields=("email",),
        by=By(source="test"),
        label="#1",
    )
    assert CANARY in str(change.personal)
    _stock(vehicle)
    SavedFilterFactory(dealer=access.dealer, user=member.user)
    NoticeMailFactory(notice__dealer=access.dealer, user=member.user)
    LeadEventFactory(dealer=access.dealer)
    DeliveryFactory(dealer=access.dealer)
    Schedule.objects.create(name="portals.tasks.sweep", func="portals.tasks.sweep")
    OrmQ.objects.create(key="dealer", payload="", lock=timezone.now())


def _stock(vehicle) -> None:
    """Rows around one vehicle."""
    full = VehicleFactory(complete=True, dealer=vehicle.dealer)
    ReferencePrice.objects.create(
        version=full.version,
        model_year=2021,
        fuel="Flex",
        price=Decimal(50000),
        month=date(2026, 6, 1),
    )
    OptionalFactory()
    StockSourceFactory(dealer=vehicle.dealer)
    DescriptionTemplate.objects.create(dealer=vehicle.dealer, name="Curta", text="{marca}")
    VehicleDraft.objects.create(
        dealer=vehicle.dealer, user=UserFactory(), vehicle=vehicle, category=1
    )
    VehiclePhotoFactory(
        dealer=vehicle.dealer, vehicle=vehicle, blob=PhotoBlobFactory(dealer=vehicle.dealer)
    )
    paper = {"dealer": vehicle.dealer, "vehicle": vehicle}
    reservation = Reservation.objects.create(**paper)
    VehicleHold.objects.create(**paper, reservation=reservation)
    Quote.objects.create(**paper, price=Decimal(45000))
    Contract.objects.create(**paper, sold_on=date(2026, 11, 1), state="cancelled")
    run = BulkRun.objects.create(dealer=vehicle.dealer, kind="price", request_id="r" * 32)
    BulkItem.objects.create(run=run, vehicle=vehicle, revision=1)


def list_url(model) -> str:
    """Return the address of a table."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def row_url(row, *, act: str = "change") -> str:
    """Return the address of a row."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{act}", args=[row.pk])


def test_every_table_is_registered():
    assert [model for model in OURS if not admin.site.is_registered(model)] == []


def test_no_page_shows_a_secret(support, full_house):
    shown = []
    for model in WATCHED:
        rows = list(model._default_manager.all())
        assert rows, model
        pages = [list_url(model), *(row_url(row) for row in rows)]
        for url in pages:
            answer = support.get(url)
            assert answer.status_code == 200, url
            if CANARY in answer.content.decode():
                shown.append(url)

    assert shown == []


@pytest.mark.parametrize("model", WATCHED, ids=lambda model: model._meta.model_name)
def test_a_table_costs_the_same_for_one_row_and_for_many(
    support, full_house, django_assert_max_num_queries, model
):
    with django_assert_max_num_queries(MOST_QUERIES):
        answer = support.get(list_url(model))

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("path", "build"),
    [
        ("portals_listing", AttemptFactory),
        ("portals_attempt", AttemptFactory),
        ("inventory_vehicle", lambda: VehicleFactory(complete=True)),
        ("accounts_membership", MembershipFactory),
        ("leads_leadevent", LeadEventFactory),
        ("portals_mapping", MappingFactory),
        ("portals_mappingbatch", MappingStepFactory),
        ("portals_mappingstep", MappingStepFactory),
        ("portals_mappingrefusal", MappingRefusalFactory),
        ("portals_cataloguesnapshot", CatalogueTouchFactory),
        ("portals_cataloguechange", CatalogueTouchFactory),
        ("portals_cataloguetouch", CatalogueTouchFactory),
    ],
)
def test_more_rows_cost_no_more_queries(
    support, django_assert_num_queries, django_assert_max_num_queries, path, build
):
    url = reverse(f"admin:{path}_changelist")
    build()
    support.get(url)
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        support.get(url)
    for _ in range(8):
        build()

    with django_assert_num_queries(len(few)):
        support.get(url)


def test_nothing_is_deleted_by_hand(support, full_house):
    for model in WATCHED:
        row = model._default_manager.first()
        answer = support.post(row_url(row, act="delete"), {"post": "yes"})

        assert answer.status_code == 403, model
        assert model._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", [Schedule, OrmQ, Task], ids=lambda model: model.__name__)
def test_nobody_edits_the_queue(support, model):
    pages = [page for page in admin.site._registry.values() if issubclass(page.model, model)]
    request = support.get(reverse("admin:index")).wsgi_request

    assert pages
    assert not any(page.has_add_permission(request) for page in pages)
    assert not any(page.has_change_permission(request) for page in pages)
    assert not any(page.has_delete_permission(request) for page in pages)


def test_a_person_who_is_not_support_is_kept_out(full_house):
    client = Client()
    client.force_login(MembershipFactory().user)

    for model in WATCHED:
        assert client.get(list_url(model)).status_code == 302, model


def test_the_search_finds_an_ad_by_code_plate_and_remote_id(support):
    wanted = AttemptFactory(
        listing__live=True, listing__vehicle__code="KEY-1", listing__vehicle__plate="ABC1D23"
    ).listing
    AttemptFactory(listing__live=True)
    url = reverse("admin:portals_listing_changelist")

    for term in ("KEY-1", "ABC1D23", wanted.remote_id):
        found = support.get(url, {"q": term}).context["cl"].queryset
        assert [row.pk for row in found] == [wanted.pk], term


def test_history_of_what_support_did_names_the_person(support):
    dealer = DealerFactory()
    url = row_url(dealer)
    form = support.get(url).context["adminform"].form
    data = {name: value for name, value in form.initial.items() if value is not None}

    answer = support.post(url, {**data, "name": "Loja Nova"})

    dealer.refresh_from_db()
    assert answer.status_code == 302
    assert dealer.name == "Loja Nova"
    change = Change.objects.get(subject_type="accounts.dealer")
    assert (change.source, str(change.actor)) == ("admin", "support")
    assert change.after == {"name": "Loja Nova"}
    assert change.at > timezone.now() - timedelta(minutes=1)
