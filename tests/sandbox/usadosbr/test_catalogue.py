"""The portal's own spelling of the names, the same on every machine."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sandbox.names import SourceName, read_names
from sandbox.usadosbr.catalogue import SPELLER, Catalogue


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    """The catalogue of the shipped names."""
    return Catalogue(read_names())


def test_about_one_name_in_ten_is_spelled_otherwise_and_one_in_twenty_missing(
    shipped: Catalogue,
) -> None:
    counts = shipped.counts

    assert counts["read"] > 5_000
    assert counts["missing"] + counts["renamed"] + counts["same"] == counts["read"]
    assert 0.09 <= counts["renamed"] / counts["read"] <= 0.11
    assert 0.04 <= counts["missing"] / counts["read"] <= 0.06


def test_the_shipped_catalogue_is_made_in_no_time() -> None:
    begin = time.process_time()
    Catalogue(read_names())

    assert time.process_time() - begin < 1.5


def test_names_are_in_upper_case_and_have_their_parents(shipped: Catalogue) -> None:
    assert "CHEVROLET" in shipped.brands["carros"]
    assert "ONIX" in shipped.brands["carros"]["CHEVROLET"].models
    assert all(
        version == version.upper() and model.styles
        for brands in shipped.brands.values()
        for brand in brands.values()
        for model in brand.models.values()
        for version in model.versions
    )


@pytest.mark.parametrize(
    ("source", "model", "version"),
    [
        (SourceName("car", "Chevrolet", "Onix", "LT 1.0 5p Mec."), "ONIX", "LT 1.0 5P MEC."),
        (SourceName("car", "Citroën", "C4 Pallas", "GLX 2.0"), "PALLAS C4", "GLX 2.0"),
        (SourceName("car", "Fiat", "Uno", "Edição 1"), "UNO", None),
        (
            SourceName("car", "Fiat", "Toro", "Volcano 2.0 Diesel Aut."),
            "TORO",
            "VOLCANO 2.0 DIESEL AUTOMÁTICO",
        ),
    ],
)
def test_the_same_name_is_always_spelled_the_same(
    source: SourceName, model: str | None, version: str | None
) -> None:
    assert (SPELLER.model(source), SPELLER.version(source)) == (model, version)


def test_trucks_are_not_dealt_in() -> None:
    catalogue = Catalogue([SourceName("truck", "Volvo", "FH", "540")])

    assert catalogue.statistics()["source_names"] == {}


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "names.csv.gz"
    file.write_bytes(b"type,brand")

    with pytest.raises(OSError, match="gzip"):
        list(read_names(file))
