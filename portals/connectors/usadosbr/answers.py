"""What the portal's answers mean for us: refusals, states, ads of the list, plans, names. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from config.lib.folding import fold
from portals.connectors.types import ObservedListing, PlanReport, Problem, State
from portals.connectors.usadosbr.fields import NAMED_FIELDS, field_in_text, field_of_key
from portals.connectors.usadosbr.reading import (
    first_text,
    money_of,
    number_of,
    objects,
    reference_of,
    remote_id_of,
    rows_of,
    scalar_text,
    squeeze,
    status_of,
    url_of,
    value_of,
)

MESSAGE_LENGTH = 500
_ERRORS = ("errors", "erros", "error", "erro", "campos", "fields", "detalhes", "validacao")
_MESSAGES = ("message", "mensagem", "msg", "error", "erro", "motivo", "descricao")
_ENVELOPE_KEYS = frozenset({"status", "code", "success", "sucesso", "message", "mensagem", "msg"})

# Words of the status, folded; matched as whole words, the first line that matches wins.
_STATES: tuple[tuple[State, re.Pattern[str]], ...] = (
    ("refused", re.compile(r"\b(reprovad|recusad|rejeitad|negad|bloquead|refused|rejected)")),
    ("absent", re.compile(r"\b(apagad|removid|excluid|deletad|inexistente|deleted|removed)")),
    (
        "pending",
        re.compile(
            r"\b(pendente|aguardando|analise|moderacao|processa|process|aprovacao|pending|fila)"
        ),
    ),
    (
        "paused",
        re.compile(r"\b(inativ|pausad|suspens|desativad|despublicad|inactive|paused|offline)"),
    ),
    ("live", re.compile(r"\b(ativ|publicad|aprovad|online|active|no ar|published)")),
)


def state_of_word(word: str) -> State:
    """Return our state for the portal's status word; "unknown" if it is none we know."""
    folded = fold(word)
    for state, pattern in _STATES:
        if pattern.search(folded):
            return state
    return "unknown"


def read_observed(data: Any, *, reference: str, category: int) -> ObservedListing | None:
    """Return what a status answer or a row of the list tells of an ad; None if it tells no status.

    A status word nobody knows gives the state "unknown" with one problem, so that a person looks.
    """
    word = status_of(data)
    if word is None:
        return None
    state = state_of_word(word)
    problems: tuple[Problem, ...] = ()
    if state == "unknown":
        problems = (Problem(field="status", code="unknown_status", params={"word": word}),)
    elif state == "refused":
        message = first_text(data, ("motivo", "mensagem", "message", "observacao"))
        problems = (Problem(field="", code="refused", message=message[:MESSAGE_LENGTH]),)
    return ObservedListing(
        state=state,
        remote_id=remote_id_of(data),
        reference=reference_of(data) or reference,
        category=category,
        url=url_of(data),
        remote_status=word,
        problems=problems,
        details=_details(data),
    )


def _details(data: Any) -> dict[str, Any]:
    """Return the fields of an ad that can be compared: price (text, BRL), highlight, photos, km."""
    item: Mapping[str, Any] = [{}, *objects(data)][-1]
    details: dict[str, Any] = {}
    price = money_of(value_of(item, ("valor", "preco", "price")))
    if price is not None:
        details["price"] = str(price)
    for name, keys in (
        ("highlight", ("destaque", "peso", "pesodestaque")),
        ("mileage", ("kilometragem", "quilometragem", "km")),
    ):
        number = number_of(value_of(item, keys))
        if number is not None:
            details[name] = number
    photos = value_of(item, ("fotos", "imagens", "photos", "totalfotos", "quantidadefotos"))
    count = len(photos) if isinstance(photos, list) else number_of(photos)
    if count is not None:
        details["photos"] = count
    return details


def read_problems(data: Any) -> tuple[Problem, ...]:
    """Return why an ad was refused, by our fields; the portal's own words go with each."""
    problems: dict[tuple[str, str], Problem] = {}
    for key, text in _errors(data):
        problem = _problem(key, text)
        problems[(problem.field, problem.message)] = problem
    if not problems:
        message = first_text(data, _MESSAGES) or scalar_text(data)
        problem = _problem("", message)
        problems[(problem.field, problem.message)] = problem
    return tuple(problems.values())


def _problem(key: str, text: str) -> Problem:
    field = field_of_key(key) or field_in_text(text)
    code = "refused"
    if field in NAMED_FIELDS:
        code = "refused_name"
    elif field:
        code = "refused_field"
    params = {"key": key} if key else {}
    return Problem(field=field, code=code, message=text.strip()[:MESSAGE_LENGTH], params=params)


def error_keys(data: Any) -> list[tuple[str, str]]:
    """Return the (key of the portal, text) pairs of a 422, in order."""
    return list(_errors(data))


def _errors(data: Any) -> Iterator[tuple[str, str]]:
    for item in objects(data):
        container = value_of(item, _ERRORS)
        if isinstance(container, list | Mapping):
            yield from _flatten("", container)
            return
    if isinstance(data, list):
        yield from _flatten("", data)
    elif isinstance(data, Mapping):
        rest = {
            key: value
            for key, value in data.items()
            if squeeze(str(key)) not in _ENVELOPE_KEYS and field_of_key(str(key))
        }
        yield from _flatten("", rest)


def _flatten(key: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield (key, text) from texts, lists, objects by field and {"campo", "mensagem"} objects."""
    if isinstance(value, Mapping):
        named = scalar_text(value_of(value, ("campo", "field", "chave", "key", "atributo")))
        text = scalar_text(value_of(value, ("mensagem", "message", "msg", "motivo", "erro")))
        if text:
            yield named or key, text
            return
        for inner_key, inner in value.items():
            yield from _flatten(_joined(key, str(inner_key)), inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _flatten(key, inner)
    elif scalar_text(value):
        yield key, scalar_text(value)


def _joined(key: str, inner: str) -> str:
    if not key and inner.isdigit():
        return ""
    return f"{key}.{inner}" if key else inner


def read_row(row: Any, *, category: int) -> ObservedListing | None:
    """Return an ad of the paged list; None for a row that holds no ad."""
    if not isinstance(row, Mapping):
        return None
    if not (remote_id_of(row) or reference_of(row)):
        return None
    found = read_observed(row, reference="", category=category)
    if found is not None:
        return found
    return ObservedListing(
        state="unknown",
        remote_id=remote_id_of(row),
        reference=reference_of(row),
        category=category,
        url=url_of(row),
        details=_details(row),
    )


_NAME_KEYS = ("nome", "name", "descricao", "description", "titulo", "valor", "value", "label")


def read_names(data: Any, *, kind: str, last: str) -> list[str] | None:
    """Return the names of a catalogue answer in order, each once; None if it holds no list.

    `last` is the last part of the path ("marcas"), under which some answers put the list; rows are
    texts, numbers or objects.
    """
    rows = rows_of(data, (last, kind))
    if rows is None:
        return None
    singular = {"marcas": "marca", "modelos": "modelo", "versoes": "versao", "estilos": "estilo"}
    keys = (*_NAME_KEYS, singular.get(last, last.rstrip("s")), kind, last)
    names = (scalar_text(value_of(row, keys)) or scalar_text(row) for row in rows)
    return list(dict.fromkeys(name for name in names if name))


def read_plans(data: Any) -> tuple[PlanReport, ...] | None:
    """Return the plans of an account; None if the answer holds none that can be recognised.

    Documented is only that the answer tells availability and situation of the highlights. Rows
    with a weight are highlights, rows without one but with a total are ad plans. Nothing is
    made up: what a row does not tell stays unknown.
    """
    rows = list(_plan_rows(data))
    if not rows and rows_of(data, _PLAN_LISTS) != []:
        return None
    plans: dict[tuple[str, str], PlanReport] = {}
    for key, row in rows:
        plan = _plan(key, row)
        if plan is not None:
            plans.setdefault((plan.kind, plan.remote_key), plan)
    return tuple(plans.values()) if plans or not rows else None


_PLAN_LISTS = ("planos", "destaques", "plans", "highlights")
_WEIGHTS = ("peso", "weight", "prioridade", "destaque", "valordestaque")
_TOTALS = ("total", "quantidade", "limite", "cota", "qtd", "quantidadetotal", "contratado", "max")
_USED = (
    *("utilizado", "utilizados", "usado", "usados", "publicado", "publicados", "emuso", "used"),
    *("quantidadeutilizada", "cadastrados", "consumido", "ativos"),
)
_FREE = ("disponivel", "disponiveis", "saldo", "restante", "restantes", "available", "livres")
_RELEASED = ("liberado", "released", "habilitado", "ativo", "active", "permitido")


def _plan_rows(data: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (key, row) of the plans, from a list or from an object keyed by name or weight."""
    if isinstance(data, list):
        yield from (("", row) for row in data if isinstance(row, Mapping))
        return
    if not isinstance(data, Mapping):
        return
    inner = [value_of(data, (name,)) for name in (*_PLAN_LISTS, "data", "dados", "result")]
    containers = [item for item in inner if isinstance(item, list | Mapping)]
    for container in containers:
        yield from _plan_rows(container)
    if not containers:
        yield from _keyed_plan_rows(data)


def _keyed_plan_rows(data: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if value_of(data, (*_TOTALS, *_FREE, *_RELEASED)) is not None:
        yield "", data
        return
    yield from ((str(key), row) for key, row in data.items() if isinstance(row, Mapping))


def _plan(key: str, row: Mapping[str, Any]) -> PlanReport | None:
    told = value_of(row, _WEIGHTS)
    if told is None:
        told = re.sub(r"\D", "", key) or None
    weight = number_of(told) or 0
    name = first_text(row, ("nome", "name", "descricao", "plano", "titulo", "tipo"))
    total, published = _slots(row)
    released = _truth(value_of(row, _RELEASED))
    if total is None and released is None and not weight:
        return None
    identity = scalar_text(value_of(row, ("id", "idplano", "planoid"))) or fold(name or key)
    return PlanReport(
        kind="highlight" if weight else "ad",
        remote_key=(str(weight) if weight else identity or "ad")[:60],
        name=(name or (f"Destaque {weight}" if weight else key or "Plano"))[:120],
        weight=weight,
        total=total,
        published=published,
        released=released is not False,
    )


def _slots(row: Mapping[str, Any]) -> tuple[int | None, int]:
    """Return (total, published); each is reckoned from the free ones if only those are told."""
    total = number_of(value_of(row, _TOTALS))
    used = number_of(value_of(row, _USED))
    free = number_of(value_of(row, _FREE))
    if total is None and used is not None and free is not None:
        total = used + free
    if used is None and total is not None and free is not None:
        used = max(0, total - free)
    return total, used or 0


def _truth(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    word = fold(str(value))
    if word in ("1", "sim", "s", "true", "liberado", "ativo", "yes"):
        return True
    return False if word in ("0", "nao", "n", "false", "bloqueado", "inativo", "no") else None
