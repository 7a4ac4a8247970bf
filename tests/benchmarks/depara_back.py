"""How often the product names the portal's entry for a reference version, and how rightly.

    python -m tests.benchmarks.depara_back --gold GOLD.csv [--silver SILVER.csv]
        --catalogue PORTAL.csv [MORE.csv …]

The direction of the queue: each reference version that a labelled pair names is asked for inside
the pair's brand and model, as it is after those were decided. What is proposed first is right when
a label says that it means the version, wrong when labels say that it means others only, and unknown
when no label speaks of it; so wrong is a count of what labels contradict. Prints JSON.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from config.lib.folding import fold
from tests.benchmarks.scratch import environment, migrate, scratch_database

Text = tuple[str, str, str]  # brand, model and version of a portal, folded
AT_ONCE = 400


def main() -> None:
    """Measure in a database of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--silver", type=Path)
    parser.add_argument("--catalogue", type=Path, nargs="+", required=True)
    options = parser.parse_args()
    with scratch_database("sqlite") as url:
        environ = environment(DATABASE_URL=url)
        migrate(environ)
        os.environ.update(environ)
        json.dump(_measure(options), sys.stdout, indent=2)
        sys.stdout.write("\n")


def _measure(options: argparse.Namespace) -> dict[str, Any]:
    import django  # noqa: PLC0415 - the environment must be complete first

    django.setup()
    from tests.benchmarks.names_world import NamesWorld  # noqa: PLC0415

    world = NamesWorld()
    world.load_catalogue([row for path in options.catalogue for row in _rows(path)])
    files = {"gold": options.gold, "silver": options.silver}
    return {name: _judge(world, path) for name, path in files.items() if path is not None}


def _judge(world: Any, path: Path) -> dict[str, Any]:
    """Return the figures for the pairs of one file."""
    from portals.selectors.mappings import GapKey  # noqa: PLC0415
    from portals.services.places import Scope  # noqa: PLC0415
    from portals.services.suggesting import propose_all  # noqa: PLC0415

    meant: dict[Text, set[str]] = defaultdict(set)
    keys: dict[GapKey, None] = {}
    for row in _rows(path):
        codes = _codes(row)
        meant[_text(row)] |= codes
        # Where several versions are acceptable, the first is what the label says.
        for code in row["fipe_code"].split("|")[:1] if codes else ():
            path_keys = (row["portal_brand"], row["portal_model"])
            keys[GapKey(0, 1, "version", f"fipe:{code}", path_keys)] = None
    scope = Scope(portal=world.portal, environment="sandbox")
    asked = list(keys)
    begun = time.process_time()
    found: dict[GapKey, Any] = {}
    for start in range(0, len(asked), AT_ONCE):
        found |= propose_all(scope, asked[start : start + AT_ONCE])
    seconds = time.process_time() - begun
    first: Counter[str] = Counter()
    applied: Counter[str] = Counter()
    wrong: list[str] = []
    for key, proposed in found.items():
        verdict = _verdict(meant, key, proposed.proposals)
        first[verdict] += 1
        if proposed.safe:
            applied[verdict] += 1
            if verdict == "wrong":
                best = proposed.proposals[0]
                wrong.append(" ".join((key.source_key, *key.path, best.name)))
    return {
        "asked": len(asked),
        "first": dict(first),
        "applied": sum(applied.values()),
        "share_applied": round(sum(applied.values()) / len(asked), 4),
        "of_these": dict(applied),
        "wrong": wrong[:20],
        "seconds_of_cpu": round(seconds, 2),
    }


def _verdict(meant: dict[Text, set[str]], key: Any, proposals: Sequence[Any]) -> str:
    if not proposals:
        return "none"
    text: Text = (fold(key.path[0]), fold(key.path[1]), fold(proposals[0].name))
    if text not in meant:
        return "unknown"
    return "right" if key.source_key.removeprefix("fipe:") in meant[text] else "wrong"


def _codes(row: dict[str, str]) -> set[str]:
    said = row.get("fipe_codes_acceptable") or row["fipe_code"]
    return {code for code in said.split("|") if code}


def _text(row: dict[str, str]) -> Text:
    return (fold(row["portal_brand"]), fold(row["portal_model"]), fold(row["portal_version"]))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main()
