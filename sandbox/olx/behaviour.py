"""How this portal behaves: its readings of what is not written, beside the shared misbehaviour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sandbox.behaviour import SHARED_CHECKS, Checks, count, flag, number, one_of, rate
from sandbox.behaviour import Behaviour as SharedBehaviour

TEN_YEARS_S = 315_360_000
SEVEN_DAYS_S = 604_800
TEN_MINUTES_S = 600


def _import_code(value: object) -> bool:
    return isinstance(value, int) and value in {-1, -2, -5, -6}


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _code(value: object) -> bool:
    return isinstance(value, str) and bool(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour(SharedBehaviour):
    """The keys of `POST /olx/_config`, with what they are when nobody asked for anything.

    Access: `code_ttl_s`, `token_ttl_s` (the document tells no life of a token);
    `authorise_error` sends the advertiser back with that error; `unauthorised_shape` is "401" or
    "code" (the import answers statusCode -6, the rest 401 all the same).

    Imports: `import_code` answers -1, -2, -5 or -6 at `import_code_rate`, before anything is done
    or (`import_code_after_write`) after it; `imports_per_minute` answers -2 above it;
    `errors_told` is "documented" (only faults that the document has a category for), "none" or
    "all" (names of our own too); `rules_of_2020` lets an ad go without price and images;
    `refuse_foreign_keys` refuses keys and parameters that the document does not list;
    `slots_refusal` is "partial" (-8, and -7 when no slot is free) or "whole" (always -7).

    The queue: an operation is pending for half of `accept_after_s` and up to `accept_spread_s`
    more, then queued, then decided; `hold` ("pending" or "queued") lets none be decided until it is
    null again or `_release` is called. `refuse_ids` and `refuse_rate` end in `refuse_code` as
    refused, `error_ids` and `error_rate` in `error_code` as error. `review_s`: an accepted ad is
    under review so long, and with `review_refuses` refused at its end. `ad_life_s` expires ads.
    `min_short_px` and `min_long_px` are the least sides of an image.

    Status: `status_kept_s`, then `forgotten_shape` is "404" or "empty"; `ads_shape` is "object" or
    "array"; `accepted_word` is "accepted" or "accept"; `message_shape` is "texts" or "objects"
    ({"category": code}). `bumps_shape` of the balance is "counts" or "numbers".
    """

    CHECKS: ClassVar[Checks] = {
        **SHARED_CHECKS,
        "code_ttl_s": number,
        "authorise_error": one_of(
            "access_denied",
            "invalid_request",
            "invalid_scope",
            "server_error",
            "temporarily_unavailable",
            "unauthorized_client",
            "unsupported_response_type",
        ),
        "unauthorised_shape": one_of("401", "code"),
        "import_code": _import_code,
        "import_code_rate": rate,
        "import_code_after_write": flag,
        "imports_per_minute": count,
        "errors_told": one_of("documented", "none", "all"),
        "rules_of_2020": flag,
        "refuse_foreign_keys": flag,
        "slots_refusal": one_of("partial", "whole"),
        "accept_after_s": number,
        "accept_spread_s": number,
        "hold": one_of("pending", "queued"),
        "refuse_ids": _texts,
        "refuse_rate": rate,
        "refuse_code": _code,
        "error_ids": _texts,
        "error_rate": rate,
        "error_code": _code,
        "review_s": number,
        "review_refuses": flag,
        "ad_life_s": number,
        "min_short_px": count,
        "min_long_px": count,
        "status_kept_s": number,
        "forgotten_shape": one_of("404", "empty"),
        "ads_shape": one_of("object", "array"),
        "accepted_word": one_of("accepted", "accept"),
        "message_shape": one_of("texts", "objects"),
        "bumps_shape": one_of("counts", "numbers"),
    }

    token_ttl_s: int = TEN_YEARS_S
    code_ttl_s: float = TEN_MINUTES_S
    authorise_error: str | None = None
    unauthorised_shape: str = "401"
    import_code: int | None = None
    import_code_rate: float = 1
    import_code_after_write: bool = False
    imports_per_minute: int | None = None
    errors_told: str = "documented"
    rules_of_2020: bool = False
    refuse_foreign_keys: bool = True
    slots_refusal: str = "partial"
    accept_after_s: float = 2
    accept_spread_s: float = 1
    hold: str | None = None
    refuse_ids: tuple[str, ...] | list[str] = ()
    refuse_rate: float = 0
    refuse_code: str = "REFUSED_GENERIC"
    error_ids: tuple[str, ...] | list[str] = ()
    error_rate: float = 0
    error_code: str = "ERROR_UPLOADING_IMAGE"
    review_s: float = 0
    review_refuses: bool = False
    ad_life_s: float | None = None
    min_short_px: int = 260
    min_long_px: int = 350
    status_kept_s: float = SEVEN_DAYS_S
    forgotten_shape: str = "404"
    ads_shape: str = "object"
    accepted_word: str = "accepted"
    message_shape: str = "texts"
    bumps_shape: str = "counts"
