"""Fetches photo addresses over HTTP to learn their pixel sizes, each address once.

Sizes are kept by address for good (up to 200,000 of them), failures for a few seconds only, so
that a link mended in between is seen. Any address may be fetched, local ones too: this belongs on
a developer's machine. Units: seconds, pixels, bytes.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from sandbox.pictures import MoreNeeded, NotAPicture, PictureSize, picture_size

MAX_HEADER_BYTES = 512 * 1024
MAX_REDIRECTS = 3
CHUNK_BYTES = 32 * 1024
REMEMBERED = 200_000
FAILURES_KEPT_S = 5.0
# Few enough not to overrun the short queue of a development web server.
AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class PhotoVerdict:
    """What was found behind one address; `size` is None when it is no picture one can load."""

    url: str
    size: PictureSize | None


class PhotoChecker:
    """A cache of picture sizes in front of a small HTTP client. One per portal and event loop."""

    def __init__(self) -> None:
        """Begin with an empty cache."""
        self.fetches = 0
        self._sizes: dict[str, PictureSize] = {}
        self._failed_at: dict[str, float] = {}
        self._under_way: dict[str, asyncio.Task[PictureSize | None]] = {}
        self._gate = asyncio.Semaphore(AT_ONCE)

    def forget(self) -> None:
        """Empty the cache."""
        self._sizes.clear()
        self._failed_at.clear()

    async def check(self, urls: Iterable[str], *, timeout_s: float) -> list[PhotoVerdict]:
        """One verdict per address, in order; addresses not yet known are fetched together."""
        wanted = list(urls)
        unknown = [url for url in dict.fromkeys(wanted) if not self._is_known(url)]
        await asyncio.gather(*(self._learn(url, timeout_s=timeout_s) for url in unknown))
        return [PhotoVerdict(url=url, size=self._sizes.get(url)) for url in wanted]

    def _is_known(self, url: str) -> bool:
        failed_at = self._failed_at.get(url)
        if failed_at is not None:
            return time.monotonic() - failed_at < FAILURES_KEPT_S
        return url in self._sizes

    async def _learn(self, url: str, *, timeout_s: float) -> None:
        """Fetch once, however many ads ask for the same address at the same time."""
        task = self._under_way.get(url)
        if task is None:
            task = asyncio.create_task(self._fetch(url, timeout_s=timeout_s))
            self._under_way[url] = task
            task.add_done_callback(lambda _done: self._under_way.pop(url, None))
        size = await task
        if size is None:
            self._failed_at[url] = time.monotonic()
            return
        if len(self._sizes) >= REMEMBERED:
            self._sizes.clear()
        self._failed_at.pop(url, None)
        self._sizes[url] = size

    async def _fetch(self, url: str, *, timeout_s: float) -> PictureSize | None:
        self.fetches += 1
        try:
            async with self._gate:
                async with asyncio.timeout(timeout_s):
                    return await _size_behind(url)
        except (OSError, ValueError, EOFError, asyncio.LimitOverrunError, NotAPicture):
            return None


async def _size_behind(url: str) -> PictureSize | None:
    """Follow redirects to the picture; None when the address does not lead to one."""
    for _hop in range(MAX_REDIRECTS + 1):
        reader, writer = await _ask(url)
        try:
            status, location = await _read_head(reader)
            if status == 200:
                return await _read_size(reader)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        if status not in {301, 302, 303, 307, 308} or not location:
            return None
        url = urljoin(url, location)
    return None


async def _ask(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect and send the request; raises ValueError for an address that is none."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    reader, writer = await asyncio.open_connection(
        parts.hostname, port, ssl=ssl.create_default_context() if secure else None
    )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    request = (
        f"GET {path} HTTP/1.0\r\nHost: {parts.netloc}\r\nUser-Agent: portal-sandbox\r\n"
        "Accept: image/*\r\n\r\n"
    )
    writer.write(request.encode("ascii"))
    return reader, writer


async def _read_head(reader: asyncio.StreamReader) -> tuple[int, str]:
    """Status and `Location` of the answer."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split(" ")[1]) if " " in head[0] else 0
    for line in head[1:]:
        name, _, value = line.partition(":")
        if name.strip().lower() == "location":
            return status, value.strip()
    return status, ""


async def _read_size(reader: asyncio.StreamReader) -> PictureSize | None:
    """Read no further than the size needs. HTTP/1.0 was asked for, so no body comes chunked."""
    head = b""
    while len(head) < MAX_HEADER_BYTES:
        piece = await reader.read(CHUNK_BYTES)
        if not piece:
            return None
        head += piece
        try:
            return picture_size(head)
        except MoreNeeded:
            continue
    return None
