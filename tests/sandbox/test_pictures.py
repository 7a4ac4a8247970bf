"""Sizes of pictures are read from their first bytes, as shown to a person."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image

from sandbox.pictures import MoreNeeded, NotAPicture, PictureSize, picture_size


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {}),
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("GIF", {}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"exif": b"Exif\0\0II*\0\x08\0\0\0\0\0"}),
    ],
)
def test_the_size_of_every_format_is_read(
    make_picture: Callable[..., bytes], kind: str, options: dict[str, object]
) -> None:
    assert picture_size(make_picture(761, 570, kind=kind, **options)) == PictureSize(761, 570)


@pytest.mark.parametrize("orientation", [1, 2, 3, 4, 5, 6, 7, 8])
def test_a_jpeg_is_measured_as_it_is_shown(
    make_picture: Callable[..., bytes], orientation: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    size = picture_size(make_picture(570, 760, kind="JPEG", exif=exif.tobytes()))

    shown = PictureSize(760, 570) if orientation >= 5 else PictureSize(570, 760)
    assert size == shown


@pytest.mark.parametrize("length", [0, 31, 40, 150])
def test_a_jpeg_cut_before_its_size_asks_for_more(
    make_picture: Callable[..., bytes], length: int
) -> None:
    with pytest.raises(MoreNeeded):
        picture_size(make_picture(800, 600, kind="JPEG")[:length])


@pytest.mark.parametrize(
    "content",
    [
        b"<html>" + b"x" * 60,
        b"BM" + b"\0" * 60,
        b"\xff\xd8" + b"\0" * 60,
        b"\xff\xd8\xff\xd9" + b"\0" * 60,
        b"RIFF\0\0\0\0WEBPabcd" + b"\0" * 60,
    ],
)
def test_other_bytes_are_no_picture(content: bytes) -> None:
    with pytest.raises(NotAPicture):
        picture_size(content)
