"""Signed tokens (JWT, HS256) in the shape that the portal's sample token shows.

Claims: iss, iat, nbf, exp (UTC seconds), jti, sub (number of the advertiser), prv. The part of
`jti` before the dash is the generation of the account's tokens; raising the generation expires
every token that is out.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass

_HEADER = {"typ": "JWT", "alg": "HS256"}
_PRV = hashlib.sha1(b"advertiser", usedforsecurity=False).hexdigest()


class TokenRefused(Exception):
    """The token is not valid; the text is the portal's reason."""


@dataclass(frozen=True, slots=True)
class TokenClaims:
    """What a good signature vouches for: whose token it is, of which generation, until when."""

    advertiser: int
    generation: int
    expires_at: int


def issue_token(
    advertiser: int, *, generation: int, secret: str, issuer: str, now: float, ttl_s: int
) -> str:
    """A token for the advertiser, valid from `now` for `ttl_s` seconds."""
    claims = {
        "iss": issuer,
        "iat": int(now),
        "nbf": int(now),
        "exp": int(now) + ttl_s,
        "jti": f"{generation}-{secrets.token_hex(8)}",
        "sub": advertiser,
        "prv": _PRV,
    }
    signed = f"{_pack(_HEADER)}.{_pack(claims)}"
    return f"{signed}.{_sign(signed, secret=secret)}"


def read_token(token: str, *, secret: str) -> TokenClaims:
    """The claims of a token with a good signature, expired or not; raises TokenRefused."""
    signed, _, signature = token.rpartition(".")
    if not hmac.compare_digest(_sign(signed, secret=secret).encode(), signature.encode()):
        raise TokenRefused("Token inválido")
    claims = json.loads(_unpack(signed.partition(".")[2]))
    return TokenClaims(
        advertiser=claims["sub"],
        generation=int(claims["jti"].partition("-")[0]),
        expires_at=claims["exp"],
    )


def _sign(signed: str, *, secret: str) -> str:
    digest = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _pack(part: object) -> str:
    text = json.dumps(part, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _unpack(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
