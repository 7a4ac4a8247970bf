"""Decisions for tests: what a test says of a place, and the acts with the rest filled in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from accounts.services.changes import By
from portals.connectors.usadosbr.connector import UsadosbrConnector
from portals.models import CatalogueEntry, MappingBatch, Portal
from portals.services.deciding import Decided, Decision, accept
from portals.services.places import Place

BY = By(source="test")


def place(portal: Portal, **changes: Any) -> Place:
    """Return the place of white, among cars in the sandbox, unless told otherwise."""
    values: dict[str, Any] = {
        "environment": "sandbox",
        "vehicle_type": 1,
        "kind": "colour",
        "source_key": "value:white",
    }
    return Place(portal=portal, **{**values, **changes})


def decide(portal: Portal, target: CatalogueEntry | None, **changes: Any) -> Decided:
    """Decide white (or another place) by hand."""
    dealer, seen = changes.pop("dealer", None), changes.pop("seen", None)
    by = changes.pop("by", BY)
    decision = Decision(place=place(portal, **changes), entry=target, seen=seen)
    return accept(decision, by=by, dealer=dealer)


def set_flags(monkeypatch: pytest.MonkeyPatch, **flags: bool) -> None:
    """Change flags of the portal, such as model_by_body_car."""
    traits = UsadosbrConnector.traits
    changed = replace(traits, has_from_to={**traits.has_from_to, **flags})
    monkeypatch.setattr(UsadosbrConnector, "traits", changed)


def made(decided: Decided) -> MappingBatch:
    """Return the batch that decisions made."""
    assert decided.batch is not None
    return decided.batch
