"""Pages speak the dealer's language or the person's own, whatever the browser prefers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.models import Change
from inventory.models import Vehicle
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VehicleFactory
from tests.factories.portals import ListingFactory, PortalAccessFactory
from tests.pages import client_of, goes_to

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en-US,en;q=0.9"}


@pytest.fixture
def access(settings):
    settings.LANGUAGE_CODE = "pt-br"
    return PortalAccessFactory()


def test_states_numbers_and_prices_are_brazilian(access):
    ListingFactory(access=access, live=True, reduced=True, vehicle__mileage=45_000)
    VehicleFactory(dealer=access.dealer, state="in_preparation")

    text = client_of(access.dealer).get("/stock/", headers=ENGLISH).text

    for part in (
        '<html lang="pt-br">',
        "2 veículos",
        "R$\N{NO-BREAK SPACE}45.990,00",
        "45.000\N{NO-BREAK SPACE}km",
        "Em preparação",
        "Usadosbr: No ar, reduzido",
    ):
        assert part in text


def test_problems_and_reductions_are_plain_portuguese(access):
    problem = {"field": "plate", "code": "plate_missing", "message": "", "params": {}}
    warning = {"kind": "highlight_denied", "asked": 2, "granted": 0, "message": "quota_used_up"}
    ListingFactory(access=access, failure_mode="preflight", problems=[problem])
    ListingFactory(access=access, live=True, reduced=True, warnings=[warning])

    text = client_of(access.dealer).get("/problems/", headers=ENGLISH).text

    for part in (
        "Dado faltando ou inválido: Placa",
        "O portal exige a placa, também de veículos novos. Informe a placa.",
        "Destaque 2 pedido, nenhum concedido. A cota deste destaque acabou.",
    ):
        assert part in text


def test_one_is_told_in_portuguese_what_happened(access):
    vehicle = VehicleFactory(dealer=access.dealer)
    client = client_of(access.dealer)

    client.post("/board/wish/", {"wanted": "live", "vehicle": vehicle.pk})

    assert "1 anúncio será publicado." in client.get("/board/").text


@pytest.mark.parametrize(("language", "word"), [("pt-br", "Estoque"), ("en", "Stock")])
def test_pages_are_in_the_language_of_the_dealer(language, word):
    dealer = DealerFactory(language=language)

    answer = client_of(dealer).get("/stock/", headers=ENGLISH)

    assert f'<html lang="{language}">' in answer.text
    assert word in answer.text
    assert answer["Content-Language"] == language


def test_a_person_reads_their_own_language_everywhere():
    dealer = DealerFactory(language="pt-br")
    client = client_of(dealer)

    answer = client.post("/account/language/", {"language": "en", "next": "/stock/?q=a"})

    assert (answer.status_code, goes_to(answer)) == (302, "/stock/?q=a")
    assert '<html lang="en">' in client.get("/stock/").text
    assert '<html lang="pt-br">' in client_of(dealer).get("/stock/").text
    assert Change.objects.get(subject_type="accounts.user").after == {"language": "en"}


@pytest.mark.parametrize("language", ["", "it", "xx" * 400, "\x00", "pt"])
def test_a_language_we_do_not_speak_is_refused(language):
    client = client_of(DealerFactory())

    assert client.post("/account/language/", {"language": language}).status_code == 404
    assert not Change.objects.exists()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "stock", "\x00"])
def test_the_switch_leads_to_no_other_site(target):
    client = client_of(DealerFactory())

    answer = client.post("/account/language/", {"language": "en", "next": target})

    assert goes_to(answer) == "/"


def test_a_dealer_with_a_language_we_do_not_speak_gets_the_language_of_the_house():
    answer = client_of(DealerFactory(italian=True)).get("/stock/")

    assert '<html lang="en">' in answer.text


@pytest.mark.parametrize(
    ("language", "typed", "shown"),
    [("pt-br", "45.990,50", "R$\N{NO-BREAK SPACE}45.990,50"), ("en", "45990.50", "45,990.50")],
)
def test_prices_are_typed_and_shown_as_the_language_writes_them(language, typed, shown):
    dealer = DealerFactory(language=language)
    client = client_of(dealer)

    client.post("/stock/new/", {"price": typed, "stock_type": "own"})

    vehicle = Vehicle.objects.get()
    assert vehicle.price == Decimal("45990.50")
    assert shown in client.get("/stock/").text
    form = client.get(f"/stock/{vehicle.pk}/edit/").text
    written = shown.removeprefix("R$\N{NO-BREAK SPACE}")
    assert f'value="{written}"' in form
    client.post(f"/stock/{vehicle.pk}/edit/", {"price": written, "stock_type": "own"})
    vehicle.refresh_from_db()
    assert vehicle.price == Decimal("45990.50")
