"""The levers of this portal, beside those that all have: programs, tokens, the queue, ids.

`POST _config` takes `clients` too ({"client_id", "client_secret", "name", "redirect_uris"}).
`POST _token` {"account", "client_id", "scope"} gives an access token without the browser.
`POST _release` {"account", "ids"} lets what waits be decided at once, in spite of a hold.
`POST _catalogue` takes `shuffle` beside `renumber`: old ids stay good and mean something else.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from sandbox.behaviour import ConfigRefused
from sandbox.control import Control as SharedControl
from sandbox.control import refused
from sandbox.faults import Faults
from sandbox.olx.accounts import Advertisers, Holdings, clients_as_json, read_clients
from sandbox.olx.behaviour import Behaviour
from sandbox.olx.calls import json_object
from sandbox.olx.deciding import Deciding
from sandbox.olx.gate import Gate
from sandbox.olx.state import Store
from sandbox.olx.vocabulary import SCOPES
from sandbox.wire import Request, Response, json_response

DEFAULT_SCOPE = "basic_user_info autoupload"


class Control(SharedControl[Behaviour]):
    """Shows and changes what is behind the portal."""

    def __init__(self, store: Store, *, faults: Faults, gate: Gate, deciding: Deciding) -> None:
        """Everything that can be seen or set."""
        super().__init__(
            Holdings(store, clock=gate.clock),
            book=Advertisers(store),
            config=deciding.config,
            faults=faults,
            counters=deciding.counters,
            catalogue=deciding.catalogue,
            checker=deciding.checker,
        )
        self.store = store
        self.numbers = deciding.catalogue
        self.gate = gate
        self.deciding = deciding

    async def handle(self, request: Request) -> Response:
        """One of the levers."""
        match (request.method, request.segments):
            case ("POST", ("_token",)):
                return self._token(request)
            case ("POST", ("_release",)):
                return self._release(request)
        response = await super().handle(request)
        self.deciding.wake()
        return response

    def _shown_config(self) -> Response:
        shown = self.config.as_json(book=self.book, faults=self.faults)
        return json_response({**shown, "clients": clients_as_json(self.store)})

    def _configure(self, request: Request) -> Response:
        """The shared keys, then the programs; all or nothing."""
        body = json_object(request)
        if body is None:
            return refused("body", "a JSON object is wanted")
        try:
            clients = read_clients(body.pop("clients", []))
        except ConfigRefused as fault:
            return refused(fault.field, fault.reason)
        response = super()._configure(_with_body(request, body))
        if response.status != 200:
            return response
        if "seed" in body:
            self.deciding.dice.seed(self.config.everybody.seed)
        self.store.clients.update({each.client_id: each for each in clients})
        self.store.changed = self.store.changed or bool(clients)
        return self._shown_config()

    def _reset(self, request: Request) -> Response:
        """As everywhere; the dice of the queue begin anew too."""
        self.deciding.dice.seed(self.config.everybody.seed)
        return super()._reset(request)

    def _change_catalogue(self, request: Request) -> Response:
        """The shared changes, then the shuffling of ids."""
        body = json_object(request)
        if body is None or "shuffle" not in body:
            return super()._change_catalogue(request)
        kinds = body.pop("shuffle")
        if not isinstance(kinds, list) or not all(each in [*self.numbers.brands] for each in kinds):
            return refused("shuffle", "a list of types is wanted")
        response = super()._change_catalogue(_with_body(request, body))
        if response.status != 200:
            return response
        shuffled = sum(self.numbers.shuffle(kind) for kind in kinds)
        changed = shuffled + json.loads(response.body)["changed"]
        return json_response({"changed": changed, **self.numbers.statistics()})

    def _token(self, request: Request) -> Response:
        body = json_object(request) or {}
        account = self.store.accounts.get(str(body.get("account", "")))
        if account is None:
            return refused("account", "the name of an account is wanted")
        client_id = body.get("client_id", next(iter(self.store.clients)))
        if not isinstance(client_id, str) or client_id not in self.store.clients:
            return refused("client_id", "a registered program is wanted")
        scope = body.get("scope", DEFAULT_SCOPE)
        if not isinstance(scope, str) or not set(scope.split()) <= set(SCOPES):
            return refused("scope", f"of these: {' '.join(SCOPES)}")
        token = self.gate.issue(account.user, client_id=client_id, scope=scope)
        answer = {"access_token": token, "token_type": "Bearer"}
        return json_response({**answer, "account": account.user, "scope": scope})

    def _release(self, request: Request) -> Response:
        body: dict[str, Any] = json_object(request) or {}
        user, ids = body.get("account"), body.get("ids")
        if user not in [None, *self.store.accounts]:
            return refused("account", "the name of an account is wanted")
        if ids is not None and not isinstance(ids, list):
            return refused("ids", "a list of ids is wanted")
        return json_response({"released": self.deciding.release(user=user, ids=ids)})


def _with_body(request: Request, body: dict[str, Any]) -> Request:
    return replace(request, body=json.dumps(body).encode())
