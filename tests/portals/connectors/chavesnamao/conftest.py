"""Fixtures of the Chaves na Mão connector."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.portals.connectors.chavesnamao_world import ChavesNaMaoWorld, chavesnamao_world


@pytest.fixture
def world() -> Iterator[ChavesNaMaoWorld]:
    """The portal behind a mocked wire."""
    with chavesnamao_world() as each:
        yield each
