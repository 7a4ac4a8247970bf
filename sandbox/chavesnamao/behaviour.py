"""How this portal behaves: its queue, its delays and its readings, beside the shared misbehaviour.

Chaves na Mão, Vehicle API v2, "Previsão de execução", "Limite de requisições".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from sandbox.behaviour import SHARED_CHECKS, Checks, count, flag, number, one_of, rate, whole
from sandbox.behaviour import Behaviour as SharedBehaviour


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _some(value: object) -> bool:
    return whole(value) and count(value) and value != 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour(SharedBehaviour):
    """The keys of `POST /chavesnamao/_config`, with what they are when nobody asked for anything.

    The queue: a job is due `queue_seconds` after its arrival and up to `queue_spread_seconds` more;
    `hold_queue` stops the queue until it is taken back (or `POST _queue` lets jobs through);
    `fail_jobs_rate` of the jobs come to nothing without a word. `queue_doubles`: a POST of a
    reference whose creation is still queued is taken too and comes to nothing later, instead of
    422 at once. Jobs are shown as `job_words` ("lower" as in the document's sample, "upper" as in
    its table) with `job_times` ("text" as in the sample, "number" of milliseconds as in the table).

    Delays: reads show a publication `publication_lag_seconds` late, the plan what is available
    `plan_lag_seconds` late, the address of an ad `url_seconds` after it was published.

    Moderation: ads of `refuse_references` and of a `refuse_share` of all references are never
    shown: their publication stays null and takes no place. Plan and fields do not tell why.

    `rate_limit` requests in a window of `rate_limit_window_seconds`, 429 beyond; a 429 of the dice
    tells `retry_after`. `refuse_foreign_keys` refuses keys that the document does not list;
    `unpublished_read` is "null" (200) or "404" for GET /publications of what is not published;
    `value_words` shows prices as text.
    """

    CHECKS: ClassVar[Checks] = {
        **SHARED_CHECKS,
        "queue_seconds": number,
        "queue_spread_seconds": number,
        "hold_queue": flag,
        "fail_jobs_rate": rate,
        "queue_doubles": flag,
        "job_words": one_of("lower", "upper"),
        "job_times": one_of("text", "number"),
        "publication_lag_seconds": number,
        "plan_lag_seconds": number,
        "url_seconds": number,
        "refuse_references": _texts,
        "refuse_share": rate,
        "rate_limit": _some,
        "rate_limit_window_seconds": _some,
        "refuse_foreign_keys": flag,
        "unpublished_read": one_of("null", "404"),
        "value_words": flag,
    }

    retry_after: int | None = 10
    queue_seconds: float = 1.5
    queue_spread_seconds: float = 0.5
    hold_queue: bool = False
    fail_jobs_rate: float = 0
    queue_doubles: bool = False
    job_words: str = "lower"
    job_times: str = "text"
    publication_lag_seconds: float = 0
    plan_lag_seconds: float = 0
    url_seconds: float = 1
    refuse_references: Sequence[str] = ()
    refuse_share: float = 0
    rate_limit: int = 1000
    rate_limit_window_seconds: int = 10
    refuse_foreign_keys: bool = True
    unpublished_read: str = "null"
    value_words: bool = False
