"""The measurements of `tests.benchmarks.stock_list`: needs a set-up Django."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Dealer
from config.lib.keyset import page_of
from inventory.models.vehicle import SHOWN_PRICE
from office.forms import COLUMNS
from office.selectors.stock import StockFilter, stock_of
from office.selectors.stock_rows import ORDERS, PER_PAGE
from office.views import stock as view
from tests.benchmarks.full_stock import FullStock

VIEWS = (
    "",
    "sort=oldest",
    "sort=newest",
    "sort=cheap",
    "sort=dear",
    "sort=mileage",
    "sort=year",
    "state=available",
    "state=available&sort=dear",
    "state=sold",
    "state=all",
    "category=1",
    "brand=Marca 3",
    "price_from=41000&price_to=42000&sort=cheap",
    "price_from=41000&price_to=42000",
    "days_from=60&sort=oldest",
    "ads=live",
    "ads=refused",
    "ads=missing",
    "ads=reduced&portal=usadosbr",
    "ads=none",
    "problem=no_photo",
    "q=TSA0A17",
    "q=marca 3 modelo 2 comfort",
    "q=nothing like it",
)
DEEP = ("", "sort=cheap", "sort=oldest", "q=marca 3")


def measure(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Fill the database step by step and measure every view at each size."""
    stock = FullStock()
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(stock.user, backend="django.contrib.auth.backends.ModelBackend")
    client.post("/stock/columns/", {"columns": [key for key, _ in COLUMNS]})
    report = []
    for size in [int(text) for text in options.sizes.split(",")]:
        stock.grow(own=min(size, options.own), all_dealers=size)
        asked = [*VIEWS, *(_deep(stock.dealer, query) for query in DEEP)]
        report.append(
            {
                "vehicles": size,
                "own": min(size, options.own),
                "views": [_measured(client, stock, query, options) for query in asked],
            }
        )
    return report


def _measured(
    client: Client, stock: FullStock, query: str, options: argparse.Namespace
) -> dict[str, Any]:
    where = f"/stock/?{query}"
    with _captured() as seen, CaptureQueriesContext(connection) as queries:
        assert client.get(where).status_code == 200
    asked = list(queries)
    pages, floors = _in_turns(
        options.tries,
        lambda: client.get(where),
        lambda: render_to_string("office/stock_list.html", seen["context"], seen["request"]),
    )
    listing = [each["sql"] for each in asked if 'FROM "inventory_vehicle"' in each["sql"]]
    measured = {
        "view": query or "default",
        "rows": len(seen["context"]["page"].rows),
        "queries": len(asked),
        "page_ms": round(statistics.median(pages), 2),
        "floor_ms": round(statistics.median(floors), 2),
        "ratio": round(statistics.median(pages) / statistics.median(floors), 3),
        "best_ratio": round(min(pages) / min(floors), 3),
        "find_ms": round(sum(float(each["time"]) for each in asked) * 1000, 1),
    }
    if options.plans:
        measured["plan"] = [line for sql in listing for line in _plan(sql)]
    return measured


def _in_turns(
    tries: int, first: Callable[[], object], second: Callable[[], object]
) -> tuple[list[float], list[float]]:
    """Return the milliseconds of both; they take turns, so that a busy machine is fair to both.

    Each turn is some frames deeper than the one before: CPython 3.11 keeps frames in chunks, and
    where the calls of a template happen to cross the edge of one, it asks the system for memory
    at each of them. A page is met by that at other depths than its template alone.
    """
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(tries):
        for call, found in zip((first, second), times, strict=True):
            found.append(_below(turn * 3 % 32, call))
    return times


def _below(frames: int, call: Callable[[], object]) -> float:
    if frames:
        return _below(frames - 1, call)
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


@contextmanager
def _captured() -> Iterator[dict[str, Any]]:
    """Keep the request and the context that the view renders."""
    seen: dict[str, Any] = {}
    render: Any = vars(view)["render_page_or_fragment"]

    def keep(request: Any, **options: Any) -> HttpResponse:
        seen.update(request=request, context=options["context"])
        answer: HttpResponse = render(request, **options)
        return answer

    vars(view)["render_page_or_fragment"] = keep
    try:
        yield seen
    finally:
        vars(view)["render_page_or_fragment"] = render


def _deep(dealer: Dealer, query: str) -> str:
    """Return the query of a page in the middle of a list."""
    facts = dict(part.split("=") for part in query.split("&") if part)
    order = ORDERS[facts.get("sort", "recent")]
    rows = stock_of(dealer, StockFilter(text=facts.get("q", ""))).annotate(shown_price=SHOWN_PRICE)
    half = page_of(rows, order, size=max(PER_PAGE, rows.count() // 2))
    return f"{query}&after={half.after}".strip("&")


def _plan(sql: str) -> list[str]:
    word = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{word} {sql}".replace("%", "%%") if "%" in sql else f"{word} {sql}")
        return [str(row[-1]) for row in cursor.fetchall()]
