"""depara_score measures and depara_fit fits, from files as others hand them in."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.factories.inventory import VersionFactory

pytestmark = pytest.mark.django_db

CATALOGUE = """\
portal_version_id,portal_brand,portal_model,portal_version,year_first,year_last,years
1,ACME,ALFA,1.0 LX 8V FLEX 4P MANUAL,2015,2018,2015|2016|2018
"""
GOLD = """\
pair_id,portal_version_id,portal_brand,portal_model,portal_version,label,fipe_code,fipe_codes_acceptable
D1,1,ACME,ALFA,1.0 LX 8V FLEX 4P MANUAL,match,000001-1,000001-1
D2,,ACME,ALFA,1.6 EX 16V FLEX 4P AUTOMÁTICO,match,000002-2,
D3,,ACME,ALFA,1.6 EX 16V FLEX,ambiguous,000002-2,000002-2|000003-3
D4,,ACME,OMEGA,4.1 CD GASOLINA,no_match,,
D5,,OTHER,CAR,1.0,no_match,,
D6,,ACME,BETA,2.0 GL 4P MANUAL,match,000004-4,000004-4
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    for code, model, text in (
        ("000001-1", "Alfa", "Alfa LX 1.0 8V Flex 5p Mec."),
        ("000002-2", "Alfa", "Alfa EX 1.6 16V Flex 5p Aut."),
        ("000003-3", "Alfa", "Alfa EX 1.6 16V Flex 5p Mec."),
        ("000004-4", "Beta", "Beta GL 2.0 4p"),
        ("000005-5", "Beta", "Beta GLS 2.0 4p"),
    ):
        VersionFactory(
            model__brand__name="Acme",
            model__brand__folded="acme",
            model__name=model,
            model__folded=model.lower(),
            fipe_code=code,
            name=text.partition(" ")[2],
            source_text=text,
            year_first=2014,
            year_last=2020,
            fuels="Flex",
        )
    (tmp_path / "catalogue.csv").write_text(CATALOGUE, encoding="utf-8")
    (tmp_path / "gold.csv").write_text(GOLD, encoding="utf-8")
    return tmp_path / "catalogue.csv", tmp_path / "gold.csv"


def run(*arguments: object) -> str:
    out = StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=StringIO())
    return out.getvalue()


def test_json_is_one_object_and_nothing_else(files):
    found: dict[str, Any] = json.loads(run("depara_score", *files, "--json"))

    assert set(found) == {
        "top1",
        "top5",
        "precision",
        "coverage",
        "applied_no_match",
        "calibration_error",
        "seconds",
        "rows",
    }
    assert found["rows"] == 6
    assert found["top1"] == found["top5"] == 1.0
    assert found["applied_no_match"] == 0
    assert found["precision"] == 1.0


def test_the_report_tells_people_the_same(files):
    text = run("depara_score", *files)

    assert "rows                6 (2 without a match)" in text
    assert "top-1 / top-5       100.0% / 100.0%" in text
    assert "calibration error" in text
    assert "Errors, the most believed first:" in text


def test_a_file_without_labels_and_ids_is_scored_too(files, tmp_path):
    silver = tmp_path / "silver.csv"
    silver.write_text(
        "portal_brand,portal_model,portal_version,fipe_code\n"
        "ACME,ALFA,1.0 LX 8V FLEX 4P MANUAL,000001-1\n",
        encoding="utf-8",
    )

    assert json.loads(run("depara_score", files[0], silver, "--json"))["top1"] == 1.0


def test_what_cannot_be_scored_is_one_sentence(files, tmp_path):
    with pytest.raises(CommandError, match="missing"):
        run("depara_score", files[0], files[0], "--json")
    with pytest.raises(CommandError, match=r"nothing\.csv"):
        run("depara_score", files[0], tmp_path / "nothing.csv")


def test_an_empty_reference_is_told(tmp_path):
    (tmp_path / "a.csv").write_text(GOLD, encoding="utf-8")
    with pytest.raises(CommandError, match="load_fipe"):
        run("depara_score", tmp_path / "a.csv", tmp_path / "a.csv")
    with pytest.raises(CommandError, match="load_fipe"):
        run("depara_fit", tmp_path / "a.csv", tmp_path / "a.csv")


def test_fitting_writes_the_same_table_for_the_same_files(files, tmp_path):
    text = run("depara_fit", *files, "--repeats", "1", "--output", tmp_path / "one.json")
    run("depara_fit", *files, "--repeats", "1", "--output", tmp_path / "two.json")
    table = json.loads((tmp_path / "one.json").read_text(encoding="utf-8"))

    assert "cross-validation by model family" in text
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert 0.9 <= table["apply_at"] < 1
    assert table["weights"]["litres:differ"] < 0


def test_a_dry_run_writes_nothing(files, tmp_path):
    run("depara_fit", *files, "--repeats", "1", "--output", tmp_path / "no.json", "--dry-run")

    assert not (tmp_path / "no.json").exists()
