"""Reads what a portal tells about itself and the account: catalogue and plans."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from config.lib.remote_errors import CredentialsRefused, RemoteError, Throttled, UnexpectedAnswer
from portals.connectors.base import HasCatalogue, HasPlans
from portals.models import PortalAccess
from portals.services import catalogue, plan_slots, plans, turns
from portals.services.drain import standing_still
from portals.services.sessions import open_connector
from portals.services.stopping import stop_access

READ_AGAIN = timedelta(minutes=15)  # after a failure, for plans that a write made due

# Seconds a reading waits in its place where the portal asks it to; longer waits end it for now.
SHORTEST_WAIT, LONGEST_WAIT = 1.0, 20.0


@dataclass(slots=True)
class SyncResult:
    """What was read. `done` False = the time was over, go on later; `failure` is a code."""

    done: bool = True
    failure: str = ""
    catalogue: dict[str, Any] = field(default_factory=dict)
    plans: int = 0


def sync_access(
    access: PortalAccess, *, budget: float = 100.0, patience: float = 0.0
) -> SyncResult:
    """Read plans and catalogue for at most `budget` seconds; failures are told, not raised.

    A catalogue is the portal's, not the dealer's: one process reads it at a time. If another still
    does after `patience` seconds, the result is not done, with failure "busy".
    """
    deadline = time.monotonic() + budget
    result = sync_access_plans(access)
    not_told = result.failure if result.failure == UnexpectedAnswer.code else ""
    if result.failure and not not_told:
        return result
    # An account whose plans nobody understands must not keep everybody's names from being read.
    result.failure, result.done = "", True
    name = f"catalogue:{access.portal_id}:{access.environment}"
    with turns.turn(name, seconds=budget + settings.HTTP_DEADLINE, patience=patience) as mine:
        if not mine:
            result.done, result.failure = False, "busy"
            return result
        try:
            _read_catalogue(access, result, deadline=deadline)
        except RemoteError as err:
            _failed(access, err, result)
            return result
    if result.done:
        _stamp(access, catalogue_fetched_at=timezone.now())
    result.failure, result.done = not_told, result.done and not not_told
    return result


def _read_catalogue(access: PortalAccess, result: SyncResult, *, deadline: float) -> None:
    """Read on until all is read or the time is over; a portal that asks to wait is waited for."""
    while True:
        try:
            with open_connector(access) as connector:
                if isinstance(connector, HasCatalogue):
                    report = catalogue.sync_catalogue(
                        access, connector=connector, deadline=deadline
                    )
                    result.catalogue, result.done = asdict(report), report.done
        except Throttled as err:
            wait = err.retry_after or SHORTEST_WAIT
            if wait > LONGEST_WAIT or time.monotonic() + wait > deadline:
                raise
            time.sleep(wait)
        else:
            return


def sync_access_plans(access: PortalAccess) -> SyncResult:
    """Read the plans only and offer free slots to the next in line."""
    result = SyncResult(failure=standing_still(access))
    if result.failure:
        result.done = False
        return result
    started = timezone.now()
    try:
        with open_connector(access) as connector:
            if isinstance(connector, HasPlans):
                result.plans = plans.sync_plans(access, connector)
    except RemoteError as err:
        _failed(access, err, result)
        _plans_asked(access, started, again=started + READ_AGAIN)
        return result
    _stamp(access, plans_fetched_at=timezone.now())
    _plans_asked(access, started, again=None)
    plan_slots.offer_free(access.pk, now=timezone.now())
    return result


def _plans_asked(access: PortalAccess, started: datetime, *, again: datetime | None) -> None:
    """What was due before this reading is done, or due `again`; what came during it stays due."""
    rows = PortalAccess.objects.filter(pk=access.pk, plans_due_at__lte=started)
    rows.update(plans_due_at=again)


def _failed(access: PortalAccess, err: RemoteError, result: SyncResult) -> None:
    result.failure, result.done = err.code, False
    if isinstance(err, CredentialsRefused):
        stop_access(access, code=err.code)


def _stamp(access: PortalAccess, **columns: object) -> None:
    PortalAccess.objects.filter(
        pk=access.pk, account_fingerprint=access.account_fingerprint
    ).update(**columns)
