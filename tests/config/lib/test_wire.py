"""The wire against servers that drip, lie, hang up, and addresses that must not be called."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from config.lib import wire
from config.lib.remote_errors import AddressRefused, Unreachable
from config.lib.wire import Timeouts, WireAnswer, WireConnection, addresses, origin_of
from tests.config.lib.raw_server import RawServer, answers, drips, hangs_up, says, serving

SHORT = Timeouts(connect=0.5, read=0.4, total=0.6)
OK = b"HTTP/1.1 200 OK\r\n"


def connect(server: RawServer, timeouts: Timeouts = SHORT) -> WireConnection:
    """Return a connection to a server of this machine."""
    return WireConnection(server.url, timeouts=timeouts, allow_private=True)


def ask(
    connection: WireConnection, method: str = "GET", *, repeat: bool = False, target: str = "/a"
) -> WireAnswer:
    """Make an exchange."""
    return connection.exchange(method, target, {"X-Test": "1"}, b"", repeat=repeat)


# -- the deadline --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "script",
    [
        drips(OK + b"Content-Length: 9999\r\n\r\n", b"x", every=0.05),
        drips(OK, b"X-Drip: 1\r\n", every=0.05),
        drips(b"", b"H", every=0.05),
        drips(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", every=0.05),
        drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n", every=0.05),
        drips(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"T: 1\r\n", every=0.05),
    ],
    ids=["body", "headers", "status line", "chunks", "continue", "trailers"],
)
def test_a_dripping_server_holds_nobody_beyond_the_deadline(
    script: Callable[[socket.socket, bytes], bool],
) -> None:
    with serving(script) as server:
        started = time.monotonic()

        with pytest.raises(Unreachable) as caught:
            ask(connect(server))

    assert time.monotonic() - started < SHORT.total + 0.4
    assert caught.value.sent is True
    assert caught.value.verdict is False


def test_a_silent_server_is_left_after_the_read_timeout() -> None:
    with serving(drips(b"", b"", every=0.05)) as server:
        started = time.monotonic()

        with pytest.raises(Unreachable, match="TimeoutError"):
            ask(connect(server, Timeouts(connect=1, read=0.2, total=5)))

    assert time.monotonic() - started < 1.0


def test_nothing_is_sent_after_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that was stopped while it connected must not send when it wakes up."""
    with serving(answers()) as server:
        connection = connect(server)
        opened = connection._connect

        def slow(deadline: float) -> socket.socket:
            found = opened(deadline)
            time.sleep(max(0.0, deadline - time.monotonic()) + 0.01)
            return found

        monkeypatch.setattr(connection, "_connect", slow)
        with pytest.raises(Unreachable) as caught:
            ask(connection, "POST")

    assert caught.value.sent is False
    assert server.requests == []


# -- what comes back -----------------------------------------------------------------------------
def test_an_answer_comes_back_whole() -> None:
    with serving(answers(b'{"a": 1}', headers="X-Id: 7\r\n")) as server:
        found = ask(connect(server), target="/a?b=c")

    assert (found.status, found.reason, found.body) == (200, "OK", b'{"a": 1}')
    assert ("X-Id", "7") in found.headers
    assert server.requests[0].startswith(b"GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:")


def test_chunks_are_put_together() -> None:
    body = b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
    with serving(says(OK + body)) as server:
        connection = connect(server)

        assert ask(connection).body == b"abcde"
        assert ask(connection).body == b"abcde"

    assert server.connections == 1


def test_an_answer_without_length_ends_with_the_connection() -> None:
    with serving(says(OK + b"\r\nall of it", keep=False)) as server:
        assert ask(connect(server)).body == b"all of it"


@pytest.mark.parametrize(
    "data",
    [
        OK + b"Content-Length: 10\r\n\r\nhalf",
        OK + b"Transfer-Encoding: chunked\r\n\r\n9\r\nhalf",
        b"SMTP ready\r\n\r\n",
        OK + b"X: 1\r\n" * 200 + b"\r\n",
        OK + b"X: " + b"y" * 70_000 + b"\r\n\r\n",
        b"",
    ],
    ids=["half a body", "half a chunk", "no http", "headers", "long header", "nothing"],
)
def test_half_an_answer_is_no_answer(data: bytes) -> None:
    with (
        serving(says(data, keep=False)) as server,
        pytest.raises(Unreachable) as caught,
    ):
        ask(connect(server), "POST")

    assert caught.value.sent is True


@pytest.mark.parametrize("framing", ["length", "chunked", "none"])
def test_an_oversized_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch, framing: str) -> None:
    monkeypatch.setattr(wire, "MAX_ANSWER", 1000)
    body = b"x" * 1001
    heads = {
        "length": b"Content-Length: 1001\r\n\r\n" + body,
        "chunked": b"Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + body + b"\r\n0\r\n\r\n",
        "none": b"\r\n" + body,
    }
    with (
        serving(says(OK + heads[framing], keep=False)) as server,
        pytest.raises(Unreachable, match="ValueError"),
    ):
        ask(connect(server))


def test_the_largest_allowed_answer_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_ANSWER", 1000)
    with serving(answers(b"x" * 1000)) as server:
        assert len(ask(connect(server)).body) == 1000


# -- kept connections ----------------------------------------------------------------------------
def test_a_connection_is_kept() -> None:
    with serving(answers()) as server:
        connection = connect(server)
        for _ in range(3):
            ask(connection)

    assert server.connections == 1


def test_one_the_server_will_close_is_not() -> None:
    with serving(answers(headers="Connection: close\r\n")) as server:
        connection = connect(server)
        ask(connection)
        ask(connection)

    assert server.connections == 2


def test_a_kept_connection_closed_meanwhile_is_noticed_before_sending() -> None:
    with serving(says(OK + b"Content-Length: 0\r\n\r\n", keep=False), answers()) as server:
        connection = connect(server)
        ask(connection)
        time.sleep(0.05)

        assert ask(connection, "POST").status == 200

    assert len(server.requests) == 2


def test_bytes_nobody_asked_for_are_never_taken_for_the_next_answer() -> None:
    stray = OK + b"Content-Length: 0\r\n\r\n" + OK + b"Content-Length: 5\r\n\r\nstray"
    with serving(says(stray), answers(b"mine")) as server:
        connection = connect(server)
        ask(connection)
        time.sleep(0.05)

        assert ask(connection).body == b"mine"


def test_a_read_on_a_connection_closed_under_it_is_repeated_once() -> None:
    with serving(answers(), hangs_up, answers(b"again")) as server:
        connection = connect(server)
        ask(connection)

        assert ask(connection, repeat=True).body == b"again"

    assert (len(server.requests), server.connections) == (3, 2)


def test_but_not_twice() -> None:
    with serving(answers(), hangs_up) as server:
        connection = connect(server)
        ask(connection)

        with pytest.raises(Unreachable, match="closed"):
            ask(connection, repeat=True)

    assert len(server.requests) == 3


def test_a_write_is_never_sent_twice() -> None:
    with serving(answers(), hangs_up, answers()) as server:
        connection = connect(server)
        ask(connection)

        with pytest.raises(Unreachable) as caught:
            ask(connection, "POST")

    assert len(server.requests) == 2
    assert caught.value.verdict is False


def test_a_read_on_a_fresh_connection_is_not_repeated() -> None:
    with serving(hangs_up) as server, pytest.raises(Unreachable):
        ask(connect(server), repeat=True)

    assert len(server.requests) == 1


def test_a_refused_connection_sent_nothing() -> None:
    with serving(answers()) as server:
        pass

    with pytest.raises(Unreachable) as caught:
        ask(connect(server), "POST")

    assert caught.value.sent is False


# -- addresses -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0.0.0.0",  # noqa: S104 - asked for, never bound
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fc00::1]",
        "[ff02::1]",
    ],
)
def test_private_addresses_are_refused_however_they_are_written(host: str) -> None:
    with pytest.raises(AddressRefused):
        addresses(urlsplit(f"http://{host}/"), allow_private=False)


@pytest.mark.parametrize("host", ["93.184.216.34", "[2606:2800:220:1::1]", "[64:ff9b::5db8:d822]"])
def test_public_addresses_are_called(host: str) -> None:
    assert addresses(urlsplit(f"http://{host}/"), allow_private=False)


def resolve_to(monkeypatch: pytest.MonkeyPatch, *found: str) -> None:
    """Let every name resolve to these addresses."""
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in found]
    monkeypatch.setattr("config.lib.wire.socket.getaddrinfo", lambda *_a, **_k: answer)


@pytest.mark.parametrize(
    "found", [("127.0.0.1",), ("93.184.216.34", "127.0.0.1"), ("10.0.0.1", "93.184.216.34")]
)
def test_a_name_that_leads_inside_is_refused(
    monkeypatch: pytest.MonkeyPatch, found: tuple[str, ...]
) -> None:
    resolve_to(monkeypatch, *found)
    connection = WireConnection("http://portal.invalid", timeouts=SHORT)

    with pytest.raises(AddressRefused):
        ask(connection)


def test_a_name_that_leads_nowhere_sent_nothing() -> None:
    with pytest.raises(Unreachable) as caught:
        ask(WireConnection("http://portal.invalid", timeouts=SHORT))

    assert caught.value.sent is False


@pytest.mark.parametrize("url", ["ftp://portal.invalid", "file:///etc/passwd", "http://", "portal"])
def test_only_http_is_spoken(url: str) -> None:
    with pytest.raises(AddressRefused):
        WireConnection(url, timeouts=SHORT)


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        ("/a\r\nX-Evil: 1", {}),
        ("/a\nb", {}),
        ("/a", {"X-Test": "1\r\nX-Evil: 1"}),
        ("/a", {"X-Test\r\nX-Evil": "1"}),
        ("/a b", {}),
        ("/a\tb", {}),
        ("/a\x00b", {}),
    ],
)
def test_nobody_slips_a_line_into_a_request(target: str, headers: dict[str, str]) -> None:
    with serving(answers()) as server:
        with pytest.raises(AddressRefused):
            connect(server).exchange("GET", target, headers, b"", repeat=False)

        assert server.requests == []


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://Portal.invalid/api", "http://portal.invalid:80"),
        ("https://portal.invalid", "https://portal.invalid:443"),
        ("https://portal.invalid:8443/x", "https://portal.invalid:8443"),
        ("http://127.0.0.1:8100@portal.invalid/", "http://portal.invalid:80"),
    ],
)
def test_origins_are_compared_in_one_spelling(url: str, origin: str) -> None:
    assert origin_of(url) == origin
