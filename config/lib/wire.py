"""One keep-alive connection over http.client, with a wall-clock deadline and an address guard.

Time-outs of sockets count per read, so a peer that drips bytes can hold a caller for ever: here
every read gets only what is left until the deadline of the whole exchange.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import re
import select
import socket
import ssl
import time
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from config.lib.remote_errors import AddressRefused, Unreachable

MAX_ANSWER = 16 * 1024 * 1024
_TARGET = re.compile(r"[!-~]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds: to connect, between two reads, and for the whole exchange."""

    connect: float = 3.0
    read: float = 20.0
    total: float = 25.0


@dataclass(frozen=True, slots=True)
class WireAnswer:
    """What came back: status, header pairs, whole body."""

    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes


class _DeadlineReader(io.RawIOBase):
    """Reads a socket, giving each read no more time than the exchange has left."""

    def __init__(self, sock: socket.socket, timeouts: Timeouts, deadline: float) -> None:
        self._sock, self._timeouts, self._deadline = sock, timeouts, deadline
        self.received = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("deadline")
        self._sock.settimeout(min(left, self._timeouts.read))
        count = self._sock.recv_into(buffer)
        self.received += count
        return count


class _ReaderAsSocket:
    """What http.client.HTTPResponse wants of a socket: makefile, nothing else."""

    def __init__(self, reader: io.BufferedReader) -> None:
        self._reader = reader

    def makefile(self, _mode: str) -> io.BufferedReader:
        return self._reader


@lru_cache(maxsize=1)
def _tls_context() -> ssl.SSLContext:
    return ssl.create_default_context()


def origin_of(url: str) -> str:
    """Return scheme://host:port of an address, lower case, with the port written out."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"{parts.scheme}://{(parts.hostname or '').lower()}:{port}"


def addresses(parts: SplitResult, *, allow_private: bool) -> list[tuple[int, tuple[str, int]]]:
    """Resolve a host and return (family, address) pairs that may be called.

    Raises AddressRefused if any of them is not public (unless `allow_private`), Unreachable if the
    name does not resolve.
    """
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as err:
        raise Unreachable("name not resolved", sent=False) from err
    pairs = []
    for family, _, _, _, address in found:
        ip = ipaddress.ip_address(str(address[0]).split("%")[0])
        if not allow_private and not _is_public(ip):
            raise AddressRefused("private address")
        pairs.append((int(family), (str(address[0]), int(address[1]))))
    return pairs


def _is_public(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address, or the IPv4 address that hides in it, belongs to the public network."""
    inner: ipaddress.IPv4Address | ipaddress.IPv6Address = ip
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or ip
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return inner.is_global and not inner.is_multicast and not inner.is_reserved


class WireConnection:
    """A connection to one origin, opened when needed and kept between exchanges."""

    def __init__(self, url: str, *, timeouts: Timeouts, allow_private: bool = False) -> None:
        self._parts = urlsplit(url)
        if self._parts.scheme not in ("http", "https") or not self._parts.hostname:
            raise AddressRefused("not an http(s) address")
        self._timeouts = timeouts
        self._allow_private = allow_private
        self._sock: socket.socket | None = None
        default = 443 if self._parts.scheme == "https" else 80
        port = self._parts.port or default
        host = self._parts.hostname
        name = f"[{host}]" if ":" in host else host
        self._host_header = name if port == default else f"{name}:{port}"

    def close(self) -> None:
        """Close the connection, if open."""
        if self._sock is not None:
            self._sock.close()
            self._sock = None

    def exchange(
        self, method: str, target: str, headers: dict[str, str], body: bytes, *, repeat: bool
    ) -> WireAnswer:
        """Send one request and return the whole answer within the total time-out.

        `repeat` allows one repetition on a fresh connection if a kept one turns out to be closed
        before the first byte of the answer. Raises Unreachable; its `sent` is False only if the
        request cannot have arrived.
        """
        deadline = time.monotonic() + self._timeouts.total
        kept = self._still_open()
        try:
            return self._once(method, target, headers, body, deadline)
        except Unreachable as err:
            self.close()
            if not (repeat and kept and err.detail == "closed"):
                raise
        return self._once(method, target, headers, body, deadline)

    def _still_open(self) -> bool:
        """Whether a kept connection exists and the peer has not closed it meanwhile."""
        if self._sock is None:
            return False
        if select.select([self._sock], [], [], 0)[0]:  # bytes or end of file: not usable
            self.close()
        return self._sock is not None

    def _connect(self, deadline: float) -> socket.socket:
        last: OSError | None = None
        for family, address in addresses(self._parts, allow_private=self._allow_private):
            sock = socket.socket(family, socket.SOCK_STREAM)
            try:
                left = deadline - time.monotonic()
                sock.settimeout(max(0.001, min(self._timeouts.connect, left)))
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self._parts.scheme == "https":
                    return _tls_context().wrap_socket(sock, server_hostname=self._parts.hostname)
                return sock
            except OSError as err:
                sock.close()
                last = err
        raise Unreachable(type(last).__name__, sent=False) from last

    def _once(
        self, method: str, target: str, headers: dict[str, str], body: bytes, deadline: float
    ) -> WireAnswer:
        head = self._head(method, target, headers, len(body))
        if self._sock is None:
            self._sock = self._connect(deadline)
        reader = _DeadlineReader(self._sock, self._timeouts, deadline)
        # A process that was stopped must not send what others already believe it never will.
        left = deadline - time.monotonic()
        if left <= 0:
            raise Unreachable("deadline", sent=False)
        try:
            self._sock.settimeout(left)
            self._sock.sendall(head + body)
            return self._read(reader, method)
        except (OSError, http.client.HTTPException, ValueError) as err:
            self.close()
            closed = not reader.received and isinstance(
                err, (ConnectionError, http.client.RemoteDisconnected)
            )
            raise Unreachable("closed" if closed else type(err).__name__) from err

    def _head(self, method: str, target: str, headers: dict[str, str], length: int) -> bytes:
        """Return request line and headers; nothing in them may end a line or split the first."""
        lines = [f"Host: {self._host_header}", f"Content-Length: {length}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if not _TARGET.fullmatch(target) or any(_CONTROL.search(line) for line in lines):
            raise AddressRefused("line break in a request")
        return "\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", ""]).encode("utf-8")

    def _read(self, reader: _DeadlineReader, method: str) -> WireAnswer:
        buffered = io.BufferedReader(reader, 65536)
        response = http.client.HTTPResponse(_ReaderAsSocket(buffered), method=method)  # type: ignore[arg-type]
        response.begin()
        data = response.read(MAX_ANSWER + 1)
        if len(data) > MAX_ANSWER:
            raise ValueError("answer too large")
        if response.length:  # the peer closed before it had sent all it announced
            raise http.client.IncompleteRead(data)
        if response.will_close:
            self.close()
        return WireAnswer(response.status, response.reason, response.getheaders(), data)
