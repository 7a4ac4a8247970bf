"""No page shows anything of another dealer, and nothing that is sent reaches its rows."""

from __future__ import annotations

from urllib.parse import unquote_plus

import pytest

from accounts.models.dealer import Role
from inventory.models import Vehicle
from portals.models import PortalAccess
from tests.factories.accounts import MembershipFactory
from tests.isolation import ledger
from tests.isolation.addresses import addresses
from tests.isolation.recipes import picture, reads_of, upload, writes_of
from tests.pages import HTMX, client_of, said

pytestmark = pytest.mark.django_db

PAGES = [each for each in addresses() if not each.is_admin and each.name != "inventory:photo_file"]


def marks_of(store) -> dict[str, str]:
    """Return texts that can only come from this store's rows, by what they give away."""
    car = store.vehicle
    return {
        "code": f"{store.mark}-",
        "name": f"Loja {store.mark}",
        "free text": f"M {store.mark}",
        "description": f"Texto {store.mark}",
        "plate": car.plate,
        "chassis": car.chassis,
        "price": f"{car.price:,.2f}",
        "photo": f"{store.mark}0480",
        "plan": f"Plano {store.mark}",
        "exchange": f"/carros/{store.mark}",
        "answer": f"resposta {store.mark}",
        "refusal": f"nao {store.mark}",
        "reason": f"porque {store.mark}",
        "person": f"Fulano {store.mark}",
        "customer": f"Cliente {store.mark}",
        "mapping": f"feito {store.mark}",
        "entry": f"ENTRADA {store.mark}",
        "lost name": f"Perdida {store.mark}",
        "ad": f"ads.example/{store.mark}",
        "place": f"Patio {store.mark}",
        "row": f"/{car.pk}/",
        "secret": store.secret,
        "token": store.token,
        "login": f"us-{store.mark}",
    }


HIDDEN = {"secret", "token", "login"}  # from everybody
OF_THE_CATALOGUE = {"entry"}  # the portal's names are the same for all


def seen(client, store, *, marks, queries) -> dict[str, set[str]]:
    """Open every page with every query; return which marks stood where, echoes left out."""
    found: dict[str, set[str]] = {}
    for address in PAGES:
        for query in queries.get(address.name, [{}]):
            for headers in ({}, HTMX):
                where = address.path(store)
                text = client.get(where, query, headers=headers).text
                typed = " ".join(map(str, query.values()))
                for what, mark in marks.items():
                    if mark in text and mark not in typed:
                        found.setdefault(what, set()).add(unquote_plus(address.name))
    return found


def all_queries(world) -> dict[str, list[dict[str, object]]]:
    """Return for every page no query, ours, and the other dealer's ids and words."""
    car = world.theirs.vehicle
    queries = {name: [{}, query] for name, query in reads_of(world, world.ours).items()}
    for name, query in reads_of(world, world.theirs).items():
        queries[name].append(query)
    for name in ("office:stock_list", "portals:board"):
        for words in (car.plate, car.chassis, car.code, "Onix", "%", "_"):
            queries[name].append({"q": words, "state": "all"})
    return queries


@pytest.mark.parametrize("role", [Role.OWNER, Role.SALESPERSON])
def test_no_page_shows_anything_of_another_dealer(world, browser, role):
    marks = {k: v for k, v in marks_of(world.theirs).items() if k not in OF_THE_CATALOGUE}

    queries = all_queries(world)
    if role == Role.SALESPERSON:  # the pages are the same, so their searches need no second look
        queries = {name: found[:3] for name, found in queries.items()}

    found = seen(browser(role), world.ours, marks=marks, queries=queries)

    assert found == {}


def test_its_own_people_see_all_of_it_but_the_secrets(world):
    """The counterpart: every mark that others must not see does stand on some page."""
    marks = marks_of(world.theirs)
    owner = client_of(world.theirs.dealer)
    queries = {
        **{name: [{}, query] for name, query in reads_of(world, world.theirs).items()},
        "inventory:vehicle_detail": [{}],
    }

    found = set(seen(owner, world.theirs, marks=marks, queries=queries))
    for name in ("sold", "reserved"):
        text = owner.get(f"/stock/{world.theirs.vehicles[name].pk}/").text
        found |= {what for what, mark in marks.items() if mark in text}

    assert marks.keys() - found == HIDDEN


def test_two_hats_show_one_store_at_a_time(world):
    person = MembershipFactory.create(dealer=world.ours.dealer).user
    MembershipFactory.create(user=person, dealer=world.theirs.dealer)
    client = client_of(world.ours.dealer)
    client.force_login(person)
    hidden = {"code", "plate", "price", "row", "photo", "exchange"}
    marks = {what: mark for what, mark in marks_of(world.theirs).items() if what in hidden}
    client.post("/account/dealer/", {"dealer": world.ours.dealer.pk})

    shown = client.get("/stock/").text + client.get("/board/").text
    assert [mark for mark in marks.values() if mark in shown] == []
    assert client.get(f"/stock/{world.theirs.vehicle.pk}/").status_code == 404

    client.post("/account/dealer/", {"dealer": world.theirs.dealer.pk})

    assert client.get(f"/stock/{world.theirs.vehicle.pk}/").status_code == 200
    assert client.get(f"/stock/{world.ours.vehicle.pk}/").status_code == 404


@pytest.mark.parametrize("role", [Role.OWNER, Role.SALESPERSON])
def test_foreign_ids_in_what_is_sent_reach_no_foreign_row(world, browser, role):
    client = browser(role)
    before, wrong = ledger.content_of(world.theirs.dealer.pk), []
    for address in PAGES:
        for recipe in writes_of(world, world.theirs).get(address.name, []):
            if address.name in ("accounts:login", "accounts:logout", "accounts:password"):
                continue
            for headers in ({}, HTMX) if role == Role.OWNER else ({},):
                with ledger.undone():
                    answer = client.post(
                        address.path(world.ours),
                        recipe.data(),
                        query_params=recipe.query,
                        headers=headers,
                    )
                    after = ledger.content_of(world.theirs.dealer.pk)
                if answer.status_code >= 500 or ledger.changed(before, after):
                    wrong.append((address.name, answer.status_code, ledger.changed(before, after)))

    assert wrong == []


def test_a_choice_of_another_dealers_is_no_choice(world, browser):
    client, ours, theirs = browser(Role.OWNER), world.ours, world.theirs
    stock, ads = f"/stock/{ours.vehicle.pk}", f"/stock/{ours.vehicle.pk}/ads/{ours.access.pk}/"
    mine = [photo.pk for photo in ours.photos]
    other = [photo.pk for photo in theirs.photos]
    gap = {"access": theirs.access.pk, "type": 1, "kind": "brand", "source": "text:m alheio"}
    both = [ours.vehicle.pk, theirs.vehicle.pk]
    live = {"wanted": "live"}
    sent = [
        ("/account/dealer/", {"dealer": theirs.dealer.pk}, {}, 404),
        (f"{stock}/photos/arrange/", {"photo": other[0], "act": "remove"}, {}, 422),
        (f"{stock}/photos/arrange/", {"photo": other[0], "act": "cover"}, {}, 422),
        (f"{stock}/photos/arrange/", {"order": f"{other[1]},{other[0]}"}, {}, 422),
        (f"{stock}/photos/arrange/", {"order": f"{mine[1]},{mine[0]},{other[0]}"}, {}, 422),
        ("/board/wish/", {**live, "access": theirs.access.pk, "vehicle": both[:1]}, {}, 422),
        ("/board/wish/", {**live, "vehicle": both[1:]}, {}, 422),
        ("/board/wish/", {**live, "vehicle": both}, {}, 422),
        (ads, {"wanted": "live", "plan": theirs.plans["ad"].pk, "highlight": 0}, {}, 422),
        (ads, {"wanted": "live", "plan": theirs.plans["highlight"].pk, "highlight": 0}, {}, 422),
        ("/mappings/save/", {"entry": world.entry.pk}, gap, 404),
        (f"/mappings/{world.everyones_mapping.pk}/delete/", {}, {}, 404),
    ]
    before, wrong = ledger.content(), []

    for where, body, query, expected in sent:
        answer = client.post(where, body, query_params=query, headers=HTMX)
        tables = ledger.changed(before, ledger.content())
        if answer.status_code != expected or tables:
            wrong.append((where, body, answer.status_code, tables))

    assert wrong == []


def test_without_htmx_the_same_is_told_in_a_message(world, browser):
    client, before = browser(Role.OWNER), ledger.content()
    wish = {"wanted": "live", "vehicle": [world.ours.vehicle.pk, world.theirs.vehicle.pk]}
    photo = {"photo": world.theirs.photos[0].pk, "act": "remove"}

    assert said(client.post("/board/wish/", wish)) != []
    assert said(client.post(f"/stock/{world.ours.vehicle.pk}/photos/arrange/", photo)) != []
    assert ledger.changed(before, ledger.content()) == []


def test_columns_nobody_offers_cannot_be_written_by_sending_them(world, browser):
    client, ours, theirs = browser(Role.OWNER), world.ours, world.theirs
    smuggled = {
        "id": theirs.vehicle.pk,
        "pk": theirs.vehicle.pk,
        "dealer": theirs.dealer.pk,
        "dealer_id": theirs.dealer.pk,
        "source": theirs.source.pk,
        "source_reference": "x",
        "state": "sold",
        "code": "outro",
        "base_url": "https://evil.example",
        "portal": "outro",
        "failure_mode": "",
    }
    update = writes_of(world, ours)["inventory:vehicle_update"][0]
    account = writes_of(world, ours)["portals:access_update"][0]
    before = ledger.content_of(theirs.dealer.pk)

    saved = client.post(f"/stock/{ours.vehicle.pk}/edit/", update.data(**smuggled))
    connected = client.post(f"/portals/{ours.access.pk}/edit/", account.data(**smuggled))

    assert (saved.status_code, connected.status_code) == (302, 302)
    car = Vehicle.objects.get(pk=ours.vehicle.pk)
    kept = (car.dealer, car.code, car.source, car.source_reference, car.state)
    assert kept == (ours.dealer, "nosso-stock", ours.source, "ref-nosso", "available")
    assert car.plate == "QWE4R56"
    access = PortalAccess.objects.get(pk=ours.access.pk)
    assert (access.dealer, access.base_url) == (ours.dealer, "")
    assert ledger.changed(before, ledger.content_of(theirs.dealer.pk)) == []


def test_a_salesperson_cannot_smuggle_a_cost_in(world, browser):
    recipe = writes_of(world, world.ours)["inventory:vehicle_update"][0]
    before = world.ours.vehicle.cost

    answer = browser(Role.SALESPERSON).post(
        f"/stock/{world.ours.vehicle.pk}/edit/", recipe.data(cost="1.00", location="Outro")
    )

    assert answer.status_code == 302
    car = Vehicle.objects.get(pk=world.ours.vehicle.pk)
    assert (car.cost, car.location) == (before, "Outro")


def test_the_same_picture_of_two_dealers_is_two_pictures(world, browser):
    owners = {world.ours: browser(Role.OWNER), world.theirs: client_of(world.theirs.dealer)}
    for store, client in owners.items():
        where = f"/stock/{store.vehicle.pk}/photos/upload/"
        assert client.post(where, {"photos": upload(picture())}).status_code == 302

    blobs = {
        store.mark: store.vehicle.photos.order_by("-position").first().blob for store in owners
    }
    assert blobs["nosso"].sha256 == blobs["alheio"].sha256
    assert blobs["nosso"].pk != blobs["alheio"].pk
    assert blobs["nosso"].original.name != blobs["alheio"].original.name
    assert {mark: blob.dealer_id for mark, blob in blobs.items()} == {
        store.mark: store.dealer.pk for store in owners
    }
