"""Finds the handler of a path by patterns such as `{type}/consultar/modelos/{marca}`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sandbox.usadosbr.behaviour import Behaviour
from sandbox.usadosbr.state import Account
from sandbox.usadosbr.vocabulary import CARS, MOTORCYCLES
from sandbox.wire import Request, Response


@dataclass(frozen=True, slots=True)
class Call:
    """A request on its way to a handler: who asks, how the portal behaves towards the caller, the
    named parts of the path."""

    request: Request
    account: Account
    behaviour: Behaviour
    parts: dict[str, str]


Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a pattern; `{type}` takes only carros and motos, other names anything."""

    method: str
    pattern: str
    handler: Handler

    def name(self, parts: dict[str, str]) -> str:
        """How a request is counted: by type, whatever else the path names."""
        return f"{self.method} /{self.pattern}".replace("{type}", parts.get("type", ""))


def matched(pattern: str, segments: tuple[str, ...]) -> dict[str, str] | None:
    """The named parts of the path, None when it does not follow the pattern."""
    wanted = pattern.split("/")
    if len(wanted) != len(segments):
        return None
    parts: dict[str, str] = {}
    for part, segment in zip(wanted, segments, strict=True):
        if part == "{type}" and segment not in {CARS, MOTORCYCLES}:
            return None
        if part.startswith("{"):
            parts[part.strip("{}")] = segment
        elif part != segment:
            return None
    return parts


def route_for(
    routes: tuple[Route, ...], *, method: str, segments: tuple[str, ...]
) -> tuple[Route | None, dict[str, str], bool]:
    """The route, its named parts, and whether the path exists (if only for another method)."""
    exists = False
    for route in routes:
        parts = matched(route.pattern, segments)
        if parts is None:
            continue
        exists = True
        if route.method == method:
            return route, parts, True
    return None, {}, exists
