"""All changes of state of the ground floor: the history and the team."""

from __future__ import annotations
