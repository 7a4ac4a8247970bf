"""Tokens of the portal."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest

from portals.connectors.usadosbr.tokens import expiry_of, read_token


def jwt(claims):
    """Return an unsigned token with these claims."""
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"h.{part}.s"


def test_end_of_a_jwt_is_read():
    assert expiry_of(jwt({"exp": 1_800_000_000})) == datetime(2027, 1, 15, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "token",
    [
        *("", "opaque", "a.b", "a.%%%.c", "a.bm8.c"),
        *(jwt({}), jwt([1]), jwt({"exp": "x"}), jwt({"exp": 1e30})),
    ],
)
def test_token_that_does_not_tell_its_end_has_none(token):
    assert expiry_of(token) is None


@pytest.mark.parametrize(
    "data",
    [
        {"status": 200, "token": "abc"},
        {"access_token": "abc", "token_type": "bearer"},
        {"data": {"token": "abc"}},
        {"token": "Bearer abc"},
    ],
)
def test_token_is_found(data):
    token = read_token(data)

    assert token is not None
    assert token.value == "abc"


@pytest.mark.parametrize("data", [None, {}, {"token": ""}, {"token": None}, "abc"])
def test_answer_without_a_token_has_none(data):
    assert read_token(data) is None
