"""The fitted weights: a small table in the repository that `manage.py depara_fit` re-makes."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("weights.json")


@functools.cache
def _table() -> dict[str, Any]:
    """Return the file's content."""
    table: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return table


def load_weights() -> dict[str, float]:
    """Return the weight of every feature."""
    weights: dict[str, float] = _table()["weights"]
    return weights


def load_apply_at() -> float:
    """Return the probability from which a suggestion may be applied without asking."""
    return float(_table()["apply_at"])


def write_table(weights: dict[str, float], *, apply_at: float, path: Path = FILE) -> None:
    """Write the table; the same weights give the same bytes."""
    kept = {name: round(value, 3) for name, value in sorted(weights.items())}
    text = json.dumps({"apply_at": apply_at, "weights": kept}, indent=1)
    path.write_text(f"{text}\n", encoding="utf-8")
