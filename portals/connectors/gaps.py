"""What of a draft has no place at a portal: the same question for every portal. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from portals.connectors.types import ListingDraft, PhotoRef, Problem, ResolvedName


def missing_names(
    draft: ListingDraft,
    kinds: Iterable[str],
    *,
    can_send: Callable[[str, str], bool] = lambda _kind, _key: True,
) -> tuple[Problem, ...]:
    """Return one problem per name that has no place in the portal's catalogue.

    `can_send` (kind, key) tells keys that cannot be sent, which are as good as none.
    """
    problems = []
    for kind in kinds:
        name = draft.names.get(kind) or ResolvedName(kind=kind, ours="", key=None, missing="empty")
        if name.key is None or not can_send(kind, name.key):
            problems.append(
                Problem(field=kind, code=f"name_{name.missing or 'unknown'}", params=_mapping(name))
            )
    return tuple(problems)


def _mapping(name: ResolvedName) -> dict[str, Any]:
    """Return what the screens need to word the gap and to offer a mapping."""
    return {
        "kind": name.kind,
        "ours": name.ours,
        "source_key": name.source_key,
        "path": list(name.path),
        **({"body": name.body} if name.body else {}),
        **({"year": name.year} if name.year else {}),
    }


def mode_of(problem: Problem, unsaid: frozenset[str]) -> str:
    """Return who must act on a missing name: "preflight" (the vehicle's page) or "mapping".

    What the vehicle does not say (`unsaid` are those fields) is filled in on its page, and what
    hangs on that goes with it.
    """
    follows = problem.code == "name_parent" and bool(unsaid & {"brand", "model"})
    return "preflight" if follows or problem.code == "name_empty" else "mapping"


def left_out_optionals(draft: ListingDraft) -> list[str]:
    """Return the optionals the portal has no name for; those left out on purpose are no news."""
    return [item.ours for item in draft.optionals if item.key is None and item.missing != "none"]


def distinct_photos(draft: ListingDraft) -> list[PhotoRef]:
    """Return the photos in order, each address once."""
    return list({photo.url: photo for photo in draft.photos}.values())
