"""What the worker runs for portals: thin, by id, safe to run twice and in parallel."""

from __future__ import annotations

from portals.services.marking import Marked


def wake(marked: Marked) -> None:
    """x"""
