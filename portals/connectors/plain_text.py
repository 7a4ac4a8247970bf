"""Turning what people paste into a description into the plain text that portals demand. Pure."""

from __future__ import annotations

import html
import re

# Longer descriptions are cut before they are looked at: no portal shows that much, and the
# patterns below must stay cheap whatever is pasted.
MAX_INPUT = 20_000

_TAG = re.compile(r"<(?:/?[a-zA-Z][^<>]*|![^<>]*|\?[^<>]*)>")
_DROPPED = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/h[1-6]|/tr)\b[^<>]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_UNCLOSED = re.compile(r"<!+(?:--)?")  # a comment that never ends
_BLANK_LINES = re.compile(r"\n{3,}")


def has_html(text: str) -> bool:
    """Whether the text holds a tag ("preço < 10 mil" holds none)."""
    return bool(_TAG.search(text[:MAX_INPUT]))


def plain_text(text: str) -> str:
    """Return the text without tags, entities and control characters; line breaks are kept.

    Escaped tags ("&lt;b&gt;") are taken away too, since the portal would see them as HTML.
    """
    text = text[:MAX_INPUT].replace("\r\n", "\n").replace("\r", "\n")
    before = None
    while before != text:  # every round that changes something makes the text shorter
        before = text
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
        text = _TAG.sub("", _BREAK.sub("\n", _DROPPED.sub("", text)))
    text = _CONTROL.sub("", text.replace("\xa0", " "))
    text = _UNCLOSED.sub("", text)
    lines = (line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()
