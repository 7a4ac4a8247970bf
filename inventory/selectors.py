"""Reads of the stock that several floors share."""

from __future__ import annotations

from django.conf import settings

from inventory.models import PhotoRendition


def public_photo_url(rendition: PhotoRendition) -> str:
    """Return the absolute address under which anybody may fetch a rendition."""
    return f"{settings.BASE_URL}{rendition.file.url}"
