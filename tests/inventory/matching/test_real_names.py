"""On real names the matcher is right, honest, and places stock without a wrong place."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from inventory.matching import Name, NameIndex, is_safe, pairs
from inventory.matching.judging import Verdict, score
from inventory.reference.catalogue import read_catalogue
from inventory.services.stock_csv import read_stock
from inventory.services.stock_import import offered_name

pytestmark = pytest.mark.shared

ROWS = read_catalogue()


@pytest.fixture(scope="module")
def index() -> NameIndex:
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
        for key, row in enumerate(ROWS)
    )


def test_hand_labelled_pairs(index, shared_data: Path):
    years = pairs.read_years(shared_data / "portal_catalogue_dev.csv")
    labelled = pairs.read_pairs(shared_data / "depara_gold_dev.csv", years=years)
    found = index.suggest_many([pair.name for pair in labelled])

    result = score(
        [
            Verdict.of(pair, matches, [ROWS[match.key].fipe_code for match in matches])
            for pair, matches in zip(labelled, found, strict=True)
        ]
    )

    assert result.rows == 245
    assert result.top1 >= 0.97
    assert result.wrong == result.applied_no_match == 0
    assert result.coverage >= 0.75
    assert result.calibration_error <= 0.05


def test_real_stock_is_placed_and_hardly_ever_wrongly(index, shared_data: Path):
    result: Counter[str] = Counter()
    for line in read_stock(shared_data / "stock_sample.csv", year=2026):
        found = index.suggest(offered_name(line.facts), limit=2)
        if not is_safe(found):
            result["none"] += 1
            continue
        result["placed"] += 1
        if line.fipe_code:
            right = ROWS[found[0].key].fipe_code == line.fipe_code
            result["right" if right else "wrong"] += 1

    assert result["placed"] >= 1_600
    assert result["right"] >= 395
    assert result["wrong"] <= 2  # one ad, twice, whose code is of another year than the ad's
