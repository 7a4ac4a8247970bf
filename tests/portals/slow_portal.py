"""A portal in memory that takes batches, decides later, and tells of it by a token."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from config.lib.remote_errors import RemoteError
from portals.connectors.base import Result
from portals.connectors.errors import ListingUnknown
from portals.connectors.types import Change, ObservedListing, Payload, PortalTraits, RemoteRef
from tests.portals.fake import FakeConnector

BATCH = 10


@dataclass(slots=True)
class SlowPortal:
    """What it holds. `settle` decides all that waits; `refuse` are references it turns down.

    `lose` makes the next answer of a write get lost after the work was done.
    """

    ads: dict[str, dict[str, Any]] = field(default_factory=dict)
    waiting: list[tuple[str, str, Payload | None]] = field(default_factory=list)  # token, code, ad
    decided: dict[tuple[str, str], ObservedListing] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    refuse: dict[str, str] = field(default_factory=dict)
    lose: bool = False
    calls: Counter[str] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)

    def settle(self) -> None:
        """Carry out all that was accepted, in the order of arrival."""
        for token, code, payload in self.waiting:
            self.decided[token, code] = self._decide(code, payload)
        self.waiting.clear()

    def _decide(self, code: str, payload: Payload | None) -> ObservedListing:
        if payload is None:
            self.ads.pop(code, None)
            return ObservedListing(state="absent", reference=code)
        if code in self.refuse:
            failure: Any = self.refuse[code]
            return ObservedListing(state="refused", reference=code, failure=failure)
        self.made[code] += code not in self.ads
        self.ads[code] = dict(payload.body)
        return ObservedListing(state="live", reference=code, remote_id=f"id-{code}")

    def forget_tokens(self) -> None:
        """Forget every token given so far."""
        self.known.clear()


class SlowConnector(FakeConnector):
    """One account there."""

    slow: ClassVar[SlowPortal]
    traits: ClassVar[PortalTraits] = replace(
        FakeConnector.traits, pause="withdraw", batch=BATCH, upserts=True, check_after=60.0
    )

    def send_batch(self, changes: Sequence[Change]) -> Iterator[tuple[int, Result]]:
        """Accept all of them; decide nothing."""
        portal = self.slow
        portal.calls["send"] += 1
        token = f"token-{portal.calls['send']}"
        portal.known.add(token)
        portal.waiting += [(token, each.ref.reference, each.payload) for each in changes]
        if portal.lose:
            portal.lose = False
            raise RemoteError("answer lost")
        for position, each in enumerate(changes):
            yield (
                position,
                ObservedListing(
                    state="pending",
                    reference=each.ref.reference,
                    pending_ref=token,
                    poll_after=60.0,
                ),
            )

    def read_batch(self, refs: Sequence[RemoteRef]) -> Iterator[tuple[int, Result]]:
        """Tell of each token by one read, of the rest by one list."""
        for token in sorted({ref.pending_ref for ref in refs}):
            self.slow.calls["read" if token else "list"] += 1
            for position, ref in enumerate(refs):
                if ref.pending_ref == token:
                    yield position, self._told(ref)

    def _told(self, ref: RemoteRef) -> Result:
        portal, code = self.slow, ref.reference
        if not ref.pending_ref:
            state: Any = "live" if code in portal.ads else "absent"
            return ObservedListing(state=state, reference=code, remote_id=f"id-{code}")
        if ref.pending_ref not in portal.known:
            return ListingUnknown("forgotten")
        waits = ObservedListing(state="pending", reference=code)
        return portal.decided.get((ref.pending_ref, code), waits)


def connect_slowly(portal: SlowPortal) -> type[SlowConnector]:
    """Return the connector class of such a portal."""
    return type("BoundSlowConnector", (SlowConnector,), {"slow": portal, "portal": None})
