"""Model and version come apart as people say them, whoever the maker is."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from config.lib.folding import fold
from inventory.reference.fipe_names import brand_key, clean_brand, split_name

CAR, MOTORCYCLE, TRUCK = 1, 2, 3


@pytest.mark.parametrize(
    ("brand", "text", "model", "version"),
    [
        (
            "GM - Chevrolet",
            "ONIX HATCH PREM. 1.0 12V TB Flex 5p Aut.",
            "Onix",
            "HATCH PREM. 1.0 12V TB Flex 5p Aut.",
        ),
        (
            "Fiat",
            "Grand Siena ATTRACTIVE 1.0 Flex 8V 4p",
            "Grand Siena",
            "ATTRACTIVE 1.0 Flex 8V 4p",
        ),
        ("Fiat", "Uno Mille WAY ECONOMY 1.0 F.Flex 4p", "Uno", "Mille WAY ECONOMY 1.0 F.Flex 4p"),
        (
            "Citroën",
            "C4 PAL.Excl/Excl(Tech.) 2.0 Flex Aut",
            "C4 Pallas",
            "Excl/Excl(Tech.) 2.0 Flex Aut",
        ),
        ("Citroën", "Grand C4 Picasso 2.0 16V 143cv Aut", "Grand C4 Picasso", "2.0 16V 143cv Aut"),
        ("Ford", "F-250 XLT 4.2 V6", "F-250", "XLT 4.2 V6"),
        (
            "Ford",
            "Ka+ Sedan 1.0 SE/SE PLUS TiVCT Flex 4p",
            "Ka +",
            "Sedan 1.0 SE/SE PLUS TiVCT Flex 4p",
        ),
        ("GM - Chevrolet", "S10 Blazer DLX 2.2 MPFI", "Blazer", "DLX 2.2 MPFI"),
        ("GM - Chevrolet", "Corsa Sed Classic Super 1.6", "Classic", "Super 1.6"),
        ("Land Rover", "Range R.EVOQUE Pure 2.0 Aut. 5p", "Range Rover Evoque", "Pure 2.0 Aut. 5p"),
        ("Land Rover", "Range R. Vogue 4.4 TDV8", "Range Rover Vogue", "4.4 TDV8"),
        (
            "Mitsubishi",
            "Pajero HPE Full 3.2 4x4 Dies. 5p",
            "Pajero Full",
            "HPE Full 3.2 4x4 Dies. 5p",
        ),
        ("BMW", "320iA Modern/Sport TB 2.0", "320i", "Modern/Sport TB 2.0"),
        ("BMW", "328i/iA Cabrio", "328i", "Cabrio"),
        ("BMW", "iX 1 XDRIVE", "iX1", "XDRIVE"),
        ("Mercedes-Benz", "C-180 CGI Coupe 1.8 16V", "C 180", "CGI Coupe 1.8 16V"),
        ("Mercedes-Benz", "GLC-43 AMG 4MATIC 3.0 V6", "GLC 43 AMG", "4MATIC 3.0 V6"),
        ("Mercedes-Benz", "Classe A 200 1.6 TB", "A 200", "1.6 TB"),
        ("Volvo", "XC 60 T-5 KINETIC 2.0", "XC60", "T-5 KINETIC 2.0"),
        ("Hyundai", "HB20S Vision 1.0 Flex", "HB20S", "Vision 1.0 Flex"),
        ("BYD", "Dolphin Mini GS (Elétrico)", "Dolphin Mini", "GS (Elétrico)"),
        ("Nova Marca", "FOGUETE Turbo 1.0", "Foguete", "Turbo 1.0"),
        ("Fiat", "Cinquecento", "Cinquecento", ""),
    ],
)
def test_a_car_is_split(brand, text, model, version):
    split = split_name(text, category=CAR, brand=brand)

    assert (split.model, split.version) == (model, version)


@pytest.mark.parametrize(
    ("brand", "text", "model", "version"),
    [
        ("HONDA", "CG 160 FAN Flex", "CG 160", "FAN Flex"),
        ("HONDA", "NXR 160 BROS ESDD FLEXONE", "NXR 160 Bros", "ESDD FLEXONE"),
        ("HONDA", "CB 1000R/ABS", "CB 1000R", "ABS"),
        ("BMW", "R 1200 GS Adventure", "R 1200 GS", "Adventure"),
        ("DAFRA", "APACHE 150cc", "Apache 150", ""),
        (
            "HARLEY-DAVIDSON",
            "FAT BOY 115th ANNIVERSARY FLFBS",
            "Fat Boy",
            "115th ANNIVERSARY FLFBS",
        ),
        (
            "BRP",
            "can-am Outlander L 450 4X4 Quadriciclo",
            "Can-Am Outlander",
            "L 450 4X4 Quadriciclo",
        ),
    ],
)
def test_a_motorcycle_is_split_after_its_number(brand, text, model, version):
    split = split_name(text, category=MOTORCYCLE, brand=brand)

    assert (split.model, split.version) == (model, version)


@pytest.mark.parametrize(
    ("brand", "text", "model"),
    [
        ("FORD", "CARGO 2429 E 6x2 Turbo 2p (diesel)(E5)", "Cargo 2429"),
        ("SCANIA", "R-440 A 6x4 2p (diesel)", "R-440"),
        ("VOLKSWAGEN", "24-280 E Constel. 6x2 2p (diesel)(E5)", "24-280"),
        ("VOLVO", "FH 540 6x4 2p (diesel)", "FH 540"),
    ],
)
def test_a_truck_is_its_series_and_number(brand, text, model):
    assert split_name(text, category=TRUCK, brand=brand).model == model


@pytest.mark.parametrize(
    ("source", "name", "key"),
    [
        ("GM - Chevrolet", "Chevrolet", "chevrolet"),
        ("VW - VolksWagen", "Volkswagen", "volkswagen"),
        ("Kia Motors", "Kia", "kia"),
        ("HONDA", "Honda", "honda"),
        ("HARLEY-DAVIDSON", "Harley-Davidson", "harley-davidson"),
        ("BMW", "BMW", "bmw"),
        ("JAC", "JAC", "jac"),
        ("Caoa Chery/Chery", "Chery", "chery"),
    ],
)
def test_a_brand_is_written_as_people_do(source, name, key):
    assert clean_brand(source) == name
    assert brand_key(source) == key
    assert brand_key(name) == key


@pytest.mark.parametrize("alias", ["VW", "vw volkswagen", "Volks"])
def test_other_names_of_a_brand_lead_to_it(alias):
    assert brand_key(alias) == "volkswagen"


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "least"), [("depara_gold_dev.csv", 0.97), ("depara_silver_dev.csv", 0.96)]
)
def test_models_agree_with_what_a_portal_calls_them(shared_data: Path, name: str, least: float):
    with (shared_data / name).open(encoding="utf-8", newline="") as stream:
        pairs = [row for row in csv.DictReader(stream) if row["fipe_code"]]

    agreeing = sum(
        _tight(split_name(row["fipe_model_version"], category=CAR, brand=row["fipe_brand"]).model)
        == _tight(row["portal_model"])
        for row in pairs
    )

    assert agreeing / len(pairs) >= least


def _tight(name: str) -> str:
    return fold(name).replace(" ", "").replace("-", "")
