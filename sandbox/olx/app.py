"""The stand-in portal: everything below `/olx`. Below `/olx/auth` lies what is `auth.olx.com.br`,
below `/olx/apps` what is `apps.olx.com.br`; the paths behind are those of the documents.

Beside them `GET _state` (`?brief=1` without payloads, `?user=` one account), `GET` and `POST
_config`, `POST _reset` (`{"keep_config": true}` leaves accounts, programs, tokens, behaviour and
names), `GET` and `POST _catalogue`, `POST _token`, `POST _release` (see control.py), and what the
public sees: `anuncio` (the published ads) and `anuncio/{list_id}`.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from sandbox.config import Config
from sandbox.counters import Counters
from sandbox.faults import Faults
from sandbox.names import SourceName
from sandbox.olx.advert_page import advert_page, adverts_page
from sandbox.olx.answers import Written, bad_request, import_answer, refusal
from sandbox.olx.authorising import Authorising
from sandbox.olx.behaviour import Behaviour
from sandbox.olx.calls import OlxCall, OlxCaller, OlxRoute, json_object
from sandbox.olx.catalogue import Catalogue
from sandbox.olx.control import Control
from sandbox.olx.deciding import Deciding
from sandbox.olx.gate import SCOPE, Gate
from sandbox.olx.importing import Importing
from sandbox.olx.reading import Reading
from sandbox.olx.state import Account, Store, fresh_store
from sandbox.photo_check import PhotoChecker
from sandbox.portal import Inside, Portal
from sandbox.state_file import StateFile
from sandbox.wire import Request, Response

_EVENTS = (
    "imports", "creates", "edits", "deletes", "accepted", "refused", "error", "renewals", "tokens",
)  # fmt: skip


class OlxSandbox(Portal[Account, Behaviour, Store]):
    """The portal as a whole. One per event loop."""

    prefix = "olx"

    def __init__(
        self,
        names: Iterable[SourceName],
        *,
        own_cars: Iterable[SourceName] | None = None,
        state_file: Path | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """A portal whose catalogue is made from `names`, its cars from `own_cars` if given; ads,
        tokens and the queue survive in `state_file` if given.

        Raises ValueError when the file is none of ours.
        """
        file = None if state_file is None else StateFile(state_file, restored=Store.restored)
        store = (file and file.load()) or fresh_store()
        config, faults, counters = Config(Behaviour()), Faults(refusal), Counters(*_EVENTS)
        catalogue, checker = Catalogue(names, own_cars=own_cars), PhotoChecker()
        dice = random.Random(Behaviour().seed)  # noqa: S311 - dice, not secrets
        self._clock = clock
        self._gate = Gate(store, config=config, counters=counters, clock=clock)
        self._deciding = Deciding(
            store,
            config=config,
            catalogue=catalogue,
            counters=counters,
            checker=checker,
            clock=clock,
            dice=dice,
        )
        control = Control(store, faults=faults, gate=self._gate, deciding=self._deciding)
        authorising = Authorising(store, config=config, gate=self._gate, clock=clock)
        importing = Importing(
            store,
            catalogue=catalogue,
            counters=counters,
            clock=clock,
            dice=dice,
            wake=self._deciding.wake,
        )
        reading = Reading(store, catalogue=catalogue, counters=counters, clock=clock)
        super().__init__(
            Inside(
                store=store,
                file=file,
                config=config,
                faults=faults,
                counters=counters,
                control=control,
                routes=(*authorising.routes(), *importing.routes(), *reading.routes()),
                refusal=refusal,
            )
        )

    async def keep_saved(self) -> None:
        """Work through the queue and save now and then, for as long as the server runs."""
        await asyncio.gather(self._deciding.run(), super().keep_saved())

    def caller(self, request: Request, *, is_open: bool) -> OlxCaller:
        """Whose token came with the request; nobody below `/auth`."""
        return OlxCaller(None) if is_open else self._gate.caller(request)

    async def answer(self, call: OlxCall, route: OlxRoute) -> Response:
        """What the route answers; a refused import may say so by its statusCode (a switch)."""
        in_body = not route.open and route.method in {"POST", "PUT"}
        if in_body and json_object(call.request) is None:
            return bad_request("invalid_request", "a JSON object is wanted")
        caller = call.caller
        by_code = call.behaviour.unauthorised_shape == "code" and route.method == "PUT"
        if caller.refusal and by_code and not route.open:
            return import_answer(-6, message="Token de acesso inválido.")
        return await super().answer(call, route)

    def unknown(self, caller: OlxCaller) -> Response:
        """401, or 403 for a token that is good for other things."""
        return refusal(403 if caller.refusal == SCOPE else 401)

    def wrote(self, _route: OlxRoute, response: Response) -> bool:
        """Only what was taken in counts: a refused import answers 200 too."""
        return isinstance(response, Written)

    def public(self, request: Request) -> Response:
        """All published ads, or one ad."""
        now = self._clock()
        if len(request.segments) == 1:
            ads = (ad for each in self.store.ads.values() for ad in each.values())
            shown = [ad for ad in ads if ad.status_at(now) == "published"]
            return adverts_page(sorted(shown, key=lambda ad: -(ad.list_id or 0)))
        list_id = request.segments[1] if len(request.segments) == 2 else ""
        known = list_id.isascii() and list_id.isdigit() and len(list_id) < 19
        ad = self.store.by_list_id(int(list_id)) if known else None
        return advert_page(ad, now=now)
