"""What a 200 takes away: `avisos` in any shape become warnings with asked and granted. Pure.

Documented ("API de Estoque", possible errors and notices) are five reductions; how they are
written is not, so they are known by their words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from config.lib.folding import fold
from portals.connectors.types import AdWarning, Problem, WarningKind
from portals.connectors.usadosbr.payload import MAX_PHOTOS, MAX_TEXT
from portals.connectors.usadosbr.reading import leaf_texts, objects, squeeze, value_of

_CONTAINERS = ("avisos", "aviso", "warnings", "warning", "alertas", "alerta")
_FLAT = (
    *("mensagem", "message", "msg", "motivo", "campo", "field", "tipo", "descricao", "texto"),
    *("valor", "codigo", "code", "id"),
)
_MESSAGES = ("message", "mensagem", "msg")
_URL = re.compile(r"https?://[^\s\"'<>\]),;]+")
_SENTENCE = re.compile(r"(?<=[.!])\s+|\n+")
_CLAUSE = re.compile(r";")

_PHOTO = re.compile(r"\bfotos?\b|imagem|imagens|\bimages?\b|\bphotos?\b")
_PHOTO_BAD = re.compile(
    r"resolu|dimens|760|570|largura|altura|link|quebrad|inval|baixa|menor|carregad|acess"
    r"|nao exist|nao encontrad|download"
)
_PHOTO_MANY = re.compile(r"limite|maxim|exced|ultrapass|primeir|mais de|\b20\b")
_HIGHLIGHT = re.compile(r"destaque|highlight")
_TEXT = re.compile(r"observac|comentari|descric|caracter|\btexto\b|2\.?000")
_CUT = re.compile(r"observac.*(?:caracter|2\.?000|cortad|trunca)|\btexto\b.*(?:cortad|trunca)")
_OPTIONAL = re.compile(r"opciona")
# A plain message usually praises ("saved with success"): only these words make it a notice.
_TROUBLE = re.compile(
    r"\bnao\b|\bsem\b|exced|ultrapass|limite|cota|cortad|trunca|apenas|primeir|ignorad|inval"
    r"|inexist|quebrad|resolu|menor|baixa|recus|problem|erro|desconsider|not\b"
)
MESSAGE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class _Notice:
    text: str
    urls: tuple[str, ...]
    loose: bool  # from a plain message, which usually only says "saved"
    kind: WarningKind | None


def read_notices(
    data: Any, *, body: Mapping[str, Any]
) -> tuple[tuple[AdWarning, ...], tuple[Problem, ...]]:
    """Return the warnings of an answer to `body`, and notices nobody could classify as problems."""
    by_kind: dict[WarningKind, list[_Notice]] = {}
    unknown: dict[str, Problem] = {}
    for notice in _notices(data):
        if notice.kind is not None:
            by_kind.setdefault(notice.kind, []).append(notice)
        elif notice.text and not notice.loose:
            text = notice.text[:MESSAGE_LENGTH]
            unknown[text] = Problem(field="", code="portal_notice", message=text)
    warnings = tuple(_warning(kind, found, body) for kind, found in by_kind.items())
    return warnings, tuple(unknown.values())


def merge_warnings(
    foreseen: tuple[AdWarning, ...], told: tuple[AdWarning, ...]
) -> tuple[AdWarning, ...]:
    """Join what we left out ourselves with what the portal took away: one warning per kind."""
    merged = {warning.kind: warning for warning in foreseen}
    for warning in told:
        ours = merged.get(warning.kind)
        if ours is None:
            merged[warning.kind] = warning
        elif isinstance(ours.asked, list) and isinstance(warning.asked, list):
            asked = list(dict.fromkeys([*ours.asked, *warning.asked]))
            merged[warning.kind] = AdWarning(
                kind=warning.kind, asked=asked, granted=[], message=warning.message
            )
    return tuple(merged.values())


def _notices(data: Any) -> Iterator[_Notice]:
    if isinstance(data, str):
        yield from _split("", data, loose=True)
        return
    for item in objects(data):
        for name in _CONTAINERS:
            yield from _walk("", value_of(item, (name,)), loose=False)
        for name in _MESSAGES:
            yield from _walk("", value_of(item, (name,)), loose=True)


def _walk(hint: str, value: Any, *, loose: bool) -> Iterator[_Notice]:
    """Yield the notices of a text, a list or an object keyed by field; flat objects are one."""
    if isinstance(value, str):
        yield from _split(hint, value, loose=loose)
    elif isinstance(value, list) and _is_plain_names(value) and hint:
        yield _one(hint, "; ".join(value), loose=loose)
    elif isinstance(value, list):
        for item in value:
            yield from _walk(hint, item, loose=loose)
    elif isinstance(value, Mapping) and _is_flat_notice(value):
        telling = (str(key) for key in value if squeeze(str(key)) not in _FLAT)
        yield _one(f"{hint} {' '.join(telling)}", " ".join(leaf_texts(value)), loose=loose)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _walk(f"{hint} {key}", item, loose=loose)


def _is_flat_notice(value: Mapping[str, Any]) -> bool:
    """Whether an object is one notice ({"campo", "mensagem", …}), not notices keyed by field."""
    return value_of(value, _FLAT[:-4]) is not None


def _is_plain_names(value: list[Any]) -> bool:
    """Whether a list holds bare names or addresses, which belong to one notice."""
    return bool(value) and all(isinstance(item, str) and len(item.split()) < 4 for item in value)


def _split(hint: str, text: str, *, loose: bool) -> Iterator[_Notice]:
    """Yield the notices of a running text, by sentence or clause where these differ in kind.

    Where texts were strung together without a stop, one piece may tell of several reductions.
    """
    for sentence in _parts(_SENTENCE, hint, text, loose=loose):
        for clause in _parts(_CLAUSE, hint, sentence, loose=loose):
            first = _one(hint, clause, loose=loose)
            kinds = () if hint else _kinds_of("", clause, loose=loose)
            yield first
            yield from (replace(first, kind=kind) for kind in kinds[1:])


def _parts(pattern: re.Pattern[str], hint: str, text: str, *, loose: bool) -> list[str]:
    parts = [part for part in pattern.split(text) if part.strip()]
    kinds = {_one(hint, part, loose=loose).kind for part in parts} - {None}
    return parts if len(kinds) > 1 else [text]


def _one(hint: str, text: str, *, loose: bool) -> _Notice:
    kinds = _kinds_of(fold(hint), text, loose=loose)
    return _Notice(text.strip(), tuple(_URL.findall(text)), loose, kinds[0] if kinds else None)


def _kinds_of(hint: str, text: str, *, loose: bool) -> tuple[WarningKind, ...]:
    """Return the kinds a piece may be of, surest first; `hint` is the field it was told under."""
    said = fold(_URL.sub(" ", text))
    if loose and not _TROUBLE.search(said):
        return ()
    both = f"{hint} {said}"
    kinds: list[WarningKind] = []
    if _OPTIONAL.search(both):
        kinds.append("optional_ignored")
    if _HIGHLIGHT.search(both):
        kinds.append("highlight_denied")
    if _PHOTO.search(both) or _URL.search(text):
        many = _PHOTO_MANY.search(said) and not _PHOTO_BAD.search(said)
        kinds.append("photo_limit" if many else "photo_rejected")
    if (_CUT if kinds else _TEXT).search(both):
        kinds.append("text_truncated")
    return tuple(kinds)


def _warning(kind: WarningKind, found: list[_Notice], body: Mapping[str, Any]) -> AdWarning:
    asked, granted = _asked_and_granted(kind, found, body)
    message = " ".join(dict.fromkeys(notice.text for notice in found))[:MESSAGE_LENGTH]
    return AdWarning(kind=kind, asked=asked, granted=granted, message=message)


def _asked_and_granted(
    kind: WarningKind, found: list[_Notice], body: Mapping[str, Any]
) -> tuple[Any, Any]:
    sent = list(body.get("Fotos", ()))
    if kind == "photo_rejected":
        named = {url.rstrip(".") for notice in found for url in notice.urls}
        urls = [url for url in sent if url in named] or sorted(named)
        return (urls, []) if urls else (len(sent), None)
    if kind == "photo_limit":
        return len(sent), min(len(sent), MAX_PHOTOS)
    if kind == "highlight_denied":
        return body.get("Destaque", 0), 0
    if kind == "text_truncated":
        length = len(str(body.get("Observacoes", "")))
        return length, min(length, MAX_TEXT)
    return named_optionals((notice.text for notice in found), body), []


def named_optionals(texts: Iterator[str], body: Mapping[str, Any]) -> list[str]:
    """Return those of the optionals sent that the texts name; all of them if none is named."""
    said = fold(" ".join(texts))
    sent = [str(name) for name in body.get("Opcionais", ())]
    named = [name for name in sent if re.search(rf"(?<!\w){re.escape(fold(name))}(?!\w)", said)]
    return named or sent
