"""Keeps what the portal holds in a file, so that the ads survive a restart.

Saving is atomic and happens in the background about once a second while something changes, and at
the end. Passwords in it are invented ones for the sandbox; the file is readable by its owner only.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

SAVE_EVERY_S = 1.0
# Saving may take this share of the time at most, so that a large state does not slow the answers.
SAVE_SHARE = 0.05


class Kept(Protocol):
    """What a portal holds; `changed` tells that it is not in the file yet."""

    changed: bool

    def dump(self) -> dict[str, Any]:
        """Everything, as JSON."""
        ...


StoreT = TypeVar("StoreT", bound=Kept)


class StateFile(Generic[StoreT]):
    """A file that holds a store between runs."""

    def __init__(self, path: Path, *, restored: Callable[[dict[str, Any]], StoreT]) -> None:
        """`path` need not exist yet; its folder is made. `restored` makes a store of a dump."""
        self.path = path
        self._restored = restored

    def load(self) -> StoreT | None:
        """The saved store, None when there is none.

        Raises ValueError when the file holds something else; it is left as it is.
        """
        if not self.path.exists():
            return None
        try:
            return self._restored(json.loads(self.path.read_bytes()))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"{self.path} is no state file of this sandbox") from error

    def save(self, store: StoreT) -> float:
        """Write the store if it changed; seconds it took."""
        if not store.changed:
            return 0.0
        begin = time.monotonic()
        store.changed = False
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(".new")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(json.dumps(store.dump(), ensure_ascii=False, separators=(",", ":")))
        beside.replace(self.path)
        return time.monotonic() - begin


def pause_after_save_s(took_s: float) -> float:
    """Seconds until the next save is due, after one that took so long."""
    return max(SAVE_EVERY_S, took_s / SAVE_SHARE)
