"""The vehicle's pages: register, change, look up a version, move, and two people at once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.models import Change
from accounts.models.dealer import Role
from inventory.models import Vehicle
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import OptionalFactory, VehicleFactory, VersionFactory
from tests.pages import HTMX, client_of, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def dealer():
    return DealerFactory()


@pytest.fixture
def client(dealer):
    return client_of(dealer)


def form_of(vehicle: Vehicle, **changes: object) -> dict[str, object]:
    """Return what a browser sends for an unchanged form of that vehicle, with changes."""
    return {
        "revision": vehicle.revision,
        "version": vehicle.version_id or "",
        "plate": vehicle.plate,
        "price": str(vehicle.price),
        "stock_type": vehicle.stock_type,
        **changes,
    }


def test_a_vehicle_is_registered_with_what_was_typed(client, dealer):
    version, optional = VersionFactory(), OptionalFactory()

    response = client.post(
        "/stock/new/",
        {
            "version": version.pk,
            "plate": "abc-1d23",
            "year_manufacture": "2020",
            "year_model": "2021",
            "mileage": "45000",
            "price": "45990.50",
            "colour": "white",
            "armoured": "on",
            "optionals": [optional.pk],
            "stock_type": "own",
        },
    )

    vehicle = Vehicle.objects.get()
    assert (response.status_code, response.url) == (302, f"/stock/{vehicle.pk}/#photos")
    assert (vehicle.dealer, vehicle.version, vehicle.plate) == (dealer, version, "ABC1D23")
    assert (vehicle.price, vehicle.mileage, vehicle.armoured) == (Decimal("45990.50"), 45000, True)
    assert list(vehicle.optionals.all()) == [optional]
    assert vehicle.code.isdigit()


def test_prices_are_typed_as_in_brazil(dealer):
    dealer.language = "pt-br"
    dealer.save()

    client_of(dealer).post("/stock/new/", {"price": "45.990,50", "stock_type": "own"})

    assert Vehicle.objects.get().price == Decimal("45990.50")


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("plate", "12", "plate"),
        ("year_model", "1492", "between"),
        ("price", "-5", "greater than or equal"),
        ("colour", "ultraviolet", "valid choice"),
        ("version", "999999", "valid choice"),
        ("fipe_code", "000000-9", "no such code"),
        ("code", "a b", "code"),
    ],
)
def test_bad_input_names_the_field_and_registers_nothing(client, field, value, text):
    response = client.post("/stock/new/", {"stock_type": "own", field: value})

    assert response.status_code == 422
    assert text in " ".join(response.context["form"].errors[field]).casefold()
    assert Vehicle.objects.count() == 0


def test_a_typed_fipe_code_chooses_the_version(client):
    version = VersionFactory(fipe_code="004278-1")

    client.post("/stock/new/", {"fipe_code": "0042781", "stock_type": "own"})

    assert Vehicle.objects.get().version == version


@pytest.mark.parametrize(
    ("category", "there", "missing"),
    [(1, "doors", "displacement"), (2, "displacement", "doors"), (4, "plate", "gearbox")],
)
def test_each_kind_of_vehicle_has_its_own_fields(client, category, there, missing):
    form = client.get(f"/stock/new/?category={category}").context["form"]

    assert there in form.fields
    assert missing not in form.fields


def test_a_version_can_be_looked_up_without_script(client):
    version = VersionFactory(name="1.0 Turbo Premier", folded="1.0 turbo premier")

    response = client.post(
        "/stock/new/", {"find_version": "1", "version_words": "onix premier", "plate": "ABC1D23"}
    )

    assert response.status_code == 200
    assert [each.version for each in response.context["versions"]] == [version]
    assert 'value="ABC1D23"' in response.text
    assert Vehicle.objects.count() == 0


def test_the_lookup_is_a_fragment_for_the_script(client):
    version = VersionFactory(year_first=2015, year_last=2018)
    VersionFactory(model__brand__category=2, model__brand__name="Honda", model__name="Onix")

    found = client.get("/stock/versions/?category=1&version_words=ÔNIX", headers=HTMX)
    too_new = client.get("/stock/versions/?category=1&version_words=onix&year_model=2024")

    assert [each.version for each in found.context["versions"]] == [version]
    assert too_new.context["versions"] == []


def test_a_change_is_written_with_who_made_it(client, dealer):
    vehicle = VehicleFactory(dealer=dealer, complete=True)

    response = client.post(f"/stock/{vehicle.pk}/edit/", form_of(vehicle, price="50000"))

    vehicle.refresh_from_db()
    assert response.url == f"/stock/{vehicle.pk}/"
    assert vehicle.price == Decimal(50000)
    change = Change.objects.for_dealer(dealer).get(subject_id=vehicle.pk, action="updated")
    assert (change.source, change.after["price"]) == ("web", "50000")


def test_a_salesperson_neither_sees_nor_writes_the_cost(dealer):
    vehicle = VehicleFactory(dealer=dealer, cost=Decimal(12345))
    Change.objects.all().delete()
    owner, seller = client_of(dealer), client_of(dealer, Role.SALESPERSON)
    owner.post(f"/stock/{vehicle.pk}/edit/", form_of(vehicle, cost="23456"))
    vehicle.refresh_from_db()

    seller.post(f"/stock/{vehicle.pk}/edit/", form_of(vehicle, cost="1", location="Yard 2"))

    vehicle.refresh_from_db()
    assert (vehicle.cost, vehicle.location) == (Decimal(23456), "Yard 2")
    for address in (f"/stock/{vehicle.pk}/", f"/stock/{vehicle.pk}/edit/"):
        assert "23456" not in seller.get(address).text.replace(",", "")
        assert "23456" in owner.get(address).text.replace(",", "")


def test_a_vehicle_moves_along_its_life(client, dealer):
    vehicle = VehicleFactory(dealer=dealer, state="in_preparation")

    client.post(f"/stock/{vehicle.pk}/move/", {"state": "available"})
    vehicle.refresh_from_db()
    assert vehicle.state == "available"

    for wrong in ("sold", "flying", ""):
        response = client.post(f"/stock/{vehicle.pk}/move/", {"state": wrong})
        assert len(said(response)) == 1
    vehicle.refresh_from_db()
    assert vehicle.state == "available"


def test_the_page_of_a_vehicle_asks_few_questions(client, dealer, django_assert_max_num_queries):
    vehicle = VehicleFactory(dealer=dealer, complete=True)
    client.post(f"/stock/{vehicle.pk}/edit/", form_of(vehicle, price="50000"))

    with django_assert_max_num_queries(12):
        response = client.get(f"/stock/{vehicle.pk}/")

    assert response.status_code == 200
    assert [line.action for line in response.context["history"]] == ["Changed"]


def test_ids_and_years_are_written_without_grouping(client, dealer):
    vehicle = VehicleFactory(dealer=dealer, pk=1_234_567, complete=True)

    text = client.get(f"/stock/{vehicle.pk}/").text

    assert "2020/2021" in text
    assert "1,234,567" not in text


def test_an_empty_form_registers_no_vehicle(client):
    response = client.post("/stock/new/", {"stock_type": "own", "code": ""})

    assert response.status_code == 422
    assert "Fill in at least the plate" in response.text
    assert not Vehicle.objects.exists()


@pytest.mark.parametrize("there", [False, True])
def test_everything_that_is_wrong_is_told_at_once(client, dealer, there):
    address = f"/stock/{VehicleFactory(dealer=dealer).pk}/edit/" if there else "/stock/new/"
    typed = {"stock_type": "own", "price": "x", "plate": "12", "year_model": "1492"}

    response = client.post(address, {**typed, "revision": "1"})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"price", "plate", "year_model"}


def test_a_text_of_many_lines_that_nobody_touched_is_not_changed(client, dealer):
    vehicle = VehicleFactory(dealer=dealer, description="One owner.\nAs new.", plate="ABC1D23")
    form = client.get(f"/stock/{vehicle.pk}/edit/").context["form"]
    typed = {"stock_type": "own", "plate": "ABC1D23", "description": "One owner.\r\nAs new."}
    base = {"base": form.snapshot(), "revision": str(vehicle.revision)}

    response = client.post(f"/stock/{vehicle.pk}/edit/", {**typed, **base, "price": "50000"})

    assert response.status_code == 302
    vehicle.refresh_from_db()
    assert vehicle.description == "One owner.\nAs new."
    change = Change.objects.filter(action="updated").latest("pk")
    assert "price" in change.after
    assert "description" not in change.after
