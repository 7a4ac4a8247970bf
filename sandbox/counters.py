"""Counts what the portal was asked and what it answered, for measurements and proofs."""

from __future__ import annotations

from collections import Counter
from typing import Any


class Counters:
    """Requests by path and by status, what they did, and how many were under way at most."""

    def __init__(self, *events: str) -> None:
        """Begin at nothing. `events` are what is counted beside the requests (logins …)."""
        self._events = events
        self.by_path: Counter[str] = Counter()
        self.by_status: Counter[str] = Counter()
        self.events: Counter[str] = Counter()
        self.in_flight = 0
        self.peak_in_flight = 0

    def begin(self) -> None:
        """A request has come in."""
        self.in_flight += 1
        self.peak_in_flight = max(self.peak_in_flight, self.in_flight)

    def end(self, *, path: str, status: str) -> None:
        """Its answer goes out; status "lost" when none does."""
        self.in_flight -= 1
        self.by_path[path] += 1
        self.by_status[status] += 1

    def reset(self) -> None:
        """Back to nothing, but for what is under way."""
        self.by_path.clear()
        self.by_status.clear()
        self.events.clear()
        self.peak_in_flight = self.in_flight

    def as_json(self) -> dict[str, Any]:
        """For the state page."""
        return {
            "requests": sum(self.by_path.values()),
            "by_path": dict(self.by_path),
            "by_status": dict(self.by_status),
            **{event: self.events[event] for event in self._events},
            "peak_in_flight": self.peak_in_flight,
        }
