"""Whatever is typed or sent, no page breaks, nothing is half written, and all of it is escaped."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.test.client import encode_multipart

from accounts.models.dealer import Role
from inventory.models import Vehicle
from portals.models import Mapping
from tests.isolation import ledger
from tests.isolation.addresses import addresses
from tests.isolation.recipes import Recipe, reads_of, vehicle_facts, writes_of
from tests.isolation.world import World
from tests.pages import HTMX

pytestmark = pytest.mark.django_db

PAGES = {each.name: each for each in addresses() if not each.is_admin and each.name}
SCRIPT = "<script>alert(1)</script>"
HUGE = "9" * 5000  # int() refuses so many digits
BEYOND = str(10**30)  # no column holds it
DEADLY = ("\x00", "a\x00b", HUGE, BEYOND, SCRIPT)
HOSTILE = (
    *DEADLY,
    *("", " ", "-", "-1", f"-{BEYOND}", "0", "99999", "2147483648", "9223372036854775808", "1e400"),
    *("NaN", "Infinity", "²", "١٢٣", "x" * 20_000, "ß" * 200, "\x01", "a\r\nb", "\u202e\u200b"),
    *("'; DROP TABLE x; --", "=cmd()", "%s%n", "{{ 7 }}", "http://[", "//evil.example", "1,2,x"),
    *('"><img src=x onerror=y>', "🚗" * 100, "2020-02-30", "\udc80"),
)
# What PostgreSQL takes otherwise than SQLite: bytes, ranges, lengths, quotes and place-holders.
# Whatever else is hostile has been refused or escaped before either is asked.
HOSTILE_TO_POSTGRES = (
    *("\x00", "a\x00b", "\x01", "\udc80", "🚗" * 100, "ß" * 200, "x" * 20_000, "", "0", "-1"),
    *(HUGE, BEYOND, f"-{BEYOND}", "2147483648", "9223372036854775808", "1e400", "NaN", "Infinity"),
    *("'; DROP TABLE x; --", "%s%n"),
)
BOUNDARY = "between-the-parts"
LONE, MARK = "\udc80", "\x02lone byte\x02"
LISTS = ("vehicle", "optionals", "path", "add", "remove")


def send(client: Client, where: str, recipe: Recipe, *, method: str, **headers: str):
    """Send a recipe as bytes of a form, so that whatever can be typed is typed; files as files."""
    query = urlencode(recipe.query, doseq=True, errors="surrogateescape")
    where = f"{where}?{query}" if query else where
    if method == "GET":
        return client.get(where, headers=headers)
    if recipe.files():
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        return client.post(where, parts(recipe), content_type=kind, headers=headers)
    body = urlencode(recipe.body, doseq=True, errors="surrogateescape")
    kind = "application/x-www-form-urlencoded"
    return client.post(where, body, content_type=kind, headers=headers)


def parts(recipe: Recipe) -> bytes:
    """Return the body of a form with files, a lone byte of a text sent as that byte."""
    body = {
        name: value.replace(LONE, MARK) if isinstance(value, str) else value
        for name, value in recipe.data().items()
    }
    return encode_multipart(BOUNDARY, body).replace(MARK.encode(), b"\x80")


def recipes(world: World) -> Iterator[tuple[str, str, Recipe]]:
    """Yield everything that a page accepts: (name of the address, method, recipe)."""
    for name, found in writes_of(world, world.ours).items():
        for recipe in found:
            yield name, "POST", recipe
    for name, query in reads_of(world, world.ours).items():
        yield name, "GET", Recipe(query=query)


def fields(world: World) -> Iterator[tuple[str, str, Recipe, str]]:
    """Yield every field of every recipe; those of the vehicle's form once."""
    for name, method, recipe in recipes(world):
        helps = {"find_version", "act", "copy_from"} & set(recipe.body)
        again = helps or recipe.body.get("revision") == "999"
        known = set(vehicle_facts(world)) if again or "code" in recipe.body else set()
        for field in (*recipe.query, *recipe.body):
            if field not in known:
                yield name, method, recipe, field


def poisoned(recipe: Recipe, *, only: str = "", value: str) -> Recipe:
    """Return a recipe with one field (or, without a name, every field) replaced."""

    def swap(values):
        return {
            name: ([value, value] if name in LISTS else value) if only in ("", name) else old
            for name, old in values.items()
        }

    return Recipe(query=swap(recipe.query), body=swap(recipe.body), files=recipe.files)


def flaws(
    client: Client, where: str, method: str, recipe: Recipe, before: dict[str, str]
) -> list[str]:
    """Send it, take it back, and say what was wrong with the answer.

    Reading every table takes longer than most answers, so they are read only after an answer that
    must have changed nothing and yet sent something else than reads to the database.
    """
    found = []
    with ledger.undone():
        with ledger.writes() as written:
            answer = send(client, where, recipe, method=method)
        innocent = method == "GET" or answer.status_code >= 400
        tables = ledger.changed(before, ledger.content()) if innocent and written else []
    if answer.status_code >= 500:
        found.append(f"answers {answer.status_code}")
    if answer.status_code >= 400 and tables:
        found.append(f"answers {answer.status_code} and changed {tables}")
    if method == "GET" and tables:
        found.append(f"a read changed {tables}")
    if SCRIPT in answer.text or "<img src=x" in answer.text:
        found.append("shows what was typed unescaped")
    return found


def all_flaws(client: Client, world: World, cases) -> dict[str, list[str]]:
    """Return what is wrong by case; an exception that would be a 500 is one of the flaws."""
    wrong: dict[str, list[str]] = {}
    before = ledger.content()  # and after each case, for all is taken back
    for name, method, recipe, told in cases:
        try:
            found = flaws(client, PAGES[name].path(world.ours), method, recipe, before)
        except Exception as err:  # noqa: BLE001 - what a server would answer with a 500
            found = [f"{type(err).__name__}: {err}"[:200]]
        if found:
            wrong[f"{method} {name} {told}"] = found
    assert ledger.changed(before, ledger.content()) == []
    return wrong


def test_every_field_at_once_may_be_hostile(world, browser):
    cases = [
        (name, method, poisoned(recipe, value=value), repr(value[:20]))
        for name, method, recipe in recipes(world)
        for value in DEADLY
    ]

    assert all_flaws(browser(Role.OWNER), world, cases) == {}


def test_each_field_may_be_hostile_while_the_others_are_right(world, browser):
    turn = cycle(HOSTILE)  # each field meets another value; the slow tests know all pairs
    cases = [
        (name, method, poisoned(recipe, only=field, value=value), f"{field}={value[:20]!r}")
        for name, method, recipe, field in fields(world)
        for value in (next(turn),)
    ]

    assert all_flaws(browser(Role.OWNER), world, cases) == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    "values",
    [
        pytest.param(HOSTILE, id="any"),
        pytest.param(HOSTILE_TO_POSTGRES, id="postgres", marks=pytest.mark.postgres),
    ],
)
@pytest.mark.parametrize("part", range(4))
def test_every_field_meets_every_hostile_value(world, browser, values, part):
    cases = [
        (name, method, poisoned(recipe, only=field, value=value), f"{field}={value[:20]!r}")
        for name, method, recipe, field in list(fields(world))[part::4]
        for value in values
    ]

    assert all_flaws(browser(Role.OWNER), world, cases) == {}


def test_a_field_that_is_wrong_is_named(world, browser):
    client, facts = browser(Role.OWNER), writes_of(world, world.ours)["inventory:vehicle_update"][0]
    wrong = {
        "plate": "===",
        "chassis": SCRIPT,
        "renavam": "1",
        "year_manufacture": BEYOND,
        "year_model": "-1",
        "mileage": "-5",
        "price": "-1",
        "promotional_price": "99999.00",
        "colour": "mauve",
        "doors": HUGE,
        "description": "x" * 10_001,
        "video_url": "javascript:alert(1)",
        "optionals": [BEYOND],
        "fipe_code": "'; --",
    }
    before, silent = ledger.content(), []
    for field, value in wrong.items():
        answer = client.post(f"/stock/{world.ours.vehicle.pk}/edit/", facts.data(**{field: value}))
        if answer.status_code != 422 or field not in answer.context["form"].errors:
            silent.append((field, answer.status_code))
        elif f"{answer.context['form'][field].auto_id}" not in answer.text:
            silent.append((field, "not on the page"))

    assert silent == []
    assert ledger.changed(before, ledger.content()) == []


def test_a_text_that_looks_like_html_or_a_formula_is_kept_and_escaped(world, browser):
    client = browser(Role.OWNER)
    facts = writes_of(world, world.ours)["inventory:vehicle_create"][0]
    hostile = {"description": f"=cmd() {SCRIPT}", "location": SCRIPT, "version": ""}
    names = {"brand_text": SCRIPT, "model_text": "=1+1", "plate": "", "chassis": ""}

    answer = client.post("/stock/new/", facts.data(**hostile, **names))

    car = Vehicle.objects.get(code="NOVO-1")
    assert answer.url == f"/stock/{car.pk}/#photos"
    assert (car.description, car.brand_text) == (f"=cmd() {SCRIPT}", SCRIPT)
    places = [answer.url, f"{answer.url}edit/", f"{answer.url}ads/", "/stock/", "/board/"]
    for where in (*places, f"{answer.url}preflight/", "/problems/"):
        for headers in ({}, HTMX):
            assert SCRIPT not in client.get(where, headers=headers).text
    assert "&lt;script&gt;" in client.get(answer.url).text


def test_a_portals_words_are_escaped_and_no_script_address_is_linked(world, browser):
    listing = world.ours.vehicle.listings.get()
    listing.problems = [{"field": "price", "code": "portal_said", "message": SCRIPT, "params": {}}]
    listing.failure_mode, listing.remote_status = "refused", SCRIPT
    listing.warnings = [
        {"kind": "photo_rejected", "asked": SCRIPT, "granted": SCRIPT, "message": SCRIPT}
    ]
    listing.save()
    listing.attempts.update(path=SCRIPT, request_excerpt=SCRIPT, answer_excerpt=SCRIPT)
    client = browser(Role.OWNER)
    places = [f"/stock/{world.ours.vehicle.pk}/ads/", f"/portals/{world.ours.access.pk}/"]

    for where in (*places, "/board/", "/problems/", "/", "/problems/refused/?code=portal_said"):
        assert SCRIPT not in client.get(where).text


def test_a_wish_with_an_endless_filter_is_written_and_leads_back(world, browser):
    client = browser(Role.OWNER)
    wish = {"wanted": "paused", "vehicle": world.ours.vehicle.pk, "access": world.ours.access.pk}

    answer = client.post("/board/wish/", wish, query_params={"q": "x" * 5000, "evil": "y" * 5000})

    assert answer.status_code == 302
    assert answer.url == f"/board/?q={'x' * 120}"
    assert world.ours.vehicle.listings.get().wanted == "paused"


def test_a_decision_about_a_kind_of_vehicle_that_is_none_is_refused(world, browser):
    client, before = browser(Role.OWNER), Mapping.objects.count()
    gap = {"access": world.ours.access.pk, "kind": "brand", "source": "text:x"}

    for kind in ("0", "5", "999", BEYOND, HUGE, "²"):
        answer = client.post("/mappings/save/", {"none": "1"}, query_params={**gap, "type": kind})
        assert answer.status_code == 404

    assert Mapping.objects.count() == before


def test_an_id_in_the_path_may_be_of_any_length(world, browser):
    client = browser(Role.OWNER)
    for number in ("0", BEYOND, "9223372036854775808", HUGE, "-1", "²", "%00", "1%0A"):
        for where in (f"/stock/{number}/", f"/portals/{number}/", f"/stock/{number}/ads/{number}/"):
            assert client.get(where).status_code in (404, 405)
            assert client.post(where).status_code in (404, 405)


@pytest.mark.parametrize(
    "body", [b"\xff\xfe", b"%ff=%00", b"a" * 3_000_000, b"&".join([b"a=1"] * 1500)]
)
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data", "application/json"]
)
def test_a_body_that_is_no_form_is_a_bad_request_at_worst(world, browser, body, kind):
    client, before = browser(Role.OWNER), ledger.content()
    for where in (f"/stock/{world.ours.vehicle.pk}/edit/", "/board/wish/"):
        answer = client.post(where, body, content_type=kind)
        assert answer.status_code in (302, 400, 422)

    assert ledger.changed(before, ledger.content()) == []


def test_a_header_may_be_hostile_too(world, browser):
    client = browser("anonymous")
    for address in (
        "http://[",
        "javascript:alert(1)",
        "//evil.example/x",
        SCRIPT,
        "\x00",
        "x" * 9000,
    ):
        answer = client.get("/login/", headers={**HTMX, "HX-Current-URL": address})
        assert answer.status_code == 401
        assert answer["HX-Redirect"].startswith("/login/?next=%2F")
    strange = client.get("/login/", headers={"X-Request-ID": f"{SCRIPT}\r\nSet-Cookie: a=b"})
    assert strange["X-Request-ID"].isalnum()


def test_a_message_of_a_refused_paper_names_its_field(world, browser):
    client, where = browser(Role.OWNER), f"/stock/{world.ours.vehicle.pk}"
    before = ledger.content()

    for path, body, label in (
        ("sell", {"sold_on": "2020-01-31", "price": BEYOND}, "Price"),
        ("sell", {"sold_on": "2020-02-30"}, "Sold on"),
        ("sell", {"sold_on": "2020-01-31", "customer_name": "a\x00b"}, "Customer"),
        ("reserve", {"until": "amanha"}, "Until"),
    ):
        answer = client.post(f"{where}/{path}/", body)
        assert answer.status_code == 422
        assert f'error">{label}' in answer.text

    assert ledger.changed(before, ledger.content()) == []
