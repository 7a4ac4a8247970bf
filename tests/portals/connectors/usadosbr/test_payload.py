"""A draft as the portal wants it."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from portals.connectors.errors import MappingMissing, NotSupported
from portals.connectors.types import AdWarning
from portals.connectors.usadosbr.payload import build_payload
from tests.portals.drafts import CAR_NAMES, draft, motorcycle, name, names, photo


def test_car_is_sent_with_every_field_of_the_document():
    payload = build_payload(draft(highlight=2, video_url="https://www.youtube.com/watch?v=abc"))

    assert payload.channel == "carros"
    assert payload.body == {
        "Status": "Ativo",
        "Placa": "ABC1D23",
        "Valor": "45990.00",
        "Codigo": "123",
        "Marca": "CHEVROLET",
        "Modelo": "ONIX",
        "Versao": "1.0 LT",
        "Estilo": "HATCH",
        "Cor": "PRATA",
        "Combustivel": "FLEX",
        "Cambio": "MANUAL",
        "Porta": "4",
        "Blindagem": "0",
        "AnoFabricacao": "2018",
        "AnoModelo": "2019",
        "UnicoDono": "1",
        "VeiculoTipo": "0",
        "Kilometragem": 45000,
        "Video": "https://www.youtube.com/watch?v=abc",
        "Destaque": 2,
        "Opcionais": ["AR CONDICIONADO"],
        "Observacoes": "Revisado.",
        "Fotos": ["https://photos.example/1.jpg", "https://photos.example/2.jpg"],
    }
    assert payload.foreseen == ()


def test_motorcycle_has_displacement_and_neither_doors_nor_armour():
    payload = build_payload(motorcycle(armoured=True))

    assert payload.channel == "motos"
    assert payload.body["Cilindrada"] == "160 CC"
    assert not {"Porta", "Blindagem"} & payload.body.keys()


@pytest.mark.parametrize(
    ("changes", "key", "value"),
    [
        ({"active": False}, "Status", "Inativo"),
        ({"price": Decimal("1234.5")}, "Valor", "1234.50"),
        ({"price": Decimal("1E+5")}, "Valor", "100000.00"),
        ({"is_new": True, "mileage": None}, "Kilometragem", 0),
        ({"is_new": True, "mileage": 12}, "Kilometragem", 12),
        ({"mileage": 0}, "Kilometragem", 0),
        ({"is_new": True}, "VeiculoTipo", "1"),
        ({"armoured": True}, "Blindagem", "1"),
        ({"single_owner": False}, "UnicoDono", "0"),
        ({"reference": "LOJA-7"}, "Codigo", "LOJA-7"),
        ({"description": "<p>Ótimo &amp; novo</p>"}, "Observacoes", "Ótimo & novo"),
        ({"optionals": ()}, "Opcionais", []),
        ({"photos": ()}, "Fotos", []),
    ],
)
def test_value_is_written_as_the_portal_reads_it(changes, key, value):
    assert build_payload(draft(**changes)).body[key] == value


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"mileage": None}, "Kilometragem"),
        ({"video_url": ""}, "Video"),
        ({"video_url": "https://vimeo.example/1"}, "Video"),
        ({"video_url": "https://notyoutube.com/watch"}, "Video"),
    ],
)
def test_what_is_not_there_is_not_sent(changes, key):
    assert key not in build_payload(draft(**changes)).body


def test_up_to_twenty_photos_are_left_to_the_portal_to_judge():
    photos = (photo(0, width=300), *(photo(n) for n in range(1, 20)))

    payload = build_payload(draft(photos=photos))

    assert payload.body["Fotos"] == [p.url for p in photos]
    assert payload.foreseen == ()


def test_first_twenty_photos_are_sent():
    photos = tuple(photo(n) for n in range(25))

    payload = build_payload(draft(photos=photos))

    assert payload.body["Fotos"] == [p.url for p in photos[:20]]
    assert payload.foreseen == (AdWarning(kind="photo_limit", asked=25, granted=20),)


def test_small_photos_make_room_for_good_ones_beyond_twenty():
    photos = (photo(0, width=759), *(photo(n) for n in range(1, 21)))

    payload = build_payload(draft(photos=photos))

    assert payload.body["Fotos"] == [p.url for p in photos[1:]]
    assert payload.foreseen == (
        AdWarning(kind="photo_rejected", asked=["https://photos.example/0.jpg"], granted=[]),
    )


def test_repeated_photo_is_sent_once():
    assert build_payload(draft(photos=(photo(1), photo(1)))).body["Fotos"] == [photo(1).url]


def test_text_is_cut_at_two_thousand_characters():
    payload = build_payload(draft(description="ã" * 2001))

    assert payload.body["Observacoes"] == "ã" * 2000
    assert payload.foreseen == (AdWarning(kind="text_truncated", asked=2001, granted=2000),)


def test_change_beyond_the_limit_of_the_text_makes_no_new_fingerprint():
    one, other = (build_payload(draft(description="a" * 2000 + end)) for end in ("x", "y"))

    assert one.fingerprint() == other.fingerprint()


def test_optionals_without_a_name_are_left_out_and_told():
    optionals = (
        name("optional", "GPS"),
        name("optional", None, ours="Teto de vidro", missing="unknown"),
        name("optional", None, ours="Tapetes", missing="none"),
        name("optional", "GPS", ours="Navegador"),
    )

    payload = build_payload(draft(optionals=optionals))

    assert payload.body["Opcionais"] == ["GPS"]
    assert payload.foreseen == (
        AdWarning(kind="optional_ignored", asked=["Teto de vidro"], granted=[]),
    )


def test_names_without_a_place_are_all_named_at_once():
    gaps = names(CAR_NAMES) | {
        "version": name("version", None, ours="1.0 XYZ", missing="unknown"),
        "colour": name("colour", None, missing="empty"),
    }

    with pytest.raises(MappingMissing) as caught:
        build_payload(draft(names=gaps))

    assert [(p.field, p.code, p.params["ours"]) for p in caught.value.problems] == [
        ("version", "name_unknown", "1.0 XYZ"),
        ("colour", "name_empty", ""),
    ]


@pytest.mark.parametrize("category", [3, 4])
def test_trucks_and_implements_are_not_supported(category):
    with pytest.raises(NotSupported, match="category"):
        build_payload(draft(category=category))


def test_unknown_highlight_is_not_sent_as_another():
    with pytest.raises(NotSupported, match="highlight"):
        build_payload(draft(highlight=3))


def test_payload_is_json_and_the_same_for_the_same_draft():
    one, other = build_payload(draft()), build_payload(draft())

    assert json.loads(json.dumps(one.body)) == one.body
    assert one.fingerprint() == other.fingerprint()
    assert one.fingerprint() != build_payload(draft(price=Decimal("45991"))).fingerprint()
