"""The matcher: which name of one catalogue means the same vehicle as a name of another.

Pure functions over names; no database. It reads the facts inside both names, weighs what agrees
and what contradicts with a small fitted table, and answers with probabilities and reasons.
"""

from __future__ import annotations

from inventory.matching.both_ways import suggest_back
from inventory.matching.deciding import APPLY_AT, is_hard, is_safe
from inventory.matching.index import NameIndex
from inventory.matching.names import Agreement, Match, Name
from inventory.matching.values import propose_brand, propose_model, propose_value

__all__ = [
    "APPLY_AT",
    "Agreement",
    "Match",
    "Name",
    "NameIndex",
    "is_hard",
    "is_safe",
    "propose_brand",
    "propose_model",
    "propose_value",
    "suggest_back",
]
