"""A running stand-in for Chaves na Mão and a client that speaks plain http.client to it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from sandbox.chavesnamao.app import ChavesNaMaoSandbox
from sandbox.names import SourceName
from sandbox.server import run_in_thread
from tests.sandbox.conftest import Answer, Caller

NAMES = [
    SourceName("car", "Chevrolet", "Onix", "LT 1.0 Mec."),
    SourceName("car", "Chevrolet", "Onix", "Premier 1.0 Turbo"),
    SourceName("car", "Fiat", "Mobi", "Like 1.0"),
    SourceName("motorcycle", "Honda", "CG 160", "Fan"),
]
PICTURE = "http://127.0.0.1:9/a.jpg"
CAR = {
    "reference": "V-1",
    "type": "C",
    "manufacturedYear": 2020,
    "modelYear": 2021,
    "mileage": 41000,
    "licensePlate": "ABC1D23",
    "doors": 4,
    "color": "BLACK",
    "gearbox": "MANUAL",
    "fuel": "FLEX",
    "value": 45990,
    "deposit": 0,
    "amountPerInstallment": 0,
    "amountOfInstallments": 0,
    "accessories": [],
    "pictures": [{"source": PICTURE}],
}


@dataclass
class Client(Caller):
    """A client of the portal; `trim` is the id of a car's trim, `motorcycle_trim` of the other."""

    trim: int = 0
    motorcycle_trim: int = 0

    def enter(self, token: str = "sandbox-token") -> Answer:
        """Buy an access token and keep it."""
        answer = self.send("GET", "/chavesnamao/clients/jwt", headers={"token": token})
        self.token = answer.json.get("token", "")
        return answer

    def ask(self, method: str, path: str, body: object = None) -> Answer:
        """A request below the portal."""
        return self.send(method, f"/chavesnamao/{path}", body)

    def get(self, path: str) -> Answer:
        """A read below the portal."""
        return self.ask("GET", path)

    def body(self, **changes: object) -> dict[str, object]:
        """The good body with these changes; None leaves a key out."""
        body = {**CAR, "trimId": self.trim, **changes}
        return {key: value for key, value in body.items() if value is not None}

    def post(self, **changes: object) -> Answer:
        """POST /vehicles."""
        return self.ask("POST", "vehicles", self.body(**changes))

    def put(self, reference: str = "V-1", **changes: object) -> Answer:
        """PUT /vehicles/:reference."""
        return self.ask("PUT", f"vehicles/{reference}", self.body(reference=reference, **changes))

    def configure(self, **keys: object) -> Answer:
        """POST /_config, which must be understood."""
        answer = self.ask("POST", "_config", keys)
        assert answer.status == 200, answer.text
        return answer

    def run(self, count: object = "all", **keys: object) -> int:
        """Let so many jobs through; how many there were."""
        answer = self.ask("POST", "_queue", {"run": count, **keys})
        assert answer.status == 200, answer.text
        done: int = answer.json["done"]
        return done

    def add(self, *references: str, **changes: object) -> None:
        """Vehicles that are there."""
        for reference in references:
            assert self.post(reference=reference, **changes).status == 202
        self.run()

    def shown(self, reference: str = "V-1") -> Any:
        """The vehicle as the portal shows it, which must be there."""
        answer = self.get(f"vehicles/{reference}")
        assert answer.status == 200, answer.text
        return answer.json

    def account(self, user: str = "demo") -> Any:
        """All that the portal holds of a client."""
        return self.get("_state").json["accounts"][user]


def waiting_jobs(answer: Answer) -> Any:
    """The decoded header of the queue, None when there is none."""
    header = answer.headers.get("x-status-queue")
    return None if header is None else json.loads(header)


def patiently(is_so: Callable[[], bool], *, seconds: float = 5) -> None:
    """Wait until something is so."""
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.02)


@pytest.fixture(scope="session")
def cnm_host() -> Iterator[str]:
    """Host and port of a sandbox with a small catalogue."""
    with run_in_thread([ChavesNaMaoSandbox(NAMES)]) as running:
        yield running.origin.removeprefix("http://")


@pytest.fixture
def outsider(cnm_host: str) -> Client:
    """A client without an access token; the portal is fresh, looks at no photos, and does nothing
    until it is told to."""
    client = Client(cnm_host)
    assert client.ask("POST", "_reset").status == 200
    client.configure(check_photos=False, hold_queue=True, queue_seconds=0, url_seconds=0)
    return client


@pytest.fixture
def client(outsider: Client) -> Client:
    """The demo client with an access token."""
    assert outsider.enter().status == 200
    for kind in ("C", "M"):
        brand = outsider.get(f"vehicles/brands?type={kind}").json[0]["id"]
        model = outsider.get(f"vehicles/brands/{brand}/models").json[0]["id"]
        trim = outsider.get(f"vehicles/models/{model}/trims").json[0]["id"]
        if kind == "C":
            outsider.trim = trim
        else:
            outsider.motorcycle_trim = trim
    return outsider
