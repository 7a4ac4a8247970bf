"""How many requests a client may send: a number in a window of some seconds, then 429.

Chaves na Mão, Vehicle API v2, "Limite de requisições". Waits are whole seconds.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from sandbox.chavesnamao.behaviour import Behaviour


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to a client after a request; less than nothing means that it is refused."""

    limit: int
    remaining: int
    reset_s: int

    def headers(self) -> dict[str, str]:
        """The headers that every answer carries, and how long to wait when refused."""
        told = {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": str(max(0, self.remaining)),
            "x-ratelimit-reset": str(self.reset_s),
        }
        return {**told, "retry-after": str(self.reset_s)} if self.remaining < 0 else told


class Limits:
    """Counts the requests of each client in its window."""

    def __init__(self) -> None:
        """Nobody has asked for anything."""
        self._windows: dict[str, tuple[float, int]] = {}

    def reset(self) -> None:
        """Forget what was asked."""
        self._windows.clear()

    def take(self, user: str, behaviour: Behaviour) -> Allowance:
        """Count one request of the client."""
        now = time.monotonic()
        length = behaviour.rate_limit_window_seconds
        begin, used = self._windows.get(user, (now, 0))
        if now - begin >= length:
            begin, used = now, 0
        self._windows[user] = (begin, used + 1)
        return Allowance(
            limit=behaviour.rate_limit,
            remaining=behaviour.rate_limit - used - 1,
            reset_s=max(1, math.ceil(begin + length - now)),
        )
