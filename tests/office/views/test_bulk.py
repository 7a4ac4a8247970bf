"""The pages of bulk changes: choose, preview, confirm, watch, read the result, take it back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from inventory.models import DescriptionTemplate, Vehicle
from office import tasks
from office.models import BulkRun
from office.selectors import bulk as bulk_selectors
from office.services import bulk_plan, bulk_run
from office.views import bulk as bulk_views
from tests.factories.accounts import DealerFactory
from tests.factories.bulk import BulkRunFactory
from tests.factories.inventory import OptionalFactory, VehicleFactory
from tests.office.bulk import BY, FIVE_LESS, carried_out, outcomes, planned
from tests.pages import HTMX, client_of, goes_to, said

pytestmark = pytest.mark.django_db
PLAN = {**FIVE_LESS, "kind": "price", "plan": "1", "reason": "November"}


@pytest.fixture
def dealer():
    return DealerFactory()


@pytest.fixture
def client(dealer):
    return client_of(dealer)


def test_the_list_has_the_bar_and_a_box_for_every_vehicle(client, dealer):
    vehicle = VehicleFactory(dealer=dealer)

    page = client.get("/stock/?q=&sort=cheap").text

    assert 'id="bulk"' in page
    assert f'form="bulk" name="vehicle" value="{vehicle.pk}"' in page
    assert 'name="query" value="sort=cheap"' in page


def test_ticked_vehicles_are_previewed_confirmed_and_changed(client, dealer, monkeypatch):
    woken = []
    monkeypatch.setattr(bulk_views, "enqueue", lambda task, *ids: woken.append((task, *ids)))
    ticked = [VehicleFactory(dealer=dealer, price=Decimal(1000)) for _ in range(2)]
    VehicleFactory(dealer=dealer, price=Decimal(1000))
    ids = [vehicle.pk for vehicle in ticked]
    form = client.post("/stock/bulk/new/", {"vehicle": ids, "kind": "price"})
    assert "2 vehicles chosen" in form.text
    assert not BulkRun.objects.exists()

    answer = client.post("/stock/bulk/new/", {**PLAN, "vehicle": ids})

    run = BulkRun.objects.get()
    assert goes_to(answer) == f"/stock/bulk/{run.pk}/"
    preview = client.get(goes_to(answer)).text
    assert "nothing has been changed yet" in preview
    assert "Change 2 vehicles" in preview
    assert Vehicle.objects.filter(price=1000).count() == 3
    client.post(f"/stock/bulk/{run.pk}/confirm/")
    client.post(f"/stock/bulk/{run.pk}/confirm/")
    assert woken[0] == (tasks.run_bulk, run.pk)
    running = client.get(f"/stock/bulk/{run.pk}/", headers=HTMX)
    assert '<progress id="bulk-progress"' in running.text
    assert 'hx-trigger="every 2s"' in running.text
    assert "<html" not in running.text
    tasks.run_bulk(run.pk)
    result = client.get(f"/stock/bulk/{run.pk}/").text
    assert "2 vehicles were changed." in result
    assert 'hx-trigger="every 2s"' not in result
    assert Vehicle.objects.filter(price=950).count() == 2
    assert "November" in client.get("/stock/bulk/").text


def test_everything_the_filter_finds_is_chosen_on_all_pages(client, dealer):
    for number in range(60):
        VehicleFactory(dealer=dealer, category=2 if number % 2 else 1)
    VehicleFactory(dealer=dealer, category=2, state="sold")

    client.post("/stock/bulk/new/", {**PLAN, "everything": "on", "query": "category=2&page=2"})

    assert BulkRun.objects.get().items.count() == 30


def test_the_result_names_every_failure_first_and_leads_to_its_field(client, dealer):
    good = VehicleFactory(dealer=dealer, price=Decimal(1000))
    bad = VehicleFactory(dealer=dealer, price=None)
    run = carried_out(planned(dealer, "price", FIVE_LESS, good, bad))

    page = client.get(f"/stock/bulk/{run.pk}/")

    assert [item.vehicle_id for item, _ in page.context["rows"]] == [bad.pk, good.pk]
    assert "The vehicle has no price to start from." in page.text
    assert f"/stock/{bad.pk}/edit/#field-price" in page.text
    only = client.get(f"/stock/bulk/{run.pk}/?outcome=changed")
    assert [item.vehicle_id for item, _ in only.context["rows"]] == [good.pk]
    again = client.post("/stock/bulk/new/", {"again": run.pk, "kind": "price"})
    assert "1 vehicle chosen" in again.text


def test_undo_is_previewed_and_confirmed_too(client, dealer):
    vehicle = VehicleFactory(dealer=dealer, price=Decimal(1000))
    run = carried_out(planned(dealer, "price", FIVE_LESS, vehicle))

    answer = client.post(f"/stock/bulk/{run.pk}/undo/")

    undo = BulkRun.objects.get(kind="undo")
    assert goes_to(answer) == f"/stock/bulk/{undo.pk}/"
    assert "nothing has been changed yet" in client.get(goes_to(answer)).text
    carried_out(undo)
    vehicle.refresh_from_db()
    assert vehicle.price == Decimal(1000)
    assert "Undo…" not in client.get(f"/stock/bulk/{run.pk}/").text
    client.post(f"/stock/bulk/{run.pk}/undo/")
    assert BulkRun.objects.filter(kind="undo").count() == 1


def test_a_preview_is_thrown_away(client, dealer):
    run = planned(dealer, "price", FIVE_LESS, VehicleFactory(dealer=dealer))

    answer = client.post(f"/stock/bulk/{run.pk}/drop/", follow=True)

    assert "No vehicle was changed." in answer.text
    assert not BulkRun.objects.exists()


@pytest.mark.parametrize("kind", ["price", "promotion", "state", "optionals", "description"])
def test_every_kind_has_its_form(client, dealer, kind):
    OptionalFactory(name="Sunroof")
    DescriptionTemplate.objects.create(dealer=dealer, name="Short", text="{brand}")
    vehicle = VehicleFactory(dealer=dealer)

    answer = client.post("/stock/bulk/new/", {"vehicle": vehicle.pk, "kind": kind})

    assert answer.status_code == 200
    assert 'name="plan"' in answer.text


def test_each_kind_is_planned_from_its_form(client, dealer):
    optional = OptionalFactory()
    template = DescriptionTemplate.objects.create(dealer=dealer, name="x", text="{code}")
    vehicle = VehicleFactory(dealer=dealer, promotional_price=Decimal(40000))
    bodies = (
        {"kind": "promotion", "mode": "remove", "rounding": "none"},
        {"kind": "state", "state": "archived"},
        {"kind": "optionals", "add": [optional.pk]},
        {"kind": "description", "template": template.pk},
    )

    for body in bodies:
        answer = client.post("/stock/bulk/new/", {**body, "vehicle": vehicle.pk, "plan": "1"})
        assert answer.status_code == 302, body
        page = client.get(goes_to(answer))
        assert "1 vehicle will be changed." in page.text

    assert {outcomes(run)["pending"] for run in BulkRun.objects.all()} == {1}


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": "NaN"},
        {"value": "1e999"},
        {"value": ""},
        {"value": "-100"},
        {"value": "9" * 40},
        {"mode": "x"},
        {"rounding": "x"},
        {"reason": "x" * 201},
        {"kind": "promotion", "value": ""},
        {"kind": "state", "state": "sold"},
        {"kind": "optionals"},
        {"kind": "optionals", "add": ["x", "9" * 50]},
        {"kind": "description", "template": "99999"},
    ],
)
def test_what_makes_no_sense_is_said_and_writes_nothing(client, dealer, wrong):
    vehicle = VehicleFactory(dealer=dealer)
    DescriptionTemplate.objects.create(dealer=DealerFactory(), name="x", text="x")

    answer = client.post("/stock/bulk/new/", {**PLAN, **wrong, "vehicle": vehicle.pk})

    assert answer.status_code == 422
    assert "errors" in answer.text
    assert not BulkRun.objects.exists()


def test_nothing_chosen_is_said(client):
    foreign = VehicleFactory()

    assert "No vehicle is chosen" in client.get("/stock/bulk/new/").text
    answer = client.post("/stock/bulk/new/", {**PLAN, "vehicle": [foreign.pk, "x", "9" * 60]})
    assert (answer.status_code, BulkRun.objects.count()) == (422, 0)
    too_long = {"everything": "on", "query": f"category=2&q={'x' * 3000}"}
    assert client.post("/stock/bulk/new/", {**PLAN, **too_long}).status_code == 422


def test_too_many_are_refused(client, dealer, monkeypatch):
    monkeypatch.setattr(bulk_views, "MOST_VEHICLES", 2)
    monkeypatch.setattr(bulk_plan, "MOST_VEHICLES", 2)
    for _ in range(3):
        VehicleFactory(dealer=dealer)

    answer = client.post("/stock/bulk/new/", {**PLAN, "everything": "on"})

    assert "At most 2 vehicles" in answer.text
    assert not BulkRun.objects.exists()


def test_another_dealers_run_does_not_exist(client):
    run = BulkRunFactory()

    assert client.get(f"/stock/bulk/{run.pk}/").status_code == 404
    for act in ("confirm", "drop", "undo"):
        assert client.post(f"/stock/bulk/{run.pk}/{act}/").status_code == 404
    assert client.post("/stock/bulk/new/", {"again": run.pk}).status_code == 404
    assert BulkRun.objects.get() == run


def test_the_result_asks_as_often_for_many_as_for_few(
    client, dealer, django_assert_max_num_queries, monkeypatch
):
    monkeypatch.setattr(bulk_selectors, "PER_PAGE", 200)
    vehicles = [VehicleFactory(dealer=dealer, complete=True) for _ in range(40)]
    run = planned(dealer, "price", FIVE_LESS, *vehicles)

    with django_assert_max_num_queries(14):
        client.get(f"/stock/bulk/{run.pk}/")


@pytest.mark.parametrize("query", ["price_from=abc", "price_from=9&price_to=1", "state=lost"])
def test_a_filter_that_makes_no_sense_chooses_nothing(client, dealer, query):
    VehicleFactory(dealer=dealer, price=Decimal(1000))

    answer = client.post("/stock/bulk/new/", {**PLAN, "everything": "on", "query": query})

    assert answer.status_code == 422
    assert not BulkRun.objects.exists()


def test_what_was_confirmed_is_not_said_to_be_thrown_away(client, dealer):
    run = planned(dealer, "price", FIVE_LESS, VehicleFactory(dealer=dealer))
    client.post(f"/stock/bulk/{run.pk}/confirm/")

    answer = client.post(f"/stock/bulk/{run.pk}/drop/")

    assert goes_to(answer) == f"/stock/bulk/{run.pk}/"
    assert said(answer) == ["Somebody has confirmed this bulk change already."]
    assert BulkRun.objects.filter(pk=run.pk).exists()


def test_stickers_of_the_ticked_are_printed_without_changing_anything(client, dealer):
    ids = [VehicleFactory(dealer=dealer).pk for _ in range(2)]

    answer = client.post("/stock/bulk/new/", {"vehicle": ids, "kind": "stickers"})

    assert goes_to(answer) == f"/stock/stickers/?vehicle={ids[0]}&vehicle={ids[1]}"
    assert client.get(goes_to(answer)).text.count('class="sticker"') == 2
    assert not BulkRun.objects.exists()


def test_more_stickers_than_are_printed_at_a_time_are_told(client, dealer, monkeypatch):
    monkeypatch.setattr(bulk_views, "MOST_SHEETS", 1)
    first, _second = VehicleFactory(dealer=dealer), VehicleFactory(dealer=dealer)

    answer = client.post("/stock/bulk/new/", {"everything": "on", "query": "", "kind": "stickers"})

    assert goes_to(answer) == f"/stock/stickers/?vehicle={first.pk}"
    assert said(answer) == ["At most 1 stickers are printed at a time: 1 was left out."]


def test_without_a_template_a_manager_is_led_to_write_one(client, dealer):
    vehicle = VehicleFactory(dealer=dealer)
    chosen = {"vehicle": vehicle.pk, "kind": "description"}

    assert "/settings/descriptions/new/" in client.post("/stock/bulk/new/", chosen).text
    seller = client_of(dealer, "salesperson")
    page = seller.post("/stock/bulk/new/", chosen).text
    assert "/settings/descriptions/new/" not in page
    assert "A manager of the store can do it." in page


@pytest.mark.parametrize("chosen", ["everything", "vehicle"])
def test_giving_up_leads_back_to_the_filtered_stock(client, dealer, chosen):
    vehicle = VehicleFactory(dealer=dealer)

    answer = client.post(
        "/stock/bulk/new/", {chosen: vehicle.pk, "query": "state=all&price_from=1"}
    )

    assert 'href="/stock/?state=all&amp;price_from=1"' in answer.text


def test_a_running_change_is_stopped_by_its_button(client, dealer):
    vehicles = [VehicleFactory(dealer=dealer, price=Decimal(1000)) for _ in range(26)]
    run = planned(dealer, "price", FIVE_LESS, *vehicles)
    bulk_run.confirm_run(run.pk, dealer=dealer, by=BY)
    bulk_run.execute_run(run.pk, seconds=0)
    page = f"/stock/bulk/{run.pk}/"
    assert f'action="{page}stop/"' in client.get(page).text

    answer = client.post(f"{page}stop/")

    assert goes_to(answer) == page
    shown = client.get(page).text
    assert "every 2s" not in shown
    assert "25 vehicles were changed." in shown
    assert "1 vehicle was not reached any more" in shown
    assert f'action="{page}undo/"' in shown
    assert f'name="again" value="{run.pk}"' in shown
    assert "1 not done" in client.get("/stock/bulk/").text
    client.post(f"{page}stop/")
    assert said(client.get(page)) == []


def test_what_has_ended_is_not_stopped(client, dealer):
    run = carried_out(planned(dealer, "price", FIVE_LESS, VehicleFactory(dealer=dealer)))
    page = f"/stock/bulk/{run.pk}/"

    assert f'action="{page}stop/"' not in client.get(page).text
    assert said(client.post(f"{page}stop/")) == ["Only a running bulk change can be stopped."]
