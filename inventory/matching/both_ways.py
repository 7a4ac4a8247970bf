"""From a reference version to a portal's entries, checked in the direction that is measured.

Several entries of a portal may mean one reference version, and any of them is right. So every
entry that looks alike is asked back: does it mean this very version? That answer is the calibrated
one (`NameIndex` over the reference); the likeness of the two names then only chooses among the
entries that do, by the years and the words they share.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from inventory.matching.index import NameIndex
from inventory.matching.names import Match, Name

_ASKED_BACK = 8


def suggest_back(
    version: Name,
    entries: NameIndex,
    reference: NameIndex,
    *,
    limit: int = 5,
    among: Collection[int] | None = None,
    model: str = "",
) -> tuple[Match, ...]:
    """Return a portal's entries that mean a reference version, the best first.

    `version.key` is its key in `reference`; its years may be narrowed to a vehicle's, its brand is
    called as `entries` call it. `among` restricts to these entries. `model` is what the portal
    calls the version's model, where it was decided to be one that our word for it does not lead to.
    The probability is that the entry means the version; several may be near 1, for several may be
    right: ask `is_safe(found, several_right=True)`.
    """
    asking = replace(version, model=model) if model else version
    alike = entries.suggest(asking, limit=_ASKED_BACK, among=among)
    own = reference.name(version.key)
    asked = []
    for match in alike:
        # Brand and model were decided to be the version's own, whatever the portal calls them.
        entry = replace(entries.name(match.key), brand=own.brand)
        if model:
            entry = replace(entry, model=own.model)
        asked.append((match, _means(entry, version.key, reference)))
    asked.sort(key=lambda pair: (pair[1] < 0.5, not _in_years(pair[0]), -_worth(*pair)))
    return tuple(replace(match, probability=chance) for match, chance in asked[:limit])


def _means(entry: Name, version: int, reference: NameIndex) -> float:
    """Return the chance that an entry means the version, asked in the measured direction."""
    found = reference.suggest_many([entry])[0]
    return next((match.probability for match in found if match.key == version), 0.0)


def _in_years(match: Match) -> bool:
    """Tell whether the entry is of the right years."""
    return all(reason.fact != "years" for reason in match.contradicts)


def _worth(match: Match, chance: float) -> float:
    """Return how good an entry is: how surely it means the version, and how alike it is."""
    return chance * match.probability
