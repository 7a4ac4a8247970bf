"""The three operations on ads: Adicionar, Atualizar, Apagar, with the portal's reductions.

Usadosbr API document, sections "Possíveis Erros e Avisos" and "Remoção de Veículo".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.photo_check import PhotoChecker, PhotoVerdict
from sandbox.usadosbr.answers import JsonObject, Notice
from sandbox.usadosbr.behaviour import Behaviour
from sandbox.usadosbr.reading import BodyReader
from sandbox.usadosbr.state import Account, Ad, Store, notices_as_json
from sandbox.usadosbr.validation import CheckedAd
from sandbox.usadosbr.vocabulary import MOTORCYCLES

MIN_WIDTH = 760
MIN_HEIGHT = 570
MAX_PHOTOS = 20
MAX_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Lookup:
    """Which ad an operation means: by the portal's id or by the advertiser's reference."""

    by: str
    value: str


def read_lookup(
    reader: BodyReader, *, operation: str, kind: str, behaviour: Behaviour
) -> Lookup | None:
    """The ad that Atualizar or Apagar names; None with the reasons noted in `reader`.

    Cars ask for Codigo_consulta and Tipo_codigo on removal; motorcycles for Codigo, and
    Tipo_codigo tells which of the two it is. Atualizar without either goes by Codigo.
    """
    by = reader.one_of("Tipo_codigo", "id", "code")
    value = _consulted(reader, behaviour=behaviour)
    if reader.errors:
        return None
    if by is None and value is None and (operation == "Atualizar" or kind == MOTORCYCLES):
        code = reader.text("Codigo", required=True)
        return None if code is None else Lookup(by="code", value=code)
    if value is None and kind == MOTORCYCLES and operation == "Apagar":
        value = reader.text("Codigo", required=True)
    elif value is None:
        reader.refuse("Codigo_consulta", "O campo Codigo_consulta é obrigatório.")
    if by is None:
        reader.refuse("Tipo_codigo", "O campo Tipo_codigo é obrigatório.")
    return None if by is None or value is None else Lookup(by=by, value=value)


def _consulted(reader: BodyReader, *, behaviour: Behaviour) -> str | None:
    """Codigo_consulta as text: an integer, or a text unless the strict reading is on."""
    value = reader.body.get("Codigo_consulta")
    if isinstance(value, str) and not behaviour.strict_integer_codigo_consulta:
        return value.strip() or None
    number = reader.whole("Codigo_consulta")
    return None if number is None else str(number)


def find_ad(store: Store, *, user: str, kind: str, lookup: Lookup) -> Ad | None:
    """The advertiser's ad that a lookup means."""
    if lookup.by == "code":
        return store.by_code(user, kind, lookup.value)
    digits = lookup.value.isascii() and lookup.value.isdigit() and len(lookup.value) < 19
    return store.by_number(user, kind, int(lookup.value)) if digits else None


async def look_at_photos(
    checked: CheckedAd, *, checker: PhotoChecker, behaviour: Behaviour
) -> list[PhotoVerdict] | None:
    """What is behind the first twenty addresses; None when the portal does not look."""
    if not behaviour.check_photos:
        return None
    photos = checked.photos[:MAX_PHOTOS]
    return await checker.check(photos, timeout_s=behaviour.photo_timeout_s)


@dataclass(frozen=True, slots=True)
class Granted:
    """What the portal will hold of an ad, and what it reduced."""

    payload: JsonObject
    highlight: int
    notices: list[Notice]


def grant(
    checked: CheckedAd,
    *,
    verdicts: list[PhotoVerdict] | None,
    store: Store,
    account: Account,
    current: Ad | None,
) -> Granted:
    """Cut the ad down to what the portal allows; `current` is the ad that it replaces."""
    notices = [
        Notice("optional_ignored", "Opcionais", f"Opcional inexistente ignorado: {name}", name)
        for name in checked.unknown_optionals
    ]
    photos = _photos(checked, verdicts=verdicts, notices=notices)
    if len(checked.text) > MAX_TEXT:
        told = (
            f"O campo Observacoes ultrapassou o limite de {MAX_TEXT} caracteres; foram adicionados "
            f"apenas os {MAX_TEXT} caracteres iniciais."
        )
        notices.append(Notice("text_truncated", "Observacoes", told, str(len(checked.text))))
    held = current.highlight if current is not None else 0
    refusal = _highlight_refusal(checked.highlight, store=store, account=account, held=held)
    if refusal:
        told = f"{refusal} O veículo foi salvo sem destaque."
        notices.append(Notice("highlight_denied", "Destaque", told, str(checked.highlight)))
    highlight = 0 if refusal else checked.highlight
    payload = {
        **checked.payload,
        "Destaque": highlight,
        "Opcionais": checked.optionals,
        "Observacoes": checked.text[:MAX_TEXT],
        "Fotos": photos,
    }
    return Granted(payload=payload, highlight=highlight, notices=notices)


def _photos(
    checked: CheckedAd, *, verdicts: list[PhotoVerdict] | None, notices: list[Notice]
) -> list[str]:
    """The addresses that are linked: the first twenty, of these the large enough."""
    sent = checked.photos
    if len(sent) > MAX_PHOTOS:
        told = f"Foram enviadas {len(sent)} imagens; apenas as {MAX_PHOTOS} primeiras são usadas."
        notices.append(Notice("photo_limit", "Fotos", told, str(len(sent))))
    if verdicts is None:
        return sent[:MAX_PHOTOS]
    linked = []
    for verdict in verdicts:
        fault = _photo_fault(verdict)
        if fault:
            told = f"Imagem não vinculada ({fault}): {verdict.url}"
            notices.append(Notice("photo_rejected", "Fotos", told, verdict.url))
        else:
            linked.append(verdict.url)
    return linked


def _photo_fault(verdict: PhotoVerdict) -> str:
    size = verdict.size
    if size is None:
        return "link quebrado"
    if size.width < MIN_WIDTH or size.height < MIN_HEIGHT:
        least = f"{MIN_WIDTH}x{MIN_HEIGHT}"
        return f"resolução {size.width}x{size.height} menor que a permitida, {least}"
    return ""


def _highlight_refusal(weight: int, *, store: Store, account: Account, held: int) -> str:
    """Why the highlight is not given; empty when it is. What the ad `held` counts as free."""
    if weight == 0:
        return ""
    plan = account.highlights.get(weight)
    if plan is None or not plan.released:
        return f"Destaque de peso {weight} não liberado para o anunciante."
    used = store.used(account.user, weight) - (held == weight)
    if used >= plan.total:
        return f"Cota do destaque de peso {weight} excedida ({used} de {plan.total})."
    return ""


def create_ad(
    checked: CheckedAd,
    granted: Granted,
    *,
    store: Store,
    user: str,
    kind: str,
    behaviour: Behaviour,
) -> Ad:
    """A new ad, whether or not there already is one of the same reference."""
    ad = Ad(
        number=0,
        kind=kind,
        code=checked.code,
        status="Inativo",
        highlight=granted.highlight,
        payload=granted.payload,
        notices=notices_as_json(granted.notices),
    )
    _set_status(ad, active=checked.active, moderation=behaviour.moderation)
    store.add(user, ad)
    return ad


def update_ad(
    ad: Ad, checked: CheckedAd, granted: Granted, *, store: Store, user: str, behaviour: Behaviour
) -> None:
    """Replace all that the ad says; its id stays."""
    ad.highlight = granted.highlight
    ad.payload = granted.payload
    ad.notices = notices_as_json(granted.notices)
    ad.updates += 1
    _set_status(ad, active=checked.active, moderation=behaviour.moderation)
    store.recode(user, ad, code=checked.code)


def _set_status(ad: Ad, *, active: bool, moderation: Mapping[str, Any] | None) -> None:
    """Active at once, or under review for some reads of the status."""
    ad.verdict, ad.reason, ad.reads_left = "", "", 0
    ad.status = "Ativo" if active else "Inativo"
    if active and moderation is not None:
        ad.verdict = moderation.get("verdict", "Ativo")
        ad.reason = moderation.get("reason", "")
        ad.reads_left = moderation["reads"]
        ad.status = "Em análise" if ad.reads_left else ad.verdict


def read_status(ad: Ad) -> str:
    """The status as shown to this read; the review is over after the reads it was given."""
    if ad.reads_left:
        ad.reads_left -= 1
        return ad.status
    if ad.status == "Em análise":
        ad.status = ad.verdict
    return ad.status
