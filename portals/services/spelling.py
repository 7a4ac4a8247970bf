"""Whether two names of a portal are one name spelled otherwise: pure, and only where it is safe.

Far stricter than a suggestion: nobody looks at what is done with the answer.
"""

from __future__ import annotations

import re

from config.lib.folding import fold

_WORD = re.compile(r"[a-z]+|\d+(?:[.,]\d+)*")
_DOORS = re.compile(r"\b([2-5]) ?p(?:tas?|ortas?)?\b\.?")
_WRITTEN_OUT = {"aut": "automatico", "mec": "mecanico"}


def spelling_keys(name: str) -> frozenset[str]:
    """Return the keys of a name: two names that share one differ by signs, spaces or the order of
    words only ("HB 20" and "HB20", "1.0 LT AUT." and "LT 1.0 Automático")."""
    text = _DOORS.sub(r"\1 portas", fold(name))
    words = [_WRITTEN_OUT.get(word, word) for word in _WORD.findall(text)]
    if not words:
        return frozenset()
    return frozenset(("=" + "".join(words), "~" + " ".join(sorted(words))))


def is_alike(one: str, other: str) -> bool:
    """Tell whether two names are the same, spelled otherwise."""
    return bool(spelling_keys(one) & spelling_keys(other))
