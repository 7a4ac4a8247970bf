"""Keeps what the portal holds in a file, so that the ads survive a restart.

Saving is atomic and happens in the background about once a second while something changes, and at
the end. Passwords in it are invented ones for the sandbox; the file is readable by its owner only.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from sandbox.usadosbr.state import Store, fresh_store

SAVE_EVERY_S = 1.0
# Saving may take this share of the time at most, so that a large state does not slow the answers.
SAVE_SHARE = 0.05


class StateFile:
    """A file that holds the store between runs."""

    def __init__(self, path: Path) -> None:
        """`path` need not exist yet; its folder is made."""
        self.path = path

    def load(self) -> Store:
        """The saved store, a fresh one when there is none.

        Raises ValueError when the file holds something else; it is left as it is.
        """
        if not self.path.exists():
            return fresh_store()
        try:
            return Store.restored(json.loads(self.path.read_bytes()))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"{self.path} is no state file of this sandbox") from error

    def save(self, store: Store) -> float:
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
