"""Bodies and headers of the portal's answers, and the pages of a list.

Chaves na Mão, Vehicle API v2, "Status de respostas das requisições", "Paginação e busca",
"Previsão de execução". The bodies of refusals are ours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import urlencode

from sandbox.chavesnamao.behaviour import Behaviour
from sandbox.chavesnamao.state import Job, JsonObject
from sandbox.wire import Response, json_response

RowT = TypeVar("RowT")
MAX_PER_PAGE = 50
DEFAULT_PER_PAGE = 10
_TEXTS = {
    404: "Not found",
    405: "Method not allowed",
    429: "Too many requests",
    500: "Internal server error",
    503: "Service unavailable",
}


def failure(status: int, *texts: str) -> Response:
    """A refusal with its reasons."""
    body = {
        "message": list(texts) or [_TEXTS[status]],
        "error": HTTPStatus(status).phrase,
        "statusCode": status,
    }
    return json_response(body, status=status)


def moment(seconds: float) -> str:
    """A time as the document's samples show it: UTC with milliseconds and a Z."""
    return datetime.fromtimestamp(seconds, tz=UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def queue_header(jobs: Sequence[Job], *, client: int, behaviour: Behaviour) -> dict[str, str]:
    """`x-status-queue`: the jobs that wait, in the order they will be carried out."""
    lower = behaviour.job_words == "lower"
    rows = [
        {
            "jobId": f"{job.kind.lower()}-{client}-{job.reference}-{job.number}",
            "messageType": job.kind.lower() if lower else job.kind,
            "endpoint": job.endpoint,
            "timestamp": moment(job.asked_at)
            if behaviour.job_times == "text"
            else round(job.asked_at * 1000),
        }
        for job in jobs
    ]
    # Headers carry Latin-1; JSON escapes whatever is beyond ASCII.
    return {"x-status-queue": json.dumps(rows, separators=(",", ":"))}


def page_of(
    rows: Sequence[RowT], query: Mapping[str, str], *, address: str, sort: tuple[str, str]
) -> tuple[Sequence[RowT], JsonObject, JsonObject]:
    """The rows of the page that is asked for, with `meta` and `links`; careless numbers fall back
    to page 1 of 10 rows, more than 50 rows to 50."""
    limit = min(_positive(query.get("limit", ""), default=DEFAULT_PER_PAGE), MAX_PER_PAGE)
    page = _positive(query.get("page", ""), default=1)
    pages = max(1, -(-len(rows) // limit))
    kept = {key: value for key, value in query.items() if key not in {"page", "limit", "sortBy"}}

    def url(number: int) -> str | None:
        if not 1 <= number <= pages:
            return None
        words = {"page": number, "limit": limit, "sortBy": ":".join(sort), **kept}
        return f"{address}?{urlencode(words, safe=':')}"

    meta = {
        "itemsPerPage": limit,
        "totalItems": len(rows),
        "currentPage": page,
        "totalPages": pages,
        "sortBy": [list(sort)],
    }
    links = {
        "first": url(1),
        "previous": url(page - 1),
        "current": url(page),
        "next": url(page + 1),
        "last": url(pages),
    }
    return rows[(page - 1) * limit : page * limit], meta, links


def _positive(text: str, *, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text) < 10**9 else default
