"""The portal's writes: checked at once, answered 202, done later by the queue.

Chaves na Mão, Vehicle API v2, "Endpoints" of vehicles and publications. What the document does not
say, and this portal does: a reference is looked for where it will be once the queue is done; a PUT
may not change the reference (422); publishing into a full plan and highlighting beyond the plan or
without a publication are 422 at once, and come to nothing when the room is gone by the time the job
is done; publishing what is published and taking away what is not are accepted and change nothing.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from sandbox.chavesnamao import jobs
from sandbox.chavesnamao.answers import failure, queue_header
from sandbox.chavesnamao.catalogue import Catalogue
from sandbox.chavesnamao.jobs import Foreseen
from sandbox.chavesnamao.queue import Queues
from sandbox.chavesnamao.routing import Call, Route
from sandbox.chavesnamao.state import Holding, JsonObject, Store
from sandbox.chavesnamao.validation import Refused, check_highlight, check_vehicle, settle
from sandbox.wire import Response, json_response

NOT_FOUND = "Vehicle not found"


class Writing:
    """The handlers of all writes."""

    def __init__(self, catalogue: Catalogue, *, store: Store, queues: Queues) -> None:
        """Check against this catalogue and store, put jobs into these queues."""
        self.catalogue = catalogue
        self.store = store
        self.queues = queues

    def routes(self) -> tuple[Route, ...]:
        """Paths of the document."""
        one, publication = "vehicles/{reference}", "publications/{reference}"
        return (
            Route("POST", "vehicles", _told(self.create), writes=True),
            Route("PUT", one, _told(self.update), writes=True),
            Route("DELETE", one, _told(self.delete), writes=True),
            Route("POST", publication, _told(self.publish), writes=True),
            Route("DELETE", publication, _told(self.unpublish), writes=True),
            Route("PUT", publication, _told(self.highlight), writes=True),
        )

    def create(self, call: Call) -> Response:
        """POST /vehicles."""
        facts = check_vehicle(_body(call), refuse_foreign=call.behaviour.refuse_foreign_keys)
        held = settle(facts, catalogue=self.catalogue)
        reference: str = facts["reference"]
        holding = self._holding(call)
        holding.history.posts[reference] += 1
        if reference in self._foreseen(call).there:
            holding.history.doubles[reference] += 1
            if reference in holding.vehicles or not call.behaviour.queue_doubles:
                raise Refused(422, ["reference already exists"])
        body = {"facts": facts, "held": held}
        return self._queued(call, jobs.CREATE, reference, body=body)

    def update(self, call: Call) -> Response:
        """PUT /vehicles/:reference."""
        reference = self._known(call)
        facts = check_vehicle(_body(call), refuse_foreign=call.behaviour.refuse_foreign_keys)
        held = settle(facts, catalogue=self.catalogue)
        if facts["reference"] != reference:
            raise Refused(422, ["reference cannot be changed"])
        body = {"facts": facts, "held": held}
        return self._queued(call, jobs.UPDATE, reference, body=body)

    def delete(self, call: Call) -> Response:
        """DELETE /vehicles/:reference."""
        return self._queued(call, jobs.DELETE, self._known(call))

    def publish(self, call: Call) -> Response:
        """POST /publications/:reference."""
        reference, foreseen = self._known(call), self._foreseen(call)
        if reference not in foreseen.shown and not foreseen.has_room():
            raise Refused(422, ["the plan has no room for another ad"])
        return self._queued(call, jobs.PUBLISH, reference)

    def unpublish(self, call: Call) -> Response:
        """DELETE /publications/:reference."""
        return self._queued(call, jobs.UNPUBLISH, self._known(call))

    def highlight(self, call: Call) -> Response:
        """PUT /publications/:reference."""
        reference = self._known(call)
        wanted = check_highlight(_body(call), refuse_foreign=call.behaviour.refuse_foreign_keys)
        foreseen = self._foreseen(call)
        if reference not in foreseen.shown:
            raise Refused(422, ["the vehicle is not published"])
        if wanted and not foreseen.has_highlight(reference):
            raise Refused(422, ["the plan has no highlight left"])
        return self._queued(call, jobs.HIGHLIGHT, reference, body={"highlighted": wanted})

    def _holding(self, call: Call) -> Holding:
        return self.store.holdings[call.account.user]

    def _foreseen(self, call: Call) -> Foreseen:
        return Foreseen(self._holding(call), plan=call.account.plan, behaviour=call.behaviour)

    def _known(self, call: Call) -> str:
        """The reference of the path, which will be there once the queue is done."""
        reference = call.parts["reference"]
        if reference not in self._foreseen(call).there:
            raise Refused(404, [NOT_FOUND])
        return reference

    def _queued(
        self, call: Call, kind: str, reference: str, *, body: JsonObject | None = None
    ) -> Response:
        """202 with all that waits to be done with the reference."""
        room = "publications" if call.request.segments[0] == "publications" else "vehicles"
        self.queues.add(
            call.account,
            kind=kind,
            reference=reference,
            endpoint=f"/{room}/{reference}",
            body=body or {},
        )
        waiting = self._holding(call).jobs_of(reference)
        header = queue_header(waiting, client=call.account.number, behaviour=call.behaviour)
        return accepted(header)


def accepted(header: dict[str, str]) -> Response:
    """202: it waits in the queue."""
    body = {"message": ["Accepted and waiting in the queue"], "statusCode": 202}
    return json_response(body, status=202, headers=header)


def _told(handler: Callable[[Call], Response]) -> Callable[[Call], Awaitable[Response]]:
    """The handler, with what it refuses told to the caller."""

    async def answer(call: Call) -> Response:
        try:
            return handler(call)
        except Refused as refused:
            return failure(refused.status, *refused.texts)

    return answer


def _body(call: Call) -> JsonObject:
    """The body, a JSON object of real characters; raises Refused (400)."""
    try:
        body = call.request.json()
        json.dumps(body, ensure_ascii=False).encode()
    except ValueError:
        raise Refused(400, ["the body is not JSON"]) from None
    if not isinstance(body, dict):
        raise Refused(400, ["the body must be an object"])
    return body
