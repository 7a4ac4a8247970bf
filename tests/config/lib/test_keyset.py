"""A list is walked page by page, forward and back, and every row is met exactly once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from config.lib.keyset import page_of
from inventory.models import Vehicle
from inventory.models.vehicle import SHOWN_PRICE
from office.selectors.stock_rows import ORDERS
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VehicleFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 3, 13, 30, 0, 123457, tzinfo=UTC)
BEYOND = str(10**30)


@pytest.fixture
def rows():
    """Vehicles full of ties: equal moments and prices with cents, and values that are not said."""
    dealer = DealerFactory()
    for number in range(23):
        said = number % 4 != 3
        VehicleFactory(
            dealer=dealer,
            available_at=AT - timedelta(days=number % 3) if said else None,
            price=f"{90 - number % 2}.55" if said else None,
            promotional_price="12.30" if number == 4 else None,
            mileage=number % 5 * 1000 if said else None,
            year_model=2020 + number % 2 if said else None,
        )
    Vehicle.objects.for_dealer(dealer).update(updated_at=AT)
    return Vehicle.objects.for_dealer(dealer).annotate(shown_price=SHOWN_PRICE)


def walk(rows, order, *, size, start=None, back=False):
    """Return the ids of all pages from the first on, or from a page back to the first."""
    pages = [start or page_of(rows, order, size=size)]
    while cursor := pages[-1].before if back else pages[-1].after:
        place = {"before": cursor} if back else {"after": cursor}
        pages.append(page_of(rows, order, size=size, **place))
        assert len(pages) < 50
    return pages


@pytest.mark.parametrize("size", [1, 4, 5, 23, 40])
@pytest.mark.parametrize("key", sorted(ORDERS))
def test_every_row_is_met_once_forward_and_back(rows, key, size):
    order = ORDERS[key]

    there = walk(rows, order, size=size)
    back = walk(rows, order, size=size, start=there[-1], back=True)

    met = [pk for page in there for pk in page.ids]
    by_id = dict(rows.values_list("pk", order.column))
    values = [by_id[pk] for pk in met]
    said = [value for value in values if value is not None]
    assert sorted(met) == sorted(rows.values_list("pk", flat=True))
    assert said == sorted(said, reverse=order.descending)
    assert values[len(said) :] == [None] * (len(values) - len(said))
    assert [pk for page in reversed(back) for pk in page.ids] == met


@pytest.mark.parametrize(
    "cursor",
    [
        *("x", "~", "~~", "cheap", "cheap~", "cheap~1", "cheap~1~", "dear~1~1", "recent~1~1"),
        *("cheap~abc~1", "cheap~1e9~1", "cheap~NaN~1", "cheap~-1~1", f"cheap~{BEYOND}~1"),
        *(f"cheap~1~{BEYOND}", "cheap~²~1", "cheap~1~\x00", "cheap~1~1~1", "x" * 9000),
    ],
)
def test_a_cursor_that_is_none_means_the_first_page(rows, cursor):
    first = page_of(rows, ORDERS["cheap"], size=5)

    assert page_of(rows, ORDERS["cheap"], size=5, after=cursor) == first
    assert page_of(rows, ORDERS["cheap"], size=5, before=cursor) == first


@pytest.mark.parametrize("key", ["recent", "mileage"])
@pytest.mark.parametrize("number", ["0", "99999999999999999999", "2147483647", BEYOND])
def test_a_number_no_column_holds_breaks_nothing(rows, key, number):
    first = page_of(rows, ORDERS[key], size=5)

    for place in ({"after": f"{key}~{number}~1"}, {"before": f"{key}~{number}~1"}):
        assert page_of(rows, ORDERS[key], size=5, **place).ids or not first.ids


def test_a_page_of_which_all_rows_are_gone_is_the_first(rows):
    order = ORDERS["recent"]
    first = page_of(rows, order, size=20)
    Vehicle.objects.exclude(pk__in=first.ids).delete()

    assert page_of(rows, order, size=20, after=first.after).ids == first.ids
