"""The portal's calls as they are routed, and the reading of their bodies."""

from __future__ import annotations

import json
import re
from typing import TypeAlias

from sandbox.olx.behaviour import Behaviour
from sandbox.olx.state import Account, JsonObject
from sandbox.routing import Call, Caller, Route
from sandbox.wire import Request

OlxCall: TypeAlias = Call[Account, Behaviour]
OlxCaller: TypeAlias = Caller[Account]
OlxRoute: TypeAlias = Route[Account, Behaviour]
_SURROGATE = re.compile(rb"\\ud[89a-f]", re.IGNORECASE)


def json_object(request: Request) -> JsonObject | None:
    """The body if it is a JSON object, else None; half a surrogate pair is no text."""
    try:
        body = request.json()
        if _SURROGATE.search(request.body):
            json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None
