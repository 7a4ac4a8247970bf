"""What every stand-in portal does alike with a request: levers, routes, faults, counts, saving."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic

from sandbox.config import Config
from sandbox.control import Control
from sandbox.counters import Counters
from sandbox.faults import Faults
from sandbox.routing import AccountT, BehaviourT, Call, Caller, Route, route_for
from sandbox.state_file import StateFile, StoreT, pause_after_save_s
from sandbox.wire import Request, Response

logger = logging.getLogger(__name__)


@dataclass(frozen=True)  # Generic and slots do not go together in Python 3.11
class Inside(Generic[AccountT, BehaviourT, StoreT]):
    """The parts of a portal. `refusal` makes its own answer of 404, 405, 429, 500 or 503."""

    store: StoreT
    file: StateFile[StoreT] | None
    config: Config[BehaviourT]
    faults: Faults
    counters: Counters
    control: Control[BehaviourT]
    routes: Sequence[Route[AccountT, BehaviourT]]
    refusal: Callable[[int], Response]


class Portal(ABC, Generic[AccountT, BehaviourT, StoreT]):
    """A stand-in portal as a whole. One per event loop; its class says the rest."""

    prefix: str
    # The first segment of what the public sees.
    page = "anuncio"

    def __init__(self, inside: Inside[AccountT, BehaviourT, StoreT]) -> None:
        """Play with these parts."""
        self.store = inside.store
        self.config = inside.config
        self.faults = inside.faults
        self.counters = inside.counters
        self._control = inside.control
        self._file = inside.file
        self._routes = inside.routes
        self._refusal = inside.refusal

    @abstractmethod
    def caller(self, request: Request, *, is_open: bool) -> Caller[AccountT]:
        """Whose request it is; on an open route whoever tries to log in, right or not."""

    @abstractmethod
    def unknown(self, caller: Caller[AccountT]) -> Response:
        """The answer to a caller who may not go on."""

    @abstractmethod
    def public(self, request: Request) -> Response:
        """What the public sees, without a login."""

    async def handle(self, request: Request) -> Response:
        """The answer to one request below the prefix."""
        first = request.segments[0] if request.segments else ""
        if first.startswith("_"):
            return await self._control.handle(request)
        if first == self.page:
            return self.public(request)
        route, parts, exists = route_for(
            self._routes, method=request.method, segments=request.segments
        )
        response = self._refusal(500)
        self.counters.begin()
        try:
            if route is None:
                response = self._refusal(405 if exists else 404)
            else:
                response = await self._with_faults(request, route, parts)
        finally:
            status = "lost" if response.lost else str(response.status)
            path = "other" if route is None else route.name(parts)
            self.counters.end(path=path, status=status)
        return response

    async def _with_faults(
        self, request: Request, route: Route[AccountT, BehaviourT], parts: Mapping[str, str]
    ) -> Response:
        """Do what the route says, unless the dice have other plans."""
        caller = self.caller(request, is_open=route.open)
        behaviour = self.config.for_user(caller.user)
        delay_s = self.faults.delay_s(behaviour)
        if delay_s:
            await asyncio.sleep(delay_s)
        fate = self.faults.before(behaviour)
        if fate is not None:
            return fate
        call = Call(request, caller, self.config.for_user(caller.user), parts)
        response = await self.answer(call, route)
        wrote = self.wrote(route, response)
        return self.faults.after(behaviour, response, user=caller.user, wrote=wrote)

    def wrote(self, route: Route[AccountT, BehaviourT], response: Response) -> bool:
        """Whether the request changed something, so that its answer may be lost."""
        return route.writes and response.status < 300

    async def answer(
        self, call: Call[AccountT, BehaviourT], route: Route[AccountT, BehaviourT]
    ) -> Response:
        """What the route answers, once the caller is known."""
        if not route.open and (call.caller.account is None or call.caller.refusal):
            return self.unknown(call.caller)
        return await route.handler(call)

    async def keep_saved(self) -> None:
        """Save now and then for as long as the server runs. A full disk is reported, not fatal."""
        while True:
            await asyncio.sleep(pause_after_save_s(self.save()))

    def save(self) -> float:
        """Save now if there is a file and something changed; seconds it took."""
        if self._file is None:
            return 0.0
        try:
            return self._file.save(self.store)
        except OSError as error:
            logger.error("The state of the sandbox could not be saved: %s", error.strerror)
            self.store.changed = True
            return 0.0
