"""A real portal's names in the sandbox, and names that change over night."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.__main__ import main
from sandbox.catalogue_changes import ChangeRefused, apply_changes
from sandbox.names import SourceName, read_portal_names
from sandbox.usadosbr.catalogue import Catalogue
from tests.sandbox.conftest import NAMES, Answer, Caller

HEADER = "portal,portal_brand_id,portal_brand,portal_model,portal_version,years\n"


@pytest.fixture
def catalogue() -> Catalogue:
    """The names of the other tests."""
    return Catalogue(NAMES)


def names(portal: Caller, path: str) -> list[str]:
    """The names that a catalogue read gives."""
    return [row["nome"] for row in portal.get(f"carros/consultar/{path}").json]


def change(portal: Caller, **acts: Any) -> Answer:
    """POST /_catalogue."""
    return portal.send("POST", "/usadosbr/_catalogue", acts)


def test_a_portals_own_names_are_taken_as_they_are_written(tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    rows = "x,1,ACURA,MDX,3.7 4X4 V6 AUTOMÁTICO,2010\nx,1,Vw,Gol,,2010\n"
    file.write_text(HEADER + rows, encoding="utf-8")

    catalogue = Catalogue(NAMES, own_cars=read_portal_names(file))

    assert list(catalogue.brands["carros"]) == ["ACURA"]
    model = catalogue.model("carros", "ACURA", "MDX")
    assert model is not None
    assert list(model.versions) == ["3.7 4X4 V6 AUTOMÁTICO"]
    assert len(model.styles) == 10
    assert list(catalogue.brands["motos"]) == ["HONDA"]


def test_a_file_of_something_else_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "names.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")

    assert main(["--port", "0", "--catalogue", str(file)]) == 1
    assert "cannot start" in capsys.readouterr().err


def test_names_are_renamed_and_retired_at_every_level(portal: Caller) -> None:
    answer = change(
        portal,
        rename=[
            {"type": "carros", "path": ["FIAT"], "to": "FIAT AUTOMÓVEIS"},
            {"type": "carros", "path": ["CHEVROLET", "ONIX"], "to": "NOVO ONIX"},
            {"type": "carros", "path": ["AZUL"], "list": "cores", "to": "AZUL MARINHO"},
            {
                "type": "carros",
                "path": ["CHEVROLET", "PRISMA", "SEDÃ"],
                "list": "estilos",
                "to": "SEDAN",
            },
        ],
        retire=[{"type": "carros", "path": ["FORD"]}],
    )

    assert (answer.status, answer.json["changed"]) == (200, 5)
    assert names(portal, "marcas") == ["CHEVROLET", "CITROËN", "FIAT AUTOMÓVEIS"]
    assert names(portal, "modelos/CHEVROLET") == ["NOVO ONIX", "PRISMA"]
    assert names(portal, "versoes/CHEVROLET/NOVO%20ONIX") == ["LT 1.0 5P MEC."]
    assert names(portal, "estilos/CHEVROLET/PRISMA") == ["SEDAN"]
    assert "AZUL MARINHO" in names(portal, "cores")
    assert "AZUL" not in names(portal, "cores")


def test_an_ad_with_a_name_that_was_retired_is_refused(portal: Caller) -> None:
    assert portal.car().status == 200
    change(portal, retire=[{"type": "carros", "path": ["CHEVROLET", "ONIX"]}])

    assert portal.car(Codigo="8000").status == 422


def test_renumbering_gives_every_number_anew(catalogue: Catalogue) -> None:
    before = {brand.number for brand in catalogue.brands["carros"].values()}

    assert apply_changes({"renumber": ["carros"]}, catalogue=catalogue) > 20

    after = {brand.number for brand in catalogue.brands["carros"].values()}
    assert len(after) == len(before)
    assert not after & before


BAD = {
    "body": [],
    "rename": {"rename": {}},
    "renumber": {"renumber": ["barcos"]},
    "retire.0.type": {"retire": [{"path": ["FIAT"]}]},
    "retire.0.path": {"retire": [{"type": "carros", "path": ["NOTHING"]}]},
    "rename.0.to": {"rename": [{"type": "carros", "path": ["FIAT"], "to": "FORD"}]},
    "rename.0.list": {"rename": [{"type": "motos", "path": ["2"], "list": "portas", "to": "3"}]},
    "rename.0.path": {"rename": [{"type": "carros", "path": ["FIAT", "GOL", "X"], "to": "Y"}]},
}


@pytest.mark.parametrize("field", BAD)
def test_a_bad_change_names_its_field_and_changes_nothing(catalogue: Catalogue, field: str) -> None:
    body: Any = BAD[field]
    if isinstance(body, dict):
        body = {"retire": [{"type": "carros", "path": ["CITROËN"]}], **body}
    before = str(catalogue.brands)

    with pytest.raises(ChangeRefused) as refused:
        apply_changes(body, catalogue=catalogue)

    assert refused.value.field == field
    assert str(catalogue.brands) == before


def test_the_lever_answers_422_and_other_catalogues_are_not_touched(portal: Caller) -> None:
    answer = change(portal, renumber=["barcos"])

    assert (answer.status, list(answer.json["errors"])) == (422, ["renumber"])
    fresh = Catalogue([SourceName("car", "Fiat", "Uno", "1.0")])
    assert "AZUL" in fresh.short_list("carros", "cores")


def test_each_catalogue_has_short_lists_of_its_own(catalogue: Catalogue) -> None:
    apply_changes(
        {"retire": [{"type": "carros", "list": "cores", "path": ["AZUL"]}]}, catalogue=catalogue
    )

    assert "AZUL" not in catalogue.short_list("carros", "cores")
    assert "AZUL" in Catalogue(NAMES).short_list("carros", "cores")


def test_a_reset_brings_the_names_back_unless_all_is_kept(portal: Caller) -> None:
    change(portal, retire=[{"type": "carros", "path": ["FIAT"]}])
    portal.send("POST", "/usadosbr/_reset", {"keep_config": True})
    assert "FIAT" not in names(portal, "marcas")

    portal.send("POST", "/usadosbr/_reset", {})

    portal.login()
    assert "FIAT" in names(portal, "marcas")
