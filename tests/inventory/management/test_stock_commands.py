"""load_fipe and import_stock speak JSON and end with a sentence when they cannot work."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from inventory.models import Brand, Optional, Vehicle, Version
from inventory.reference.catalogue import COLUMNS
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VersionFactory
from tests.inventory.services.stock_files import cells, stock_file

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=StringIO())
    result: dict[str, Any] = json.loads(out.getvalue())
    return result


def test_the_shipped_catalogue_is_loaded_and_a_second_run_changes_nothing():
    first = run("load_fipe")
    second = run("load_fipe")

    assert first["versions"]["created"] == Version.objects.count() == 11238
    assert first["optionals"]["created"] == Optional.objects.count() == 95
    assert second["versions"]["unchanged"] == 11238
    assert Brand.objects.filter(category=1, name="Chevrolet").count() == 1


def test_a_table_that_is_none_is_told_by_line(tmp_path):
    path = tmp_path / "fipe.csv"
    path.write_text(f"{','.join(COLUMNS)}\ncar,1,Fiat,Uno,1990,1999,0,Flex\n", encoding="utf-8")

    with pytest.raises(CommandError, match="line 2, fipe_code"):
        run("load_fipe", str(path))


def test_a_price_file_needs_its_month(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text("fipe_code,model_year,fuel,price_brl\n", encoding="utf-8")

    with pytest.raises(CommandError, match="--month YYYY-MM"):
        run("load_fipe", "--prices", str(path))


def test_a_file_of_prices_is_known_by_its_column_and_leaves_the_catalogue_alone(tmp_path):
    version = VersionFactory(fipe_code="004278-1")
    path = tmp_path / "fipe_prices_2026-06.csv"
    path.write_text(
        "fipe_code,model_year,fuel,price_brl\n004278-1,2022,Gasolina,61234\n", encoding="utf-8"
    )

    result = run("load_fipe", str(path))

    price = version.prices.get()
    assert list(result) == ["prices"]
    assert (price.model_year, price.price, price.month) == (
        2022,
        Decimal(61234),
        date(2026, 6, 1),
    )
    assert Version.objects.get().retired_at is None


def test_import_stock_prints_exactly_its_contract(tmp_path):
    dealer = DealerFactory()
    path = stock_file(tmp_path, cells(), cells(stock_id="A2", year_model="x"))

    result = run("import_stock", str(path), "--dealer", dealer.code)

    assert result == {
        "rows": 2,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "rejected": 1,
        "problems": [{"line": 3, "field": "year_model", "message": "Enter a whole number."}],
    }
    assert Vehicle.objects.for_dealer(dealer).count() == 1


def test_import_stock_invents_only_when_asked(tmp_path):
    dealer = DealerFactory()
    path = stock_file(tmp_path, cells())

    run("import_stock", str(path), "--dealer", dealer.code)
    assert Vehicle.objects.get().plate == ""
    run("import_stock", str(path), "--dealer", dealer.code, "--invent-missing")

    assert len(Vehicle.objects.get().plate) == 7


def test_an_unknown_dealer_or_file_is_a_sentence(tmp_path):
    dealer = DealerFactory()
    path = stock_file(tmp_path, cells())

    with pytest.raises(CommandError, match="no dealer 'nobody'"):
        run("import_stock", str(path), "--dealer", "nobody")
    with pytest.raises(CommandError, match="No such file"):
        run("import_stock", str(tmp_path / "none.csv"), "--dealer", dealer.code)
