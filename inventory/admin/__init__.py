"""Support's view of the stock: everything can be looked up, facts are corrected by services."""

from __future__ import annotations

from inventory.admin.descriptions import DescriptionTemplateAdmin
from inventory.admin.drafts import VehicleDraftAdmin
from inventory.admin.papers import ContractAdmin, QuoteAdmin, ReservationAdmin, VehicleHoldAdmin
from inventory.admin.photos import PhotoBlobAdmin, PhotoRenditionAdmin, VehiclePhotoAdmin
from inventory.admin.reference import (
    BrandAdmin,
    OptionalAdmin,
    ReferencePriceAdmin,
    VehicleModelAdmin,
    VersionAdmin,
)
from inventory.admin.vehicles import StockSourceAdmin, VehicleAdmin

__all__ = [
    "BrandAdmin",
    "ContractAdmin",
    "DescriptionTemplateAdmin",
    "OptionalAdmin",
    "PhotoBlobAdmin",
    "PhotoRenditionAdmin",
    "QuoteAdmin",
    "ReferencePriceAdmin",
    "ReservationAdmin",
    "StockSourceAdmin",
    "VehicleAdmin",
    "VehicleDraftAdmin",
    "VehicleHoldAdmin",
    "VehicleModelAdmin",
    "VehiclePhotoAdmin",
    "VersionAdmin",
]
