"""Which calls say whether a vehicle is shown and highlighted (`/publications/:reference`). Pure."""

from __future__ import annotations

from dataclasses import dataclass

from portals.connectors.chavesnamao import queue
from portals.connectors.types import Payload, RemoteRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call: its method, the job it makes, and whether its body says the highlight."""

    method: str
    kind: str
    says_mark: bool = False


PUBLISH = Call(method="POST", kind=queue.PUBLISH)
UNPUBLISH = Call(method="DELETE", kind=queue.UNPUBLISH)
MARK = Call(method="PUT", kind=queue.HIGHLIGHT, says_mark=True)


def calls_after_creation(payload: Payload) -> tuple[Call, ...]:
    """Return what follows a POST, which publishes by itself and highlights nothing."""
    if not payload.body["active"]:
        return (UNPUBLISH,)
    return (MARK,) if payload.body["highlighted"] else ()


def calls_after_change(payload: Payload, ref: RemoteRef) -> tuple[Call, ...]:
    """Return what follows a PUT: all that `ref.asked` does not tell us was said already.

    A highlight belongs to a publication, so that it is said anew with each.
    """
    shown, marked = ref.asked.get("active"), ref.asked.get("highlight")
    if not payload.body["active"]:
        return () if shown is False else (UNPUBLISH,)
    calls = () if shown is True else (PUBLISH,)
    was_marked = bool(marked) if shown is True and marked is not None else None
    wish = bool(payload.body["highlighted"])
    is_said = was_marked is wish or (shown is False and not wish)
    return calls if is_said else (*calls, MARK)
