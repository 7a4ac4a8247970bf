"""The portal's words for our fields ("API de Estoque", tables of cars and of motorcycles)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from config.lib.folding import fold

CAR, MOTORCYCLE = 1, 2

CHANNELS: Mapping[int, str] = {CAR: "carros", MOTORCYCLE: "motos"}

_SHARED = {
    "brand": "Marca",
    "model": "Modelo",
    "version": "Versao",
    "style": "Estilo",
    "colour": "Cor",
    "fuel": "Combustivel",
    "gearbox": "Cambio",
}
# What must be a name of the portal's catalogue: our kind -> key of the request.
NAMES: Mapping[int, Mapping[str, str]] = {
    CAR: {**_SHARED, "doors": "Porta"},
    MOTORCYCLE: {**_SHARED, "displacement": "Cilindrada"},
}

# One name of a model whatever its body, one of a version whatever its year; no trucks.
HAS_FROM_TO: Mapping[str, bool] = {
    **{f"{kind}_car": True for kind in ("brand", "model", "version")},
    **{f"{kind}_motorcycle": True for kind in ("brand", "model", "version")},
    **{f"{kind}_truck": False for kind in ("brand", "model", "version")},
    "model_by_body_car": False,
    "version_car_by_year": False,
}

# Reads without a parent: our kind -> last part of the path. Doors are read for cars only,
# displacements for motorcycles only.
_ROOTS = {
    "brand": "marcas",
    "colour": "cores",
    "fuel": "combustiveis",
    "gearbox": "cambios",
    "optional": "opcionais",
}
ROOTS: Mapping[int, Mapping[str, str]] = {
    CAR: {**_ROOTS, "doors": "portas"},
    MOTORCYCLE: {**_ROOTS, "displacement": "cilindradas"},
}

# Every key of the request -> our field, by which the screens link to the fix.
OURS: Mapping[str, str] = {
    "Placa": "plate",
    "Valor": "price",
    "Codigo": "code",
    "Codigo_consulta": "code",
    "Tipo_codigo": "code",
    "Marca": "brand",
    "Modelo": "model",
    "Versao": "version",
    "Blindagem": "armoured",
    "Estilo": "style",
    "Cor": "colour",
    "Combustivel": "fuel",
    "Cambio": "gearbox",
    "Porta": "doors",
    "Cilindrada": "displacement",
    "AnoFabricacao": "year_manufacture",
    "AnoModelo": "year_model",
    "UnicoDono": "single_owner",
    "VeiculoTipo": "is_new",
    "Kilometragem": "mileage",
    "Video": "video_url",
    "Destaque": "highlight",
    "Opcionais": "optionals",
    "Observacoes": "description",
    "Fotos": "photos",
    "Status": "status",
    "Operacao": "operation",
}
NAMED_FIELDS = frozenset({*_SHARED, "doors", "displacement"})


def _squeezed(text: str) -> str:
    return "".join(char for char in fold(text) if char.isalnum())


_BY_KEY = {_squeezed(key): ours for key, ours in OURS.items()} | {
    "quilometragem": "mileage",
    "km": "mileage",
    "preco": "price",
    "portas": "doors",
    "cilindradas": "displacement",
    "opcional": "optionals",
    "foto": "photos",
    "imagens": "photos",
    "observacao": "description",
    "codigodereferencia": "code",
}
# Longest first, so that "ano modelo" is not taken for "modelo".
_IN_TEXT = tuple(sorted(_BY_KEY, key=len, reverse=True))


def field_of_key(key: str) -> str:
    """Return our field for a key of the portal ("AnoModelo", "opcionais.3"), '' if unknown."""
    return _BY_KEY.get(_squeezed(key.split(".", maxsplit=1)[0]), "")


def field_in_text(text: str) -> str:
    """Return our field whose portal name stands in a sentence, '' if none does."""
    words = fold(text).replace("_", " ").split()
    squeezed = [_squeezed(word) for word in words]
    pairs = [a + b for a, b in pairwise(squeezed)]
    present = {*squeezed, *pairs}
    for key in _IN_TEXT:
        if key in present:
            return _BY_KEY[key]
    return ""
