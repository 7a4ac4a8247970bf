"""Files of decisions: out and in again without a loss, and hostile ones change nothing."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from portals.models import Mapping, MappingBatch
from portals.services.catalogue_index import forget_catalogues
from portals.services.deciding import take_back
from portals.services.mapping_files import export_mappings, import_rows, preview_file
from portals.services.mapping_rows import cell, uncell
from portals.services.mapping_undo import undo
from portals.services.places import Scope, place_of
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VehicleModelFactory, VersionFactory
from tests.factories.portals import PortalFactory
from tests.portals.catalogues import entry, onix
from tests.portals.naming import BY, decide, made, set_flags

pytestmark = pytest.mark.django_db
HEAD = "portal;ambiente;loja;tipo;nivel;origem;carroceria;ano;decisao;marca;modelo;nome;chave"


@pytest.fixture(autouse=True)
def _fresh():
    """Keep no catalogue from one test to the next."""
    forget_catalogues()


@pytest.fixture
def portal():
    """The portal, with an Onix and what it needs."""
    portal = PortalFactory.create()
    onix(portal)
    return portal


@pytest.fixture
def scope(portal):
    """A dealer's decisions."""
    return Scope(portal=portal, environment="sandbox", dealer=DealerFactory())


def exported(scope):
    """Return the file of a scope as bytes."""
    return "".join(export_mappings(scope)).encode()


def preview(scope, *lines, head=HEAD):
    """Preview a file of these lines."""
    return preview_file(scope, "\r\n".join((head, *lines)).encode())


def line(**cells):
    """Return a line that leads white to BRANCA, with other cells if given."""
    usual = {
        "tipo": "carro",
        "nivel": "cor",
        "origem": "value:white",
        "decisao": "mapear",
        "nome": "BRANCA",
        "chave": "BRANCA",
    }
    merged = {**usual, **cells}
    return ";".join(merged.get(name, "") for name in HEAD.split(";"))


def fill(scope, monkeypatch):
    """Decide names of every manner in a scope."""
    set_flags(monkeypatch, model_by_body_car=True, version_car_by_year=True)
    portal, version = scope.portal, VersionFactory.create()
    names = {row.kind: row for row in portal.catalogue.all()}
    options = {"dealer": scope.dealer}
    decide(portal, names["brand"], kind="brand", source_key='text:=chevy;"x', **options)
    decide(
        portal,
        names["model"],
        kind="model",
        source_key=f"model:{version.model_id}",
        body="hatch",
        **options,
    )
    decide(
        portal,
        names["version"],
        kind="version",
        source_key=f"fipe:{version.fipe_code}",
        year=2020,
        **options,
    )
    decide(portal, None, kind="optional", source_key="optional:teto solar", **options)
    decide(portal, entry(portal, "colour", "+AZUL"), source_key="value:blue", **options)
    decide(portal, entry(portal, "colour", "'-GELO", key="77"), source_key="value:grey", **options)


def test_a_file_comes_back_as_it_went(scope, monkeypatch):
    fill(scope, monkeypatch)
    data, count = exported(scope), Mapping.objects.count()
    assert data.startswith(b"\xef\xbb\xbfportal;ambiente;")
    assert b"'+AZUL" in data
    assert [row.status for row in preview_file(scope, data)] == ["same"] * count
    take_back([place_of(row) for row in Mapping.objects.all()], by=BY, dealer=scope.dealer)
    rows = preview_file(scope, data)
    assert [row.status for row in rows] == ["new"] * count

    decided = import_rows(scope, rows, by=BY)

    assert (decided.changed, made(decided).kind) == (count, "import")
    assert exported(scope) == data
    undo(made(decided), by=BY)
    assert not Mapping.objects.exists()


def test_a_file_means_the_same_model_where_it_has_another_id(scope, portal):
    version = VersionFactory.create()
    model, target = version.model, portal.catalogue.get(kind="model")
    decide(portal, target, kind="model", source_key=f"model:{model.pk}", dealer=scope.dealer)
    data = exported(scope)
    assert b";model:chevrolet|onix;" in data
    earlier = data.replace(b"model:chevrolet|onix", f"model:{model.pk}".encode())
    take_back([place_of(row) for row in Mapping.objects.all()], by=BY, dealer=scope.dealer)

    # Another installation: the words are the same, the id is another model's.
    moved = VehicleModelFactory.create(brand=model.brand, name="Moved")
    model.versions.update(model=moved)
    model.name, model.folded = "Prisma", "prisma"
    model.save()
    moved.name, moved.folded = "Onix", "onix"
    moved.save()

    for file in (data, earlier):
        [row] = preview_file(scope, file)
        assert row.place is not None
        assert (row.status, row.place.source_key) == ("new", f"model:{moved.pk}")


@pytest.mark.parametrize(
    "origin", ["model:chevrolet|zafira", "model:99", "model:", "model:|", "model:²"]
)
def test_a_model_that_is_not_here_is_told(scope, origin):
    [row] = preview(scope, line(nivel="modelo", origem=origin, marca="CHEVROLET", nome="ONIX"))

    assert (row.status, row.errors[0][0]) == ("error", "origem")


def test_what_a_spreadsheet_makes_of_it_is_read_too(scope, monkeypatch):
    fill(scope, monkeypatch)
    text = exported(scope).decode("utf-8-sig")

    rows = preview_file(scope, text.encode("cp1252"))

    assert {row.status for row in rows} == {"same"}
    commas = preview_file(scope, (HEAD + "\n" + line()).replace(";", ",").encode())
    assert [row.status for row in commas] == ["new"]


def test_each_line_says_what_it_would_do(scope, portal):
    entry(portal, "colour", "NEVE")
    decide(portal, portal.catalogue.get(name="BRANCA"), dealer=scope.dealer)

    rows = preview(
        scope,
        line(),
        line(origem="value:grey"),
        line(origem="value:grey", nome="NEVE", chave=""),
        line(nivel="combustivel", origem="value:flex", decisao="nenhum", nome="", chave=""),
    )

    assert [row.status for row in rows] == ["same", "new", "error", "new"]
    assert rows[2].errors[0][0] == "origem"
    assert (rows[0].now, rows[3].entry) == ("BRANCA", None)
    [changed] = preview(scope, line(nome="NEVE", chave="NEVE"))
    assert (changed.status, changed.now, changed.entry.name) == ("changed", "BRANCA", "NEVE")
    assert Mapping.objects.count() == 1


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"portal": "olx"}, "portal"),
        ({"ambiente": "production"}, "ambiente"),
        ({"loja": "another"}, "loja"),
        ({"tipo": "navio"}, "tipo"),
        ({"nivel": "cheiro"}, "nivel"),
        ({"origem": ""}, "origem"),
        ({"origem": "fipe:1"}, "origem"),
        ({"origem": "value:" + "x" * 300}, "origem"),
        ({"carroceria": "barco"}, "carroceria"),
        ({"carroceria": "hatch"}, "carroceria"),
        ({"ano": "2020"}, "ano"),
        ({"ano": "=1+1"}, "ano"),
        ({"ano": "²⁰²⁰"}, "ano"),
        ({"decisao": "talvez"}, "decisao"),
        ({"chave": "ROXO"}, "chave"),
        ({"chave": "", "nome": "ROXO"}, "nome"),
        ({"chave": "", "nome": "=cmd|' /C calc'!A0"}, "nome"),
        ({"nivel": "modelo", "origem": "model:chevrolet|onix", "marca": "FIAT"}, "marca"),
        ({"nivel": "versao", "origem": "fipe:1", "marca": "CHEVROLET", "modelo": "X"}, "modelo"),
    ],
)
def test_a_bad_line_names_its_column_in_portuguese(scope, cells, column):
    VehicleModelFactory.create()
    with translation.override("pt-br"):
        [row] = preview(scope, line(**cells))

    assert row.status == "error"
    assert column in {name for name, _ in row.errors}
    assert all(text for _, text in row.errors)
    assert import_rows(scope, [row], by=BY).changed == 0
    assert not Mapping.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x01\x02",
        b"tipo;nivel\ncarro;cor",
        b"PK\x03\x04\x00\x00",
        b'"' + b"x" * 200_000,
        (HEAD + ";nome\n").encode(),
        (HEAD + "\n" + "x\n" * 10_001).encode(),
    ],
    ids=["empty", "nul", "no columns", "a zip", "an endless cell", "twice", "too long"],
)
def test_what_is_no_such_file_is_refused(scope, data):
    with pytest.raises(ValidationError):
        preview_file(scope, data)


def test_a_file_of_another_dealer_or_of_everyone_decides_for_oneself_only(scope, portal):
    other = Scope(portal=portal, environment="sandbox", dealer=DealerFactory())
    decide(portal, portal.catalogue.get(name="BRANCA"), dealer=other.dealer)

    rows = preview_file(scope, exported(other))

    assert [row.errors[0][0] for row in rows] == ["loja"]
    everyone = Scope(portal=portal, environment="sandbox")
    assert exported(everyone).count(b"\n") == 1


def test_what_was_decided_meanwhile_is_left_and_told(scope, portal):
    rows = preview(scope, line())
    decide(portal, None, dealer=scope.dealer)

    decided = import_rows(scope, rows, by=BY)

    assert (decided.changed, len(decided.conflicts)) == (0, 1)
    assert Mapping.objects.get().entry is None
    assert not MappingBatch.objects.filter(kind="import").exists()


def test_a_retired_name_is_no_new_decision_but_the_same_old_one(scope, portal):
    decide(portal, portal.catalogue.get(name="BRANCA"), dealer=scope.dealer)
    portal.catalogue.filter(name="BRANCA").update(retired_at=timezone.now())

    assert [row.status for row in preview_file(scope, exported(scope))] == ["same"]
    [row] = preview(scope, line(origem="value:grey"))
    assert row.errors[0][0] == "chave"


def test_the_same_name_in_two_models_is_told_apart_by_its_path(scope, portal):
    brand = portal.catalogue.get(kind="brand")
    other = entry(portal, "model", "PRISMA", parent=brand)
    far = entry(portal, "version", "1.0 LT", parent=other)
    cells = {"nivel": "versao", "origem": "fipe:1", "marca": "Chevrolet", "nome": "1.0 lt"}

    [row] = preview(scope, line(**cells, modelo="Prisma", chave=""))

    assert (row.status, row.entry) == ("new", far)


def test_a_big_file_costs_few_queries(scope, django_assert_max_num_queries):
    lines = [line(nivel="marca", origem=f"text:x{n}", decisao="nenhum") for n in range(500)]

    with django_assert_max_num_queries(8):
        rows = preview(scope, *lines)

    assert len(rows) == 500


@pytest.mark.parametrize("text", ["", "a", "=1", "'", "''", "'=", "''=", "-", "'a", "\t", "@x"])
def test_every_text_survives_being_a_cell(text):
    assert uncell(cell(text)) == text
    assert not cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))
