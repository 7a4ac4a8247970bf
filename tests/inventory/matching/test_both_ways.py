"""A reference version leads to the portal's entries that mean it, any of which is right."""

from __future__ import annotations

import pytest

from inventory.matching import Name, NameIndex, is_safe, suggest_back

REFERENCE = [
    ("Polo 1.6 MSI Flex 16V 5p", 2018, 2022),
    ("Polo 1.6 MSI Flex 16V 5p Aut.", 2018, 2022),
    ("Polo Comfort. 200 TSI 1.0 Flex 12V Aut.", 2018, 2022),
]
PORTAL = [
    ("1.6 MSI TOTAL FLEX MANUAL", 2018, 2020),
    ("1.6 MSI TOTAL FLEX 4P MANUAL", 2021, 2022),
    ("1.6 MSI TOTAL FLEX AUTOMÁTICO", 2018, 2022),
    ("1.0 200 TSI COMFORTLINE AUTOMÁTICO", 2018, 2022),
]


def names(rows, *, fuels: str = "") -> list[Name]:
    return [
        Name(
            key=key,
            category=1,
            brand="VW",
            model="Polo",
            version=text,
            year_first=first,
            year_last=last,
            fuels=fuels,
        )
        for key, (text, first, last) in enumerate(rows)
    ]


@pytest.fixture(scope="module")
def reference() -> NameIndex:
    return NameIndex.build(names(REFERENCE, fuels="Flex"))


@pytest.fixture(scope="module")
def portal() -> NameIndex:
    return NameIndex.build(names(PORTAL))


@pytest.mark.parametrize(
    ("version", "year", "entry"), [(0, 2019, 0), (0, 2021, 1), (1, 2020, 2), (2, 2019, 3)]
)
def test_the_entry_of_the_right_year_is_first(portal, reference, version, year, entry):
    text = REFERENCE[version][0]
    asked = names([(text, year, year)] * 3, fuels="Flex")[version]

    found = suggest_back(asked, portal, reference)

    assert found[0].key == entry
    assert is_safe(found, several_right=True)


def test_an_entry_that_means_another_version_is_not_safe(reference):
    portal = NameIndex.build(names(PORTAL[2:3]))
    asked = names(REFERENCE, fuels="Flex")[0]

    found = suggest_back(asked, portal, reference)

    assert not is_safe(found, several_right=True)
