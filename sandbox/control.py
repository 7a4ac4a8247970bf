"""The levers of a sandbox, which no portal has: `_state`, `_config`, `_reset`, `_catalogue`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, Protocol

from sandbox.behaviour import ConfigRefused
from sandbox.catalogue import Catalogue
from sandbox.catalogue_changes import ChangeRefused, apply_changes
from sandbox.config import AccountBook, Config
from sandbox.counters import Counters
from sandbox.faults import Faults
from sandbox.photo_check import PhotoChecker
from sandbox.routing import BehaviourT
from sandbox.wire import Request, Response, json_response


class Holdings(Protocol):
    """What a portal holds, as far as the levers are concerned."""

    def clear(self, *, keep_accounts: bool) -> None:
        """No ads, and unless accounts are kept the demo one alone."""
        ...

    def account_state(self, user: str, *, origin: str, brief: bool) -> Mapping[str, Any]:
        """All of one account for `_state`; `brief` without payloads."""
        ...


class Control(Generic[BehaviourT]):
    """Shows and changes what is behind the portal. No login: the sandbox is a local tool."""

    def __init__(
        self,
        holdings: Holdings,
        *,
        book: AccountBook,
        config: Config[BehaviourT],
        faults: Faults,
        counters: Counters,
        catalogue: Catalogue,
        checker: PhotoChecker,
    ) -> None:
        """Everything that can be seen or set."""
        self.holdings = holdings
        self.book = book
        self.config = config
        self.faults = faults
        self.counters = counters
        self.catalogue = catalogue
        self.checker = checker

    async def handle(self, request: Request) -> Response:
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
            case ("POST", ("_catalogue",)):
                return self._change_catalogue(request)
            case ("POST", ("_reset",)):
                return self._reset(request)
        return json_response({"message": "No such lever"}, status=404)

    def _state(self, request: Request) -> dict[str, Any]:
        """Accounts with what they hold, and the counters. `brief=1` leaves out the payloads,
        `user` all accounts but one."""
        brief = request.query.get("brief") == "1"
        only = request.query.get("user")
        accounts = {
            user: self.holdings.account_state(user, origin=request.origin, brief=brief)
            for user in self.book.users()
            if only in {None, user}
        }
        return {"accounts": accounts, "counters": self.counters.as_json()}

    def _shown_config(self) -> Response:
        return json_response(self.config.as_json(book=self.book, faults=self.faults))

    def _configure(self, request: Request) -> Response:
        try:
            body = request.json()
        except ValueError:
            return refused("body", "not JSON")
        try:
            change = self.config.read_change(body, book=self.book)
        except ConfigRefused as fault:
            return refused(fault.field, fault.reason)
        self.config.apply(change, book=self.book, faults=self.faults)
        return self._shown_config()

    def _change_catalogue(self, request: Request) -> Response:
        """Rename, retire and renumber names; the ads that use them stay as they are."""
        try:
            changed = apply_changes(request.json(), catalogue=self.catalogue)
        except ChangeRefused as fault:
            return refused(fault.field, fault.reason)
        except ValueError:
            return refused("body", "not JSON")
        return json_response({"changed": changed, **self.catalogue.statistics()})

    def _reset(self, request: Request) -> Response:
        """No ads, no counts; without `keep_config` also the demo account alone, well behaved, and
        the names there were at the start."""
        try:
            body = request.json() if request.body else {}
        except ValueError:
            return refused("body", "not JSON")
        keep = isinstance(body, dict) and body.get("keep_config") is True
        self.holdings.clear(keep_accounts=keep)
        self.counters.reset()
        self.checker.forget()
        if not keep:
            self.catalogue.restore()
            self.config.reset()
            self.faults.reset()
        return json_response({"message": "reset"})


def refused(field: str, reason: str) -> Response:
    """422 of a lever, naming the key at fault."""
    return json_response({"message": "Not understood", "errors": {field: [reason]}}, status=422)
