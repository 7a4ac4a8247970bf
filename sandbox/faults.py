"""The dice: which request is delayed, refused, failed, garbled or left without an answer."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from sandbox.behaviour import Behaviour
from sandbox.wire import Response

LOST = Response(status=0, lost=True)
_GARBAGE = {
    "html": (
        b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>",
        "text/html",
    ),
    "broken": (b'{"status":200,"id":12', "application/json"),
    "empty": (b"", "application/json"),
}


class Faults:
    """Decides the fate of each request by its behaviour; the dice have a seed."""

    def __init__(self, refusal: Callable[[int], Response]) -> None:
        """Begin with the default seed. `refusal` makes the portal's answer of 429, 500 or 503."""
        self._refusal = refusal
        self._dice = random.Random(Behaviour().seed)  # noqa: S311 - dice, not secrets
        self._still_to_lose: dict[str, int] = {}

    def reseed(self, seed: int) -> None:
        """Restart the dice, so that a run can be repeated."""
        self._dice.seed(seed)

    def reset(self) -> None:
        """As in the beginning."""
        self.reseed(Behaviour().seed)
        self._still_to_lose.clear()

    def lose_next(self, scope: str, count: int) -> None:
        """The next `count` answers to writes are lost; scope is a user, or "" for everybody."""
        self._still_to_lose[scope] = count

    def to_lose(self) -> dict[str, int]:
        """How many answers are still to be lost, by scope."""
        return {scope: count for scope, count in self._still_to_lose.items() if count}

    def delay_s(self, behaviour: Behaviour) -> float:
        """How long the answer waits, in seconds."""
        jitter = behaviour.latency_jitter_ms
        return (behaviour.latency_ms + (self._dice.random() * jitter if jitter else 0)) / 1000

    def before(self, behaviour: Behaviour) -> Response | None:
        """The answer that comes in place of any work, if one does."""
        if behaviour.outage:
            return LOST if behaviour.outage == "close" else self._refusal(503)
        if self._hits(behaviour.rate_429):
            refused = self._refusal(429)
            wait = behaviour.retry_after
            return refused if wait is None else replace(refused, headers={"Retry-After": str(wait)})
        if not behaviour.fail_after_write and self._hits(behaviour.fail_rate):
            return self._refusal(500)
        if behaviour.garbage_before_write:
            return self._garbled(behaviour)
        return None

    def after(
        self, behaviour: Behaviour, response: Response, *, user: str, wrote: bool
    ) -> Response:
        """What becomes of the answer when the work is done; `wrote`: it changed something."""
        if wrote and self._loses(behaviour, user=user):
            return LOST
        if behaviour.fail_after_write and self._hits(behaviour.fail_rate):
            return self._refusal(500)
        garbled = None if behaviour.garbage_before_write else self._garbled(behaviour)
        return replace(garbled or response, drip_s=behaviour.drip_s)

    def _loses(self, behaviour: Behaviour, *, user: str) -> bool:
        for scope in (user, ""):
            if self._still_to_lose.get(scope):
                self._still_to_lose[scope] -= 1
                return True
        return self._hits(behaviour.lose_answers_rate)

    def _garbled(self, behaviour: Behaviour) -> Response | None:
        if behaviour.garbage is None or not self._hits(behaviour.garbage_rate):
            return None
        body, content_type = _GARBAGE[behaviour.garbage]
        return Response(status=200, body=body, content_type=content_type)

    def _hits(self, rate: float) -> bool:
        """One throw; the dice are left alone when nothing depends on them."""
        return bool(rate) and self._dice.random() < rate
