"""What people have decided about the reference catalogue, as the history tells it.

A load writes no history, so whatever stands there of a brand, model or version is a person's doing:
a load leaves it as it is, and finds a renamed row by the names it had.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from accounts.models import Change
from config.lib.folding import fold
from inventory.models import Version

_BRAND, _MODEL, _VERSION = "inventory.brand", "inventory.vehiclemodel", "inventory.version"


@dataclass(slots=True)
class Decisions:
    """Decided by people: names of brands and models, models and retirement of versions (by id).

    `brand_names` and `model_names` hold the folded names that a renamed row had before.
    """

    brand_names: dict[int, set[str]] = field(default_factory=dict)
    model_names: dict[int, set[str]] = field(default_factory=dict)
    moved: set[int] = field(default_factory=set)
    retired: dict[int, bool] = field(default_factory=dict)

    def keep_in(self, wanted: Version, known: Version) -> None:
        """Take into a version that is to be written what somebody decided about it."""
        if known.pk in self.moved:
            wanted.model_id = known.model_id
        if self.retired.get(known.pk):
            wanted.retired_at = known.retired_at


def read_decisions() -> Decisions:
    """Return what people decided so far, in one query."""
    found = Decisions()
    rows = Change.objects.filter(subject_type__in=(_BRAND, _MODEL, _VERSION)).order_by("pk")
    columns = ("subject_type", "subject_id", "action", "before")
    for kind, pk, action, before in rows.values_list(*columns):
        if kind == _VERSION:
            if "model" in before:
                found.moved.add(pk)
            if action in ("retired", "restored"):
                found.retired[pk] = action == "retired"
        elif "name" in before:
            names = found.brand_names if kind == _BRAND else found.model_names
            names.setdefault(pk, set()).add(fold(before["name"]))
    return found
