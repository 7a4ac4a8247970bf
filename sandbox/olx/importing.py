"""`PUT autoupload/import`, `POST autoupload/import/{token}`: what is taken in, and what became of
it. From `api/import.md` and `api/publishing_status.md` of ad_integration.
"""

from __future__ import annotations

import random
import secrets
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from sandbox.counters import Counters
from sandbox.olx import vocabulary as words
from sandbox.olx.answers import import_answer, import_status, line_error, refusal
from sandbox.olx.behaviour import Behaviour
from sandbox.olx.calls import OlxCall, OlxRoute, json_object
from sandbox.olx.catalogue import Catalogue
from sandbox.olx.state import Account, Import, JsonObject, Operation, Store
from sandbox.olx.validation import CheckedLine, check_lines
from sandbox.wire import Response, json_response

MINUTE_S = 60.0


class Importing:
    """Takes imports in and tells of them. What is taken in waits for `Deciding`."""

    def __init__(
        self,
        store: Store,
        *,
        catalogue: Catalogue,
        counters: Counters,
        clock: Callable[[], float],
        dice: random.Random,
        wake: Callable[[], None],
    ) -> None:
        """`wake` tells the queue that something came in."""
        self.store = store
        self.catalogue = catalogue
        self.counters = counters
        self.clock = clock
        self.dice = dice
        self.wake = wake
        self._came_at: dict[str, deque[float]] = {}

    def routes(self) -> tuple[OlxRoute, ...]:
        """The two calls."""
        return (
            OlxRoute("PUT", "apps/autoupload/import", self.import_ads, writes=True),
            OlxRoute("POST", "apps/autoupload/import/{token}", self.status),
        )

    async def import_ads(self, call: OlxCall) -> Response:
        """HTTP 200 with a statusCode, whatever becomes of it; 413 above 1 MB."""
        behaviour, account = call.behaviour, call.account
        if len(call.request.body) > words.MAX_BODY_BYTES:
            return import_answer(-1, message="O arquivo excede 1 MB.", status=413)
        troubled = self._troubled(behaviour)
        if troubled is not None and not behaviour.import_code_after_write:
            return import_answer(troubled)
        if not account.api_access:
            return import_answer(-6)
        if self._too_many(account.user, behaviour=behaviour):
            return import_answer(-2)
        body = json_object(call.request) or {}
        answer = self._take_in(body, account=account, behaviour=behaviour)
        return answer if troubled is None else import_answer(troubled)

    async def status(self, call: OlxCall) -> Response:
        """What became of an import of this advertiser."""
        held = self.store.imports.get(call.parts["token"])
        kept_s = call.behaviour.status_kept_s
        mine = held is not None and held.user == call.account.user
        if held is None or not mine or self.clock() - held.received_at > kept_s:
            if call.behaviour.forgotten_shape == "empty":
                return json_response({"autoupload_status": "done", "ads": {}})
            return refusal(404)
        return import_status(held, origin=call.request.origin, behaviour=call.behaviour)

    def _troubled(self, behaviour: Behaviour) -> int | None:
        """The statusCode that a switch asks for, if it is this request's turn."""
        code = behaviour.import_code
        if code is None or self.dice.random() >= behaviour.import_code_rate:
            return None
        return code

    def _too_many(self, user: str, *, behaviour: Behaviour) -> bool:
        """Whether more imports came in the last minute than the portal takes."""
        came_at = self._came_at.setdefault(user, deque())
        now = self.clock()
        while came_at and came_at[0] <= now - MINUTE_S:
            came_at.popleft()
        most = behaviour.imports_per_minute
        if most is not None and len(came_at) >= most:
            return True
        came_at.append(now)
        return False

    def _take_in(self, body: JsonObject, *, account: Account, behaviour: Behaviour) -> Response:
        lines = body.get("ad_list")
        if lines is None or lines == []:
            return import_answer(-3)
        foreign = behaviour.refuse_foreign_keys and set(body) - {"access_token", "ad_list"}
        if not isinstance(lines, list) or foreign:
            return import_answer(-4)
        checked = check_lines(
            lines, displacements=self.catalogue.displacements, behaviour=behaviour
        )
        if any(each.faults for each in checked):
            return import_answer(-4, errors=_told(checked, behaviour=behaviour))
        return self._within_slots(checked, account=account, behaviour=behaviour)

    def _within_slots(
        self, checked: list[CheckedLine], *, account: Account, behaviour: Behaviour
    ) -> Response:
        """Take in what the plan has slots for. A delete frees its slot when it is carried out."""
        taken = self.store.slots_taken(account.user, now=self.clock())
        new = [each.id for each in checked if each.operation == "insert" and each.id not in taken]
        total = account.ads_total
        free = len(new) if total is None else max(0, total - len(taken))
        ignored = new[free:]
        if not ignored:
            return import_answer(0, token=self._queue(checked, account, behaviour))
        if behaviour.slots_refusal == "whole" or not free:
            told = [] if behaviour.errors_told == "none" else ignored
            errors = [line_error(each, [words.NOT_ENOUGH_AD_SLOTS]) for each in told]
            message = f"{len(new)} anúncios solicitados; há vagas para {free}."
            return import_answer(-7, errors=errors, message=message)
        left = [each for each in checked if each.id not in set(ignored)]
        message = (
            f"{len(new)} anúncios solicitados, {free} importados; os demais foram ignorados: "
            f"{', '.join(ignored)}"
        )
        return import_answer(-8, token=self._queue(left, account, behaviour), message=message)

    def _queue(self, lines: Sequence[CheckedLine], account: Account, behaviour: Behaviour) -> str:
        """Put the lines at the end of the queue; the status token."""
        now = self.clock()
        waiting = list(self.store.waiting_of(account.user))
        known = {each.id for each in waiting if each.operation != "delete"}
        latest = max((each.due_at for each in waiting), default=now)
        operations: list[Operation] = []
        for line in lines:
            spread_s = behaviour.accept_spread_s * self.dice.random()
            latest = max(latest, now + behaviour.accept_after_s + spread_s)
            ad = self.store.ads[account.user].get(line.id)
            exists = line.id in known or (ad is not None and ad.is_live(now))
            operations.append(
                Operation(
                    number=self.store.number(),
                    id=line.id,
                    operation="edit" if exists and line.operation == "insert" else line.operation,
                    facts=line.facts,
                    queued_at=now + behaviour.accept_after_s / 2,
                    due_at=latest,
                )
            )
        token = secrets.token_hex(16)
        self.store.take_in(Import(token, account.user, now, operations))
        self.counters.events["imports"] += 1
        self.wake()
        return token


def _told(checked: Sequence[CheckedLine], *, behaviour: Behaviour) -> list[Any]:
    """The faults as far as the portal tells them."""
    if behaviour.errors_told == "none":
        return []
    told = []
    for line in checked:
        faults = [
            fault
            for fault in line.faults
            if behaviour.errors_told == "all" or fault in words.DOCUMENTED_FAULTS
        ]
        if faults:
            told.append(line_error(line.id, faults))
    return told
