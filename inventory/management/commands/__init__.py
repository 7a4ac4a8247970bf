"""Commands of the stock."""

from __future__ import annotations
