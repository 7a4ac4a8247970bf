"""Bodies of the portal's answers, in the shapes that the switches choose.

The document prints only the 400 of a removal; the rest follows the habits of the framework that
its sample token points to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sandbox.usadosbr.behaviour import Behaviour
from sandbox.wire import Response, json_response

JsonObject = dict[str, Any]
MAX_PER_PAGE = 100
DEFAULT_PER_PAGE = 15


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that was saved in a smaller way than asked. `kind` is for the state page only:
    photo_rejected, photo_limit, highlight_denied, text_truncated or optional_ignored."""

    kind: str
    field: str
    text: str
    value: str = ""

    def as_json(self) -> JsonObject:
        """For `_state` and the state file."""
        return {"kind": self.kind, "campo": self.field, "mensagem": self.text, "valor": self.value}


def failure(status: int, message: str) -> Response:
    """A refusal as the document prints it: status and message."""
    return json_response({"status": status, "message": message}, status=status)


def invalid(errors: Mapping[str, Sequence[str]]) -> Response:
    """422 with the reasons by field."""
    return json_response(
        {"message": "Os dados informados são inválidos.", "errors": errors}, status=422
    )


def saved(body: JsonObject, *, notices: Sequence[Notice], behaviour: Behaviour) -> Response:
    """200 for a saved ad, with its warnings in the shape that is switched on."""
    answer = dict(body)
    if behaviour.no_id_in_answer:
        answer.pop("id")
        answer.pop("url")
    if not notices:
        return json_response(answer)
    texts = [notice.text for notice in notices]
    match behaviour.avisos_shape:
        case "text":
            answer["avisos"] = " ".join(texts)
        case "objects":
            answer["avisos"] = [
                {"campo": notice.field, "mensagem": notice.text, "valor": notice.value}
                for notice in notices
            ]
        case "warnings":
            by_field: dict[str, list[str]] = {}
            for notice in notices:
                by_field.setdefault(notice.field, []).append(notice.text)
            answer["warnings"] = by_field
        case "message":
            answer["message"] = " ".join([answer["message"], *texts])
        case _:
            answer["avisos"] = texts
    return json_response(answer)


def name_list(names: Iterable[tuple[int, str]], *, behaviour: Behaviour) -> Response:
    """A catalogue list of (id, name)."""
    if behaviour.catalogue_shape == "strings":
        return json_response([name for _id, name in names])
    rows = [{"id": number, "nome": name} for number, name in names]
    return json_response({"data": rows} if behaviour.catalogue_shape == "data" else rows)


def plan_list(plans: list[JsonObject], *, behaviour: Behaviour) -> Response:
    """The highlights of an advertiser."""
    if behaviour.plans_shape == "list":
        return json_response(plans)
    if behaviour.plans_shape == "planos":
        return json_response({"status": 200, "planos": plans})
    return json_response({"data": plans})


def page_numbers(query: Mapping[str, str]) -> tuple[int, int]:
    """(page, per_page) of a request: careless values fall back, per_page is capped at 100."""
    page = _positive(query.get("page", ""), default=1)
    per_page = _positive(query.get("per_page", ""), default=DEFAULT_PER_PAGE)
    return page, min(per_page, MAX_PER_PAGE)


def _positive(text: str, *, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text) < 10**9 else default


def paged(
    rows: Sequence[JsonObject], *, total: int, page: int, per_page: int, address: str
) -> Response:
    """One page in the paginator's envelope; `rows` are those of this page."""
    last_page = max(1, -(-total // per_page))
    first = (page - 1) * per_page + 1 if rows else None

    def url(number: int) -> str | None:
        inside = 1 <= number <= last_page
        query = urlencode({"page": number, "per_page": per_page})
        return f"{address}?{query}" if inside else None

    return json_response(
        {
            "current_page": page,
            "data": list(rows),
            "first_page_url": url(1),
            "from": first,
            "last_page": last_page,
            "last_page_url": url(last_page),
            "next_page_url": url(page + 1),
            "path": address,
            "per_page": per_page,
            "prev_page_url": url(page - 1) if page > 1 else None,
            "to": first + len(rows) - 1 if first is not None else None,
            "total": total,
        }
    )
