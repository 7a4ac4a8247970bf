"""A portal over a mocked wire that answers imports as it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from config.lib.http import Answer
from config.lib.remote_errors import RemoteError
from portals.connectors.olx.importing import Importer
from portals.connectors.olx.lines import Line, line_of
from portals.connectors.types import Change, Payload, RemoteRef
from tests.portals.connectors.olx_world import OlxWorld

Say = Callable[[list[str]], dict[str, Any]]


@pytest.fixture
def world() -> Iterator[OlxWorld]:
    """The documented portal with its plainest answers."""
    with OlxWorld.playing() as each:
        yield each


def insert(reference: str, *, remote_id: str = "", text: str = "Revisado.") -> Change:
    """One ad to be inserted."""
    ref = RemoteRef(reference=reference, category=1, remote_id=remote_id)
    return Change(ref=ref, payload=Payload(channel="cars", body={"id": reference, "body": text}))


def delete(reference: str) -> Change:
    """One ad to be deleted."""
    return Change(ref=RemoteRef(reference=reference, category=1), payload=None)


def accepted(token: str = "t") -> dict[str, Any]:
    """StatusCode 0."""
    return {"token": token, "statusCode": 0, "statusMessage": "", "errors": []}


def refused(code: int, message: str = "", /, **errors: Sequence[str]) -> dict[str, Any]:
    """Another statusCode; `errors` by our id."""
    rows = [
        {"id": own, "status": "error", "messages": [{"category": each} for each in said]}
        for own, said in errors.items()
    ]
    return {"token": None, "statusCode": code, "statusMessage": message, "errors": rows}


@dataclass
class Imports:
    """Answers imports by `say`, which is given our ids; remembers what was sent."""

    say: Say
    sent: list[list[str]] = field(default_factory=list)

    def put(self, lines: Sequence[Line]) -> Answer:
        """One request."""
        ids = [line.own_id for line in lines]
        assert len(set(ids)) == len(ids) > 0
        self.sent.append(ids)
        return Answer(200, self.say(ids), True, {})  # type: ignore[arg-type]

    def send(self, *changes: Change, most: int = 200) -> dict[str, Any]:
        """Send all, and return each result by our id; each is told exactly once."""
        lines = [line_of(number, change) for number, change in enumerate(changes)]
        told: dict[str, Any] = {}
        for position, result in Importer(self.put).send(lines, most=most):
            own_id = lines[position].own_id
            assert own_id not in told
            told[own_id] = result
        assert set(told) == {line.own_id for line in lines}
        return told


def names_of(told: dict[str, Any]) -> dict[str, str]:
    """The kind of each result."""
    return {own: getattr(each, "state", type(each).__name__) for own, each in told.items()}


def until_failure(results: Iterator[tuple[int, Any]]) -> tuple[dict[int, Any], RemoteError]:
    """What is told until it fails, as it must, and the error that counts for the rest."""
    told: dict[int, Any] = {}
    with suppress(StopIteration):
        while True:
            try:
                position, result = next(results)
            except RemoteError as error:
                return told, error
            told[position] = result
    raise AssertionError("it did not fail")
