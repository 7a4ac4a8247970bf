"""Two people edit one vehicle: what does not overlap is merged, the rest is for a person to decide.

Compared is field by field: what the form showed when it was opened (`base`), what was sent, and
what the vehicle is now. The comparison and the writing happen under one lock.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts.models import Dealer
from accounts.services.changes import By
from inventory.models import Vehicle
from inventory.services import identity
from inventory.services.vehicle_rows import lock_vehicle
from inventory.services.vehicles import update_vehicle

_BARE = frozenset({"plate", "chassis", "renavam"})
_MISSING = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A field that both changed, each to something else."""

    name: str
    theirs: Any
    mine: Any


@dataclass(slots=True, kw_only=True)
class Merge:
    """What becomes of an edit that was overtaken.

    `write` holds the facts to write; `theirs` names the fields that only the others changed.
    """

    write: dict[str, Any] = field(default_factory=dict)
    theirs: list[str] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)


class EditClash(Exception):
    """Others changed the same fields meanwhile; nothing was written.

    `vehicle` is what it is now, `merge` says which fields clash.
    """

    def __init__(self, *, vehicle: Vehicle, merge: Merge) -> None:
        super().__init__(f"{len(merge.clashes)} fields were changed by others too.")
        self.vehicle, self.merge = vehicle, merge


def save_edit(
    vehicle_id: int,
    *,
    dealer: Dealer,
    by: By,
    revision: int | None,
    base: Mapping[str, Any],
    facts: Mapping[str, Any],
) -> tuple[Vehicle, list[str]]:
    """Write an edit of the vehicle that was opened at `revision`; never over a newer change.

    Returns the vehicle and the names of the fields that others changed meanwhile and that stay as
    they made them. Raises EditClash, and otherwise as update_vehicle does.
    """
    with transaction.atomic():
        vehicle = lock_vehicle(vehicle_id, dealer=dealer)
        merge = Merge(write=dict(facts))
        if vehicle.revision != revision:
            merge = compare_edits(vehicle, base=base, facts=facts)
            if merge.clashes:
                raise EditClash(vehicle=vehicle, merge=merge)
        saved = update_vehicle(vehicle_id, dealer=dealer, by=by, **merge.write)
    return saved, merge.theirs


def compare_edits(vehicle: Vehicle, *, base: Mapping[str, Any], facts: Mapping[str, Any]) -> Merge:
    """Return what to write of `facts` and where they clash with the vehicle as it is now.

    A field that `base` does not know counts as changed by both.
    """
    merge = Merge()
    for name, given in facts.items():
        if name == "optionals":
            _merge_optionals(merge, vehicle, base=base.get(name), mine=given)
            continue
        mine, theirs = _same_kind(name, given), _same_kind(name, getattr(vehicle, name))
        before = _same_kind(name, base[name]) if name in base else _MISSING
        if mine == theirs:
            continue
        if mine == before:
            merge.theirs.append(name)
        elif theirs == before:
            merge.write[name] = given
        else:
            merge.clashes.append(Clash(name=name, theirs=theirs, mine=mine))
    return merge


def _merge_optionals(
    merge: Merge, vehicle: Vehicle, *, base: Collection[Any] | None, mine: Collection[Any]
) -> None:
    """Add what I added and take away what I took away; optionals never clash."""
    theirs = set(vehicle.optionals.values_list("pk", flat=True))
    wanted = {getattr(each, "pk", each) for each in mine}
    before = wanted & theirs if base is None else {getattr(each, "pk", each) for each in base}
    merged = (theirs | (wanted - before)) - (before - wanted)
    if merged != theirs:
        merge.write["optionals"] = sorted(merged)
    if theirs != before and merged != wanted:
        merge.theirs.append("optionals")


def _same_kind(name: str, value: Any) -> Any:
    """Return a value as the column would hold it, so that spellings do not clash."""
    if isinstance(value, str):
        return identity.bare(value) if name in _BARE else value.replace("\r\n", "\n").strip()
    return value
