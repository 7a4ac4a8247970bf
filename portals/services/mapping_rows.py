"""The columns of a file of decisions, and the words in them, both ways. Pure.

The words are the trade's and the same in every language, so that a file can be read anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping

from config.lib.folding import fold
from inventory.models import Category
from inventory.models.vocabulary import TRADE_NAMES
from portals.models.catalogue import CatalogueKind

COLUMNS = (
    *("portal", "ambiente", "loja", "tipo", "nivel", "origem", "nosso_nome"),
    *("carroceria", "ano", "decisao", "marca", "modelo", "nome", "chave"),
)
NEEDED = ("tipo", "nivel", "origem", "decisao", "nome", "chave")
TYPES: Mapping[int, str] = {
    Category.CAR: "carro",
    Category.MOTORCYCLE: "moto",
    Category.TRUCK: "caminhao",
    Category.IMPLEMENT: "implemento",
}
LEVELS: Mapping[str, str] = {
    CatalogueKind.BRAND: "marca",
    CatalogueKind.MODEL: "modelo",
    CatalogueKind.VERSION: "versao",
    CatalogueKind.STYLE: "estilo",
    CatalogueKind.COLOUR: "cor",
    CatalogueKind.FUEL: "combustivel",
    CatalogueKind.GEARBOX: "cambio",
    CatalogueKind.DOORS: "portas",
    CatalogueKind.DISPLACEMENT: "cilindrada",
    CatalogueKind.OPTIONAL: "opcional",
}
MAPPED, NOTHING = "mapear", "nenhum"
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a spreadsheet runs or swallows
# Which column is at fault when the place of a decision is refused.
COLUMN_OF = {
    "kind": "nivel",
    "vehicle_type": "tipo",
    "source_key": "origem",
    "body": "carroceria",
    "year": "ano",
    "entry": "chave",
}


def cell(text: str) -> str:
    """Return a text as a cell no spreadsheet takes for a formula; `uncell` gives it back."""
    risky = text.startswith(_STARTS) or (text[:1] == "'" and text[1:].startswith((*_STARTS, "'")))
    return f"'{text}" if risky else text


def uncell(text: str) -> str:
    """Return the text of a cell."""
    risky = text[:1] == "'" and text[1:].startswith((*_STARTS, "'"))
    return text[1:] if risky else text


def value_of(words: Mapping[int, str] | Mapping[str, str], text: str) -> int | str | None:
    """Return the value of a word, however it is spelled, None for no word of ours."""
    wanted = fold(text)
    return next((value for value, word in words.items() if word == wanted), None)


def body_word(body: str) -> str:
    """Return the trade's word for a body, '' for any."""
    return TRADE_NAMES["style"].get(body, (body,))[0] if body else ""


def body_of(text: str) -> str | None:
    """Return our body for a word of the trade or our own, '' for none said, None if unknown."""
    wanted = fold(text)
    if not wanted:
        return ""
    for body, words in TRADE_NAMES["style"].items():
        if wanted in {fold(body), *map(fold, words)}:
            return str(body)
    return None
