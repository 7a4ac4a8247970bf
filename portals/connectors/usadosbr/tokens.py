"""The portal's token: found in the answer of a login, its end read from the token itself. Pure."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from portals.connectors.types import Token
from portals.connectors.usadosbr.reading import first_text

_TOKENS = ("token", "accesstoken", "jwt", "bearer", "authtoken", "apitoken")


def read_token(data: Any) -> Token | None:
    """Return the token of a login's answer, None if there is none."""
    value = first_text(data, _TOKENS)
    if value.lower().startswith("bearer "):
        value = value[7:].strip()
    return Token(value=value, expires_at=expiry_of(value)) if value else None


def expiry_of(token: str) -> datetime | None:
    """Return when a JWT ends (its `exp`), None if it is no JWT or does not say.

    The signature is not checked: the moment only saves a request that would be refused.
    """
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        seconds = claims.get("exp") if isinstance(claims, Mapping) else None
        return None if seconds is None else datetime.fromtimestamp(float(seconds), UTC)
    except (binascii.Error, ValueError, TypeError, OverflowError, OSError, RecursionError):
        return None
