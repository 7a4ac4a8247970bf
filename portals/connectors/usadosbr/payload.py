"""A draft as the portal wants it ("API de Estoque", table of Adicionar and Atualizar). Pure.

`Operacao`, `Tipo_codigo` and `Codigo_consulta` are not part of it: they say what is done with the
ad, not what the ad is, so they must not change its fingerprint.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from portals.connectors.errors import MappingMissing, NotSupported
from portals.connectors.gaps import distinct_photos, left_out_optionals, missing_names
from portals.connectors.plain_text import plain_text
from portals.connectors.types import (
    AdWarning,
    ListingDraft,
    Payload,
    PhotoRef,
    Problem,
)
from portals.connectors.usadosbr.fields import CAR, CHANNELS, NAMES

MAX_PHOTOS = 20
MAX_TEXT = 2000
MIN_WIDTH, MIN_HEIGHT = 760, 570
HIGHLIGHTS = (0, 1, 2)

_YOUTUBE = re.compile(
    r"^https?://(?:[a-z0-9-]+\.)*(?:youtube\.com|youtu\.be|youtube-nocookie\.com)/", re.IGNORECASE
)
_CENT = Decimal("0.01")
_FLAG = {True: "1", False: "0"}


def is_youtube(url: str) -> bool:
    """Whether the address is a video of YouTube, the only site the portal takes."""
    return bool(_YOUTUBE.match(url))


def is_too_small(photo: PhotoRef) -> bool:
    """Whether the portal will refuse the photo; one of unknown size is given the benefit."""
    return 0 < photo.width < MIN_WIDTH or 0 < photo.height < MIN_HEIGHT


def gaps_of(draft: ListingDraft) -> tuple[Problem, ...]:
    """Return one problem per name that has no place in the portal's catalogue."""
    return missing_names(draft, NAMES[draft.category])


def build_payload(draft: ListingDraft) -> Payload:
    """Turn a draft into a request body.

    Raises NotSupported for what is neither car nor motorcycle and for a highlight weight that does
    not exist, MappingMissing for names without a place in the catalogue.
    """
    if draft.category not in CHANNELS:
        raise NotSupported("category")
    if draft.highlight not in HIGHLIGHTS:
        raise NotSupported("highlight")
    problems = gaps_of(draft)
    if problems:
        raise MappingMissing(problems)
    photos, photo_warnings = _photos(draft)
    text, text_warnings = _text(draft)
    optionals, optional_warnings = _optionals(draft)
    body: dict[str, Any] = {
        "Status": "Ativo" if draft.active else "Inativo",
        "Placa": draft.plate,
        "Valor": "" if draft.price is None else f"{draft.price.quantize(_CENT):f}",
        "Codigo": draft.reference,
        **{key: draft.names[kind].key for kind, key in NAMES[draft.category].items()},
        **_years_and_use(draft),
        "UnicoDono": _FLAG[draft.single_owner],
        "Destaque": draft.highlight,
        "Opcionais": optionals,
        "Observacoes": text,
        "Fotos": photos,
    }
    if draft.category == CAR:
        body["Blindagem"] = _FLAG[draft.armoured]
    if is_youtube(draft.video_url):
        body["Video"] = draft.video_url
    foreseen = photo_warnings + text_warnings + optional_warnings
    return Payload(channel=CHANNELS[draft.category], body=body, foreseen=foreseen)


def _years_and_use(draft: ListingDraft) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "AnoFabricacao": str(draft.year_manufacture or ""),
        "AnoModelo": str(draft.year_model or ""),
        "VeiculoTipo": _FLAG[draft.is_new],
    }
    if draft.mileage is not None or draft.is_new:
        facts["Kilometragem"] = draft.mileage or 0
    return facts


def _photos(draft: ListingDraft) -> tuple[list[str], tuple[AdWarning, ...]]:
    """Return the addresses to send and what we leave out ourselves.

    The portal takes the first 20 and then throws out the small ones; when there are more than 20
    we leave the small ones out first, so that good ones move up.
    """
    photos = distinct_photos(draft)
    if len(photos) <= MAX_PHOTOS:
        return [photo.url for photo in photos], ()
    usable = [photo.url for photo in photos if not is_too_small(photo)]
    small = [photo.url for photo in photos if is_too_small(photo)]
    warnings = []
    if small:
        warnings.append(AdWarning(kind="photo_rejected", asked=small, granted=[]))
    if len(usable) > MAX_PHOTOS:
        warnings.append(AdWarning(kind="photo_limit", asked=len(photos), granted=MAX_PHOTOS))
    return usable[:MAX_PHOTOS], tuple(warnings)


def _text(draft: ListingDraft) -> tuple[str, tuple[AdWarning, ...]]:
    text = plain_text(draft.description)
    if len(text) <= MAX_TEXT:
        return text, ()
    return text[:MAX_TEXT], (AdWarning(kind="text_truncated", asked=len(text), granted=MAX_TEXT),)


def _optionals(draft: ListingDraft) -> tuple[list[str], tuple[AdWarning, ...]]:
    keys = list(dict.fromkeys(item.key for item in draft.optionals if item.key is not None))
    missing = left_out_optionals(draft)
    if not missing:
        return keys, ()
    return keys, (AdWarning(kind="optional_ignored", asked=missing, granted=[]),)
