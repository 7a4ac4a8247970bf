"""Reading answers whose shape nobody documented: small tolerant tools, pure.

Rule of all of them: what is not understood is said to be not understood (None), never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from config.lib.folding import fold

_ENVELOPES = (
    *("data", "dados", "result", "resultado", "retorno", "response", "resposta"),
    *("veiculo", "carro", "moto", "anuncio", "items", "itens"),
)
_IDS = (
    *("id", "idveiculo", "veiculoid", "idanuncio", "anuncioid", "idusadosbr", "usadosbrid"),
    *("codigousadosbr", "codigoid", "remoteid", "idcarro", "idmoto", "carroid", "motoid"),
)
_CODES = ("codigo", "code", "codigoreferencia", "referencia", "codigointegrador", "codigoveiculo")
_STATUSES = ("status", "situacao", "statusanuncio", "statusveiculo")
_URLS = ("url", "link", "urlanuncio", "linkanuncio", "permalink")
_MISSING = re.compile(r"nao (?:foi )?(?:encontrad|localizad|exist|cadastrad)|inexistente|not found")
_DEPTH = 4


def squeeze(text: str) -> str:
    """Return a key without case, accents and anything but letters and digits."""
    return "".join(char for char in fold(text) if char.isalnum())


def value_of(data: Any, names: tuple[str, ...]) -> Any:
    """Return the value of the first of these keys (squeezed) that an object has, else None."""
    if not isinstance(data, Mapping):
        return None
    return _first_of(_by_key(data), names)


def _by_key(data: Mapping[str, Any]) -> dict[str, Any]:
    return {_squeezed_key(str(key)): value for key, value in data.items()}


# Answers of a portal have the same few keys, again and again.
_squeezed_key = lru_cache(maxsize=1024)(squeeze)


def _first_of(by_key: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    for name in names:
        if by_key.get(name) is not None:
            return by_key[name]
    return None


def objects(data: Any, depth: int = _DEPTH) -> Iterator[Mapping[str, Any]]:
    """Yield an object and those in its usual envelopes, outermost first."""
    if isinstance(data, list) and len(data) == 1:
        data = data[0]
    if not isinstance(data, Mapping) or depth <= 0:
        return
    yield data
    by_key = _by_key(data)
    for name in _ENVELOPES:
        if by_key.get(name) is not None:
            yield from objects(by_key[name], depth - 1)


def scalar_text(value: Any) -> str:
    """Return a text or number as stripped text, '' for everything else (booleans too)."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()


def first_text(data: Any, names: tuple[str, ...]) -> str:
    """Return the first text or number found under one of these keys, '' if there is none."""
    for item in objects(data):
        text = scalar_text(value_of(item, names))
        if text:
            return text
    return ""


def remote_id_of(data: Any) -> str:
    """Return the portal's id of an ad, '' if the answer does not tell."""
    return first_text(data, _IDS)[:60]


def reference_of(data: Any) -> str:
    """Return our code in an answer, '' if it does not tell."""
    return first_text(data, _CODES)


def url_of(data: Any) -> str:
    """Return the address of an ad, '' if the answer does not tell."""
    text = first_text(data, _URLS)
    return text[:300] if text.startswith(("http://", "https://")) else ""


def status_of(data: Any) -> str | None:
    """Return the portal's status word; "ativo"/"inativo" for truth values; None if it tells none.

    A number of three digits under `status` is the HTTP status repeated in the body.
    """
    for item in reversed(list(objects(data))):
        for name in _STATUSES:
            value = value_of(item, (name,))
            if isinstance(value, bool) or value in (0, 1, "0", "1"):
                return "Ativo" if value in (True, 1, "1") else "Inativo"
            if isinstance(value, Mapping):
                value = value_of(value, ("nome", "descricao", "status", "name"))
            if isinstance(value, str) and value.strip() and not value.strip().isdigit():
                return value.strip()[:60]
    return None


def http_status_of(status: int, data: Any) -> int:
    """Return the status an answer means: an error in the body of a 200 counts as that error."""
    if 200 <= status < 300 and isinstance(data, Mapping):
        told = value_of(data, ("status", "statuscode", "code", "httpstatus"))
        text = scalar_text(told)
        if re.fullmatch("[45][0-9]{2}", text):
            return int(text)
    return status


def says_missing(data: Any) -> bool:
    """Whether an answer says that there is no such ad."""
    return bool(_MISSING.search(fold(" ".join(leaf_texts(data)))))


def leaf_texts(data: Any, depth: int = 6) -> Iterator[str]:
    """Yield every text inside an answer."""
    if depth <= 0:
        return
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from leaf_texts(value, depth - 1)
    elif isinstance(data, list):
        for value in data:
            yield from leaf_texts(value, depth - 1)


def rows_of(data: Any, names: tuple[str, ...] = ()) -> list[Any] | None:
    """Return the list of an answer: bare, in an envelope, under one of `names`, or paged.

    An object of id -> name counts as a list of its values. None if there is no list.
    """
    if isinstance(data, list):
        return data
    if not isinstance(data, Mapping):
        return None
    for name in (*names, *_ENVELOPES):
        inner = value_of(data, (name,))
        if isinstance(inner, list | Mapping):
            found = rows_of(inner, names)
            if found is not None:
                return found
    values = list(data.values())
    if values and all(str(key).isdigit() for key in data):
        return values
    return None


def number_of(value: Any) -> int | None:
    """Return a whole number given as number or text, None if it is none."""
    text = scalar_text(value)
    return int(text) if re.fullmatch(r"\d{1,12}", text) else None


def money_of(value: Any) -> Decimal | None:
    """Return an amount in BRL from 45990, "45990.00", "45.990,00" or "R$ 45.990"; None if none."""
    text = scalar_text(value).replace("R$", "").replace("\xa0", "").replace(" ", "")
    if not re.fullmatch(r"[\d.,]{1,20}", text):
        return None
    if "," in text or re.fullmatch(r"\d{1,3}(?:\.\d{3})+", text):
        text = text.replace(".", "").replace(",", ".")
    try:
        return Decimal(text).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
