"""The portal's own check of an ad, field by field, as the document's tables say.

Usadosbr API document, sections "Integração de Carros" and "Integração de motos" (Operação:
Atualizar ou Adicionar). Prices in BRL, mileage in km, years with four digits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from sandbox.usadosbr.answers import JsonObject
from sandbox.usadosbr.behaviour import Behaviour
from sandbox.usadosbr.catalogue import Catalogue
from sandbox.usadosbr.reading import BodyReader
from sandbox.usadosbr.vocabulary import CARS, MOTORCYCLES

FIRST_YEAR = 1950
HIGHEST_MILEAGE_KM = 9_999_999

_SHARED_KEYS = frozenset(
    {
        "Operacao", "Codigo_consulta", "Tipo_codigo", "Status", "Placa", "Valor", "Codigo", "Marca",
        "Modelo", "Versao", "Estilo", "Cor", "Combustivel", "Cambio", "AnoFabricacao", "AnoModelo",
        "UnicoDono", "VeiculoTipo", "Kilometragem", "Video", "Destaque", "Opcionais",
        "Observacoes", "Fotos",
    }
)  # fmt: skip
DOCUMENTED_KEYS = {
    CARS: _SHARED_KEYS | {"Porta", "Blindagem"},
    MOTORCYCLES: _SHARED_KEYS | {"Cilindrada"},
}
_SHORT_LIST_FIELDS = {
    CARS: (
        ("Cor", "cores"),
        ("Combustivel", "combustiveis"),
        ("Cambio", "cambios"),
        ("Porta", "portas"),
    ),
    MOTORCYCLES: (
        ("Cor", "cores"),
        ("Combustivel", "combustiveis"),
        ("Cambio", "cambios"),
        ("Cilindrada", "cilindradas"),
    ),
}
_PLATE = re.compile(r"[A-Z]{3}-?[0-9][A-Z0-9][0-9]{2}", re.IGNORECASE)
_PLAIN_PRICE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
_BRAZILIAN_PRICE = re.compile(r"[0-9]{1,3}(\.[0-9]{3})*(,[0-9]{1,2})?|[0-9]{1,9},[0-9]{1,2}")
_YEAR = re.compile(r"[0-9]{4}")
_HTML = re.compile(r"</?[a-z][^<>]*>|<!", re.IGNORECASE)
_YOUTUBE_HOSTS = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be"})


@dataclass(frozen=True, slots=True)
class CheckedAd:
    """An ad that passed: the document's keys as they will be held, before any reduction.

    `unknown_optionals` were sent but are not in the portal's list.
    """

    payload: JsonObject
    code: str
    active: bool
    highlight: int
    optionals: list[str]
    unknown_optionals: list[str]
    text: str
    photos: list[str]


class AdRefused(Exception):
    """The ad does not pass; `errors` are the reasons by field."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        """Keep the reasons."""
        super().__init__(", ".join(errors))
        self.errors = errors


def check_ad(
    body: Mapping[str, Any], *, kind: str, catalogue: Catalogue, behaviour: Behaviour
) -> CheckedAd:
    """Check a body of Adicionar or Atualizar; raises AdRefused with every reason there is."""
    reader = BodyReader(body)
    if behaviour.refuse_foreign_keys:
        for key in sorted(set(body) - DOCUMENTED_KEYS[kind]):
            reader.refuse(key, f"O campo {key} não existe para {kind}.")
    payload: JsonObject = {
        "Codigo": reader.text("Codigo", required=True),
        "Placa": _plate(reader),
        "Valor": _price(reader),
        **_names(reader, kind=kind, catalogue=catalogue),
        **_years(reader),
        **_condition(reader, kind=kind),
        "Video": _video(reader),
    }
    optionals = reader.texts("Opcionais")
    listed = catalogue.short_list(kind, "opcionais")
    unknown = [name for name in optionals if name not in listed]
    if behaviour.opcionais_422:
        for name in unknown:
            reader.refuse("Opcionais", f"O opcional {name!r} não existe.")
    checked = CheckedAd(
        payload=payload,
        code=payload["Codigo"] or "",
        active=_active(reader),
        highlight=_highlight(reader),
        optionals=list(dict.fromkeys(name for name in optionals if name in listed)),
        unknown_optionals=unknown,
        text=_text(reader),
        photos=reader.texts("Fotos"),
    )
    if reader.errors:
        raise AdRefused(reader.errors)
    return checked


def _plate(reader: BodyReader) -> str | None:
    """Both Brazilian forms, with or without the dash."""
    plate = reader.text("Placa", required=True)
    if plate is not None and not _PLATE.fullmatch(plate):
        reader.refuse("Placa", "O campo Placa não é uma placa válida.")
    return plate


def _price(reader: BodyReader) -> str | None:
    """Text with a point or in the Brazilian form; must be more than nothing."""
    text = reader.text("Valor", required=True)
    if text is None:
        return None
    if _PLAIN_PRICE.fullmatch(text):
        amount = Decimal(text)
    elif _BRAZILIAN_PRICE.fullmatch(text):
        amount = Decimal(text.replace(".", "").replace(",", "."))
    else:
        reader.refuse("Valor", "O campo Valor não é um valor válido.")
        return None
    if amount <= 0:
        reader.refuse("Valor", "O campo Valor deve ser maior que zero.")
    return f"{amount:.2f}"


def _names(reader: BodyReader, *, kind: str, catalogue: Catalogue) -> JsonObject:
    """The names of the catalogue, each valid only inside the one above it."""
    held: JsonObject = {}
    brands = catalogue.brands[kind]
    held["Marca"] = reader.listed("Marca", brands)
    models = brands[held["Marca"]].models if held["Marca"] else None
    held["Modelo"] = _nested(reader, "Modelo", models)
    model = models[held["Modelo"]] if models and held["Modelo"] else None
    held["Versao"] = _nested(reader, "Versao", None if model is None else model.versions)
    held["Estilo"] = _nested(reader, "Estilo", None if model is None else model.styles)
    for field, name in _SHORT_LIST_FIELDS[kind]:
        held[field] = reader.listed(field, tuple(catalogue.short_list(kind, name)))
    return held


def _nested(reader: BodyReader, field: str, names: Mapping[str, object] | None) -> str | None:
    """A name below another; with the one above unknown nothing can be said but that it is due."""
    if names is None:
        reader.text(field, required=True)
        return None
    return reader.listed(field, names)


def _years(reader: BodyReader) -> JsonObject:
    """Four digits, from 1950; the model year is that of manufacture or the next."""
    years = {field: _year(reader, field) for field in ("AnoFabricacao", "AnoModelo")}
    made, model = years["AnoFabricacao"], years["AnoModelo"]
    if made is not None and model is not None and model - made not in {0, 1}:
        reader.refuse("AnoModelo", "O AnoModelo deve ser igual ou +1 em relação ao AnoFabricacao.")
    return {field: None if year is None else str(year) for field, year in years.items()}


def _year(reader: BodyReader, field: str) -> int | None:
    text = reader.text(field, required=True)
    if text is None:
        return None
    if not _YEAR.fullmatch(text):
        reader.refuse(field, f"O campo {field} deve ter quatro dígitos.")
        return None
    latest = datetime.now(tz=UTC).year + 1
    if not FIRST_YEAR <= int(text) <= latest:
        reader.refuse(field, f"O campo {field} deve estar entre {FIRST_YEAR} e {latest}.")
        return None
    return int(text)


def _condition(reader: BodyReader, *, kind: str) -> JsonObject:
    """New or used, mileage, owners, armour."""
    used = reader.one_of("VeiculoTipo", "0", "1", required=True)
    mileage = reader.whole("Kilometragem", required=used == "0")
    if mileage is not None and not 0 <= mileage <= HIGHEST_MILEAGE_KM:
        reader.refuse("Kilometragem", f"A Kilometragem deve estar entre 0 e {HIGHEST_MILEAGE_KM}.")
    held: JsonObject = {
        "VeiculoTipo": used,
        "Kilometragem": mileage,
        "UnicoDono": reader.one_of("UnicoDono", "0", "1") or "0",
    }
    if kind == CARS:
        held["Blindagem"] = "1" if reader.text("Blindagem") == "1" else "0"
    return held


def _video(reader: BodyReader) -> str | None:
    """An address at YouTube."""
    address = reader.text("Video")
    if address is None:
        return None
    try:
        parts = urlsplit(address)
        good = parts.scheme in {"http", "https"} and parts.hostname in _YOUTUBE_HOSTS
    except ValueError:
        good = False
    if not good:
        reader.refuse("Video", "O campo Video deve ser uma url do youtube.")
    return address


def _active(reader: BodyReader) -> bool:
    """Only the word "Ativo" makes an ad active; anything else is inactive and no error."""
    return reader.body.get("Status") == "Ativo"


def _highlight(reader: BodyReader) -> int:
    weight = reader.whole("Destaque") or 0
    if weight not in {0, 1, 2}:
        reader.refuse("Destaque", "O campo Destaque deve ser 0, 1 ou 2.")
    return weight


def _text(reader: BodyReader) -> str:
    text = reader.text("Observacoes") or ""
    if _HTML.search(text):
        reader.refuse("Observacoes", "Não é permitido envio de html no campo Observacoes.")
    return text
