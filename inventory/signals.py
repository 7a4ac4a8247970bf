"""Tells the floors above that a vehicle is no longer as it was."""

from __future__ import annotations

from django.dispatch import Signal

# Sent synchronously inside the service's transaction with `vehicle_ids: Sequence[int]` and
# `fields: frozenset[str]` (names that changed; empty = anything). Receivers only mark rows.
vehicle_changed = Signal()
