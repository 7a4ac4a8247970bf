"""Sends ads in batches and finds out what becomes of each (PUT /autoupload/import).

What an answer decides is yielded at once. What was not decided when a request went wrong gets its
own verdict: the ads of that request as the error says, the others were certainly not taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from config.lib.http import Answer
from config.lib.remote_errors import (
    CredentialsRefused,
    RemoteError,
    Throttled,
    UnexpectedAnswer,
    Unreachable,
)
from portals.connectors.base import Result
from portals.connectors.errors import ListingRefused, MappingMissing, NotAsked, PlanExhausted
from portals.connectors.olx import verdicts
from portals.connectors.olx.errors import NoPermission
from portals.connectors.olx.lines import Line, requests_of
from portals.connectors.olx.reasons import failure_of, problems_of
from portals.connectors.olx.suspects import Suspects
from portals.connectors.olx.verdicts import Verdict
from portals.connectors.types import ObservedListing, Problem

Told = tuple[int, Result]


class _Failed(Exception):
    """A request about these lines went wrong, so that nothing more is sent."""

    def __init__(self, lines: Sequence[Line], error: RemoteError) -> None:
        super().__init__(str(error))
        self.lines, self.error = lines, error


class Importer:
    """Sends lines by `put`, which makes the request for some of them."""

    def __init__(self, put: Callable[[Sequence[Line]], Answer]) -> None:
        self._put = put
        self._full = False  # an ad was refused for want of a slot, so no other needs to try

    def send(self, lines: Sequence[Line], *, most: int) -> Iterator[Told]:
        """Yield (position, result) for each line; raises for all not told yet."""
        left = {line.position for line in lines}
        try:
            for group in requests_of(lines, most=most):
                for told in self._import(group):
                    left.discard(told[0])
                    yield told
        except _Failed as failed:
            for line in failed.lines:
                left.discard(line.position)
                yield line.position, failed.error
            if left:
                raise _not_sent(failed.error) from failed.error

    def _import(self, lines: Sequence[Line]) -> Iterator[Told]:
        """Settle lines that fit into one request, whatever it takes."""
        while lines:
            if self._full:
                yield from _beyond_plan([line for line in lines if line.needs_slot])
                lines = [line for line in lines if not line.needs_slot]
                if not lines:
                    return
            verdict = self._ask(lines)
            if verdict.code == verdicts.CANCELLED:
                named = [line for line in lines if line.own_id in verdict.errors]
                if not named:
                    yield from self._search(lines)
                    return
                yield from _refused(named, verdict)
                lines = _without(lines, named)
            elif verdict.code == verdicts.SLOTS:
                yield from self._fit(lines, verdict)
                return
            else:
                yield from self._accepted(lines, verdict)
                return

    def _search(self, lines: Sequence[Line]) -> Iterator[Told]:
        """Find the bad ads of a batch that was cancelled without naming any."""
        suspects = Suspects(lines)
        while True:
            bad = suspects.convicted()
            if bad is not None:
                problem = Problem(field="", code="refused_unexplained")
                yield bad.position, ListingRefused((problem,), "cancelled, no fault named")
                continue
            group = suspects.next_group()
            if not group:
                return
            verdict = self._ask(group)
            if verdict.code in (verdicts.ACCEPTED, verdicts.PARTIAL):
                yield from self._accepted(group, verdict)
                suspects.passed(group)
            elif verdict.code == verdicts.CANCELLED and not _names(verdict, group):
                suspects.cancelled(group)
            else:  # now it says more: what is known so far counts for nothing
                left = _without(suspects.left(), group)
                yield from self._told_more(group, verdict)
                yield from self._import(left)
                return

    def _accepted(self, lines: Sequence[Line], verdict: Verdict) -> Iterator[Told]:
        ignored = verdicts.without_slot(verdict, lines) if verdict.code == verdicts.PARTIAL else []
        self._full = self._full or bool(ignored)
        yield from _beyond_plan(ignored)
        for line in _without(lines, ignored):
            yield line.position, line.accepted(verdict.token)

    def _told_more(self, lines: Sequence[Line], verdict: Verdict) -> Iterator[Told]:
        if verdict.code == verdicts.SLOTS:
            yield from self._fit(lines, verdict)
            return
        named = [line for line in lines if line.own_id in verdict.errors]
        yield from _refused(named, verdict)
        yield from self._import(_without(lines, named))

    def _fit(self, lines: Sequence[Line], verdict: Verdict) -> Iterator[Told]:
        """Find who has a slot after a batch was refused for want of slots."""
        named = [line for line in lines if line.own_id in verdict.errors]
        if named:
            yield from _beyond_plan(named)
            yield from self._import(_without(lines, named))
            return
        told = verdicts.slots_told(verdict)
        new = [line for line in lines if line.needs_slot]
        if told is not None and told[1] < len(new):
            yield from self._fill(lines, new, free=told[1])
        elif len(lines) == 1:
            self._full = True
            yield from _beyond_plan(lines)
        else:
            half = len(lines) // 2
            yield from self._import(lines[:half])
            yield from self._import(lines[half:])

    def _fill(self, lines: Sequence[Line], new: list[Line], *, free: int) -> Iterator[Told]:
        """Give the free slots out in order; one whose ad is refused goes to the next in line."""
        by_position = {line.position: line for line in lines}
        going = _without(lines, new[free:])
        waiting = new[free:]
        while going:
            for position, result in self._import(going):
                if isinstance(result, ObservedListing) and by_position[position].needs_slot:
                    free -= 1
                yield position, result
            going, waiting = waiting[: max(0, free)], waiting[max(0, free) :]
        self._full = self._full or free <= 0
        yield from _beyond_plan(waiting)

    def _ask(self, lines: Sequence[Line]) -> Verdict:
        """Make one request; raise _Failed unless the answer is about the ads."""
        try:
            verdict = verdicts.read_verdict(self._put(lines))
        except RemoteError as error:
            raise _Failed(lines, error) from error
        error_of = _ERRORS.get(verdict.code)
        if error_of is not None:
            raise _Failed(lines, error_of())
        return verdict


_ERRORS: dict[int, Callable[[], RemoteError]] = {
    verdicts.UNEXPECTED: lambda: Unreachable("statusCode -1"),
    # Said in a 200 by a service that may have begun: looked for, not taken for undone.
    verdicts.BLOCKED: lambda: Throttled("statusCode -2", verdict=False),
    verdicts.NOTHING: lambda: UnexpectedAnswer("statusCode -3"),
    verdicts.SWITCHED_OFF: lambda: Unreachable("statusCode -5", sent=False),
    verdicts.NO_PERMISSION: lambda: NoPermission("statusCode -6"),
}


def _not_sent(error: RemoteError) -> RemoteError:
    """Return what an error means for ads whose request was not made any more, or was cancelled."""
    if isinstance(error, CredentialsRefused):
        return error
    if isinstance(error, Throttled):
        return Throttled(error.detail, retry_after=error.retry_after)
    return NotAsked()


def _refused(lines: Sequence[Line], verdict: Verdict) -> Iterator[Told]:
    """Tell each ad what was said of it."""
    for line in lines:
        problems = problems_of(verdict.errors[line.own_id])
        failure = failure_of(problems)
        detail = ", ".join(verdict.errors[line.own_id])
        if failure == "plan":
            yield line.position, PlanExhausted(detail)
        elif failure == "mapping":
            yield line.position, MappingMissing(problems)
        else:
            yield line.position, ListingRefused(problems, detail)


def _beyond_plan(lines: Sequence[Line]) -> Iterator[Told]:
    for line in lines:
        yield line.position, PlanExhausted("no slot")


def _names(verdict: Verdict, lines: Sequence[Line]) -> bool:
    return any(line.own_id in verdict.errors for line in lines)


def _without(lines: Sequence[Line], out: Sequence[Line]) -> list[Line]:
    gone = {line.position for line in out}
    return [line for line in lines if line.position not in gone]
