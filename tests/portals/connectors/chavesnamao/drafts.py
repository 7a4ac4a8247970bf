"""Drafts with names of this portal's catalogue."""

from __future__ import annotations

from typing import Any

from portals.connectors.types import ListingDraft
from tests.portals import drafts
from tests.portals.connectors.chavesnamao_world import CAR_NAMES, MOTORCYCLE_NAMES


def car(**changes: Any) -> ListingDraft:
    """Return a car's draft that the portal takes whole, with changes."""
    optionals = (drafts.name("optional", "7"),)
    return drafts.draft(**{"names": drafts.names(CAR_NAMES), "optionals": optionals, **changes})


def motorcycle(**changes: Any) -> ListingDraft:
    """Return a motorcycle's draft that the portal takes whole, with changes."""
    return car(**{"category": 2, "names": drafts.names(MOTORCYCLE_NAMES), **changes})


def named(**keys: str | None) -> ListingDraft:
    """Return a car's draft whose names of these kinds lead to these keys."""
    changed = {kind: drafts.name(kind, key, ours="Nosso") for kind, key in keys.items()}
    return car(names={**drafts.names(CAR_NAMES), **changed})
