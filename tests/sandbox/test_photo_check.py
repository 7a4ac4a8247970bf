"""Photo addresses are fetched once, together, and never for long."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterable

from sandbox.photo_check import PhotoChecker
from sandbox.pictures import PictureSize
from tests.sandbox.conftest import PhotoServer, picture


def sizes(
    checker: PhotoChecker, urls: Iterable[str], *, timeout_s: float = 5
) -> list[PictureSize | None]:
    """The sizes found behind these addresses."""
    verdicts = asyncio.run(checker.check(urls, timeout_s=timeout_s))
    return [verdict.size for verdict in verdicts]


def test_verdicts_come_in_the_order_asked(photos: PhotoServer) -> None:
    large, small = photos.picture("a.png", 800, 600), photos.picture("b.webp", 8, 6, kind="WEBP")

    assert sizes(PhotoChecker(), [small, large, small]) == [
        PictureSize(8, 6),
        PictureSize(800, 600),
        PictureSize(8, 6),
    ]


def test_a_size_far_behind_the_beginning_is_found(photos: PhotoServer) -> None:
    content = picture(800, 600, kind="JPEG", comment=b"x" * 60_000, icc_profile=b"y" * 100_000)

    assert sizes(PhotoChecker(), [photos.add("late.jpg", content)]) == [PictureSize(800, 600)]


def test_a_mended_link_is_seen_after_a_while(photos: PhotoServer) -> None:
    checker = PhotoChecker()
    url = f"{photos.origin}/late.png"
    assert sizes(checker, [url]) == [None]
    photos.picture("late.png", 800, 600)

    assert sizes(checker, [url]) == [None]
    checker.forget()
    assert sizes(checker, [url]) == [PictureSize(800, 600)]
    assert checker.fetches == 2


def test_callers_at_once_share_one_fetch(photos: PhotoServer) -> None:
    url = photos.picture("a.png", 800, 600)
    checker = PhotoChecker()

    async def both() -> None:
        await asyncio.gather(*(checker.check([url], timeout_s=5) for _ in range(5)))

    asyncio.run(both())

    assert photos.asked == ["/a.png"]


def test_a_silent_server_costs_no_more_than_the_time_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/a.png"
        begin = time.monotonic()

        assert sizes(PhotoChecker(), [url], timeout_s=0.1) == [None]
        assert time.monotonic() - begin < 2


def test_what_is_no_web_address_is_no_photo() -> None:
    bad = [
        "",
        "a.png",
        "file:///etc/passwd",
        "ftp://127.0.0.1/a.png",
        "http://[x",
        "http://127.0.0.1:1/é",
    ]

    assert sizes(PhotoChecker(), bad, timeout_s=0.5) == [None] * len(bad)


def test_a_redirect_is_followed_but_not_for_ever(photos: PhotoServer) -> None:
    photos.redirects["/old.png"] = photos.picture("new.png", 800, 600)
    photos.redirects["/loop.png"] = "/loop.png"

    assert sizes(PhotoChecker(), [f"{photos.origin}/old.png"]) == [PictureSize(800, 600)]
    assert sizes(PhotoChecker(), [f"{photos.origin}/loop.png"]) == [None]
