"""QR codes as pieces of a page: drawn by us, fetched from nowhere."""

from __future__ import annotations

import segno
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe


def qr_svg(address: str, *, title: str) -> SafeString:
    """Return an SVG of the QR code of an address, black on white, as large as its place.

    `title` says to those who do not see it what it is. A quarter of it may be worn off.
    """
    drawn = segno.make(address, error="q", micro=False, boost_error=False).svg_inline(
        border=2, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )
    labelled = drawn.replace("<svg ", f'<svg role="img" aria-label="{escape(title)}" ', 1)
    return mark_safe(labelled)  # noqa: S308 - drawn by segno from dots, the title is escaped
