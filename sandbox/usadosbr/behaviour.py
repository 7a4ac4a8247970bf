"""How this portal behaves: its readings of what is not written, beside the shared misbehaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from sandbox.behaviour import SHARED_CHECKS, Checks, count, flag, one_of
from sandbox.behaviour import Behaviour as SharedBehaviour

STATUS_WORDS = ("Ativo", "Inativo", "Em análise", "Recusado")
ONE_YEAR_OF_360_DAYS_S = 31_104_000


def _words(value: object) -> bool:
    return isinstance(value, dict) and all(
        word in STATUS_WORDS and isinstance(shown, str) for word, shown in value.items()
    )


def _moderation(value: object) -> bool:
    return (
        isinstance(value, dict)
        and set(value) <= {"reads", "verdict", "reason"}
        and count(value.get("reads"))
        and value.get("verdict", "Ativo") in {"Ativo", "Recusado"}
        and isinstance(value.get("reason", ""), str)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour(SharedBehaviour):
    """The keys of `POST /usadosbr/_config`, with what they are when nobody asked for anything.

    `strict_integer_codigo_consulta` refuses a text there; `opcionais_422` refuses unknown optionals
    instead of leaving them out; `refuse_foreign_keys` refuses keys that the document does not list
    for the type; `avisos_shape` is "list", "text", "objects", "warnings" or "message";
    `no_id_in_answer`; `catalogue_shape` is "objects", "strings" or "data"; `plans_shape` is "data",
    "list" or "planos"; `list_keys` is "lower" or "document"; `status_not_found` is "400", "404" or
    "empty"; `status_words` renames the words of `STATUS_WORDS`; `moderation` is null or
    {"reads": N, "verdict": "Ativo" | "Recusado", "reason": text}: a saved active ad stays under
    review for N reads of its status.
    """

    CHECKS: ClassVar[Checks] = {
        **SHARED_CHECKS,
        "strict_integer_codigo_consulta": flag,
        "opcionais_422": flag,
        "refuse_foreign_keys": flag,
        "avisos_shape": one_of("list", "text", "objects", "warnings", "message"),
        "no_id_in_answer": flag,
        "catalogue_shape": one_of("objects", "strings", "data"),
        "plans_shape": one_of("data", "list", "planos"),
        "list_keys": one_of("lower", "document"),
        "status_not_found": one_of("400", "404", "empty"),
        "status_words": _words,
        "moderation": _moderation,
    }

    token_ttl_s: int = ONE_YEAR_OF_360_DAYS_S
    strict_integer_codigo_consulta: bool = False
    opcionais_422: bool = False
    refuse_foreign_keys: bool = True
    avisos_shape: str = "list"
    no_id_in_answer: bool = False
    catalogue_shape: str = "objects"
    plans_shape: str = "data"
    list_keys: str = "lower"
    status_not_found: str = "400"
    status_words: Mapping[str, str] | None = None
    moderation: Mapping[str, Any] | None = None

    def word(self, status: str) -> str:
        """The word under which this portal shows an internal status."""
        return (self.status_words or {}).get(status, status)
