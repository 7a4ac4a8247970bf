"""POST /carros and POST /motos: reads the operation out of the body and carries it out."""

from __future__ import annotations

from typing import Any

from sandbox.counters import Counters
from sandbox.photo_check import PhotoChecker
from sandbox.usadosbr.answers import JsonObject, failure, invalid, saved
from sandbox.usadosbr.catalogue import Catalogue
from sandbox.usadosbr.reading import BodyReader
from sandbox.usadosbr.routing import TYPE, Call, Route
from sandbox.usadosbr.saving import (
    Lookup,
    create_ad,
    find_ad,
    grant,
    look_at_photos,
    read_lookup,
    update_ad,
)
from sandbox.usadosbr.state import Ad, Store
from sandbox.usadosbr.validation import AdRefused, check_ad
from sandbox.wire import Response, json_response

_ADD, _UPDATE, _REMOVE = "Adicionar", "Atualizar", "Apagar"


class Operations:
    """The handler of both posts."""

    def __init__(
        self, catalogue: Catalogue, *, store: Store, counters: Counters, checker: PhotoChecker
    ) -> None:
        """Work on this store, with names of this catalogue."""
        self.catalogue = catalogue
        self.store = store
        self.counters = counters
        self.checker = checker

    def routes(self) -> tuple[Route, ...]:
        """The one path, for both types."""
        return (Route("POST", TYPE, self.post, writes=True),)

    async def post(self, call: Call) -> Response:
        """Adicionar, Atualizar or Apagar; 422 with every reason when the body does not pass."""
        try:
            body = call.request.json()
        except ValueError:
            return failure(400, "O corpo da requisição não é um JSON válido")
        if not isinstance(body, dict):
            return failure(400, "O corpo da requisição deve ser um objeto JSON")
        reader = BodyReader(body)
        operation = reader.one_of("Operacao", _ADD, _UPDATE, _REMOVE, required=True)
        if operation is None:
            return invalid(reader.errors)
        if operation == _REMOVE:
            return self._remove(call, reader)
        return await self._save(call, reader, body=body, operation=operation)

    def _lookup(self, call: Call, reader: BodyReader, *, operation: str) -> Lookup | None:
        kind = call.parts["type"]
        return read_lookup(reader, operation=operation, kind=kind, behaviour=call.behaviour)

    def _find(self, call: Call, lookup: Lookup) -> Ad | None:
        kind = call.parts["type"]
        return find_ad(self.store, user=call.account.user, kind=kind, lookup=lookup)

    def _remove(self, call: Call, reader: BodyReader) -> Response:
        lookup = self._lookup(call, reader, operation=_REMOVE)
        if lookup is None:
            return invalid(reader.errors)
        ad = self._find(call, lookup)
        if ad is None:
            return failure(400, "Veículo não encontrado para remoção")
        self.store.remove(call.account.user, ad)
        self.counters.events["deletes"] += 1
        return json_response({"status": 200, "message": "Veículo removido com sucesso"})

    async def _save(
        self, call: Call, reader: BodyReader, *, body: dict[str, Any], operation: str
    ) -> Response:
        lookup = self._lookup(call, reader, operation=operation) if operation == _UPDATE else None
        kind, behaviour = call.parts["type"], call.behaviour
        try:
            checked = check_ad(body, kind=kind, catalogue=self.catalogue, behaviour=behaviour)
        except AdRefused as refused:
            return invalid({**reader.errors, **refused.errors})
        if reader.errors:
            return invalid(reader.errors)
        verdicts = await look_at_photos(checked, checker=self.checker, behaviour=behaviour)
        # From here on nothing waits, so what is looked up is still there when it is changed.
        current = None if lookup is None else self._find(call, lookup)
        if lookup is not None and current is None:
            return failure(400, "Veículo não encontrado para atualização")
        account = call.account
        granted = grant(
            checked, verdicts=verdicts, store=self.store, account=account, current=current
        )
        if current is None:
            told, event = "Veículo cadastrado com sucesso", "creates"
            ad = create_ad(
                checked,
                granted,
                store=self.store,
                user=account.user,
                kind=kind,
                behaviour=behaviour,
            )
        else:
            told, event, ad = "Veículo atualizado com sucesso", "updates", current
            update_ad(
                ad, checked, granted, store=self.store, user=account.user, behaviour=behaviour
            )
        self.counters.events[event] += 1
        answer = _saved_body(ad, message=told, origin=call.request.origin)
        return saved(answer, notices=granted.notices, behaviour=behaviour)


def _saved_body(ad: Ad, *, message: str, origin: str) -> JsonObject:
    return {
        "status": 200,
        "message": message,
        "id": ad.number,
        "codigo": ad.code,
        "url": f"{origin}/usadosbr/anuncio/{ad.number}",
    }
