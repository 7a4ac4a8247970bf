"""The floor to measure against: threads over http.client that do nothing but send and wait."""

from __future__ import annotations

import http.client
import queue
import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorReport:
    """Seconds of the wall clock and of the processor, for all requests together."""

    wall: float
    cpu: float


def bare_loop(*, port: int, count: int, connections: int, body: bytes) -> FloorReport:
    """Post `body` `count` times to a bare portal over `connections` kept connections."""
    work: queue.SimpleQueue[bool] = queue.SimpleQueue()
    for _ in range(count):
        work.put(True)
    for _ in range(connections):
        work.put(False)
    threads = [
        threading.Thread(target=_post_all, args=(port, work, body)) for _ in range(connections)
    ]
    began, cpu = time.monotonic(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return FloorReport(wall=time.monotonic() - began, cpu=time.process_time() - cpu)


def _post_all(port: int, work: queue.SimpleQueue[bool], body: bytes) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/json"}
    while work.get():
        connection.request("POST", "/usadosbr/carros", body, headers)
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"the bare portal answered {answer.status}")
        answer.read()
    connection.close()
