"""A value that readers see some time after it has changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

_KEPT = 50
ValueT = TypeVar("ValueT")


@dataclass(slots=True)
class Lagged(Generic[ValueT]):
    """The last changes of a value as (UTC seconds, value), oldest first."""

    changes: list[tuple[float, ValueT]] = field(default_factory=list)

    def now(self) -> ValueT:
        """What it is; IndexError when it never was anything."""
        return self.changes[-1][1]

    def set(self, value: ValueT, *, at: float) -> None:
        """Note a change; the same value again is none."""
        if not self.changes or self.now() != value:
            self.changes.append((at, value))
            del self.changes[:-_KEPT]

    def seen(self, *, at: float, lag_s: float) -> ValueT:
        """What a reader sees who is `lag_s` late: the oldest known at least."""
        seen = self.changes[0][1]
        for changed, value in self.changes:
            if changed <= at - lag_s:
                seen = value
        return seen
