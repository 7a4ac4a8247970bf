"""All changes of state of the stock."""

from __future__ import annotations
