"""Nobody gets at another dealer's rows, or beyond their role, by any address there is."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.urls import path

from accounts.models.dealer import Role
from tests.isolation import ledger
from tests.isolation.addresses import KINDS, UnknownArgument, addresses
from tests.isolation.recipes import Recipe, reads_of, writes_of
from tests.pages import HTMX

pytestmark = pytest.mark.django_db

ADDRESSES = addresses()
PAGES = [each for each in ADDRESSES if not each.is_admin]
UPSTAIRS_DOORS = {"admin:login", "admin:logout"}
SUPPORT = [each for each in ADDRESSES if each.is_admin and each.name not in UPSTAIRS_DOORS]
# Whoever may open these, and why it is no leak: no session is needed to log in, to be asked whether
# we are alive, to fetch a photo by a name nobody can guess, as portals do, or to see what a store
# shows to everybody.
SHOP = {
    *("inventory:public_stock", "inventory:public_vehicle", "inventory:public_sitemap"),
    *("inventory:sitemap_index", "inventory:robots"),
}
PUBLIC = {
    *("health_live", "health_ready", "accounts:login", "inventory:photo_file", *SHOP),
    *("accounts:password_forgotten", "accounts:password_choose"),
}
PERSONAL = {
    *("accounts:logout", "accounts:password", "accounts:switch_dealer"),
    "accounts:switch_language",
}
MANAGERS = {
    *("portals:access_create", "portals:access_update", "portals:access_test"),
    *("portals:access_sync", "portals:access_switch", "portals:access_resume"),
    *("portals:connect_start", "portals:connect_done"),
    *("portals:mapping_list", "portals:mapping_keys", "portals:mapping_bulk"),
    *("portals:mapping_name", "portals:mapping_decide", "portals:mapping_decided"),
    *("portals:mapping_copy", "portals:mapping_file", "portals:mapping_export"),
    *("portals:mapping_batches", "portals:mapping_batch", "portals:mapping_undo"),
    *("portals:mapping_delete", "accounts:public_settings"),
    *("accounts:store_settings", "accounts:team", "accounts:team_member"),
    *("portals:radar", "portals:radar_readings", "portals:radar_reading"),
    *("portals:highlight_rule", "portals:highlight_run"),
    *("inventory:template_list", "inventory:template_create", "inventory:template_update"),
    *("inventory:template_preview", "inventory:template_delete"),
    *("office:audit", "office:audit_file"),
}
# This portal has no page of its own: tests/portals/views/test_connecting.py walks one that has.
AT_ITS_PAGE = {"portals:connect_start", "portals:connect_done"}
OF_STAFF = [each for each in PAGES if each.name not in PUBLIC | PERSONAL]
WITH_ROWS = [each for each in OF_STAFF if each.names_a_row]
STAFF = (Role.OWNER, Role.MANAGER, Role.SALESPERSON)
OUTSIDERS = (Role.INTEGRATOR, "nobody", "ended", "closed", "support")
NAMED = {Role.INTEGRATOR: "nosso"}  # a machine's account may read for whom it works
CLOSE = {Role.INTEGRATOR, "ended"}  # those who might think that our rows are theirs
WRONG_METHOD = 405


def knock(client, address, world, where, *, method="GET", **headers):
    """Open or send to an address; a body that would be accepted goes with a POST."""
    if method == "GET":
        return client.get(where, headers=headers)
    recipe = writes_of(world, world.theirs).get(address.name, [Recipe()])[0]
    return client.post(where, recipe.data(), query_params=recipe.query, headers=headers)


def test_every_address_is_known_to_this_walk():
    names = {each.name for each in PAGES}

    assert names >= PUBLIC | PERSONAL | MANAGERS
    assert {kind for each in ADDRESSES for kind in each.kinds} <= {*KINDS.values(), "row"}
    assert len(WITH_ROWS) > 15


def test_an_argument_nobody_explained_stops_the_walk(settings, monkeypatch):
    from django.conf.urls import include  # noqa: PLC0415 - only this test builds addresses

    class Hidden:
        """An address whose argument means nothing to the walk."""

        urlpatterns = [path("x/", include([path("<uuid:ticket>/", HttpResponse)]))]

    settings.ROOT_URLCONF = Hidden

    with pytest.raises(UnknownArgument, match="what is ticket"):
        addresses()


def test_every_address_that_takes_a_post_has_a_recipe(world, browser):
    client = browser(Role.OWNER)
    refused = {
        each.name
        for each in PAGES
        if client.put(each.path(world.ours)).status_code == WRONG_METHOD
        and "POST" in client.put(each.path(world.ours))["Allow"]
    }

    assert refused - writes_of(world, world.ours).keys() == set()
    assert writes_of(world, world.ours).keys() - {each.name for each in PAGES} == set()
    assert reads_of(world, world.ours).keys() - {each.name for each in PAGES} == set()


@pytest.mark.parametrize("role", STAFF)
def test_rows_of_another_dealer_do_not_exist(world, browser, role):
    client, before = browser(role), ledger.content()
    wrong = []
    for address in WITH_ROWS:
        foreign = [address.path(world.theirs)]
        if "access" in address.kinds and "vehicle" in address.kinds:
            foreign.append(address.path(world.ours, access_of=world.theirs))
            foreign.append(address.path(world.theirs, access_of=world.ours))
        closed = role == Role.SALESPERSON and address.name in MANAGERS
        for where in foreign:
            answers = [
                knock(client, address, world, where, method=method, **headers).status_code
                for method in ("GET", "POST")
                for headers in ({}, HTMX)
            ]
            if {*answers} - {WRONG_METHOD} != {403 if closed else 404}:
                wrong.append((address.name, where, answers))

    assert wrong == []
    assert ledger.changed(before, ledger.content()) == []


@pytest.mark.parametrize("who", OUTSIDERS)
def test_who_does_not_work_here_opens_nothing(world, browser, who):
    client, before = browser(who), ledger.content()
    wrong = []
    for address in OF_STAFF:
        for store in (world.ours, world.theirs) if who in CLOSE else (world.theirs,):
            answers = [
                knock(client, address, world, address.path(store), method=method)
                for method in ("GET", "POST")
            ]
            codes = [answer.status_code for answer in answers]
            shown = " ".join(answer.text for answer in answers)
            unknown = {world.theirs.mark, *({world.ours.mark} - {NAMED.get(who)})}
            if {*codes} - {WRONG_METHOD} != {403} or any(mark in shown for mark in unknown):
                wrong.append((address.name, store.mark, codes))

    assert wrong == []
    assert ledger.changed(before, ledger.content()) == []


def test_a_stranger_is_sent_to_the_login_from_everywhere(world, browser):
    client, before = browser("anonymous"), ledger.content()
    wrong: list[tuple[object, ...]] = []
    for address in [each for each in PAGES if each.name not in PUBLIC]:
        where = address.path(world.theirs)
        for method in ("GET", "POST"):
            answer = knock(client, address, world, where, method=method)
            if (answer.status_code, answer["Location"].split("?")[0]) != (302, "/login/"):
                wrong.append((address.name, method, answer.status_code))
            piece = client.get(answer["Location"], headers=HTMX)
            if (piece.status_code, piece["HX-Redirect"].split("?")[0]) != (401, "/login/"):
                wrong.append((address.name, method, "htmx", piece.status_code))

    assert wrong == []
    assert ledger.changed(before, ledger.content()) == []


def test_a_salesperson_does_what_managers_do_nowhere(world, browser):
    client, before = browser(Role.SALESPERSON), ledger.content()
    wrong = []
    for address in [each for each in PAGES if each.name in MANAGERS]:
        codes = {
            knock(client, address, world, address.path(world.ours), method=m).status_code
            for m in ("GET", "POST")
        }
        if codes - {WRONG_METHOD} != {403}:
            wrong.append((address.name, codes))

    assert wrong == []
    assert ledger.changed(before, ledger.content()) == []


@pytest.mark.parametrize("who", [*Role.values, "nobody", "ended", "anonymous"])
def test_nobody_but_support_gets_upstairs(world, browser, who):
    client, before = browser(who), ledger.content()
    wrong = []
    for address in SUPPORT if who == Role.OWNER else SUPPORT[::9]:
        where = address.path(world.theirs)
        for send in (client.get, client.post):
            answer = send(where)
            if answer.status_code != 302 or not re.search(r"^/(admin/)?login/", answer["Location"]):
                wrong.append((where, answer.status_code))

    assert wrong == []
    assert ledger.changed(before, ledger.content()) == []


def test_own_rows_are_there_for_those_who_may(world, browser):
    """The counterpart of all the others: the same addresses answer to their own people."""
    wrong = []
    for role in STAFF:
        client = browser(role)
        for address in OF_STAFF:
            if address.name in {"portals:access_create", "portals:mapping_name", *AT_ITS_PAGE}:
                continue  # nothing is left to connect; the second needs its query
            code = client.get(address.path(world.ours)).status_code
            closed = role == Role.SALESPERSON and address.name in MANAGERS
            fine = {403} if closed else {200, 302}
            if code not in fine | {WRONG_METHOD}:
                wrong.append((role, address.name, code))

    assert wrong == []
