"""The measurements of `tests.benchmarks.publish`: needs a set-up Django."""

from __future__ import annotations

import argparse
import http.client
import json
import time
from typing import Any

from tests.benchmarks import due, engine, stock
from tests.benchmarks.floor import bare_loop

BODY_BYTES = 2600


def ask(port: int, method: str, path: str) -> dict[str, Any]:
    """Call one of the bare portal's own pages."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path)
    answer: dict[str, Any] = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def measure(options: argparse.Namespace, port: int) -> dict[str, Any]:
    """Publish, publish again without changes, look for what is due; figures ready for JSON."""
    made = stock.build_stock(options.ads, slug=options.portal)
    report: dict[str, Any] = {
        "portal": options.portal,
        "database": options.database,
        "ads": options.ads,
        "latency_ms": options.latency_ms,
        "publish": [],
    }
    for connections in [int(text) for text in options.connections.split(",")] * options.repeat:
        report["publish"].append(_publish(options, port, made, connections=connections))
    ask(port, "POST", "/_reset")
    again = time.monotonic()
    outcomes = engine.publish_unchanged(made.access.pk)
    report["unchanged"] = {
        "seconds": round(time.monotonic() - again, 3),
        "outcomes": outcomes,
        **ask(port, "GET", "/_stats"),
    }
    sizes = [int(text) for text in options.due.split(",") if int(text)]
    report["due"] = [due.measure(size) for size in sizes]
    return report


def _publish(
    options: argparse.Namespace, port: int, made: stock.Stock, *, connections: int
) -> dict[str, Any]:
    """Publish everything once, right after the bare loop has sent as much."""
    limit = options.ads * options.latency_ms / 1000 / connections
    floor = bare_loop(port=port, count=options.ads, connections=connections, body=b"x" * BODY_BYTES)
    ask(port, "POST", "/_reset")
    stock.make_due(made)
    run = engine.publish_all(made.access.pk, connections=connections)
    return {
        "connections": connections,
        "limit_s": round(limit, 3),
        "write_s": round(run.write_wall, 3),
        "ratio": round(run.write_wall / limit, 3),
        "floor_s": round(floor.wall, 3),
        "floor_ratio": round(floor.wall / limit, 3),
        "cpu_ms_per_ad": round(run.write_cpu * 1000 / options.ads, 2),
        "floor_cpu_ms": round(floor.cpu * 1000 / options.ads, 2),
        "status_s": round(run.status_wall, 3),
        "status_ratio": round(run.status_wall / limit, 3),
        "live": run.live,
        **ask(port, "GET", "/_stats"),
    }
