"""Pixel sizes read from the first bytes of a picture: JPEG, PNG, GIF and WebP.

Only headers are looked at, never pixels, so a picture costs microseconds. JPEG sizes are given as
shown, that is after turning by the EXIF orientation.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

_JPEG_SIZE_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE_MARKERS = frozenset({0x01, *range(0xD0, 0xD9)})
_EXIF_ORIENTATION = 0x0112


class NotAPicture(Exception):
    """The bytes are no JPEG, PNG, GIF or WebP picture."""


class MoreNeeded(Exception):
    """The size lies further on than the bytes given."""


@dataclass(frozen=True, slots=True)
class PictureSize:
    """Width and height in pixels; `form` is jpeg, png, gif or webp."""

    width: int
    height: int
    form: str = field(default="", compare=False)


def picture_size(head: bytes) -> PictureSize:
    """The size of the picture that begins with `head`; raises MoreNeeded or NotAPicture."""
    if len(head) < 32:
        raise MoreNeeded
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return replace(_png(head), form="png")
    if head.startswith(b"\xff\xd8"):
        return replace(_jpeg(head), form="jpeg")
    if head[:6] in {b"GIF87a", b"GIF89a"}:
        width, height = head[6:8], head[8:10]
        return PictureSize(
            int.from_bytes(width, "little"), int.from_bytes(height, "little"), form="gif"
        )
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return replace(_webp(head), form="webp")
    raise NotAPicture


def _png(head: bytes) -> PictureSize:
    if head[12:16] != b"IHDR":
        raise NotAPicture
    return PictureSize(int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big"))


def _webp(head: bytes) -> PictureSize:
    """The three containers of WebP: lossy, lossless, extended."""
    kind = head[12:16]
    if kind == b"VP8 ":
        width, height = head[26:28], head[28:30]
        return PictureSize(
            int.from_bytes(width, "little") & 0x3FFF, int.from_bytes(height, "little") & 0x3FFF
        )
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return PictureSize((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8X":
        return PictureSize(
            int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
        )
    raise NotAPicture


def _jpeg(head: bytes) -> PictureSize:
    """Walks the segments up to the frame header, noting the orientation on the way."""
    turned = False
    at = 2
    while True:
        at, marker = _next_marker(head, at)
        if marker in _JPEG_BARE_MARKERS:
            continue
        if at + 2 > len(head):
            raise MoreNeeded
        length = int.from_bytes(head[at : at + 2], "big")
        if marker in {0xD9, 0xDA} or length < 2:
            raise NotAPicture
        segment = head[at + 2 : at + length]
        if marker in _JPEG_SIZE_MARKERS:
            return _frame(segment, turned=turned)
        if marker == 0xE1 and segment.startswith(b"Exif\0\0"):
            turned = _exif_orientation(segment[6:]) in {5, 6, 7, 8}
        at += length


def _next_marker(head: bytes, at: int) -> tuple[int, int]:
    """The marker at `at` and the place behind it; fill bytes are passed over."""
    if at >= len(head):
        raise MoreNeeded
    if head[at] != 0xFF:
        raise NotAPicture
    while at < len(head) and head[at] == 0xFF:
        at += 1
    if at >= len(head):
        raise MoreNeeded
    return at + 1, head[at]


def _frame(segment: bytes, *, turned: bool) -> PictureSize:
    if len(segment) < 5:
        raise MoreNeeded
    height, width = int.from_bytes(segment[1:3], "big"), int.from_bytes(segment[3:5], "big")
    return PictureSize(height, width) if turned else PictureSize(width, height)


def _exif_orientation(tiff: bytes) -> int:
    """The orientation (1 to 8) of an EXIF block, 1 when it says none."""
    little = tiff[:2] == b"II"
    if not little and tiff[:2] != b"MM":
        return 1

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], "little" if little else "big")

    directory = number(4, 4)
    for entry in range(min(number(directory, 2), 64)):
        at = directory + 2 + 12 * entry
        if number(at, 2) == _EXIF_ORIENTATION:
            return number(at + 8, 2)
    return 1
