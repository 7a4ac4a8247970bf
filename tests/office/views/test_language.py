"""The house speaks Brazilian Portuguese, whatever the browser prefers."""

from __future__ import annotations

import pytest

from tests.factories.inventory import VehicleFactory
from tests.factories.portals import ListingFactory, PortalAccessFactory
from tests.pages import client_of

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
