"""Turns a stranger's picture file into the JPEGs we serve. Knows bytes and pixels, no tables.

Only the pixels survive: EXIF (with its GPS), comments, text chunks, colour profiles and whatever is
hidden behind the picture stay in the private original.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from typing import IO

from PIL import Image, ImageCms

try:
    import pillow_heif
except ImportError:  # an optional package: without it HEIC is refused in words
    READS_HEIC = False
else:
    pillow_heif.register_heif_opener()
    READS_HEIC = True

LARGE, SMALL = 1920, 480  # longest side in pixels
QUALITY = 82
HEAD = 32  # bytes that `sniff` wants to see
_FORMATS = ("JPEG", "PNG", "WEBP", *(("HEIF",) if READS_HEIC else ()))
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = frozenset({5, 6, 7, 8})
# Degrees clockwise; Pillow counts the other way round.
_BY_HAND = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
# What the decoders raise over broken files, besides OSError.
_BROKEN = (
    *(OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, OverflowError, EOFError),
    *(AttributeError, RuntimeError, MemoryError, struct.error, zlib.error),
)


class PictureRefused(Exception):
    """The file is no picture we take; `code` is a key of inventory.services.photo_words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A JPEG: `size` is the longest side it was made for, width and height are its own, pixels."""

    size: int
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Width and height of the original after turning, in pixels, and what is served of it."""

    width: int
    height: int
    renditions: tuple[Rendered, ...]


def sniff(head: bytes) -> str:
    """Return jpeg, png, webp or heic by the first bytes of a file, '' for anything else."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return "heic"
    return ""


def size_of(head: IO[bytes]) -> tuple[int, int] | None:
    """Return width and height as a file's header says, before turning; None if it cannot be read.

    No pixel is decoded.
    """
    try:
        with Image.open(head, formats=_FORMATS) as image:
            return image.size
    except (Image.DecompressionBombError, *_BROKEN):
        return None


def render(data: bytes, *, max_pixels: int, turn: int = 0) -> Picture:
    """Decode once, at reduced size where the format allows it; raise PictureRefused.

    The size is judged by the header, before any pixel is decoded. `turn` is by how many degrees
    clockwise (0, 90, 180, 270) a person turned the picture, on top of its EXIF.
    """
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            if image.width * image.height > max_pixels:
                raise PictureRefused("too_many_pixels")
            return _render(image, turn=turn)
    except Image.DecompressionBombError as err:
        raise PictureRefused("too_many_pixels") from err
    except _BROKEN as err:
        raise PictureRefused("unreadable") from err


def _render(image: Image.Image, *, turn: int) -> Picture:
    width, height = image.size
    orientation = _orientation_of(image)
    if (orientation in _SIDEWAYS) != (turn in (90, 270)):
        width, height = height, width
    large = _in_srgb(_shrunk(image))
    if orientation in _TURNS:
        large = large.transpose(_TURNS[orientation])
    if turn in _BY_HAND:
        large = large.transpose(_BY_HAND[turn])
    small = large.copy()
    small.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
    return Picture(
        width=width,
        height=height,
        renditions=(_saved(large, size=LARGE), _saved(small, size=SMALL)),
    )


def _orientation_of(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 where there is none or it cannot be read."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except _BROKEN:
        return 1


def _shrunk(image: Image.Image) -> Image.Image:
    """Return the picture at most LARGE, in a mode that can be resampled well."""
    profile = image.info.get("icc_profile")
    if image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    elif image.mode.startswith("I"):
        # 16 bits of grey: a plain conversion would cut off instead of scaling.
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif image.mode == "1":
        image = image.convert("L")
    image.thumbnail((LARGE, LARGE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    image.info["icc_profile"] = profile
    return image


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return RGB pixels without metadata: transparency on white, colours as sRGB."""
    profile = image.info.get("icc_profile")
    if "A" in image.getbands() or "transparency" in image.info:
        layer = image.convert("RGBA")
        image = Image.new("RGB", layer.size, "white")
        image.paste(layer, mask=layer.getchannel("A"))
    image = _converted(image, profile) if profile else image.convert("RGB")
    image.info.clear()
    return image


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        converted = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        # A broken profile, or one of another colour space than the pixels: better plain than none.
        converted = None
    return image.convert("RGB") if converted is None else converted


def _saved(image: Image.Image, *, size: int) -> Rendered:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY, optimize=True)
    return Rendered(size=size, width=image.width, height=image.height, data=buffer.getvalue())
