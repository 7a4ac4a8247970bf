"""How fast names are matched: in bulk, and one at a time with a warm index.

    python -m tests.benchmarks.depara_speed [NAMES] [CATALOGUE]

Matches NAMES (30,000) different names against CATALOGUE (10,000) names of the shipped reference
catalogue. The names are the catalogue's own, worded as a portal would, each with other years,
doors, gearbox or trim, so that hardly two are alike. The floor is what a plain
rapidfuzz.process.extract over the same brand's names costs for the same names, in the same run
(measured on a part of them, scaled up). Prints one JSON object; times are CPU seconds.
"""

from __future__ import annotations

import gc
import json
import random
import statistics
import sys
import time
from collections import defaultdict

from rapidfuzz import fuzz, process

from inventory.matching import Name, NameIndex
from inventory.reference.catalogue import CatalogueRow, read_catalogue

FLOOR_SAMPLE = 1_000
SINGLES = 2_000
_GEARBOXES = ("MANUAL", "AUTOMÁTICO", "AUTOMATIZADO", "CVT", "")
_DOORS = ("2P", "4P", "")
_WORDS = ("TURBO", "16V", "8V", "LIMITED", "SPORT", "PLUS", "COMFORT", "SEDAN", "HATCH", "")


def catalogue(size: int) -> list[CatalogueRow]:
    """Return that many rows of the shipped catalogue."""
    rows = read_catalogue()
    random.Random(1).shuffle(rows)
    return rows[:size]


def names_like(rows: list[CatalogueRow], count: int) -> list[Name]:
    """Return names as a portal might word these rows, hardly two of them alike."""
    chance = random.Random(2)
    names = []
    for key in range(count):
        row = chance.choice(rows)
        words = [
            word for word in row.name.upper().replace(".", " ").split() if chance.random() > 0.15
        ]
        words += [chance.choice(_WORDS), chance.choice(_DOORS), chance.choice(_GEARBOXES)]
        first = chance.randint(row.year_first, max(row.year_first, row.year_last))
        names.append(
            Name(
                key=key,
                category=row.category,
                brand=row.brand.upper(),
                model=row.model.upper(),
                version=" ".join(word for word in words if word),
                year_first=first,
                year_last=min(first + chance.randint(0, 4), 2026),
            )
        )
    return names


def build(rows: list[CatalogueRow]) -> NameIndex:
    """Return the index over these rows."""
    return NameIndex.build(
        Name(
            key=key,
            category=row.category,
            brand=row.brand,
            model=row.model,
            version=row.source_text,
            year_first=row.year_first,
            year_last=row.year_last,
            fuels=row.fuels,
        )
        for key, row in enumerate(rows)
    )


def floor(rows: list[CatalogueRow], names: list[Name]) -> float:
    """Return the CPU seconds of a plain lexical search over the same brand for all names."""
    by_brand: dict[tuple[int, str], list[str]] = defaultdict(list)
    for row in rows:
        by_brand[row.category, row.brand.upper()].append(row.source_text.upper())
    sample = names[:FLOOR_SAMPLE]
    begun = time.process_time()
    for name in sample:
        process.extract(
            f"{name.model} {name.version}",
            by_brand[name.category, name.brand],
            scorer=fuzz.token_set_ratio,
            limit=5,
        )
    return (time.process_time() - begun) * len(names) / len(sample)


def main(count: int = 30_000, size: int = 10_000) -> None:
    """Measure and print."""
    rows = catalogue(size)
    names = names_like(rows, count)
    begun = time.process_time()
    index = build(rows)
    built = time.process_time() - begun
    begun = time.process_time()
    found = index.suggest_many(names, limit=2)
    gc.collect()  # the search for cycles pauses meanwhile; what it is put off counts too
    bulk = time.process_time() - begun
    singles = []
    for name in names[:SINGLES]:
        started = time.perf_counter()
        index.suggest(name)
        singles.append((time.perf_counter() - started) * 1000)
    singles.sort()
    print(
        json.dumps(
            {
                "names": len(names),
                "different": len({(n.brand, n.model, n.version) for n in names}),
                "catalogue": len(rows),
                "build_seconds": round(built, 2),
                "bulk_seconds": round(bulk, 2),
                "floor_seconds": round(floor(rows, names), 2),
                "found": sum(bool(matches) for matches in found),
                "one_ms_median": round(statistics.median(singles), 3),
                "one_ms_p99": round(singles[int(len(singles) * 0.99)], 3),
                "one_ms_worst": round(singles[-1], 3),
            }
        )
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
