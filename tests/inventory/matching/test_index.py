"""A name leads to the entry it means, with reasons; in doubt nothing is safe to apply."""

from __future__ import annotations

import pytest

from inventory.matching import APPLY_AT, Match, Name, NameIndex, is_safe
from inventory.matching.reading import read_name

ENTRIES = {
    1: ("GM - Chevrolet", "Onix", "ONIX HATCH LT 1.0 8V FlexPower 5p Mec.", 2013, 2019),
    2: ("GM - Chevrolet", "Onix", "ONIX HATCH LT 1.4 8V FlexPower 5p Mec.", 2013, 2019),
    3: ("GM - Chevrolet", "Onix", "ONIX HATCH LT 1.4 8V FlexPower 5p Aut.", 2013, 2019),
    4: ("GM - Chevrolet", "Onix", "ONIX HATCH LTZ 1.4 8V FlexPower 5p Mec.", 2013, 2019),
    5: ("GM - Chevrolet", "Onix", "ONIX SEDAN Plus LT 1.0 12V TB Flex Aut.", 2020, 2024),
    6: ("GM - Chevrolet", "Onix", "ONIX HATCH LT 1.0 12V TB Flex 5p Aut.", 2020, 2024),
    7: ("GM - Chevrolet", "Onix", "ONIX HATCH PREM. 1.0 12V TB Flex 5p Aut.", 2020, 2024),
    8: ("Jeep", "Compass", "COMPASS LONG. TD 350 2.0 4x4 Diesel Aut.", 2022, 2024),
    9: ("Ford", "Ka", "Ka 1.0 SE/SE Plus TiVCT Flex 5p", 2015, 2021),
    10: ("Ford", "Fiesta", "Fiesta Sed. TI./TI.Plus1.6 16V Flex Aut.", 2014, 2017),
    11: ("Ford", "Fiesta", "Fiesta Sedan 1.6 16V Flex Aut.", 2014, 2016),
    12: ("Toyota", "Hilux SW4", "Hilux SW4 SRX 4x4 2.8 TDI 16V Dies. Aut.", 2016, 2024),
    13: ("GM - Chevrolet", "Blazer", "S10 Blazer DLX 4.3 V6", 1996, 2004),
    14: ("GM - Chevrolet", "S10", "S10 Pick-Up LS 2.4 F.Power 4x2 CD", 2012, 2016),
    15: ("Fiat", "Siena", "Siena ESSENCE Dualogic 1.6 Flex 16V 4p", 2011, 2013),
    16: ("Fiat", "Siena", "Siena ESSENCE 1.6 Flex 16V 4p", 2011, 2013),
    17: ("VW - VolksWagen", "Polo", "Polo 1.6 MSI Flex 16V 5p", 2018, 2022),
}


def entry(key: int) -> Name:
    brand, model, text, first, last = ENTRIES[key]
    fuels = "Diesel" if "Die" in text else "Flex" if key != 13 else "Gasolina"
    return Name(
        key=key,
        category=1,
        brand=brand,
        model=model,
        version=text,
        year_first=first,
        year_last=last,
        fuels=fuels,
    )


@pytest.fixture(scope="module")
def index() -> NameIndex:
    return NameIndex.build(map(entry, ENTRIES))


def name(
    model: str, version: str, *, brand: str = "CHEVROLET", years: tuple[int, int] = (2016, 2018)
) -> Name:
    return Name(
        key=0,
        category=1,
        brand=brand,
        model=model,
        version=version,
        year_first=years[0],
        year_last=years[1],
    )


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        (name("ONIX", "1.0 MPFI LT 8V FLEX 4P MANUAL"), 1),
        (name("ONIX", "1.4 MPFI LT 8V FLEX 4P AUTOMÁTICO"), 3),
        (name("ONIX", "1.4 MPFI LTZ 8V FLEX 4P MANUAL"), 4),
        (name("ONIX", "1.0 TURBO FLEX PREMIER AUTOMÁTICO", years=(2020, 2021)), 7),
        (name("ONIX PLUS", "1.0 TURBO FLEX LT AUTOMÁTICO", brand="GM", years=(2021, 2021)), 5),
        (name("COMPASS", "2.0 TD350 TURBO DIESEL LONGITUDE AT9", brand="JEEP"), 8),
        (name("KA", "1.0 TI-VCT FLEX SE PLUS MANUAL", brand="FORD"), 9),
        (name("FIESTA", "1.6 TITANIUM SEDAN 16V FLEX 4P AUTOMÁTICO", brand="FORD"), 10),
        (name("SW4", "2.8 SRX 4X4 16V DIESEL 4P AUTOMÁTICO", brand="TOYOTA"), 12),
        (name("S10", "4.3 BLAZER DLX V6 GASOLINA", years=(1997, 2000)), 13),
        (
            name("SIENA", "1.6 ESSENCE 16V FLEX 4P AUTOMATIZADO", brand="FIAT", years=(2012, 2013)),
            15,
        ),
        (name("SIENA", "1.6 ESSENCE 16V FLEX 4P MANUAL", brand="FIAT", years=(2012, 2013)), 16),
        (name("", "NOVO POLO 1.6 MSI", brand="VOLKSWAGEN"), 17),
    ],
)
def test_the_facts_inside_the_name_lead_to_the_entry(index, wanted, key):
    found = index.suggest(wanted)

    assert found[0].key == key
    assert 0 < found[0].probability <= 1
    assert sum(match.probability for match in found) <= 1.000001


def test_a_match_says_what_agrees_and_what_contradicts(index):
    first, second = index.suggest(name("ONIX", "1.4 MPFI LT 8V FLEX 4P AUTOMÁTICO"))[:2]

    agreed = {reason.fact: (reason.ours, reason.theirs) for reason in first.agrees}
    against = {reason.fact: (reason.ours, reason.theirs) for reason in second.contradicts}
    assert agreed["displacement"] == ("1.4", "1.4")
    assert agreed["doors"] == ("4P", "5P")
    assert agreed["gearbox"] == ("automatic", "automatic")
    assert agreed["trim"] == ("LT", "LT")
    assert agreed["years"] == ("2016-2018", "2013-2019")
    assert not first.contradicts
    assert against["gearbox"] == ("automatic", "manual")


@pytest.mark.parametrize(
    "wanted",
    [
        name("ONIX", "2.0 LT 16V DIESEL 4P MANUAL"),
        name("ONIX", "1.0 MPFI LT 8V FLEX 4P MANUAL", years=(2005, 2006)),
        name("ONIX", "1.0 MPFI LT 8V FLEX 2P AUTOMÁTICO"),
        name("ONIX", "LT"),
        name("CORSA", "1.0 MAXX 8V FLEX 4P MANUAL"),
        name("ONIX", "1.0 LT 8V", brand="ACME"),
    ],
)
def test_doubt_and_contradiction_are_never_applied(index, wanted):
    assert not is_safe(index.suggest(wanted))
    assert not is_safe(index.suggest_many([wanted])[0])


def test_many_names_get_the_same_answers_as_one(index):
    wanted = [name("ONIX", "1.4 LT FLEX AUTOMÁTICO"), name("KA", "1.0 SE", brand="FORD")]

    at_once = index.suggest_many(wanted)

    for one, found in zip(wanted, at_once, strict=True):
        alone = index.suggest(one)[: len(found)]
        assert [match.key for match in found] == [match.key for match in alone]
        assert found[0].probability == pytest.approx(alone[0].probability, abs=0.01)


def test_only_allowed_keys_are_suggested(index):
    found = index.suggest(name("ONIX", "1.4 LT 8V FLEX 4P AUTOMÁTICO"), among={2, 4})

    assert {match.key for match in found} == {2, 4}
    assert index.suggest(name("ONIX", "1.4 LT"), among=()) == ()


def test_the_fast_way_and_the_features_say_the_same(index):
    for wanted in (
        name("ONIX", "1.0 TURBO FLEX LT AUTOMÁTICO", years=(2020, 2022)),
        name("FIESTA", "1.6 SEDAN FLEX", brand="FORD"),
    ):
        vectors = index.vectors(read_name(wanted))
        points = {e.name.key if e else None: index._points(v) for e, v in vectors}
        first, second = index.suggest(wanted)[:2]

        ratio = first.probability / second.probability
        assert ratio == pytest.approx(2.718281828 ** (points[first.key] - points[second.key]))


def test_a_reference_name_finds_the_portals_entry():
    portal = [
        ("1.0 MPFI LT 8V FLEX 4P MANUAL", 2014, 2018),
        ("1.4 MPFI LT 8V FLEX 4P MANUAL", 2014, 2018),
        ("1.4 MPFI LT 8V FLEX 4P AUTOMÁTICO", 2014, 2018),
        ("1.0 TURBO FLEX PREMIER AUTOMÁTICO", 2020, 2022),
    ]
    index = NameIndex.build(
        Name(
            key=key,
            category=1,
            brand="CHEVROLET",
            model="ONIX",
            version=version,
            year_first=first,
            year_last=last,
        )
        for key, (version, first, last) in enumerate(portal)
    )

    assert index.suggest(entry(3))[0].key == 2
    assert index.suggest(entry(7))[0].key == 3
    assert index.suggest(name("Onix", "1.4 LT AUTOMATICO", years=(2015, 2015)))[0].key == 2


def test_safety_asks_for_likelihood_distance_and_no_hard_contradiction(index):
    sure = (Match(1, APPLY_AT), Match(2, 1 - APPLY_AT))
    contradicted = index.suggest(name("ONIX", "1.4 MPFI LT 8V FLEX 4P AUTOMÁTICO"))[1].contradicts

    assert is_safe(sure)
    assert is_safe((Match(1, 0.7),), at=0.6)
    assert not is_safe(())
    assert not is_safe((Match(1, APPLY_AT - 0.01),))
    assert not is_safe((Match(1, 0.7), Match(2, 0.3)), at=0.6)
    assert not is_safe((Match(1, 0.999, (), contradicted),))
