"""Finds the handler of a path by patterns such as `{type:carros|motos}/consultar/{list}`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from sandbox.behaviour import Behaviour
from sandbox.wire import Request, Response


class Named(Protocol):
    """An account of a portal."""

    @property
    def user(self) -> str:
        """Its name, by which state and configuration know it."""
        ...


AccountT = TypeVar("AccountT", bound=Named)
BehaviourT = TypeVar("BehaviourT", bound=Behaviour)


@dataclass(frozen=True)  # Generic and slots do not go together in Python 3.11
class Caller(Generic[AccountT]):
    """The account behind a request, if one can be told, and why it may not go on ("" if it may)."""

    account: AccountT | None
    refusal: str = ""

    @property
    def user(self) -> str:
        """The account's name, "" for nobody."""
        return "" if self.account is None else self.account.user


@dataclass(frozen=True)  # Generic and slots do not go together in Python 3.11
class Call(Generic[AccountT, BehaviourT]):
    """A request on its way to a handler: who asks, how the portal behaves towards the caller, the
    named parts of the path."""

    request: Request
    caller: Caller[AccountT]
    behaviour: BehaviourT
    parts: Mapping[str, str]

    @property
    def account(self) -> AccountT:
        """Who asks; LookupError on an open route, where nobody need to be known."""
        if self.caller.account is None:
            raise LookupError("an open route has no account")
        return self.caller.account


@dataclass(frozen=True)  # Generic and slots do not go together in Python 3.11
class Route(Generic[AccountT, BehaviourT]):
    """A method and a pattern. A part `{name}` takes anything, `{name:one|two}` only these words.

    `open` asks for no token (the login); the answers of a route that `writes` can be lost after
    the write.
    """

    method: str
    pattern: str
    handler: Callable[[Call[AccountT, BehaviourT]], Awaitable[Response]]
    writes: bool = False
    open: bool = False

    def name(self, parts: Mapping[str, str]) -> str:
        """How a request is counted: by the words of a choice, whatever else the path names."""
        shown = [
            parts[_choice(part)[0]] if ":" in part else part for part in self.pattern.split("/")
        ]
        return f"{self.method} /{'/'.join(shown)}"


def matched(pattern: str, segments: tuple[str, ...]) -> dict[str, str] | None:
    """The named parts of the path, None when it does not follow the pattern."""
    wanted = pattern.split("/")
    if len(wanted) != len(segments):
        return None
    parts: dict[str, str] = {}
    for part, segment in zip(wanted, segments, strict=True):
        if not part.startswith("{"):
            if part != segment:
                return None
            continue
        name, words = _choice(part)
        if words and segment not in words:
            return None
        parts[name] = segment
    return parts


def _choice(part: str) -> tuple[str, tuple[str, ...]]:
    """Name and words of a variable part of a pattern; no words when it takes anything."""
    name, _, words = part.strip("{}").partition(":")
    return name, tuple(words.split("|")) if words else ()


def route_for(
    routes: Sequence[Route[AccountT, BehaviourT]], *, method: str, segments: tuple[str, ...]
) -> tuple[Route[AccountT, BehaviourT] | None, dict[str, str], bool]:
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
