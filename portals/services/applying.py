"""Decides for everyone what is safe: names that hold ads back and whose proposal leaves no doubt.

One run walks brand, model and version: what one level settles is what the next is asked in. It goes
by distinct names, not by vehicles. All a run decides is one batch, which a person can undo; what a
person undid, took back or refused is not decided again by a machine.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from accounts.services.changes import By
from inventory.matching import APPLY_AT
from inventory.models import Vehicle, Version
from portals.connectors.registry import traits_of
from portals.models import CatalogueEntry, Listing, Mapping, MappingBatch, MappingStep, Portal
from portals.models.access import FailureMode
from portals.models.catalogue import MappingOrigin
from portals.models.decisions import BatchKind
from portals.selectors.mappings import GapKey
from portals.services import turns
from portals.services.deciding import Decision, accept_many
from portals.services.marking import CONCERNED, Marked
from portals.services.names import NameResolver
from portals.services.places import Place, Scope, rows_at, seen_token
from portals.services.suggesting import Proposed, propose_all

BUDGET = 60.0  # seconds of one run
MOST_ROWS = 20_000  # distinct vehicles, as far as names go, that one run looks at
CHUNK = 400  # names asked and decided at a time
LEVELS = (("brand",), ("model",), ("version", "style"))
_NESTED = frozenset(kind for level in LEVELS for kind in level)
_NAMED = ("category", "version_id", "brand_text", "model_text", "version_text", "body")
_VALUED = ("category", "version_id", "colour", "fuel", "gearbox", "doors", "displacement")
_BY_MACHINE = (MappingOrigin.SUGGESTED, MappingOrigin.EXACT)
_OPEN = ("unknown", "unplaced")


@dataclass(slots=True, kw_only=True)
class Applied:
    """What a run did: distinct names that waited, how many of them were decided, and whom to wake.

    `done` False: another run had the turn, the time was over, or the catalogue changed meanwhile.
    """

    waiting: int = 0
    decided: int = 0
    batch: MappingBatch | None = None
    done: bool = True
    access_ids: set[int] = field(default_factory=set)
    fan_out: bool = False

    @property
    def marked(self) -> Marked:
        """Whom to wake."""
        return Marked(access_ids=frozenset(self.access_ids), fan_out=self.fan_out)


def apply_safe_names(portal: Portal, environment: str, *, budget: float = BUDGET) -> Applied:
    """Decide the safe names of what waits at a portal and environment; one process at a time."""
    name = f"names:{portal.pk}:{environment}"
    with turns.turn(name, seconds=budget + 60.0) as mine:
        if not mine:
            return Applied(done=False)
        return _Run(portal, environment, deadline=time.monotonic() + budget).run()


class _Run:
    """One walk down the levels."""

    def __init__(self, portal: Portal, environment: str, *, deadline: float) -> None:
        self.portal, self.environment, self.deadline = portal, environment, deadline
        self.traits = traits_of(portal.slug)
        self.applied = Applied()

    def run(self) -> Applied:
        """Decide values first, since nothing hangs on them, then level by level."""
        kinds = {
            category: tuple(kind for kind in asked if self.traits.decides(kind, category))
            for category, asked in self.traits.kinds.items()
        }
        values = {kind for asked in kinds.values() for kind in asked} - _NESTED
        self._decide(self._cars(_VALUED), kinds, values)
        named = self._cars((*_NAMED, "year_model") if self._tells_years() else _NAMED)
        for level in LEVELS:
            self._decide(named, kinds, set(level))
        return self.applied

    def _tells_years(self) -> bool:
        return any(self.traits.by_year("version", category) for category in self.traits.kinds)

    def _cars(self, columns: Sequence[str]) -> list[Vehicle]:
        """Return unsaved vehicles, one for every distinct set of what waiting ones say."""
        waiting = Listing.objects.filter(
            CONCERNED,
            access__portal_id=self.portal.pk,
            access__environment=self.environment,
            access__is_active=True,
            failure_mode=FailureMode.MAPPING,
        )
        stock = Vehicle.objects.filter(pk__in=waiting.values("vehicle")).order_by()
        rows = list(stock.values_list(*columns).distinct()[:MOST_ROWS])
        cars = [
            Vehicle(pk=number, **dict(zip(columns, row, strict=True)))
            for number, row in enumerate(rows, start=1)
        ]
        versions = Version.objects.select_related("model__brand").in_bulk(
            {car.version_id for car in cars if car.version_id is not None}
        )
        for car in cars:
            if car.version_id is not None:
                car.version = versions[car.version_id]
        return cars

    def _decide(
        self, cars: Sequence[Vehicle], kinds: dict[int, tuple[str, ...]], level: set[str]
    ) -> None:
        """Decide the safe names of these kinds, chunk by chunk."""
        if not self.applied.done or not cars:
            return
        # The stamp tells the catalogue kept in memory apart from what somebody changed meanwhile.
        self.portal.refresh_from_db(fields=["names_stamp"])
        wanted = level | _NESTED if level & _NESTED else level  # a level needs those above it
        asked = {
            category: tuple(kind for kind in every if kind in wanted)
            for category, every in kinds.items()
        }
        resolver = NameResolver(self.portal, self.environment, None)
        resolved = resolver.resolve(cars, kinds=asked, optionals={})
        keys = list(
            dict.fromkeys(
                GapKey(
                    access_id=0,
                    vehicle_type=car.category,
                    kind=name.kind,
                    source_key=name.source_key,
                    path=name.path,
                    body=name.body,
                    year=name.year,
                )
                for car in cars
                for name in resolved[car.pk].names.values()
                if name.kind in level and name.missing in _OPEN
            )
        )
        self.applied.waiting += len(keys)
        for chunk in _chunks(keys):
            if time.monotonic() > self.deadline:
                self.applied.done = False
                return
            self._decide_chunk([key for key in chunk if self._is_whole(key)])

    def _is_whole(self, key: GapKey) -> bool:
        """Whether the vehicle says what the portal's names depend on; else a person decides."""
        if self.traits.by_body(key.kind, key.vehicle_type) and not key.body:
            return False
        return bool(key.year) or not self.traits.by_year(key.kind, key.vehicle_type)

    def _decide_chunk(self, keys: Sequence[GapKey]) -> None:
        scope = Scope(portal=self.portal, environment=self.environment)
        proposed = propose_all(scope, keys, anybodys_refusals=True)
        safe = {key: found for key, found in proposed.items() if found.safe}
        if not safe:
            return
        try:
            decided = accept_many(
                list(self._decisions(scope, safe)),
                by=By(source="system"),
                kind=BatchKind.AUTOMATIC,
                threshold=APPLY_AT,
                origin=MappingOrigin.SUGGESTED,
                batch=self.applied.batch,
            )
        except ValidationError:  # a name left the catalogue while it was proposed
            self.applied.done = False
            return
        self.applied.batch = decided.batch or self.applied.batch
        self.applied.decided += decided.changed
        self.applied.access_ids |= decided.marked.access_ids
        self.applied.fan_out |= decided.marked.fan_out

    def _decisions(self, scope: Scope, safe: dict[GapKey, Proposed]) -> Iterator[Decision]:
        """Yield the decisions that no person has a say in."""
        places = {key: scope.place(key) for key in safe}
        there = rows_at(scope, places.values())
        hands_off = _hands_off(scope, list(places.values()))
        entries = CatalogueEntry.objects.in_bulk(
            {found.proposals[0].entry_id for found in safe.values()}
        )
        taken: set[tuple[object, ...]] = set()
        for key, found in safe.items():
            place, proposal = places[key], found.proposals[0]
            row = there.get(place.key)
            entry = entries.get(proposal.entry_id)
            forbidden = hands_off.get(place.key, frozenset())
            if entry is None or place.key in taken or not _is_machines(row):
                continue
            if forbidden & {None, entry.pk}:
                continue
            taken.add(place.key)
            yield Decision(place=place, entry=entry, proposal=proposal, seen=seen_token(row))


def _is_machines(row: Mapping | None) -> bool:
    """Whether nothing is decided, or by a machine; what a person decided stays as it is."""
    return row is None or (row.origin in _BY_MACHINE and row.entry_id is not None)


def _hands_off(
    scope: Scope, places: Sequence[Place]
) -> dict[tuple[object, ...], frozenset[int | None]]:
    """Return, by place, the entries that people took away; None among them means any entry."""
    steps = MappingStep.objects.filter(
        batch__portal_id=scope.portal.pk,
        batch__environment=scope.environment,
        batch__dealer__isnull=True,
        source_key__in={place.source_key for place in places},
    )
    found: dict[tuple[object, ...], set[int | None]] = {}
    for step in steps.select_related("batch").order_by("pk"):
        key = (step.vehicle_type, step.kind, step.source_key, step.body, step.year)
        if step.after is None and step.batch.made_by_id is not None:
            found.setdefault(key, set()).add(None)
        elif step.after is not None and step.batch.undone_at is not None:
            found.setdefault(key, set()).add(step.after.get("entry"))
    return {key: frozenset(entries) for key, entries in found.items()}


def _chunks(keys: Sequence[GapKey]) -> Iterator[Sequence[GapKey]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]
