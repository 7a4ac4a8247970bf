"""The portal's categories, parameters and closed lists ("ad_integration", api/autos).

Numbers seen in use only: gearbox 4, fuel 6 and 7, car features from 11 on. Fuel 4 (gas) is no
longer taken, as was seen, and so not offered.
"""

from __future__ import annotations

from collections.abc import Mapping

CAR, MOTORCYCLE, TRUCK = 1, 2, 3

# Our category -> the portal's.
CATEGORIES: Mapping[int, int] = {CAR: 2020, MOTORCYCLE: 2060, TRUCK: 2040}
CHANNELS: Mapping[int, str] = {CAR: "cars", MOTORCYCLE: "motorcycles", TRUCK: "trucks"}

# Kind of name -> the parameter that carries its key.
_VEHICLE = {"brand": "vehicle_brand", "model": "vehicle_model", "version": "vehicle_version"}
NAMES: Mapping[int, Mapping[str, str]] = {
    CAR: {
        **_VEHICLE,
        "style": "cartype",
        "colour": "carcolor",
        "fuel": "fuel",
        "gearbox": "gearbox",
        "doors": "doors",
    },
    MOTORCYCLE: {**_VEHICLE, "displacement": "cubiccms"},
    TRUCK: {},
}
# Without these nobody finds the ad.
REQUIRED: Mapping[int, tuple[str, ...]] = {
    CAR: ("brand", "model", "version"),
    MOTORCYCLE: ("brand", "model", "version"),
    TRUCK: (),
}
# What is looked up per category. Of trucks only to be written into the subject: see HAS_FROM_TO.
KINDS: Mapping[int, tuple[str, ...]] = {
    CAR: tuple(NAMES[CAR]),
    MOTORCYCLE: tuple(NAMES[MOTORCYCLE]),
    TRUCK: ("brand", "model", "version"),
}
HAS_FROM_TO: Mapping[str, bool] = {
    **{f"{kind}_car": True for kind in ("brand", "model", "version")},
    **{f"{kind}_motorcycle": True for kind in ("brand", "model", "version")},
    **{f"{kind}_truck": False for kind in ("brand", "model", "version")},
    "model_by_body_car": False,
    "version_car_by_year": False,
}
FEATURES: Mapping[int, str] = {CAR: "car_features"}
ARMOURED = 10  # its number among the car features

YES, NO = 1, 2

# Closed lists of cars without a parent: kind -> number -> the trade's word for it.
CAR_LISTS: Mapping[str, Mapping[int, str]] = {
    "colour": {
        1: "Preto",
        2: "Branco",
        3: "Prata",
        4: "Vermelho",
        5: "Cinza",
        6: "Azul",
        7: "Amarelo",
        8: "Verde",
        9: "Laranja",
        10: "Outra",
    },
    "fuel": {1: "Gasolina", 2: "Álcool", 3: "Flex", 5: "Diesel", 6: "Híbrido", 7: "Elétrico"},
    "gearbox": {1: "Manual", 2: "Automático", 3: "Semi-automático", 4: "Automatizado"},
    "doors": {1: "2 portas", 2: "4 portas"},
    "optional": {
        1: "Ar-condicionado",
        2: "Direção hidráulica",
        3: "Vidros elétricos",
        4: "Travas elétricas",
        5: "Airbag",
        6: "Alarme",
        7: "Som",
        8: "Sensor de estacionamento",
        9: "Câmera de ré",
        10: "Blindado",
        11: "Bancos de couro",
        12: "Computador de bordo",
        13: "Entrada USB",
        14: "Volante multifuncional",
        15: "Bluetooth",
        16: "GPS",
        17: "Piloto automático",
        18: "Rodas de liga leve",
        19: "Teto solar",
        20: "Tração 4x4",
    },
}
# The same for every model, and told below each: our styles belong to a model.
CAR_STYLES: Mapping[int, str] = {
    1: "Passeio",
    2: "Conversível",
    3: "Picape",
    4: "Antigo",
    5: "SUV",
    6: "Buggy",
    7: "Van",
    8: "Sedã",
    9: "Hatch",
}
