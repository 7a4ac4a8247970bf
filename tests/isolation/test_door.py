"""The door: guessing is slow, sessions are closed to others, every page says what may run in it."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models.dealer import Role
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.isolation import ledger
from tests.isolation.addresses import addresses
from tests.isolation.recipes import Recipe, writes_of

pytestmark = pytest.mark.django_db
PASSWORD = "sunny-yard-42"
DOORS = ["/login/", "/admin/login/"]
PAGES = [each for each in addresses() if not each.is_admin]


def log_in(client: Client, where: str = "/login/", *, name="ana", password=PASSWORD, **more: str):
    """Send the login form of a door."""
    return client.post(where, {"username": name, "password": password, **more})


@pytest.fixture
def ana(db):
    """A person who works for a dealer and may also go upstairs."""
    user = UserFactory.create(username="ana", is_staff=True, is_superuser=True)
    MembershipFactory.create(user=user)
    return user


@pytest.mark.parametrize("door", DOORS)
def test_guessing_is_stopped_at_every_door_and_the_lock_is_common(ana, settings, door):
    settings.AXES_FAILURE_LIMIT = 3

    codes = [log_in(Client(), door, password=f"wrong-{n}").status_code for n in range(3)]

    assert codes == [200, 200, 429]
    assert {log_in(Client(), each).status_code for each in DOORS} == {429}


def test_another_spelling_of_a_name_gives_no_new_guesses(ana, settings):
    settings.AXES_FAILURE_LIMIT = 3

    names = ["ana", "ANA", " aNa ", "AnA"]
    codes = [log_in(Client(), name=name, password="wrong").status_code for name in names]

    assert codes == [200, 200, 429, 429]
    assert log_in(Client()).status_code == 429


def test_a_lock_is_one_persons_and_a_success_begins_the_count_anew(ana, settings):
    settings.AXES_FAILURE_LIMIT = 3
    MembershipFactory.create(user__username="bia")

    for name in ("ana", "ana", "bia", "bia"):
        log_in(Client(), name=name, password="wrong")
    assert log_in(Client(), name="ANA").status_code == 302
    for _ in range(2):
        log_in(Client(), password="wrong")

    assert log_in(Client()).status_code == 302
    assert log_in(Client(), name="bia").status_code == 302


def test_an_unknown_name_is_answered_as_a_wrong_password_is(ana):
    unknown = log_in(Client(), name="nobody", password="wrong")
    wrong = log_in(Client(), password="wrong")

    assert unknown.status_code == wrong.status_code
    assert unknown.context["form"].errors == wrong.context["form"].errors


def test_who_was_deactivated_is_out_at_once(ana):
    client = Client()
    log_in(client)
    assert client.get("/stock/").status_code == 200

    ana.is_active = False
    ana.save()

    assert client.get("/stock/").status_code == 302
    assert log_in(Client()).status_code == 200


def test_a_session_gets_a_new_key_at_login_and_ends_at_logout(ana):
    client = Client()
    client.get("/login/")
    client.session.save()
    before = client.session.session_key
    log_in(client)
    during = client.cookies["sessionid"].value
    client.post("/logout/")

    assert during != before
    thief = Client()
    thief.cookies["sessionid"] = during
    assert thief.get("/stock/").status_code == 302


def test_a_new_password_ends_the_other_sessions(ana):
    here, there = Client(), Client()
    log_in(here)
    log_in(there)
    new = {"new_password1": "moonlit-yard-43", "new_password2": "moonlit-yard-43"}

    here.post("/account/password/", {"old_password": PASSWORD, **new})

    assert here.get("/stock/").status_code == 200
    assert there.get("/stock/").status_code == 302


def test_cookies_are_closed_to_scripts_and_other_sites(ana, settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client = Client()
    log_in(client)
    client.get("/login/")
    client.get("/account/password/")

    session, token = client.cookies["sessionid"], client.cookies["csrftoken"]
    assert (session["httponly"], session["samesite"], session["secure"]) == (True, "Lax", True)
    assert (token["samesite"], token["secure"]) == ("Lax", True)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "target",
    [
        *("https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example"),
        *("http:evil.example", "javascript:alert(1)", "data:text/html,x", " //evil.example"),
        *(
            "/\t/evil.example",
            "https:///evil.example",
            "//evil.example\x00",
            "http://testserver@x/",
        ),
    ],
)
def test_a_login_leads_to_no_other_site(ana, door, target):
    client = Client()
    for answer in (
        client.post(door, {"username": "ana", "password": PASSWORD, "next": target}),
        client.get(door, {"next": target}),  # somebody who is logged in already
    ):
        assert answer.status_code == 302
        assert answer["Location"] in ("/", "/admin/", "/accounts/profile/")


def test_logging_out_takes_a_post(world, browser):
    client = browser(Role.OWNER)

    for where in ("/logout/", "/admin/logout/"):
        assert client.get(where).status_code in (302, 405)
        assert client.get("/stock/").status_code == 200
    client.post("/logout/")
    assert client.get("/stock/").status_code == 302


def test_no_post_is_taken_without_the_token(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.ours.member(Role.OWNER))
    before, taken = ledger.content(), []
    for address in PAGES:
        for recipe in writes_of(world, world.ours).get(address.name, []):
            answer = client.post(address.path(world.ours), recipe.data(), query_params=recipe.query)
            if answer.status_code != 403:
                taken.append((address.name, answer.status_code))

    assert taken == []
    assert ledger.changed(before, ledger.content()) == []


def test_no_read_changes_anything(world, browser):
    """What a link can do, an image on another site can do as well."""
    client, before, wrong = browser(Role.OWNER), ledger.content(), []
    for address in PAGES:
        for recipe in writes_of(world, world.ours).get(address.name, [Recipe()]):
            client.get(address.path(world.ours), {**recipe.query, **recipe.body})
            if tables := ledger.changed(before, ledger.content()):
                wrong.append((address.name, tables))

    assert wrong == []


def checked(answer) -> list[str]:
    """Return what is missing among the headers that keep a page to itself."""
    policy = answer.headers.get("Content-Security-Policy", "")
    wanted = (
        "default-src 'self'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
    missing = [
        part for part in (*wanted, "form-action 'self'", "script-src 'self'") if part not in policy
    ]
    missing += [word for word in ("unsafe", "http:", "https:", "*") if word in policy]
    for header, value in (
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ):
        if answer.headers.get(header) != value:
            missing.append(header)
    return missing


@pytest.mark.parametrize("who", ["anonymous", Role.OWNER, Role.INTEGRATOR, "support"])
def test_every_answer_keeps_to_itself(world, browser, who):
    client, wrong = browser(who), []
    places = [each.path(world.ours) for each in PAGES]
    upstairs = ["/admin/", "/admin/inventory/vehicle/", "/admin/login/", "/admin/jsi18n/"]
    for where in (*places, *upstairs, "/nowhere/", "/stock/0/", "/media/none.jpg"):
        answer = client.get(where)
        if missing := checked(answer):
            wrong.append((where, answer.status_code, missing))

    assert wrong == []


def test_errors_keep_to_themselves_and_say_nothing(world, browser, settings):
    settings.ROOT_URLCONF = "tests.isolation.broken_urls"
    client = browser(Role.OWNER)
    client.raise_request_exception = False
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.ours.member(Role.OWNER))
    answers = {
        500: client.get("/breaks/"),
        404: client.get("/nowhere/"),
        405: client.get("/logout/"),
        403: strict.post("/logout/"),
        400: client.post(
            "/stock/new/", b"a" * 3_000_000, content_type="application/x-www-form-urlencoded"
        ),
        422: client.post("/stock/new/", {"price": "x"}),
    }

    assert {code: answer.status_code for code, answer in answers.items()} == {c: c for c in answers}
    assert {code: checked(answer) for code, answer in answers.items()} == {
        code: [] for code in answers
    }
    for answer in answers.values():
        assert "canary" not in answer.text
        assert "Traceback" not in answer.text


def test_pages_behind_the_door_are_kept_by_no_shared_cache(world, browser):
    client = browser(Role.OWNER)
    for where in ("/", "/stock/", "/board/", f"/stock/{world.ours.vehicle.pk}/"):
        assert "Cookie" in client.get(where)["Vary"]


def test_a_host_nobody_knows_is_refused(world, browser, settings):
    settings.ALLOWED_HOSTS = ["office.example.com"]

    answer = browser(Role.OWNER).get("/login/", headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert "evil.example" not in answer.text
