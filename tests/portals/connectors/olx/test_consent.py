"""Where this installation may send a dealer to connect with OLX."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from portals.connectors.olx.connector import OlxConnector


@pytest.mark.parametrize(
    ("client_id", "secret", "may"),
    [
        ("demo-office", "demo-office-secret", False),
        ("", "", False),
        ("our-own", "", False),
        ("our-own", "kept", True),
    ],
)
def test_only_a_registered_program_leads_to_the_real_portal(
    settings: Settings, client_id: str, secret: str, may: bool
) -> None:
    settings.OLX_CLIENT_ID, settings.OLX_CLIENT_SECRET = client_id, secret

    assert OlxConnector.can_connect("production") is may
    assert OlxConnector.can_connect("sandbox")
