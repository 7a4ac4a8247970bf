"""The stand-in portal: everything below `/usadosbr`.

Paths are those of the Usadosbr API document, beside them `GET _state` (`?brief=1` without
payloads, `?user=` one account), `GET` and `POST _config`, `POST _reset` (`{"keep_config": true}`
leaves accounts and behaviour), `GET _catalogue`, and what the public sees: `anuncio` (the active
ads) and `anuncio/{id}`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from pathlib import Path

from sandbox.photo_check import PhotoChecker
from sandbox.usadosbr.advert_page import advert_page, adverts_page
from sandbox.usadosbr.answers import failure
from sandbox.usadosbr.catalogue import Catalogue, SourceName
from sandbox.usadosbr.config import Config
from sandbox.usadosbr.consulting import Consultation
from sandbox.usadosbr.control import Control
from sandbox.usadosbr.counters import Counters
from sandbox.usadosbr.faults import Faults
from sandbox.usadosbr.gate import Caller, Gate
from sandbox.usadosbr.operations import Operations
from sandbox.usadosbr.routing import Call, Route, route_for
from sandbox.usadosbr.state import fresh_store
from sandbox.usadosbr.state_file import StateFile, pause_after_save_s
from sandbox.wire import Request, Response

logger = logging.getLogger(__name__)
_LOGIN = ("login",)


class UsadosbrSandbox:
    """The portal as a whole. One per event loop."""

    prefix = "usadosbr"

    def __init__(self, names: Iterable[SourceName], *, state_file: Path | None = None) -> None:
        """A portal whose catalogue is made from `names`; ads survive in `state_file` if given.

        Raises ValueError when the file is none of ours.
        """
        self._file = None if state_file is None else StateFile(state_file)
        self.store = fresh_store() if self._file is None else self._file.load()
        self.config = Config()
        self.faults = Faults()
        self.counters = Counters()
        catalogue, checker = Catalogue(names), PhotoChecker()
        self._gate = Gate(self.store, config=self.config, counters=self.counters)
        self._control = Control(
            self.store,
            config=self.config,
            faults=self.faults,
            counters=self.counters,
            catalogue=catalogue,
            checker=checker,
        )
        operations = Operations(
            catalogue, store=self.store, counters=self.counters, checker=checker
        )
        reads = Consultation(catalogue, store=self.store)
        self._routes = (*operations.routes(), *reads.routes())

    async def handle(self, request: Request) -> Response:
        """The answer to one request below the prefix."""
        first = request.segments[0] if request.segments else ""
        if first.startswith("_"):
            return self._control.handle(request)
        if first == "anuncio":
            return self._advert(request)
        route, parts, exists = route_for(
            self._routes, method=request.method, segments=request.segments
        )
        logs_in = request.method == "POST" and request.segments == _LOGIN
        path = "POST /login" if logs_in else route.name(parts) if route else "other"
        response = failure(500, "Erro não esperado")
        self.counters.begin()
        try:
            if logs_in:
                response = await self._with_faults(request, None, parts)
            elif route is None:
                response = failure(405 if exists else 404, "Rota não encontrada")
            else:
                response = await self._with_faults(request, route, parts)
        finally:
            status = "lost" if response.lost else str(response.status)
            self.counters.end(path=path, status=status)
        return response

    async def _with_faults(
        self, request: Request, route: Route | None, parts: dict[str, str]
    ) -> Response:
        """Do what the route says (None is the login), unless the dice have other plans."""
        caller = self._gate.login_user(request) if route is None else self._gate.caller(request)
        behaviour = self.config.for_user(caller.user)
        delay_s = self.faults.delay_s(behaviour)
        if delay_s:
            await asyncio.sleep(delay_s)
        fate = self.faults.before(behaviour)
        if fate is not None:
            return fate
        response = await self._worked(request, route, parts, caller=caller)
        wrote = route is not None and route.method == "POST" and response.status == 200
        return self.faults.after(behaviour, response, user=caller.user, wrote=wrote)

    async def _worked(
        self, request: Request, route: Route | None, parts: dict[str, str], *, caller: Caller
    ) -> Response:
        if route is None:
            return self._gate.login(request, issuer=f"{request.origin}/{self.prefix}/login")
        if caller.account is None or caller.refusal:
            return failure(401, caller.refusal)
        behaviour = self.config.for_user(caller.user)
        return await route.handler(Call(request, caller.account, behaviour, parts))

    def _advert(self, request: Request) -> Response:
        if len(request.segments) == 1:
            return adverts_page(self.store.active())
        number = request.segments[1] if len(request.segments) == 2 else ""
        known = number.isascii() and number.isdigit() and len(number) < 19
        return advert_page(self.store.anywhere(int(number)) if known else None)

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
