"""A dealer connects the three portals over their sandboxes: with everything wrong first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import Dealer
from portals import tasks
from portals.models import PortalAccess
from portals.services import connecting
from portals.services.catalogue import upsert_portals
from tests.crash.sandbox_process import SandboxLevers, plain_names, sandbox_process, write_names
from tests.factories.accounts import DealerFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PORTALS = ("usadosbr", "chavesnamao", "olx")


@pytest.fixture(scope="module")
def sandbox_of_all(tmp_path_factory) -> Iterator[SandboxLevers]:
    """One process that plays all three portals."""
    names = tmp_path_factory.mktemp("sandbox") / "names.csv.gz"
    write_names(names, plain_names("car", 3))
    with sandbox_process(names=names) as levers:
        yield levers


@pytest.fixture
def sandbox(sandbox_of_all: SandboxLevers, settings, live_server) -> SandboxLevers:
    """The sandboxes as new, and the settings that lead there and back."""
    for portal in PORTALS:
        sandbox_of_all.at(portal).reset()
    settings.SANDBOX_URL, settings.BASE_URL = sandbox_of_all.origin, live_server.url
    upsert_portals()
    return sandbox_of_all


@pytest.fixture
def dealer(sandbox) -> Dealer:
    return DealerFactory()


def access_of(dealer: Dealer) -> PortalAccess:
    return PortalAccess.objects.get(dealer=dealer)


def try_account(page: Page) -> Locator:
    """Press the button that tests the account; return the place of the result."""
    before = page.locator("#_test_result").inner_text()
    page.get_by_role("button", name=re.compile("^Test the c")).click()
    result = page.locator("#_test_result")
    expect(result).not_to_have_text(before)
    expect(page.get_by_text("Testing…")).not_to_be_visible()
    return result


def steps_of(page: Page) -> str:
    """Test the account and return how each step went, as "passed failed open" in order."""
    words = try_account(page).locator("li.row").all_inner_texts()
    return " ".join(word.rpartition(": ")[2] for word in words)


def plans_arrive(page: Page, dealer: Dealer, text: str) -> None:
    """Let the worker do what connecting asked of it; the page shows the plan by itself."""
    expect(page.get_by_text("The plans are being read")).to_be_visible()
    tasks.sync_access(access_of(dealer).pk)
    expect(page.locator("#plans")).to_contain_text(text)


def test_a_portal_with_user_and_password(open_page, dealer, sandbox):
    levers = sandbox.at("usadosbr")
    page = open_page(dealer)
    page.goto("/portals/")
    page.get_by_role("link", name="Usadosbr / Moto.com.br").click()
    expect(page.get_by_text("Usadosbr gives it to you")).to_be_visible()
    page.get_by_label("User").fill("demo")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Save").click()

    assert steps_of(page) == "passed failed not tried"
    result = page.locator("#_test_result")
    expect(result).to_contain_text("refused the user and the password")
    expect(page.locator("#access-badge")).to_have_text("Credentials refused")
    for trouble, says in (
        ({"outage": "close"}, "does not answer"),
        ({"outage": "503"}, "does not answer"),
        ({"rate_429": 1}, "asks us to wait"),
        ({"garbage": "html", "garbage_rate": 1}, "not as it should"),
    ):
        levers.configure(**trouble)
        page.reload()
        assert steps_of(page) == "failed not tried not tried", trouble
        expect(result).to_contain_text(says)
        levers.call("POST", "/usadosbr/_reset", {})

    page.get_by_role("link", name="Change the account").click()
    page.get_by_label("Password").fill("demo-sandbox")
    page.get_by_role("button", name="Save").click()
    levers.configure(token_ttl_s=0)
    assert steps_of(page) == "passed passed failed"
    expect(result).to_contain_text("did not tell the plan")
    levers.call("POST", "/usadosbr/_reset", {})
    page.reload()

    assert steps_of(page) == "passed passed passed"
    expect(result).to_contain_text("0 of 10 used")
    plans_arrive(page, dealer, "0 of 10 used")
    expect(page.locator("#access-badge")).to_have_text("Working")


def test_a_portal_with_a_token(open_page, dealer, sandbox):
    levers = sandbox.at("chavesnamao")
    nothing = {"adsQuantity": 0, "highlightsQuantity": 0, "pictureQuantity": 0}
    levers.configure(accounts=[{"token": "no-plan", "user": "no-plan", "plan": nothing}])
    page = open_page(dealer)
    page.goto("/portals/connect/chavesnamao/")
    expect(page.get_by_text("“Token de integração”")).to_be_visible()
    page.get_by_label("Integration token").fill("no such token")
    page.get_by_role("button", name="Save").click()

    assert steps_of(page) == "passed failed not tried"
    result = page.locator("#_test_result")
    expect(result).to_contain_text("refused the integration token")

    for token, says in (("no-plan", "holds no ad"), ("sandbox-token", "0 of")):
        page.get_by_role("link", name="Change the account").click()
        expect(page.get_by_label("Integration token")).to_have_value("")
        page.get_by_label("Integration token").fill(token)
        page.get_by_role("button", name="Save").click()
        assert steps_of(page) == "passed passed passed"
        expect(result).to_contain_text(says)

    expect(result.locator(".notice.warn")).to_have_count(0)
    plans_arrive(page, dealer, "of")
    expect(page.locator("#access-badge")).to_have_text("Working")


def leave(page: Page) -> str:
    """Press the button that leads to the portal's page; return the state it carries."""
    page.get_by_role("link", name="Connect at OLX Autos · Sandbox").click()
    expect(page.get_by_role("heading", name="Autorizar acesso")).to_be_visible()
    return page.locator("[name=state]").get_attribute("value") or ""


def told(page: Page) -> Locator:
    """Return what was said after coming back, to the page that offers to connect."""
    expect(page).to_have_url(re.compile(r"/portals/(connect/olx|\d+/edit)/$"))
    return page.locator("#_messages")


def test_a_portal_at_its_own_page(open_page, dealer, sandbox, monkeypatch):
    levers = sandbox.at("olx")
    page, came_back = open_page(dealer, expects="404"), []
    page.on("request", lambda sent: came_back.append(sent.url) if "/done/" in sent.url else None)
    page.goto("/portals/connect/olx/")
    expect(page.get_by_text("There is nothing to copy")).to_be_visible()

    leave(page)
    page.get_by_role("button", name="Recusar").click()
    expect(told(page)).to_contain_text("You did not allow the connection at OLX Autos.")

    for word, says in (
        ("server_error", "had a fault of its own"),
        ("temporarily_unavailable", "takes no connections just now"),
        ("invalid_scope", "a permission that we ask for"),
    ):
        levers.configure(authorise_error=word)
        page.get_by_role("link", name="Connect at OLX Autos · Sandbox").click()
        expect(told(page)).to_contain_text(says)
    levers.configure(authorise_error=None)

    leave(page)
    page.goto("/portals/connect/olx/done/?code=c0de&state=forged")
    expect(told(page)).to_contain_text("No connection waits for this answer")

    levers.configure(code_ttl_s=0)
    leave(page)
    page.get_by_role("button", name="Autorizar").click()
    expect(told(page)).to_contain_text("no longer took the connection you allowed")
    levers.configure(code_ttl_s=600)

    with monkeypatch.context() as clock:
        leave(page)
        clock.setattr(connecting, "VALID", -1)  # as if ten minutes had passed at the page
        page.get_by_role("button", name="Autorizar").click()
        expect(told(page)).to_contain_text("took longer than ten minutes")
    assert not PortalAccess.objects.exists()

    leave(page)
    page.get_by_role("button", name="Autorizar").click()
    expect(page.locator("#_messages")).to_contain_text("OLX Autos is connected.")
    assert steps_of(page) == "passed passed passed"
    plans_arrive(page, dealer, "0 of 1,000 used")
    expect(page.locator("#access-badge")).to_have_text("Working")

    used = came_back[-1]
    page.goto(used)
    expect(told(page)).to_contain_text("it was used already")
    state = leave(page)
    [code] = parse_qs(urlsplit(used).query)["code"]
    page.goto(f"/portals/connect/olx/done/?code={code}&state={state}")
    expect(told(page)).to_contain_text("no longer took the connection you allowed")


def test_a_connection_that_ended_is_made_again(open_page, dealer, sandbox):
    levers = sandbox.at("olx")
    page = open_page(dealer, expects="404")
    page.goto("/portals/connect/olx/")
    leave(page)
    page.get_by_role("button", name="Autorizar").click()
    expect(page.locator("#_messages")).to_contain_text("OLX Autos is connected.")
    tasks.sync_access(access_of(dealer).pk)

    levers.configure(expire_tokens=True)
    assert steps_of(page) == "passed failed not tried"
    expect(page.locator("#_test_result")).to_contain_text("connection to the portal has ended")
    page.reload()
    expect(page.locator("#reconnect")).to_be_visible()

    page.get_by_role("link", name="Connect OLX Autos again").click()
    page.get_by_role("button", name="Autorizar").click()
    expect(page.locator("#_messages")).to_contain_text("OLX Autos is connected.")
    expect(page.locator("#reconnect")).to_have_count(0)
    assert steps_of(page) == "passed passed passed"

    page.get_by_role("link", name="Connect again").click()
    leave(page)
    page.locator("[value=demo2]").check()
    page.get_by_role("button", name="Autorizar").click()
    expect(page.locator("#_messages")).to_contain_text("Another account of OLX Autos is connected")
