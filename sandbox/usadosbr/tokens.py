"""Signed tokens in the shape that the portal's sample token shows.

Claims: iss, iat, nbf, exp (UTC seconds), jti, sub (number of the advertiser), prv. The part of
`jti` before the dash is the generation of the account's tokens; raising the generation expires
every token that is out.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sandbox.tokens import BadToken, read_claims, signed

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
    return signed(claims, secret=secret)


def read_token(token: str, *, secret: str) -> TokenClaims:
    """The claims of a token with a good signature, expired or not; raises TokenRefused."""
    try:
        claims = read_claims(token, secret=secret)
    except BadToken:
        raise TokenRefused("Token inválido") from None
    return TokenClaims(
        advertiser=claims["sub"],
        generation=int(claims["jti"].partition("-")[0]),
        expires_at=claims["exp"],
    )
