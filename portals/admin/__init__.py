"""Support's view of portals: why something stopped, and how it is set going again."""

from __future__ import annotations

from portals.admin.accesses import PlanAdmin, PortalAccessAdmin, PortalAdmin, PortalTokenAdmin
from portals.admin.catalogue import CatalogueEntryAdmin, MappingAdmin
from portals.admin.decisions import MappingBatchAdmin, MappingRefusalAdmin, MappingStepAdmin
from portals.admin.engine import FanOutAdmin, HeartbeatAdmin, PortalGateAdmin, TurnAdmin
from portals.admin.listings import AttemptAdmin, ListingAdmin

__all__ = [
    "AttemptAdmin",
    "CatalogueEntryAdmin",
    "FanOutAdmin",
    "HeartbeatAdmin",
    "ListingAdmin",
    "MappingAdmin",
    "MappingBatchAdmin",
    "MappingRefusalAdmin",
    "MappingStepAdmin",
    "PlanAdmin",
    "PortalAccessAdmin",
    "PortalAdmin",
    "PortalGateAdmin",
    "PortalTokenAdmin",
    "TurnAdmin",
]
