"""A drain carried out step by step, so that a test can let things happen between the steps."""

from __future__ import annotations

from dataclasses import dataclass, field

from config.lib.remote_errors import RemoteError
from portals.connectors.registry import connector_class
from portals.models import PortalAccess
from portals.services import gates, leases
from portals.services.preparing import Preparer
from portals.services.recording import Recorder, Verdict
from portals.services.rounds import Round
from portals.services.sessions import base_url_of, open_connector
from portals.services.slots import Job, Outcome, perform


@dataclass(slots=True)
class HandDrain:
    """One drain of an access: `prepare`, `send`, `record`, each once called for."""

    access: PortalAccess
    lease: leases.Lease = field(init=False)
    preparer: Preparer = field(init=False)
    recorder: Recorder = field(init=False)

    def __post_init__(self) -> None:
        access = PortalAccess.objects.select_related("portal", "dealer").get(pk=self.access.pk)
        self.access = access
        lease = leases.acquire(access.pk)
        assert lease is not None, "somebody else drains"
        self.lease = lease
        connector = connector_class(access.portal.slug)
        gate = gates.gate_for(base_url_of(access))
        self.preparer = Preparer(access, connector, lease)
        self.recorder = Recorder(access, lease, gate.pk, connector.traits)

    def prepare(self, limit: int = 50) -> Round:
        """Decide what is due, take slots, commit claims and intents."""
        return self.preparer.next_round(limit)

    def send(self, jobs: list[Job]) -> list[Outcome]:
        """Make the calls, as slots would."""
        outcomes = []
        with open_connector(self.access) as connector:
            for job in jobs:
                try:
                    outcomes.append(Outcome(job=job, observed=perform(connector, job)))
                except RemoteError as err:
                    outcomes.append(Outcome(job=job, error=err))
        return outcomes

    def record(self, outcomes: list[Outcome]) -> Verdict:
        """Commit what came of it."""
        return self.recorder.record(outcomes)

    def turn(self) -> Round:
        """Prepare, send and record one round."""
        found = self.prepare()
        self.record(self.send(found.jobs))
        return found

    def end(self) -> None:
        """Give the lease back."""
        leases.release(self.lease)
