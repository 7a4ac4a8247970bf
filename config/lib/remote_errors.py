"""What can go wrong when we call somebody: classed by who must act, shared by all connectors.

Errors carry codes and values, never sentences for people: the screens word them.
"""

from __future__ import annotations

from dataclasses import dataclass


class RemoteError(Exception):
    """Base of everything a call to the outside may raise. `mode` says who must act.

    `verdict` tells whether the other side certainly did NOT do what was asked; without a verdict a
    write may or may not have happened.
    """

    mode = "unexpected"
    code = "unexpected"
    verdict = False

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class Unreachable(RemoteError):
    """Network failure, time-out or 5xx. `sent` is False only if no byte can have arrived."""

    mode = "transient"
    code = "unreachable"

    def __init__(self, detail: str = "", *, sent: bool = True) -> None:
        super().__init__(detail)
        self.sent = sent
        self.verdict = not sent


class Throttled(RemoteError):
    """The other side asks us to wait: after a 429 nothing was done, after a 503 one cannot know."""

    mode = "throttled"
    code = "throttled"
    verdict = True

    def __init__(
        self, detail: str = "", *, retry_after: float | None = None, verdict: bool = True
    ) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
        self.verdict = verdict


class CredentialsRefused(RemoteError):
    """Login refused, or a fresh token refused: the dealer must act."""

    mode = "credentials"
    code = "credentials_refused"
    verdict = True


class UnexpectedAnswer(RemoteError):
    """The answer could not be understood (HTML, broken JSON, unknown shape)."""

    mode = "unexpected"
    code = "unexpected_answer"


class AddressRefused(RemoteError):
    """The address may not be called (private network, wrong scheme); nothing was sent."""

    mode = "unexpected"
    code = "address_refused"
    verdict = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its answer, redacted; `status` None = no answer. Sizes are cut excerpts."""

    method: str
    path: str
    status: int | None
    milliseconds: int
    request_excerpt: str
    answer_excerpt: str
