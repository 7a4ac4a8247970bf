"""Tells the floors above that a store is no longer as it was."""

from __future__ import annotations

from django.dispatch import Signal

# Sent synchronously inside the service's transaction with `dealer_id: int` and
# `fields: frozenset[str]` (names that changed). Receivers only mark rows.
dealer_changed = Signal()
