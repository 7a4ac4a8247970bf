"""A file is what its bytes are, never what its sender calls it; and a bomb is not set off."""

from __future__ import annotations

import struct
import zlib

import pytest

from accounts.models.dealer import Role
from inventory.models import PhotoBlob
from inventory.services.rendering import render_blob
from tests.isolation import ledger
from tests.isolation.recipes import picture, upload

pytestmark = pytest.mark.django_db


def png_header(width: int, height: int) -> bytes:
    """Return the beginning of a PNG that claims to be so large, with hardly any pixels in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (png_header(60_000, 60_000), "too_many_pixels"),
        (png_header(2**31 - 1, 2**31 - 1), "too_many_pixels"),
        (png_header(0, 0), "unreadable"),
        (picture()[:200], "unreadable"),
        (b"\xff\xd8\xff" + b"<script>alert(1)</script>", "unreadable"),
    ],
)
def test_a_picture_that_cannot_be_drawn_is_refused_in_the_task(world, browser, data, problem):
    client, where = browser(Role.OWNER), f"/stock/{world.ours.vehicle.pk}/photos/"
    client.post(f"{where}upload/", {"photos": upload(data, "bomba.png", "image/png")})
    blob = PhotoBlob.objects.get(dealer=world.ours.dealer, state="pending")

    render_blob(blob.pk)

    blob.refresh_from_db()
    assert (blob.state, blob.problem) == ("refused", problem)
    assert not blob.renditions.exists()
    assert client.get(where, headers={"HX-Request": "true"}).status_code == 200


def test_the_folder_of_photos_gives_nothing_else_away(client, db, tmp_path):
    (tmp_path / "originals").mkdir(exist_ok=True)
    (tmp_path / "originals" / "x").write_bytes(b"private")
    names = ("..", "../originals/x", "%2e%2e/originals/x", "/etc/passwd", "a\x00b", "", ".")

    assert {client.get(f"/media/{name}").status_code for name in (*names, "x" * 5000)} == {404}


NO_PICTURES = [
    ("carro.jpg", b"<html><script>alert(1)</script></html>", "image/jpeg"),
    (
        "carro.svg",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "image/svg+xml",
    ),
    ("carro.jpg", b"", "image/jpeg"),
    ("carro.jpg", b"GIF89a" + b"\x00" * 64, "image/jpeg"),
    ("carro.jpg", b"%PDF-1.7", "image/jpeg"),
    ("carro.jpg", b"\x00" * 64, "image/jpeg"),
    ("carro.php", b"<?php system($_GET[0]); ?>", "image/png"),
    ("../../etc/passwd", b"root:x:0:0", "image/png"),
    ("<img src=x onerror=y>.jpg", b"no picture", "image/jpeg"),
]


def test_what_is_no_picture_is_refused_by_name(world, browser):
    client, before = browser(Role.OWNER), ledger.content()
    files = [upload(data, name, kind) for name, data, kind in NO_PICTURES]

    answer = client.post(
        f"/stock/{world.ours.vehicle.pk}/photos/upload/",
        {"photos": files},
        headers={"Accept": "application/json"},
    )

    results = answer.json()["results"]
    assert answer["Content-Type"] == "application/json"  # never read as a page
    assert len(results) == len(NO_PICTURES)
    assert [result["name"] for result in results if result["state"] != "refused"] == []
    assert ledger.changed(before, ledger.content()) == []


def test_a_picture_that_is_too_large_is_refused_by_name(world, browser, settings):
    settings.PHOTO_MAX_BYTES = 1000
    client, before = browser(Role.OWNER), ledger.content()
    data = b"\xff\xd8\xff" + b"\x00" * 2000

    answer = client.post(
        f"/stock/{world.ours.vehicle.pk}/photos/upload/",
        {"photos": [upload(data), upload(data, "b.jpg")]},
        headers={"Accept": "application/json"},
    )

    assert [each["state"] for each in answer.json()["results"]] == ["refused", "refused"]
    assert ledger.changed(before, ledger.content()) == []
