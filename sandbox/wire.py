"""The few HTTP/1.1 words that the sandboxes speak: reading a request, writing a response.

Written for loopback: no TLS, no chunked request bodies, bodies of at most 4 MB.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote

MAX_HEAD_BYTES = 64 * 1024
MAX_BODY_BYTES = 4 * 1024 * 1024
DRIP_PIECES = 20

_HOST = re.compile(r"[A-Za-z0-9.\-_\[\]:]{1,255}")


class MalformedRequest(Exception):
    """The bytes are no request that this server can read; `status` is the answer they get."""

    def __init__(self, status: int, reason: str) -> None:
        """Keep the status and the reason, which is safe to show."""
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `segments` are the decoded, non-empty parts of the path, so that a
    percent-encoded "/" stays inside its part and a trailing slash is tolerated."""

    method: str
    path: str
    segments: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def origin(self) -> str:
        """Scheme, host and port as the caller wrote them, for absolute addresses in answers."""
        host = self.headers.get("host", "")
        return f"http://{host}" if _HOST.fullmatch(host) else "http://127.0.0.1"

    def json(self) -> Any:
        """The decoded JSON body; raises ValueError when it is none."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Response:
    """One answer. `lost` closes the connection in its place; `drip_s` spreads the body over so
    many seconds."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False
    drip_s: float = 0.0


def json_response(
    payload: object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer with `payload` as JSON (UTF-8, accents as they are)."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(status=status, body=body, headers=headers or {})


def html_response(page: str, *, status: int = 200) -> Response:
    """An answer with an HTML page."""
    return Response(status=status, body=page.encode(), content_type="text/html; charset=utf-8")


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request of the connection, None when the caller has closed it.

    Raises MalformedRequest; what the transport raises passes through.
    """
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    except asyncio.LimitOverrunError as error:
        raise MalformedRequest(431, "Request head too long") from error
    lines = head.decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise MalformedRequest(400, "Not an HTTP/1.1 request")
    headers = _headers(lines[1:])
    body = await _body(reader, headers)
    path, _, query = words[1].partition("?")
    return Request(
        method=words[0],
        path=path,
        segments=tuple(unquote(part) for part in path.split("/") if part),
        query=dict(parse_qsl(query, keep_blank_values=True)),
        headers=headers,
        body=body,
    )


def _headers(lines: list[str]) -> dict[str, str]:
    """Names in lower case; of a repeated header the last one counts."""
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    return headers


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if "transfer-encoding" in headers:
        raise MalformedRequest(411, "Send Content-Length; chunked bodies are not read")
    length = headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit():
        raise MalformedRequest(400, "Content-Length is not a number")
    if int(length) > MAX_BODY_BYTES:
        raise MalformedRequest(413, "Body too long")
    return await reader.readexactly(int(length)) if int(length) else b""


async def write_response(
    writer: asyncio.StreamWriter, response: Response, *, keep_alive: bool
) -> None:
    """Send the answer, in one piece or dripping."""
    head = _head(response, keep_alive=keep_alive)
    if not response.drip_s:
        writer.write(head + response.body)
        await writer.drain()
        return
    writer.write(head)
    size = max(1, -(-len(response.body) // DRIP_PIECES))
    pieces = [response.body[at : at + size] for at in range(0, len(response.body), size)]
    for piece in pieces:
        await writer.drain()
        await asyncio.sleep(response.drip_s / len(pieces))
        writer.write(piece)
    await writer.drain()


def _head(response: Response, *, keep_alive: bool) -> bytes:
    lines = [
        f"HTTP/1.1 {response.status} {_phrase(response.status)}",
        f"Content-Type: {response.content_type}",
        f"Content-Length: {len(response.body)}",
        f"Connection: {'keep-alive' if keep_alive else 'close'}",
        *(f"{name}: {value}" for name, value in response.headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
