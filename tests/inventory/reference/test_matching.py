"""A dealer's words lead to one version, or to none; never to a wrong one."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from inventory.reference.catalogue import read_catalogue
from inventory.reference.comparing import Entry, Offer
from inventory.reference.matching import Outcome, ReferenceIndex
from inventory.services.stock_csv import read_stock

ENTRIES = {
    1: ("Chevrolet", "Onix", "HATCH LT 1.0 8V FlexPower 5p Mec.", 2013, 2019),
    2: ("Chevrolet", "Onix", "HATCH LT 1.4 8V FlexPower 5p Mec.", 2013, 2019),
    3: ("Chevrolet", "Onix", "HATCH LT 1.4 8V FlexPower 5p Aut.", 2013, 2019),
    4: ("Chevrolet", "Onix", "HATCH LTZ 1.4 8V FlexPower 5p Mec.", 2013, 2019),
    5: ("Chevrolet", "Onix", "SEDAN Plus LT 1.0 12V TB Flex Aut.", 2020, 2024),
    6: ("Chevrolet", "Onix", "HATCH LT 1.0 12V TB Flex 5p Aut.", 2020, 2024),
    7: ("Chevrolet", "Onix", "HATCH LT 1.0 12V Flex 5p Mec.", 2020, 2024),
    8: ("Jeep", "Compass", "LONG. TD 350 2.0 4x4 Diesel Aut.", 2022, 2024),
    9: ("Ford", "Ka", "1.0 SE/SE Plus TiVCT Flex 5p", 2015, 2021),
    10: ("Ford", "Ka +", "Sedan 1.0 SE/SE PLUS TiVCT Flex 4p", 2015, 2021),
    11: ("Volkswagen", "Polo", "Comfort. 200 TSI 1.0 Flex 12V Aut.", 2018, 2022),
    12: ("Toyota", "Hilux SW4", "SRX 4x4 2.8 TDI 16V Dies. Aut.", 2016, 2024),
}


@pytest.fixture(scope="module")
def index() -> ReferenceIndex:
    return ReferenceIndex.build(
        Entry(
            key=key,
            category=1,
            brand=brand,
            model=model,
            name=name,
            source_text=f"{model.upper()} {name}",
            year_first=first,
            year_last=last,
            fuels="Flex",
        )
        for key, (brand, model, name, first, last) in ENTRIES.items()
    )


def offer(model: str, version: str, *, brand: str = "CHEVROLET", year: int = 2018, **more) -> Offer:
    return Offer(category=1, brand=brand, model=model, version=version, year=year, **more)


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        (offer("ONIX", "1.0 MPFI LT 8V FLEX 4P MANUAL"), 1),
        (offer("ONIX", "1.4 MPFI LT 8V FLEX 4P AUTOMÁTICO"), 3),
        (offer("ONIX", "1.4MT LT", gearbox="manual"), 2),
        (offer("ONIX", "1.4 MPFI LTZ 8V FLEX 4P MANUAL"), 4),
        (offer("Onix", "1.0 TURBO FLEX PLUS LT AUTOMÁTICO", brand="GM", year=2021), 5),
        (offer("ONIX", "1.0 FLEX LT MANUAL", year=2021), 7),
        (offer("COMPASS", "2.0 TD350 TURBO DIESEL LONGITUDE AT9", brand="JEEP", year=2023), 8),
        (offer("KA", "1.0 TI-VCT FLEX SE MANUAL", brand="FORD"), 9),
        (offer("KA +", "1.0 SE 12V FLEX 4P MANUAL", brand="FORD"), 10),
        (offer("POLO", "CL 200 TSI 1.0 AD", brand="VW", year=2019), 11),
        (offer("SW4", "2.8 SRX 4X4 16V DIESEL AUT", brand="TOYOTA"), 12),
        (offer("", "NOVO POLO COMFORTLINE 200 TSI", brand="VOLKSWAGEN", year=2019), 11),
        (offer("ONIX HATCH LT 1.0 8V FlexPower 5p Mec.", ""), 1),
    ],
)
def test_words_lead_to_the_version(index, wanted, key):
    found = index.find(wanted)

    assert (found.outcome, found.key) == (Outcome.PLACED, key)


@pytest.mark.parametrize(
    ("wanted", "outcome"),
    [
        (offer("ONIX", "LT", brand="ACME"), Outcome.NO_BRAND),
        (offer("CORSA", "1.0 MAXX"), Outcome.NO_MODEL),
        (offer("ONIX", "1.4 LT"), Outcome.AMBIGUOUS),
        (offer("ONIX", ""), Outcome.NO_VERSION),
        (offer("ONIX", "1.0 MPFI LT 8V", year=2009), Outcome.NO_VERSION),
        (offer("ONIX", "2.0 LT MANUAL"), Outcome.NO_VERSION),
        (offer("ONIX", "1.4 LT 8V DIESEL MANUAL"), Outcome.NO_VERSION),
        (offer("ONIX", "1.0 8V EFFECT FLEX MANUAL"), Outcome.NO_VERSION),
        (offer("ONIX", "1.0 LT 8V AUTOMÁTICO"), Outcome.NO_VERSION),
        (offer("ONIX", "1.0 LT 12V TURBO SEDAN AUTOMÁTICO", year=2021), Outcome.NO_VERSION),
    ],
)
def test_doubt_leads_to_none(index, wanted, outcome):
    found = index.find(wanted)

    assert (found.outcome, found.key) == (outcome, None)


@pytest.mark.shared
def test_real_ads_are_placed_rightly(shared_data: Path):
    rows = read_catalogue()
    index = ReferenceIndex.build(
        Entry(
            key=number,
            category=row.category,
            brand=row.brand,
            model=row.model,
            name=row.name,
            source_text=row.source_text,
            year_first=row.year_first,
            year_last=row.year_last,
            fuels=row.fuels,
        )
        for number, row in enumerate(rows)
    )
    result: Counter[str] = Counter()

    for line in read_stock(shared_data / "stock_sample.csv", year=2026):
        if not line.fipe_code:
            continue
        facts = line.facts
        found = index.find(
            Offer(
                category=facts["category"],
                brand=facts["brand_text"],
                model=facts.get("model_text", ""),
                version=facts.get("version_text", ""),
                year=facts["year_model"],
                fuel=facts.get("fuel", ""),
                gearbox=facts.get("gearbox", ""),
                body=facts.get("body", ""),
                doors=facts.get("doors", 0),
            )
        )
        if found.key is None:
            result["none"] += 1
        else:
            result["right" if rows[found.key].fipe_code == line.fipe_code else "wrong"] += 1

    placed = result["right"] + result["wrong"]
    assert result.total() == 457
    assert result["wrong"] / placed <= 0.02
    assert placed >= 390


@pytest.mark.shared
def test_hand_labelled_pairs_are_hardly_ever_wrong(shared_data: Path):
    rows = read_catalogue()
    index = ReferenceIndex.build(
        Entry(
            key=number,
            category=row.category,
            brand=row.brand,
            model=row.model,
            name=row.name,
            source_text=row.source_text,
            year_first=row.year_first,
            year_last=row.year_last,
            fuels=row.fuels,
        )
        for number, row in enumerate(rows)
    )
    with (shared_data / "depara_gold_dev.csv").open(encoding="utf-8", newline="") as stream:
        pairs = list(csv.DictReader(stream))
    result: Counter[str] = Counter()

    for pair in pairs:
        for year in pair["years"].split("|"):
            found = index.find(
                offer(
                    pair["portal_model"],
                    pair["portal_version"],
                    brand=pair["portal_brand"],
                    year=int(year),
                )
            )
            if found.key is None:
                result["none"] += 1
                continue
            acceptable = pair["fipe_codes_acceptable"].split("|")
            result["right" if rows[found.key].fipe_code in acceptable else "wrong"] += 1

    assert result["wrong"] / (result["right"] + result["wrong"]) <= 0.02
