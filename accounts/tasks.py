"""Timed work of the ground floor."""

from __future__ import annotations

from accounts.services.sealing import seal_waiting
from config.lib.tasks import scheduled


@scheduled(minutes=1)
def seal_changes() -> str:
    """Chain the history that was written since the last run."""
    return f"{seal_waiting()} changes sealed"
