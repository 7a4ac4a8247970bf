"""The levers of the sandbox, which no portal has: `_state`, `_config`, `_reset`, `_catalogue`."""

from __future__ import annotations

from typing import Any

from sandbox.photo_check import PhotoChecker
from sandbox.usadosbr.behaviour import Behaviour, ConfigRefused
from sandbox.usadosbr.catalogue import Catalogue
from sandbox.usadosbr.config import Config, apply_change, read_change
from sandbox.usadosbr.counters import Counters
from sandbox.usadosbr.faults import Faults
from sandbox.usadosbr.state import Store, ad_as_json
from sandbox.wire import Request, Response, json_response


class Control:
    """Shows and changes what is behind the portal. No login: the sandbox is a local tool."""

    def __init__(
        self,
        store: Store,
        *,
        config: Config,
        faults: Faults,
        counters: Counters,
        catalogue: Catalogue,
        checker: PhotoChecker,
    ) -> None:
        """Everything that can be seen or set."""
        self.store = store
        self.config = config
        self.faults = faults
        self.counters = counters
        self.catalogue = catalogue
        self.checker = checker

    def handle(self, request: Request) -> Response:
        """One of the levers; 404 when there is no such, 422 naming the key for a bad value."""
        match (request.method, request.segments):
            case ("GET", ("_state",)):
                return json_response(self._state(request))
            case ("GET", ("_config",)):
                return self._shown_config()
            case ("GET", ("_catalogue",)):
                return json_response(self.catalogue.statistics())
            case ("POST", ("_config",)):
                return self._configure(request)
            case ("POST", ("_reset",)):
                return self._reset(request)
        return json_response({"message": "No such lever"}, status=404)

    def _state(self, request: Request) -> dict[str, Any]:
        """Accounts with ads and plans, and the counters. `brief=1` leaves out the payloads."""
        brief = request.query.get("brief") == "1"
        only = request.query.get("user")
        accounts = {
            account.user: {
                "ads": [
                    ad_as_json(ad, origin=request.origin, brief=brief)
                    for ad in self.store.ads[account.user].values()
                ],
                "plans": list(self.store.plans(account)),
            }
            for account in self.store.accounts.values()
            if only in {None, account.user}
        }
        return {"accounts": accounts, "counters": self.counters.as_json()}

    def _shown_config(self) -> Response:
        return json_response(self.config.as_json(store=self.store, faults=self.faults))

    def _configure(self, request: Request) -> Response:
        try:
            body = request.json()
        except ValueError:
            return _refused("body", "not JSON")
        try:
            change = read_change(body, config=self.config, store=self.store)
        except ConfigRefused as refused:
            return _refused(refused.field, refused.reason)
        apply_change(change, config=self.config, store=self.store, faults=self.faults)
        return self._shown_config()

    def _reset(self, request: Request) -> Response:
        """No ads, no counts; without `keep_config` also the demo account alone, well behaved."""
        try:
            body = request.json() if request.body else {}
        except ValueError:
            return _refused("body", "not JSON")
        keep = isinstance(body, dict) and body.get("keep_config") is True
        self.store.clear(keep_accounts=keep)
        self.counters.reset()
        self.checker.forget()
        if not keep:
            self.config.everybody = Behaviour()
            self.config.per_account.clear()
            self.faults.reset()
        return json_response({"message": "reset"})


def _refused(field: str, reason: str) -> Response:
    return json_response({"message": "Not understood", "errors": {field: [reason]}}, status=422)
