"""The stand-in portal: everything below `/chavesnamao`.

Paths are those of the Vehicle API v2 document, beside them `GET _state` (`?brief=1` without
payloads, `?user=` one account), `GET` and `POST _config`, `POST _reset` (`{"keep_config": true}`
leaves accounts, behaviour and names), `GET` and `POST _catalogue` (see catalogue_changes.py), `GET`
and `POST _queue` (see control.py), and what the public sees: `anuncio` (the ads that are shown) and
`anuncio/{id}`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from sandbox.chavesnamao.advert_page import public_page
from sandbox.chavesnamao.answers import failure
from sandbox.chavesnamao.behaviour import Behaviour
from sandbox.chavesnamao.catalogue import Catalogue
from sandbox.chavesnamao.config import Clients
from sandbox.chavesnamao.consulting import Consultation
from sandbox.chavesnamao.control import Control
from sandbox.chavesnamao.gate import Gate
from sandbox.chavesnamao.jobs import Workshop
from sandbox.chavesnamao.limits import Limits
from sandbox.chavesnamao.queue import Queues
from sandbox.chavesnamao.routing import Call, Caller, Route
from sandbox.chavesnamao.state import Client, Store, fresh_store
from sandbox.chavesnamao.writing import Writing
from sandbox.config import Config
from sandbox.counters import Counters
from sandbox.faults import Faults
from sandbox.names import SourceName
from sandbox.photo_check import PhotoChecker
from sandbox.portal import Inside, Portal
from sandbox.state_file import StateFile
from sandbox.wire import Request, Response


class ChavesNaMaoSandbox(Portal[Client, Behaviour, Store]):
    """The portal as a whole. One per event loop."""

    prefix = "chavesnamao"

    def __init__(
        self,
        names: Iterable[SourceName],
        *,
        own_cars: Iterable[SourceName] | None = None,
        state_file: Path | None = None,
    ) -> None:
        """A portal whose catalogue is made from `names`, its cars from `own_cars` if given;
        vehicles and queues survive in `state_file` if given.

        Raises ValueError when the file is none of ours.
        """
        file = None if state_file is None else StateFile(state_file, restored=Store.restored)
        store = (file and file.load()) or fresh_store()
        config, faults = Config(Behaviour()), Faults(failure)
        counters = Counters("creates", "updates", "deletes", "logins")
        catalogue, checker = Catalogue(names, own_cars=own_cars), PhotoChecker()
        self._queues = Queues(
            Workshop(store, counters=counters), store=store, config=config, checker=checker
        )
        self._limits = Limits()
        self._gate = Gate(store, config=config, counters=counters)
        control = Control(
            store,
            queues=self._queues,
            limits=self._limits,
            book=Clients(store),
            config=config,
            faults=faults,
            counters=counters,
            catalogue=catalogue,
            checker=checker,
        )
        writes = Writing(catalogue, store=store, queues=self._queues)
        reads = Consultation(catalogue, store=store)
        super().__init__(
            Inside(
                store=store,
                file=file,
                config=config,
                faults=faults,
                counters=counters,
                control=control,
                routes=(*self._gate.routes(), *reads.routes(), *writes.routes()),
                refusal=failure,
            )
        )

    def caller(self, request: Request, *, is_open: bool) -> Caller:
        """Whose access token came with the request, or whose integration token."""
        return self._gate.newcomer(request) if is_open else self._gate.caller(request)

    def unknown(self, caller: Caller) -> Response:
        """401 with the reason."""
        return failure(401, caller.refusal)

    def public(self, request: Request) -> Response:
        """All ads that are shown, or one."""
        return public_page(request.segments, store=self.store)

    async def answer(self, call: Call, route: Route) -> Response:
        """What the route answers within the client's limit of requests, and what is left of it."""
        if call.caller.account is None:
            return await super().answer(call, route)
        allowance = self._limits.take(call.caller.user, call.behaviour)
        refused = allowance.remaining < 0
        response = failure(429) if refused else await super().answer(call, route)
        return replace(response, headers={**response.headers, **allowance.headers()})

    async def keep_saved(self) -> None:
        """Go on with the queues of the last run, and save now and then."""
        self._queues.start()
        try:
            await super().keep_saved()
        finally:
            self._queues.stop()
