"""The stand-in portal: everything below `/usadosbr`.

Paths are those of the Usadosbr API document, beside them `GET _state` (`?brief=1` without
payloads, `?user=` one account), `GET` and `POST _config`, `POST _reset` (`{"keep_config": true}`
leaves accounts, behaviour and names), `GET` and `POST _catalogue` (see catalogue_changes.py), and
what the public sees: `anuncio` (the active ads) and `anuncio/{id}`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sandbox.config import Config
from sandbox.control import Control
from sandbox.counters import Counters
from sandbox.faults import Faults
from sandbox.names import SourceName
from sandbox.photo_check import PhotoChecker
from sandbox.portal import Inside, Portal
from sandbox.state_file import StateFile
from sandbox.usadosbr.advert_page import advert_page, adverts_page
from sandbox.usadosbr.answers import failure
from sandbox.usadosbr.behaviour import Behaviour
from sandbox.usadosbr.catalogue import Catalogue
from sandbox.usadosbr.config import Advertisers
from sandbox.usadosbr.consulting import Consultation
from sandbox.usadosbr.gate import Gate
from sandbox.usadosbr.operations import Operations
from sandbox.usadosbr.routing import Caller
from sandbox.usadosbr.state import Account, Store, fresh_store
from sandbox.wire import Request, Response

_REFUSALS = {
    404: "Rota não encontrada",
    405: "Rota não encontrada",
    429: "Too Many Attempts.",
    500: "Erro não esperado",
    503: "Serviço indisponível",
}


class UsadosbrSandbox(Portal[Account, Behaviour, Store]):
    """The portal as a whole. One per event loop."""

    prefix = "usadosbr"

    def __init__(
        self,
        names: Iterable[SourceName],
        *,
        own_cars: Iterable[SourceName] | None = None,
        state_file: Path | None = None,
    ) -> None:
        """A portal whose catalogue is made from `names`, its cars from `own_cars` if given; ads
        survive in `state_file` if given.

        Raises ValueError when the file is none of ours.
        """
        file = None if state_file is None else StateFile(state_file, restored=Store.restored)
        store = (file and file.load()) or fresh_store()
        config, faults = Config(Behaviour()), Faults(_refusal)
        counters = Counters("creates", "updates", "deletes", "logins")
        catalogue, checker = Catalogue(names, own_cars=own_cars), PhotoChecker()
        control = Control(
            store,
            book=Advertisers(store),
            config=config,
            faults=faults,
            counters=counters,
            catalogue=catalogue,
            checker=checker,
        )
        self._gate = Gate(store, config=config, counters=counters)
        operations = Operations(catalogue, store=store, counters=counters, checker=checker)
        reads = Consultation(catalogue, store=store)
        routes = (*self._gate.routes(), *operations.routes(), *reads.routes())
        super().__init__(
            Inside(
                store=store,
                file=file,
                config=config,
                faults=faults,
                counters=counters,
                control=control,
                routes=routes,
                refusal=_refusal,
            )
        )

    def caller(self, request: Request, *, is_open: bool) -> Caller:
        """Whose token came with the request, or who is trying to log in."""
        return self._gate.login_user(request) if is_open else self._gate.caller(request)

    def unknown(self, caller: Caller) -> Response:
        """401 with the reason."""
        return failure(401, caller.refusal)

    def public(self, request: Request) -> Response:
        """All active ads, or one ad."""
        if len(request.segments) == 1:
            return adverts_page(self.store.active())
        number = request.segments[1] if len(request.segments) == 2 else ""
        known = number.isascii() and number.isdigit() and len(number) < 19
        return advert_page(self.store.anywhere(int(number)) if known else None)


def _refusal(status: int) -> Response:
    return failure(status, _REFUSALS[status])
