"""The HTTP server that hosts the sandboxes: one process, one event loop, a path prefix each.

`GET /` lists the prefixes, which also serves as the sign of life.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

from sandbox.wire import (
    MAX_HEAD_BYTES,
    MalformedRequest,
    Request,
    Response,
    json_response,
    read_request,
    write_response,
)

logger = logging.getLogger(__name__)


class SandboxPortal(Protocol):
    """One stand-in system, answering everything below `/{prefix}`."""

    prefix: str

    async def handle(self, request: Request) -> Response:
        """The answer to a request whose first segment was the prefix and is already taken off."""
        ...

    async def keep_saved(self) -> None:
        """Runs as long as the server does and saves the state now and then."""
        ...

    def save(self) -> float:
        """Save the state now (at the end); seconds it took."""
        ...


class SandboxServer:
    """Listens, reads requests, hands each to its portal, writes the answers."""

    def __init__(
        self, portals: Sequence[SandboxPortal], *, host: str = "127.0.0.1", port: int = 8100
    ) -> None:
        """Port 0 takes any free port; `port` tells which after `start`."""
        self.host = host
        self.port = port
        self._portals = {portal.prefix: portal for portal in portals}
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._background: list[asyncio.Task[None]] = []

    @property
    def origin(self) -> str:
        """The address to give to callers, without a path."""
        return f"http://{self.host}:{self.port}"

    async def start(self) -> None:
        """Begin to listen; raises OSError when the port is taken."""
        self._server = await asyncio.start_server(
            self._converse, self.host, self.port, limit=MAX_HEAD_BYTES, backlog=512
        )
        self.port = self._server.sockets[0].getsockname()[1]
        self._background = [
            asyncio.create_task(portal.keep_saved()) for portal in self._portals.values()
        ]

    async def stop(self) -> None:
        """Stop listening, close every connection, save what the portals hold."""
        if self._server is not None:
            self._server.close()
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        for writer in tuple(self._open):
            writer.transport.abort()
        if self._server is not None:
            await self._server.wait_closed()
        await asyncio.sleep(0)  # lets the aborted conversations end before the loop does
        for portal in self._portals.values():
            portal.save()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while await self._exchange(reader, writer):
                pass
        except MalformedRequest as error:
            refusal = json_response({"message": error.reason}, status=error.status)
            with suppress(ConnectionError):
                await write_response(writer, refusal, keep_alive=False)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the caller went away, which is its right
        finally:
            self._open.discard(writer)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer; False when the connection ends with it."""
        request = await read_request(reader)
        if request is None:
            return False
        response = await self._answer(request)
        if response.lost:
            writer.transport.abort()
            return False
        keep_alive = request.headers.get("connection", "").lower() != "close"
        await write_response(writer, response, keep_alive=keep_alive)
        return keep_alive

    async def _answer(self, request: Request) -> Response:
        if not request.segments:
            return json_response({"portals": sorted(self._portals)})
        portal = self._portals.get(request.segments[0])
        if portal is None:
            return json_response({"message": "No such sandbox"}, status=404)
        inner = Request(
            method=request.method,
            path=request.path,
            segments=request.segments[1:],
            query=request.query,
            headers=request.headers,
            body=request.body,
        )
        try:
            return await portal.handle(inner)
        except Exception:  # the sandbox must outlive its own mistakes
            logger.exception("The sandbox of /%s failed", portal.prefix)
            return json_response({"status": 500, "message": "Erro não esperado"}, status=500)


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """Where a sandbox that runs in this process can be reached."""

    origin: str


@contextmanager
def run_in_thread(portals: Sequence[SandboxPortal], *, port: int = 0) -> Iterator[RunningSandbox]:
    """Serve `portals` from a thread for the length of the block (tests and measurements)."""
    server = SandboxServer(portals, port=port)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="sandbox", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.start(), loop).result(timeout=10)
        try:
            yield RunningSandbox(origin=server.origin)
        finally:
            asyncio.run_coroutine_threadsafe(server.stop(), loop).result(timeout=10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()
