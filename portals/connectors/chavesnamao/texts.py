"""Texts of the portal's answers, made fit to be kept. Pure."""

from __future__ import annotations

from typing import Any


def text_of(value: Any) -> str:
    """Return a text or whole number as stripped text, '' for everything else (booleans too).

    Characters that no database keeps (NUL, halves of a pair) and other controls are left out.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return "".join(char for char in str(value) if _is_kept(char)).strip()


def _is_kept(char: str) -> bool:
    return char in "\n\t" or not (char < " " or char == "\x7f" or "\ud800" <= char <= "\udfff")
