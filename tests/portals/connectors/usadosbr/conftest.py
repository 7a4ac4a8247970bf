"""Fixtures of the Usadosbr connector."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.portals.wire import WireMock


@pytest.fixture
def wire() -> Iterator[WireMock]:
    """The HTTP border: a call nobody registered fails the test, as does an answer nobody took."""
    with WireMock(assert_all_requests_are_fired=True) as mock:
        yield mock
