"""What support does to the stock goes through the same services as everybody else's work."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Change
from accounts.services.changes import By
from inventory.models import Brand, Optional, Reservation, StockSource, Vehicle, VehicleModel
from inventory.services.reference import load_optionals
from inventory.services.sales import reserve_vehicle
from tests.factories.accounts import DealerFactory, MembershipFactory, UserFactory
from tests.factories.inventory import (
    OptionalFactory,
    PhotoBlobFactory,
    VehicleFactory,
    VehiclePhotoFactory,
    VersionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def support() -> Client:
    """A logged-in support person."""
    client = Client()
    client.force_login(UserFactory(username="support", is_staff=True, is_superuser=True))
    return client


def url_of(vehicle: Vehicle) -> str:
    """Return the address of a vehicle's page."""
    return reverse("admin:inventory_vehicle_change", args=[vehicle.pk])


def form_of(support: Client, vehicle: Vehicle) -> dict[str, object]:
    """Return what the page's form would send if nothing was touched."""
    initial = support.get(url_of(vehicle)).context["adminform"].form.initial
    return {name: "on" if v is True else v for name, v in initial.items() if v not in (None, False)}


def messages_of(answer) -> str:
    """Return what the page says."""
    return " ".join(str(message) for message in answer.context["messages"])


def test_a_correction_is_written_by_the_service(support):
    vehicle = VehicleFactory(complete=True)
    form = form_of(support, vehicle)

    answer = support.post(url_of(vehicle), {**form, "price": "41000.00", "plate": "xyz-1a23"})

    vehicle.refresh_from_db()
    assert answer.status_code == 302
    assert (str(vehicle.price), vehicle.plate, vehicle.revision) == ("41000.00", "XYZ1A23", 2)
    change = Change.objects.get()
    assert (change.action, change.source, str(change.actor)) == ("updated", "admin", "support")
    assert change.after == {"plate": "XYZ1A23", "price": "41000.00"}


def test_saving_without_a_change_leaves_no_trace(support):
    vehicle = VehicleFactory(complete=True)

    support.post(url_of(vehicle), form_of(support, vehicle))

    vehicle.refresh_from_db()
    assert vehicle.revision == 1
    assert not Change.objects.exists()


def test_a_refused_correction_is_told_and_changes_nothing(support):
    vehicle = VehicleFactory(complete=True)
    form = form_of(support, vehicle)

    answer = support.post(
        url_of(vehicle), {**form, "price": "1.00", "chassis": "SHORT"}, follow=True
    )

    before = vehicle.price
    vehicle.refresh_from_db()
    assert (vehicle.price, vehicle.revision) == (before, 1)
    assert "chassis: " in messages_of(answer)


def test_code_dealer_and_state_are_not_typed(support):
    vehicle = VehicleFactory(complete=True)
    form = form_of(support, vehicle)

    support.post(url_of(vehicle), {**form, "code": "NEW", "state": "sold", "dealer": "999"})

    row = Vehicle.objects.get()
    assert (row.code, row.state, row.dealer) == (vehicle.code, "available", vehicle.dealer)


def test_a_raw_vehicle_is_placed_in_the_catalogue(support):
    vehicle, version = VehicleFactory(brand_text="GM", model_text="Onix"), VersionFactory()

    support.post(url_of(vehicle), {**form_of(support, vehicle), "version": version.pk})

    vehicle.refresh_from_db()
    assert vehicle.version == version


def test_one_vehicle_that_cannot_move_stops_no_other(support):
    held, free = VehicleFactory(state="reserved"), VehicleFactory(state="in_preparation")

    answer = support.post(
        reverse("admin:inventory_vehicle_changelist"),
        {"action": "make_available", "_selected_action": [held.pk, free.pk]},
        follow=True,
    )

    held.refresh_from_db()
    free.refresh_from_db()
    assert (held.state, free.state) == ("reserved", "available")
    assert "state: " in messages_of(answer)
    assert "1 row done." in messages_of(answer)


def test_a_reservation_is_cancelled_and_the_vehicle_comes_back(support):
    vehicle = VehicleFactory()
    paper = reserve_vehicle(vehicle.pk, dealer=vehicle.dealer, by=By(source="test"))

    support.post(
        reverse("admin:inventory_reservation_changelist"),
        {"action": "cancel", "_selected_action": [paper.pk]},
    )

    vehicle.refresh_from_db()
    assert vehicle.state == "available"
    assert Reservation.objects.get().state == "cancelled"


def test_the_reference_catalogue_is_found_whatever_the_accents(support):
    VersionFactory(model__brand__name="Citroën", model__brand__folded="citroen")
    url = reverse("admin:inventory_brand_changelist")

    found = support.get(url, {"q": "CITROËN"}).context["cl"].queryset

    assert [brand.name for brand in found] == ["Citroën"]


def add_url(name: str) -> str:
    """Return the address where a row of a table of the stock is added."""
    return reverse(f"admin:inventory_{name}_add")


def row_url(row: Model) -> str:
    """Return the address of any row of the stock."""
    return reverse(f"admin:inventory_{row._meta.model_name}_change", args=[row.pk])


def act(support: Client, row: Model, action: str) -> Any:
    """Choose one row of a list and do something with it."""
    url = reverse(f"admin:inventory_{row._meta.model_name}_changelist")
    return support.post(url, {"action": action, "_selected_action": [row.pk]}, follow=True)


def test_an_optional_is_added_renamed_and_retired_with_a_trace(support):
    support.post(add_url("optional"), {"name": "Teto Solar", "group": "Conforto"})
    optional = Optional.objects.get()
    assert optional.folded == "teto solar"

    facts = {"name": "Teto panorâmico", "group": "Conforto", "variants": ""}
    support.post(row_url(optional), facts)
    act(support, optional, "retire")

    optional.refresh_from_db()
    assert (optional.name, optional.variants) == ("Teto panorâmico", "Teto Solar")
    assert optional.retired_at is not None
    assert [*Change.objects.order_by("id").values_list("action", "source")] == [
        ("created", "admin"),
        ("updated", "admin"),
        ("retired", "admin"),
    ]
    act(support, optional, "restore")
    optional.refresh_from_db()
    assert optional.retired_at is None


@pytest.mark.parametrize("name", ["Teto", "TETO", "…", "x" * 81, "a\x00b"])
def test_a_refused_optional_is_told_in_the_form(support, name):
    OptionalFactory(name="Teto", folded="teto")

    answer = support.post(add_url("optional"), {"name": name, "group": "Conforto"})

    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["name"]
    assert Optional.objects.count() == 1
    assert not Change.objects.exists()


def test_the_shipped_list_leaves_alone_what_support_wrote(support):
    load_optionals(now=timezone.now())
    shipped = Optional.objects.all()[0]
    old = shipped.name
    support.post(row_url(shipped), {"name": "Outro nome", "group": shipped.group, "variants": ""})
    support.post(add_url("optional"), {"name": "Só nosso", "group": "Conforto"})

    report = load_optionals(now=timezone.now())

    assert (report.created, report.updated, report.retired) == (0, 0, 0)
    shipped.refresh_from_db()
    assert shipped.name == "Outro nome"
    assert not Optional.objects.filter(name=old).exists()


def test_a_version_moves_to_another_model_of_its_category_only(support):
    version = VersionFactory()
    brand = version.model.brand
    other = VehicleModel.objects.create(brand=brand, name="Outro", folded="outro")
    support.post(row_url(version), {"model": other.pk})
    version.refresh_from_db()
    assert version.model == other

    brand = Brand.objects.create(category=3, name="Volvo", folded="volvo", source_name="VOLVO")
    lorries = VehicleModel.objects.create(brand=brand, name="FH", folded="fh")
    answer = support.post(row_url(version), {"model": lorries.pk})

    version.refresh_from_db()
    assert version.model == other
    assert answer.context["adminform"].form.errors["model"]
    assert Change.objects.get().after == {"model": other.pk}


def test_makes_and_models_are_renamed(support):
    model = VersionFactory().model

    support.post(row_url(model), {"name": "Novo Nome"})
    support.post(row_url(model.brand), {"name": "Nova Marca"})

    model.refresh_from_db()
    assert (str(model), model.folded) == ("Nova Marca Novo Nome", "novo nome")
    assert Change.objects.count() == 2


def test_a_source_is_added_once_renamed_and_switched_off(support):
    dealer = DealerFactory()
    facts = {"dealer": dealer.pk, "kind": "dms", "name": "Cockpit"}
    support.post(add_url("stocksource"), facts)
    again = support.post(add_url("stocksource"), facts)

    source = StockSource.objects.get()
    assert again.context["adminform"].form.errors
    support.post(row_url(source), {"name": "Outro"})
    source.refresh_from_db()
    assert (source.name, source.is_active) == ("Outro", False)
    assert {*Change.objects.values_list("action", "dealer")} == {
        ("created", dealer.pk),
        ("updated", dealer.pk),
    }


def test_a_refused_picture_is_tried_again_and_a_ready_one_is_not(support):
    blob = PhotoBlobFactory(state="refused", problem="unreadable")
    act(support, blob, "retry")
    blob.refresh_from_db()
    assert (blob.state, blob.problem) == ("pending", "")
    assert Change.objects.get().action == "retried"

    assert "Only a refused picture" in messages_of(act(support, blob, "retry"))


def test_a_photo_is_taken_off_its_vehicle(support):
    photo = VehiclePhotoFactory()

    act(support, photo, "take_off")

    assert not photo.vehicle.photos.exists()
    assert Change.objects.get().action == "photo_removed"


def test_a_vehicle_leads_to_its_office_only_who_gets_in_there(support):
    vehicle = VehicleFactory()
    link = f'href="/stock/{vehicle.pk}/"'
    assert link not in support.get(url_of(vehicle)).text

    person = UserFactory(is_staff=True, is_superuser=True)
    inside = MembershipFactory(user=person, dealer=vehicle.dealer)
    support.force_login(person)
    assert link in support.get(url_of(vehicle)).text
    assert support.get(f"/stock/{vehicle.pk}/").status_code == 200
    assert f"/stock/{(other := VehicleFactory()).pk}/" not in support.get(url_of(other)).text
    type(inside).objects.update(role="integrator")
    assert link not in support.get(url_of(vehicle)).text


def test_a_vehicle_leads_to_its_history(support):
    vehicle = VehicleFactory(complete=True)
    support.post(url_of(vehicle), {**form_of(support, vehicle), "price": "41000.00"})
    VehicleFactory()

    history = reverse("admin:inventory_vehicle_history", args=[vehicle.pk])
    found = support.get(history, follow=True).context["cl"].queryset

    assert [change.subject_id for change in found] == [vehicle.pk]
    gone = reverse("admin:inventory_vehicle_history", args=[vehicle.pk + 99])
    assert support.get(gone).status_code == 404
