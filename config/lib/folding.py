"""One way to compare names written by people: without case, accents and extra blanks."""

from __future__ import annotations

import functools
import unicodedata


@functools.lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Return the text casefolded, without accents, with single blanks and none at the ends.

    Two names are "the same name" in every comparison of catalogues and mappings when their folded
    forms are equal.
    """
    if text.isascii():  # most names; nothing to decompose
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(bare.split())
