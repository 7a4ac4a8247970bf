"""Tables of the portals."""

from __future__ import annotations

from portals.models.access import PortalAccess, PortalToken
from portals.models.attempt import Attempt, AttemptShare
from portals.models.catalogue import CatalogueEntry, Mapping
from portals.models.decisions import MappingBatch, MappingRefusal, MappingStep
from portals.models.departure import Departure
from portals.models.engine import FanOut, Heartbeat, PortalGate, Turn
from portals.models.highlight_rule import HighlightRule
from portals.models.listing import Listing
from portals.models.plan import Plan
from portals.models.portal import Portal
from portals.models.snapshots import CatalogueChange, CatalogueSnapshot, CatalogueTouch

__all__ = [
    "Attempt",
    "AttemptShare",
    "CatalogueChange",
    "CatalogueEntry",
    "CatalogueSnapshot",
    "CatalogueTouch",
    "Departure",
    "FanOut",
    "Heartbeat",
    "HighlightRule",
    "Listing",
    "Mapping",
    "MappingBatch",
    "MappingRefusal",
    "MappingStep",
    "Plan",
    "Portal",
    "PortalAccess",
    "PortalGate",
    "PortalToken",
    "Turn",
]
