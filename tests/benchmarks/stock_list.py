"""What a page of the stock costs: `python -m tests.benchmarks.stock_list [--database postgres]`.

For each filter: how many queries the whole request makes (session and person included), its time,
and that time divided by the time the same template takes over the same 50 rows held in memory,
measured in turns; beside it the ratio of the best of each, for a busy machine. Measured with 1,000
and 10,000 vehicles of one dealer, and with those 10,000 among 100,000.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
from typing import Any

import django
from django.test import override_settings

from tests.benchmarks.scratch import environment, migrate, scratch_database

# Without the list of fingerprints that only `collectstatic` makes.
PLAIN_FILES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


def main() -> None:
    """Measure and print."""
    options = _options()
    with scratch_database(options.database) as url:
        environ = environment(DATABASE_URL=url, LANGUAGE_CODE="pt-br")
        migrate(environ)
        os.environ.update(environ)
        django.setup()
        # What reads the settings can be imported only now that the environment is complete.
        measuring = importlib.import_module("tests.benchmarks.stock_pages")
        with override_settings(STORAGES=PLAIN_FILES):
            report = measuring.measure(options)
    print(json.dumps(report, indent=1) if options.json else _as_text(options, report))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.stock_list")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--sizes", default="1000,10000,100000", help="vehicles in the database")
    parser.add_argument("--own", type=int, default=10_000, help="most vehicles of the dealer")
    parser.add_argument("--tries", type=int, default=15)
    parser.add_argument("--plans", action="store_true", help="print how the rows are found")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _as_text(options: argparse.Namespace, report: list[dict[str, Any]]) -> str:
    lines = [f"stock list, {options.database}; ratio = page / the same template in memory"]
    for size in report:
        lines.append(f"{size['vehicles']:,} vehicles, {size['own']:,} of the dealer")
        for view in size["views"]:
            lines.append(
                f"  {view['view']:<44} {view['rows']:>3} rows {view['queries']:>3} queries"
                f" {view['page_ms']:>7.1f} ms, floor {view['floor_ms']:>6.1f} ms,"
                f" ratio {view['ratio']:.2f} (best {view['best_ratio']:.2f}),"
                f" all queries {view['find_ms']:.1f} ms"
            )
            lines += [f"      {line}" for line in view.get("plan", ())]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
