"""Signed tokens (JWT, HS256) with whatever a portal claims in them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

_HEADER = {"typ": "JWT", "alg": "HS256"}


class BadToken(Exception):
    """The token is none of ours."""


def signed(claims: Mapping[str, Any], *, secret: str) -> str:
    """A token that vouches for the claims."""
    text = f"{_pack(_HEADER)}.{_pack(claims)}"
    return f"{text}.{_sign(text, secret=secret)}"


def read_claims(token: str, *, secret: str) -> dict[str, Any]:
    """The claims of a token with a good signature, expired or not; raises BadToken."""
    text, _, signature = token.rpartition(".")
    if not hmac.compare_digest(_sign(text, secret=secret).encode(), signature.encode()):
        raise BadToken
    claims: dict[str, Any] = json.loads(_unpack(text.partition(".")[2]))
    return claims


def _sign(text: str, *, secret: str) -> str:
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _pack(part: object) -> str:
    text = json.dumps(part, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _unpack(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
