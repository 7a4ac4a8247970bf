"""How an ad is named in a write, and what of a refusal we can mend ourselves. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from config.lib.http import Answer
from portals.connectors.usadosbr.answers import error_keys
from portals.connectors.usadosbr.fields import field_in_text, field_of_key
from portals.connectors.usadosbr.notices import named_optionals
from portals.connectors.usadosbr.reading import squeeze


def _number_or_text(value: str) -> int | str:
    """Return digits as a JSON integer, unless that would change them ("007")."""
    return int(value) if re.fullmatch(r"0|[1-9]\d{0,18}", value) else value


def id_key(remote_id: str) -> dict[str, Any]:
    """Name an ad by the portal's id."""
    return {"Tipo_codigo": "id", "Codigo_consulta": _number_or_text(remote_id)}


def code_key(reference: str) -> dict[str, Any]:
    """Name an ad by our code."""
    return {"Tipo_codigo": "code", "Codigo_consulta": _number_or_text(reference)}


def refuses_code(answer: Answer) -> bool:
    """Whether the portal dislikes the form of our code (it may want an integer)."""
    if answer.status not in (400, 422) or not answer.is_json:
        return False
    errors = error_keys(answer.data)
    return any("codigoconsulta" in squeeze(f"{key} {text}") for key, text in errors)


def optionals_to_drop(answer: Answer, body: Mapping[str, Any]) -> list[str]:
    """Return the optionals to send no more when they alone were refused: those named, else all.

    Empty if the answer is no such refusal.
    """
    sent = [str(name) for name in body.get("Opcionais", ())]
    if answer.status != 422 or not answer.is_json or not sent:
        return []
    errors = error_keys(answer.data)
    if not errors or any(_field(key, text) != "optionals" for key, text in errors):
        return []
    numbers = {part for key, _ in errors for part in key.split(".")[1:]}
    by_number = [name for number, name in enumerate(sent) if str(number) in numbers]
    said = " ".join([*(text for _, text in errors), *(key for key, _ in errors)])
    by_name = named_optionals(iter([said]), body)
    if by_number and len(by_name) == len(sent):
        return by_number
    return list(dict.fromkeys([*by_name, *by_number]))


def _field(key: str, text: str) -> str:
    return field_of_key(key) or field_in_text(text)


def without_optionals(body: Mapping[str, Any], dropped: list[str]) -> dict[str, Any]:
    """Return the body without these optionals."""
    kept = [name for name in body["Opcionais"] if name not in dropped]
    return {**body, "Opcionais": kept}
