"""A server that answers with exactly the bytes, pauses and hang-ups a test tells it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Script = Callable[[socket.socket, bytes], bool]  # True = keep the connection


class RawServer:
    """Serves one script per request, the last one again and again; remembers the requests."""

    def __init__(self, *scripts: Script) -> None:
        self.scripts = list(scripts)
        self.requests: list[bytes] = []
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening; closing alone would leave the thread waiting and the port open."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            while request := _read_request(connection):
                script = self.scripts[min(len(self.requests), len(self.scripts) - 1)]
                self.requests.append(request)
                try:
                    if not script(connection, request):
                        return
                except OSError:  # the caller gave up
                    return


def _read_request(connection: socket.socket) -> bytes:
    """Read head and body of one request; empty when the peer has gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        try:
            more = connection.recv(65536)
        except OSError:
            return b""
        if not more:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def says(data: bytes, *, keep: bool = True) -> Script:
    """Answer with these bytes."""

    def script(connection: socket.socket, _request: bytes) -> bool:
        connection.sendall(data)
        return keep

    return script


def answers(body: bytes = b"{}", *, status: str = "200 OK", headers: str = "") -> Script:
    """Answer with a whole, well-formed answer."""
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    return says(head.encode() + body)


def drips(start: bytes, drop: bytes, *, every: float) -> Script:
    """Answer a start and then drop by drop, for ever."""

    def script(connection: socket.socket, _request: bytes) -> bool:
        connection.sendall(start)
        while True:
            time.sleep(every)
            connection.sendall(drop)

    return script


def hangs_up(connection: socket.socket, _request: bytes) -> bool:
    """Close without a word."""
    return False


@contextmanager
def serving(*scripts: Script) -> Iterator[RawServer]:
    """Serve these scripts, one per request."""
    server = RawServer(*scripts)
    try:
        yield server
    finally:
        server.close()
