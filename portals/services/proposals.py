"""What is proposed for a name, as the screens and the decisions need it: a plain value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from inventory.matching import Agreement, is_hard


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An entry one of our names may lead to, computed on the fly and never stored.

    `path` are the names of the brand and model above it. `probability` (0 … 1) says how likely it
    is right; `agrees` and `contradicts` which facts say so. `learned`: taken from a decision that
    was confirmed elsewhere.
    """

    entry_id: int
    name: str
    path: tuple[str, ...] = ()
    probability: float
    agrees: tuple[Agreement, ...] = ()
    contradicts: tuple[Agreement, ...] = ()
    learned: bool = False

    @property
    def is_doubtful(self) -> bool:
        """Whether a fact speaks against it that is hardly ever said differently."""
        return not self.learned and is_hard(self.contradicts)


def reasons_of(proposal: Proposal) -> list[dict[str, Any]]:
    """Return why it was proposed, as a mapping keeps it."""
    told = [(agreement, True) for agreement in proposal.agrees]
    told += [(agreement, False) for agreement in proposal.contradicts]
    reasons: list[dict[str, Any]] = [
        {"fact": each.fact, "ours": each.ours, "theirs": each.theirs, "agrees": agrees}
        for each, agrees in told
    ]
    if proposal.learned:
        reasons.append({"fact": "learned", "ours": "", "theirs": proposal.name, "agrees": True})
    return reasons
