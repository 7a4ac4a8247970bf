"""A running stand-in for OLX, its clock, and a caller that is an advertiser's program."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest

from sandbox.olx.app import OlxSandbox
from sandbox.server import run_in_thread
from tests.sandbox.conftest import NAMES, Answer, Caller

PATIENCE_S = 5
CALLBACK = "http://127.0.0.1:8000/olx/callback"
PARAMS = {"regdate": "2021", "mileage": 41000, "vehicle_brand": 1, "vehicle_model": 1}
AD = {
    "id": "A1",
    "operation": "insert",
    "category": 2020,
    "subject": "Chevrolet Onix LT 2021",
    "body": "Único dono, revisões em dia.",
    "phone": 11912345678,
    "type": "s",
    "price": 45990,
    "zipcode": "01310100",
    "params": PARAMS,
    "images": ["http://127.0.0.1:1/1.jpg"],
}


def ad(**changes: object) -> dict[str, Any]:
    """The good ad with these changes; None leaves a key out."""
    return {key: value for key, value in {**AD, **changes}.items() if value is not None}


def with_params(**changes: object) -> dict[str, Any]:
    """The good ad with these parameters changed; None leaves one out."""
    params = {key: value for key, value in {**PARAMS, **changes}.items() if value is not None}
    return ad(params=params)


@dataclass
class Clock:
    """The true time, moved on by `skip`."""

    ahead_s: float = 0

    def __call__(self) -> float:
        return time.time() + self.ahead_s

    def skip(self, seconds: float) -> None:
        """Let so much time have passed."""
        self.ahead_s += seconds


@dataclass
class Olx(Caller):
    """Speaks to the portal; `token` is an access token of `user`."""

    user: str = "demo"

    def enter(self, user: str = "demo", **keys: object) -> Olx:
        """Another caller with an access token of that account."""
        answer = self.send("POST", "/olx/_token", {"account": user, **keys})
        assert answer.status == 200, answer.text
        return Olx(self.host, token=answer.json["access_token"], user=user)

    def ask(self, method: str, path: str, body: object = None) -> Answer:
        """A call below /olx/apps with the token where the document wants it."""
        if method in {"GET", "PATCH"}:
            return self.send(method, f"/olx/apps/{path}", body)
        given = body if isinstance(body, dict) else {}
        sent = {"access_token": self.token, **given}
        return Caller(self.host).send(method, f"/olx/apps/{path}", sent)

    def put(self, *ads: object) -> Answer:
        """PUT autoupload/import of these ads."""
        return self.ask("PUT", "autoupload/import", {"ad_list": list(ads)})

    def accept(self, *ads: object) -> dict[str, Any]:
        """Import, wait, and return what became of each ad; the import must be accepted."""
        answer = self.put(*ads)
        assert answer.json["statusCode"] == 0, answer.text
        self.settle()
        return self.outcome(str(answer.json["token"]))

    def delete(self, own_id: str = "A1") -> Any:
        """Import a delete, wait, and return what became of it."""
        return self.accept({"id": own_id, "operation": "delete"})[own_id]

    def outcome(self, token: str) -> dict[str, Any]:
        """The ads of a status token."""
        answer = self.status(token)
        assert answer.status == 200, answer.text
        ads: dict[str, Any] = answer.json["ads"]
        return ads

    def status(self, token: str) -> Answer:
        """POST autoupload/import/{token}."""
        return self.ask("POST", f"autoupload/import/{token}")

    def lever(self, name: str, body: object = None, *, method: str = "POST") -> Answer:
        """One of the levers, which must understand."""
        answer = self.send(method, f"/olx/_{name}", body)
        assert answer.status == 200, answer.text
        return answer

    def configure(self, **keys: object) -> Answer:
        """POST _config."""
        return self.lever("config", keys)

    def state(self) -> Any:
        """GET _state."""
        return self.lever("state", method="GET").json

    def held(self, own_id: str = "A1") -> dict[str, Any]:
        """All that the portal has on one of our ids."""
        ads = self.state()["accounts"][self.user]["ads"]
        found: dict[str, Any] = next(each for each in ads if each["id"] == own_id)
        return found

    def settle(self) -> None:
        """Wait until nothing of the account waits."""
        self.wait_for(lambda: not self.state()["accounts"][self.user]["waiting"])

    def wait_for(self, is_so: Any) -> None:
        """Wait until it is so."""
        ends = time.monotonic() + PATIENCE_S
        while not is_so():
            assert time.monotonic() < ends, "it has not come so far"
            time.sleep(0.005)

    def form(self, path: str, fields: dict[str, str]) -> Answer:
        """POST of a form below /olx/auth."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return Caller(self.host).send("POST", f"/olx/auth/{path}", urlencode(fields), headers=kind)


@pytest.fixture(scope="session")
def olx_clock() -> Clock:
    """The clock of the portal."""
    return Clock()


@pytest.fixture(scope="session")
def olx_host(olx_clock: Clock) -> Iterator[str]:
    """Host and port of a stand-in with a small catalogue."""
    with run_in_thread([OlxSandbox(NAMES, clock=olx_clock)]) as running:
        yield running.origin.removeprefix("http://")


@pytest.fixture
def clock(olx_clock: Clock) -> Clock:
    """The clock, on time."""
    olx_clock.ahead_s = 0
    return olx_clock


@pytest.fixture
def olx(olx_host: str, clock: Clock) -> Olx:
    """The demo advertiser at a fresh portal that decides at once and looks at no photos."""
    stranger = Olx(olx_host)
    stranger.lever("reset")
    stranger.configure(accept_after_s=0, accept_spread_s=0, check_photos=False)
    return stranger.enter()
