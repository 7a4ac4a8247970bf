"""Hostile, odd and honest picture files come out as plain JPEGs, or are refused by a code."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from inventory.services import imaging
from inventory.services.imaging import PictureRefused, render, sniff

LIMIT = 50_000_000
RED, BLUE = (200, 30, 30), (30, 30, 200)


def saved(image: Image.Image, kind: str = "JPEG", **options) -> bytes:
    """Return an encoded image."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def opened(data: bytes) -> Image.Image:
    """Return a decoded image."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def is_near(pixel, colour, *, distance: int = 12) -> bool:
    """Tell whether two colours look the same after JPEG's losses."""
    return all(abs(a - b) <= distance for a, b in zip(pixel, colour, strict=True))


def refused(data: bytes, *, max_pixels: int = LIMIT) -> str:
    """Return the code by which a file is refused."""
    with pytest.raises(PictureRefused) as caught:
        render(data, max_pixels=max_pixels)
    return caught.value.code


def large_of(data: bytes) -> Image.Image:
    """Return the large rendition, decoded."""
    return opened(render(data, max_pixels=LIMIT).renditions[0].data)


def test_two_sizes_are_made_with_the_longest_side_kept():
    picture = render(saved(Image.new("RGB", (4000, 3000), RED)), max_pixels=LIMIT)

    assert (picture.width, picture.height) == (4000, 3000)
    assert [(r.size, r.width, r.height) for r in picture.renditions] == [
        (1920, 1920, 1440),
        (480, 480, 360),
    ]
    for rendition in picture.renditions:
        image = opened(rendition.data)
        assert (image.format, image.mode, image.size) == (
            "JPEG",
            "RGB",
            (rendition.width, rendition.height),
        )


def test_a_small_picture_is_never_enlarged():
    picture = render(saved(Image.new("RGB", (300, 200), RED)), max_pixels=LIMIT)

    assert [(r.width, r.height) for r in picture.renditions] == [(300, 200), (300, 200)]


# Where the red corner of a picture, red at the top left of its pixels, stands once turned.
CORNERS = {1: "tl", 2: "tr", 3: "br", 4: "bl", 5: "tl", 6: "tr", 7: "br", 8: "bl"}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_upright(orientation):
    image = Image.new("RGB", (1200, 800), BLUE)
    image.paste(RED, (0, 0, 600, 400))
    exif = Image.Exif()
    exif[0x0112] = orientation

    picture = render(saved(image, exif=exif), max_pixels=LIMIT)

    turned = opened(picture.renditions[0].data)
    expected = (800, 1200) if orientation >= 5 else (1200, 800)
    assert (picture.width, picture.height) == turned.size == expected
    width, height = turned.size
    places = {
        "tl": (50, 50),
        "tr": (width - 50, 50),
        "bl": (50, height - 50),
        "br": (width - 50, height - 50),
    }
    red = [name for name, place in places.items() if is_near(turned.getpixel(place), RED)]
    assert red == [CORNERS[orientation]]
    assert turned.getexif().get(0x0112) is None


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_is_ignored(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation

    picture = render(saved(Image.new("RGB", (120, 80), RED), exif=exif), max_pixels=LIMIT)

    assert (picture.width, picture.height) == (120, 80)


def test_place_comment_and_camera_do_not_leave_the_house():
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825).update({1: "S", 2: (23.0, 33.0, 0.0), 3: "W", 4: (46.0, 38.0, 0.0)})
    source = saved(Image.new("RGB", (800, 600), RED), exif=exif, comment=b"SecretComment")
    assert b"SecretCamera" in source

    for rendition in render(source, max_pixels=LIMIT).renditions:
        image = opened(rendition.data)
        assert dict(image.getexif()) == {}
        assert image.getexif().get_ifd(0x8825) == {}
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert b"Secret" not in rendition.data


def test_text_chunks_of_a_png_do_not_survive():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "SecretAuthor")

    picture = render(saved(Image.new("RGB", (80, 60), RED), "PNG", pnginfo=notes), max_pixels=LIMIT)

    assert b"Secret" not in picture.renditions[0].data


def test_what_is_hidden_behind_a_picture_does_not_survive():
    polyglot = saved(Image.new("RGB", (80, 60), RED)) + b"<script>alert(1)</script>PK\x03\x04"

    picture = render(polyglot, max_pixels=LIMIT)

    assert all(b"script" not in r.data and b"PK\x03\x04" not in r.data for r in picture.renditions)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("CMYK", "JPEG"), ("YCbCr", "JPEG"), ("L", "JPEG"), ("L", "PNG"), ("P", "PNG"), ("1", "PNG")],
)
def test_other_colour_modes_become_rgb(mode, kind):
    source = Image.new("RGB", (200, 100), "white").convert(mode)

    image = large_of(saved(source, kind))

    assert image.mode == "RGB"
    assert is_near(image.getpixel((100, 50)), (255, 255, 255))


def test_cmyk_keeps_its_colours():
    image = large_of(saved(Image.new("CMYK", (200, 100), (0, 255, 255, 0)), quality=95))

    assert is_near(image.getpixel((100, 50)), (255, 0, 0), distance=20)


def test_sixteen_bits_of_grey_are_scaled_not_cut():
    grey = Image.new("I;16", (200, 100), 0x8000)

    image = large_of(saved(grey, "PNG"))

    assert is_near(image.getpixel((100, 50)), (128, 128, 128))


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparency_becomes_white(mode, kind):
    source = Image.new("RGBA", (200, 100), (0, 0, 0, 0)).convert(mode)

    image = large_of(saved(source, kind))

    assert is_near(image.getpixel((100, 50)), (255, 255, 255))


def test_a_transparent_palette_becomes_white():
    source = Image.new("P", (200, 100), 0)
    source.putpalette([10, 20, 30] * 256)

    image = large_of(saved(source, "PNG", transparency=0))

    assert is_near(image.getpixel((100, 50)), (255, 255, 255))


def test_a_colour_profile_is_applied_and_dropped():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    image = large_of(saved(Image.new("RGB", (200, 100), RED), icc_profile=profile))

    assert is_near(image.getpixel((100, 50)), RED)
    assert "icc_profile" not in image.info


@pytest.mark.parametrize("profile", [b"nonsense", b"\x00" * 128])
def test_a_broken_colour_profile_does_not_stop_a_picture(profile):
    image = large_of(saved(Image.new("RGB", (200, 100), RED), icc_profile=profile))

    assert is_near(image.getpixel((100, 50)), RED)


def test_the_first_frame_of_an_animation_is_taken():
    frames = [Image.new("RGB", (100, 80), colour) for colour in (RED, BLUE)]

    image = large_of(saved(frames[0], "WEBP", save_all=True, append_images=frames[1:]))

    assert is_near(image.getpixel((50, 40)), RED, distance=25)


def test_an_iphone_photo_is_read():
    image = large_of(saved(Image.new("RGB", (640, 480), RED), "HEIF"))

    assert (image.size, is_near(image.getpixel((320, 240)), RED)) == ((640, 480), True)


def bomb_png(width: int, height: int) -> bytes:
    """Return a PNG of few bytes that claims enormous sides."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\x00" * 100_000, 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("sides", [(10_000, 5_001), (10_000, 10_000), (100_000, 100_000)])
def test_a_bomb_is_refused_by_its_header(sides):
    assert refused(bomb_png(*sides)) == "too_many_pixels"


def test_as_many_pixels_as_allowed_pass():
    data = saved(Image.new("RGB", (100, 80), RED))

    assert render(data, max_pixels=8000).width == 100
    assert refused(data, max_pixels=7999) == "too_many_pixels"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_file_cut_short_is_refused(kind):
    noise = Image.effect_noise((400, 300), 80).convert("RGB")
    data = saved(noise, kind)

    assert refused(data[: len(data) // 2]) == "unreadable"
    assert refused(data[:40]) == "unreadable"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0" + b"\x00" * 500,
        b"\x89PNG\r\n\x1a\n" + b"\xff" * 500,
        b"RIFF\x00\x00\x00\x00WEBP" + b"\xff" * 500,
        b"\x00\x00\x00\x18ftypheic" + b"\xff" * 500,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + b"\x00" * 100,
    ],
)
def test_what_is_no_picture_is_refused(data):
    assert refused(data) == "unreadable"


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "AVIF"])
def test_formats_we_do_not_take_are_not_decoded(kind):
    data = saved(Image.new("RGB", (64, 64), RED), kind)

    assert sniff(data[: imaging.HEAD]) == ""
    assert refused(data) == "unreadable"


@pytest.mark.parametrize(
    ("kind", "name"), [("JPEG", "jpeg"), ("PNG", "png"), ("WEBP", "webp"), ("HEIF", "heic")]
)
def test_the_first_bytes_tell_the_kind(kind, name):
    assert sniff(saved(Image.new("RGB", (64, 64), RED), kind)[: imaging.HEAD]) == name


@pytest.mark.parametrize(
    "head",
    [b"", b"\xff\xd8", b"<?xml version='1.0'?><svg", b"%PDF-1.7", b"PK\x03\x04", b"RIFF1234WAVE"],
)
def test_other_files_have_no_kind(head):
    assert sniff(head) == ""
