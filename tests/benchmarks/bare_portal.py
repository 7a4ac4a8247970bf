"""The least a portal can be: a protocol without any of its rules, and one fixed latency.

Usadosbr's answers with the verdict, Chaves na Mão's with 202 and the queue its writes wait in.

`python -m tests.benchmarks.bare_portal --latency-ms 50` prints its port and serves until it is
ended. It answers as fast as one event loop can, so that what is measured is the caller. `GET
/_stats` tells the requests by kind and how many were under way at most, `POST /_reset` forgets it.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import signal
import sys
from collections import Counter
from datetime import UTC, datetime
from typing import Any


class BarePortal:
    """Counts and answers. `latency` in seconds, from a whole request to its answer."""

    def __init__(self, latency: float) -> None:
        self.latency = latency
        self.requests: Counter[str] = Counter()
        self.under_way = 0
        self.peak = 0
        self._numbers = itertools.count(100_001)

    def answer(self, method: str, path: str) -> tuple[str, Any]:
        """Return the kind of a request and the body of its answer ."""
        if path.startswith("/chavesnamao/"):
            return self._queued(method, path.removeprefix("/chavesnamao"))
        if path.endswith("/login"):
            return "login", {"status": 200, "token": "bare"}
        if "/consultar/status/" in path:
            code = path.rsplit("/", 1)[1]
            return "status", {"id": int(code) if code.isdigit() else 1, "status": "Ativo"}
        if method == "POST":
            return "write", {"status": 200, "message": "Salvo", "id": next(self._numbers)}
        return "other", {"data": []}

    def _queued(self, method: str, path: str) -> tuple[str, Any]:
        """Answer as a portal that accepts now and has done it when it is asked."""
        if path == "/clients/jwt":
            return "login", {"token": "bare", "expiration": "1d"}
        if method == "POST" and path == "/vehicles":
            return "write", {"message": "accepted"}
        if method == "GET" and path.startswith("/vehicles/"):
            shown = {"url": "https://portal.example/ad", "highlighted": False, "published": True}
            return "status", {
                "reference": path.rsplit("/", 1)[1],
                "type": "C",
                "publication": shown,
                "updatedAt": datetime.now(UTC).isoformat(),
            }
        return "other", {"data": []}

    def manner(self, method: str, path: str) -> tuple[str, str]:
        """Return status line and further headers of an answer."""
        if not path.startswith("/chavesnamao/"):
            return "200 OK", ""
        if method != "POST":
            return "200 OK", "x-status-queue: []\r\n"
        job = {
            "jobId": str(next(self._numbers)),
            "messageType": "create-vehicle",
            "endpoint": "/vehicles",
            "timestamp": datetime.now(UTC).isoformat(),
        }
        return "202 Accepted", f"x-status-queue: {json.dumps([job])}\r\n"

    def stats(self) -> dict[str, Any]:
        """Return what was asked since the last reset."""
        return {"requests": dict(self.requests), "peak": self.peak}

    def reset(self) -> dict[str, Any]:
        """Forget what was asked."""
        self.requests.clear()
        self.peak = 0
        return {}


class Conversation(asyncio.Protocol):
    """One kept connection. Requests do not overlap on it."""

    def __init__(self, portal: BarePortal) -> None:
        self._portal = portal
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take in bytes; a whole request is answered after the latency."""
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found or len(rest) < _length_of(head):
            return
        self._buffer = b""
        method, path, _ = head.split(b"\r\n", 1)[0].decode().split(" ", 2)
        self._respond(method, path)

    def _respond(self, method: str, path: str) -> None:
        portal = self._portal
        if path.startswith("/_"):
            self._send(portal.reset() if path == "/_reset" else portal.stats())
            return
        kind, body = portal.answer(method, path)
        portal.requests[kind] += 1
        portal.under_way += 1
        portal.peak = max(portal.peak, portal.under_way)
        loop = asyncio.get_running_loop()
        loop.call_later(portal.latency, self._finish, body, *portal.manner(method, path))

    def _finish(self, body: Any, status: str, headers: str) -> None:
        self._portal.under_way -= 1
        self._send(body, status, headers)

    def _send(self, body: Any, status: str = "200 OK", headers: str = "") -> None:
        text = json.dumps(body).encode()
        head = (
            f"HTTP/1.1 {status}\r\n{headers}Content-Type: application/json\r\n"
            f"Content-Length: {len(text)}\r\n\r\n"
        )
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(head.encode() + text)


def _length_of(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


async def serve(latency: float) -> None:
    """Listen on a free port, print it, serve until SIGTERM."""
    portal = BarePortal(latency)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Conversation(portal), "127.0.0.1", 0, backlog=128)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await stop.wait()
    server.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bare_portal")
    parser.add_argument("--latency-ms", type=float, default=50.0)
    asyncio.run(serve(parser.parse_args().latency_ms / 1000))
