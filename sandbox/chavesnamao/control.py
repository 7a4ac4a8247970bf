"""The levers of this portal: those of all, and `_queue`.

`GET _queue` tells how many jobs wait for whom. `POST _queue` takes `{"run": N}` (or "all") to carry
out so many of each queue now, held or not, `{"fail": N}` to let so many come to nothing, and
`"user"` to do so in one queue only; the answer tells how many were done, when they are done.
"""

from __future__ import annotations

from typing import Any

from sandbox.behaviour import count
from sandbox.chavesnamao.behaviour import Behaviour
from sandbox.chavesnamao.limits import Limits
from sandbox.chavesnamao.queue import Queues
from sandbox.chavesnamao.state import Store
from sandbox.control import Control as SharedControl
from sandbox.control import refused
from sandbox.wire import Request, Response, json_response


class Control(SharedControl[Behaviour]):
    """Shows and changes what is behind the portal, the queues too."""

    def __init__(self, store: Store, *, queues: Queues, limits: Limits, **shared: Any) -> None:
        """Everything that can be seen or set."""
        super().__init__(store, **shared)
        self.store = store
        self.queues = queues
        self.limits = limits

    async def handle(self, request: Request) -> Response:
        """One of the levers."""
        match (request.method, request.segments):
            case ("GET", ("_queue",)):
                return json_response({"waiting": self._waiting()})
            case ("POST", ("_queue",)):
                return await self._move(request)
            case ("POST", ("_reset",)):
                self.limits.reset()
        return await super().handle(request)

    def _waiting(self) -> dict[str, int]:
        return {user: len(holding.queue) for user, holding in self.store.holdings.items()}

    async def _move(self, request: Request) -> Response:
        try:
            body = request.json()
        except ValueError:
            return refused("body", "not JSON")
        if not isinstance(body, dict) or set(body) - {"run", "fail", "user"}:
            return refused("body", "run, fail and user are understood")
        for key in ("run", "fail"):
            if body.get(key, 0) != "all" and not count(body.get(key, 0)):
                return refused(key, 'a number of jobs or "all" is wanted')
        known = list(self.store.clients)
        users = [body["user"]] if "user" in body else known
        if any(user not in known for user in users):
            return refused("user", "no such account")
        done = 0
        for user in users:
            for key in ("fail", "run"):
                wanted = body.get(key, 0)
                limit = None if wanted == "all" else wanted
                done += await self.queues.let_through(user, limit, fail=key == "fail")
        return json_response({"done": done, "waiting": self._waiting()})
