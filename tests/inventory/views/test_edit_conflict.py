"""Two people edit one vehicle at once: nothing is overwritten unseen."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from inventory.models import Vehicle
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import OptionalFactory, VehicleFactory
from tests.pages import client_of, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def dealer():
    return DealerFactory()


@pytest.fixture
def client(dealer):
    return client_of(dealer)


@pytest.fixture
def vehicle(dealer):
    return VehicleFactory(dealer=dealer, complete=True)


def opened(client, vehicle: Vehicle, **changes: object) -> dict[str, object]:
    """Return what a browser sends for the form as it is now, with changes."""
    context = client.get(f"/stock/{vehicle.pk}/edit/").context
    form = context["form"]
    values = {
        name: value
        for name, value in ((field.name, field.value()) for field in form)
        if value not in (None, False, "")
    }
    return {**values, "base": context["base"], "revision": vehicle.revision, **changes}


def save(client, vehicle, data):
    return client.post(f"/stock/{vehicle.pk}/edit/", data)


def test_changes_that_do_not_overlap_are_both_kept_and_told(client, vehicle):
    first = opened(client, vehicle, price="50000")
    second = opened(client, vehicle, location="Yard 7", plate="tst-9z99")
    save(client, vehicle, first)

    response = save(client, vehicle, second)

    vehicle.refresh_from_db()
    assert response.status_code == 302
    assert (vehicle.price, vehicle.location, vehicle.plate) == (Decimal(50000), "Yard 7", "TST9Z99")
    assert "rice" in said(response)[0]


def test_the_same_field_is_decided_by_the_second(client, vehicle):
    first = opened(client, vehicle, price="50000", location="Yard 1")
    second = opened(client, vehicle, price="51000", colour="black")
    save(client, vehicle, first)

    clash = save(client, vehicle, second)

    vehicle.refresh_from_db()
    assert clash.status_code == 409
    assert (vehicle.price, vehicle.colour) == (Decimal(50000), "white")
    assert [row["name"] for row in clash.context["rows"]] == ["price"]
    assert "R$\xa051,000.00" in clash.text
    hidden: dict[str, list[str]] = {}
    for name, value in clash.context["hidden"]:
        hidden.setdefault(name, []).append(value)
    for keep, price in (("theirs", 50000), ("mine", 51000)):
        again = {**hidden, "keep_price": keep}
        again["revision"] = [str(Vehicle.objects.get().revision)]
        assert save(client, vehicle, again).status_code == 302
        vehicle.refresh_from_db()
        assert (vehicle.price, vehicle.colour) == (Decimal(price), "black")
        assert vehicle.location == "Yard 1"


def test_a_third_change_meanwhile_is_noticed_too(client, vehicle):
    second = opened(client, vehicle, price="51000")
    save(client, vehicle, opened(client, vehicle, price="50000"))
    clash = save(client, vehicle, second)
    hidden: dict[str, list[str]] = {}
    for name, value in clash.context["hidden"]:
        hidden.setdefault(name, []).append(value)
    vehicle.refresh_from_db()
    save(client, vehicle, opened(client, vehicle, price="52000"))

    response = save(client, vehicle, {**hidden, "keep_price": "mine"})

    vehicle.refresh_from_db()
    assert response.status_code == 409
    assert vehicle.price == Decimal(52000)


def test_the_same_change_by_both_is_no_clash(client, vehicle):
    first, second = (opened(client, vehicle, price="50000") for _ in range(2))
    save(client, vehicle, first)

    assert save(client, vehicle, second).status_code == 302


def test_optionals_of_both_are_merged(client, vehicle):
    kept, gone, mine, theirs = (OptionalFactory() for _ in range(4))
    vehicle.optionals.add(kept, gone)
    first = opened(client, vehicle, optionals=[kept.pk, gone.pk, theirs.pk])
    second = opened(client, vehicle, optionals=[kept.pk, mine.pk])
    save(client, vehicle, first)

    response = save(client, vehicle, second)

    assert response.status_code == 302
    assert set(vehicle.optionals.all()) == {kept, mine, theirs}


def test_going_back_from_the_merge_keeps_everything_typed(client, vehicle):
    second = opened(client, vehicle, price="51000")
    save(client, vehicle, opened(client, vehicle, price="50000"))
    hidden = dict(save(client, vehicle, second).context["hidden"])

    response = save(client, vehicle, {**hidden, "act": "edit"})

    assert response.context["form"]["price"].value() == "51000"


@pytest.mark.parametrize("base", ["", "{", "[1]", '{"price": 5}', "null", "[" * 9000])
@pytest.mark.parametrize("revision", ["", "0", "999"])
def test_a_form_that_cannot_say_what_it_showed_overwrites_nothing(client, vehicle, base, revision):
    data = opened(client, vehicle, price="51000", base=base, revision=revision)

    response = save(client, vehicle, data)

    vehicle.refresh_from_db()
    assert response.status_code == 409
    assert vehicle.price == Decimal(45990)


def test_a_garbage_revision_is_refused(client, vehicle):
    data = opened(client, vehicle, price="51000", revision="x")

    assert save(client, vehicle, data).status_code == 422


def test_half_a_character_in_what_the_form_showed_breaks_nothing(client, vehicle):
    """A form that somebody has tampered with: the vehicle was changed meanwhile."""
    told = {name: ["\ud800"] for name in ("fipe_code", "brand_text", "description")}
    data = {"price": "1", "revision": 0, "base": json.dumps(told), "keep_brand_text": "theirs"}

    assert save(client, vehicle, data).status_code in (302, 409, 422)
