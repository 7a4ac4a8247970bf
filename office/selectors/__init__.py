"""Reads of the top floor: they look into every room below, in a bounded number of queries."""

from __future__ import annotations
