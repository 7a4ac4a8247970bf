"""The server under its portals: connections, malformed requests, many callers at once."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.__main__ import PORTALS
from sandbox.server import run_in_thread
from sandbox.wire import Request, Response, json_response


class Echo:
    """A portal that answers with what it understood."""

    prefix = "echo"

    async def handle(self, request: Request) -> Response:
        if request.segments == ("fail",):
            raise RuntimeError("broken on purpose")
        body = request.body.decode()
        return json_response({"segments": request.segments, "query": request.query, "body": body})

    async def keep_saved(self) -> None:
        return None

    def save(self) -> float:
        return 0.0


@pytest.fixture
def echo() -> Iterator[str]:
    with run_in_thread([Echo()]) as running:
        yield running.origin.removeprefix("http://")


def raw_answer(host: str, sent: bytes) -> bytes:
    """What comes back for these bytes until the server closes."""
    name, port = host.split(":")
    with socket.create_connection((name, int(port)), timeout=5) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_one_connection_serves_many_requests(echo: str) -> None:
    connection = http.client.HTTPConnection(echo, timeout=5)
    connection.request("POST", "/echo/a", "first")
    assert b'"body":"first"' in connection.getresponse().read()
    sock = connection.sock

    connection.request("POST", "/echo/b", "second")
    assert b'"body":"second"' in connection.getresponse().read()

    assert connection.sock is sock
    connection.close()


def test_a_caller_may_ask_to_close(echo: str) -> None:
    answer = raw_answer(echo, b"GET /echo HTTP/1.1\r\nConnection: close\r\n\r\n")

    assert b"Connection: close" in answer


def test_an_encoded_slash_stays_inside_its_segment(echo: str) -> None:
    answer = raw_answer(echo, b"GET /echo/F-1000%2FF-4000/C%C3%A3o/?page=2 HTTP/1.1\r\n\r\n")

    assert '"segments":["F-1000/F-4000","Cão"],"query":{"page":"2"}'.encode() in answer


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET /echo HTTP/1.1\r\nContent-Length: many\r\n\r\n", b"400"),
        (b"GET /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"411"),
        (b"GET /echo HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", b"413"),
        (b"GET /echo HTTP/1.1\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", b"431"),
    ],
)
def test_a_malformed_request_is_answered_and_closed(echo: str, sent: bytes, status: bytes) -> None:
    assert raw_answer(echo, sent).startswith(b"HTTP/1.1 " + status)


def test_a_failing_portal_answers_500_and_lives_on(echo: str) -> None:
    assert raw_answer(echo, b"GET /echo/fail HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 500")
    assert raw_answer(echo, b"GET /echo/well HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 200")


def test_an_unknown_prefix_is_404_and_the_root_lists_the_portals(echo: str) -> None:
    assert raw_answer(echo, b"GET /nobody HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 404")
    assert raw_answer(echo, b"GET / HTTP/1.1\r\n\r\n").endswith(b'{"portals":["echo"]}')


def test_sixteen_connections_are_served_at_once(echo: str) -> None:
    answers: list[int] = []

    def ask() -> None:
        connection = http.client.HTTPConnection(echo, timeout=10)
        for _ in range(25):
            connection.request("GET", "/echo/x")
            response = connection.getresponse()
            response.read()
            answers.append(response.status)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [200] * 400


def test_the_process_says_where_it_listens_and_ends_on_a_signal(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--state", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        words = process.stdout.readline().split()
        host = words[-1].removeprefix("http://")
        answer = raw_answer(host, b"GET / HTTP/1.1\r\n\r\n")
        process.terminate()
        code = process.wait(timeout=10)

    assert words[:3] == ["Sandbox", "listening", "on"]
    assert json.loads(answer.partition(b"\r\n\r\n")[2]) == {
        "portals": sorted(portal.prefix for portal in PORTALS)
    }
    assert code == 0


def test_a_busy_port_is_one_sentence(echo: str) -> None:
    command = [sys.executable, "-m", "sandbox", "--port", echo.split(":")[1]]
    ended = subprocess.run(  # noqa: S603
        command, capture_output=True, text=True, timeout=20, check=False
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("The sandbox cannot start: ")
    assert len(ended.stderr.splitlines()) == 1
