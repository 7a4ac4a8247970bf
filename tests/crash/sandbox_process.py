"""The sandbox as a process of its own, and its levers, for proofs over real HTTP."""

from __future__ import annotations

import csv
import gzip
import http.client
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from sandbox.chavesnamao.catalogue import SPELLER as CHAVESNAMAO
from sandbox.names import SourceName
from sandbox.olx.catalogue import SPELLER as OLX
from sandbox.usadosbr.catalogue import SPELLER as USADOSBR
from tests.benchmarks.scratch import ROOT, environment

SPELLERS = (USADOSBR, CHAVESNAMAO, OLX)


@dataclass(frozen=True, slots=True)
class SandboxLevers:
    """Where a sandbox listens, and what can be done to it."""

    origin: str
    portal: str = "usadosbr"

    def at(self, portal: str) -> SandboxLevers:
        """Return the levers of another portal of the same process."""
        return replace(self, portal=portal)

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Call a page of the sandbox; raises RuntimeError unless it answers 200."""
        connection = http.client.HTTPConnection(urlsplit(self.origin).netloc, timeout=30)
        text = None if body is None else json.dumps(body).encode()
        try:
            connection.request(method, path, text, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            data = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {data[:300]!r}")
        return json.loads(data)

    def configure(self, **keys: Any) -> None:
        """Change behaviour and accounts (keys of the portal's `POST _config`)."""
        self.call("POST", f"/{self.portal}/_config", keys)

    def reset(self) -> None:
        """No ads, no counts, the demo account alone, well behaved."""
        self.call("POST", f"/{self.portal}/_reset", {})

    def counters(self) -> dict[str, Any]:
        """Return what was asked since the last reset."""
        counters: dict[str, Any] = self.call("GET", f"/{self.portal}/_state?brief=1")["counters"]
        return counters

    def wait_for(self, is_so: Callable[[dict[str, Any]], bool], *, patience: float = 10.0) -> None:
        """Wait until the counters are so; raises TimeoutError after `patience` seconds."""
        ends = time.monotonic() + patience
        while not is_so(self.counters()):
            if time.monotonic() > ends:
                raise TimeoutError("the sandbox has not come so far")
            time.sleep(0.02)

    def ads(self, user: str) -> list[dict[str, Any]]:
        """Return the ads of an account, oldest first, with what was granted."""
        ads: list[dict[str, Any]] = self.account(user)["ads"]
        return ads

    def account(self, user: str) -> dict[str, Any]:
        """Return all that is held and waits for an account."""
        state = self.call("GET", f"/{self.portal}/_state?user={quote(user)}")
        account: dict[str, Any] = state["accounts"][user]
        return account


@contextmanager
def sandbox_process(
    *, names: Path | None = None, catalogue: Path | None = None
) -> Iterator[SandboxLevers]:
    """Run the sandbox on a free port for the length of the block.

    `catalogue` is a CSV of a portal's own names of cars.
    """
    command = [sys.executable, "-m", "sandbox", "--port", "0"]
    if catalogue is not None:
        command += ["--catalogue", str(catalogue)]
    if names is not None:
        command += ["--names", str(names)]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield SandboxLevers(origin=process.stdout.readline().rsplit(" ", 1)[-1].strip())
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


def plain_names(kind: str, count: int) -> list[SourceName]:
    """Return invented names that every portal takes over as they are (each respells one in ten)."""
    found: list[SourceName] = []
    number = 0
    while len(found) < count:
        number += 1
        name = SourceName(
            kind, f"Marca {number % 3}", f"Modelo {number % 7}", f"Versao {number}", ()
        )
        if all(speller.plain(name) for speller in SPELLERS):
            found.append(name)
    return found


def write_names(path: Path, names: list[SourceName]) -> None:
    """Write a name file for `python -m sandbox --names`."""
    with gzip.open(path, "wt", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(("type", "brand", "model", "version", "styles"))
        for name in names:
            styles = "|".join(name.styles)
            writer.writerow((name.kind, name.brand, name.model, name.version, styles))
