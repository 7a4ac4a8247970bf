"""Tables of the stock."""

from __future__ import annotations

from inventory.models.description import DescriptionTemplate
from inventory.models.draft import VehicleDraft
from inventory.models.photo import PhotoBlob, PhotoRendition, VehiclePhoto
from inventory.models.reference import Brand, Optional, ReferencePrice, VehicleModel, Version
from inventory.models.sale import Contract, Quote, Reservation, VehicleHold
from inventory.models.source import StockSource
from inventory.models.vehicle import Vehicle, VehicleState
from inventory.models.vocabulary import BodyStyle, Category, Colour, Fuel, Gearbox, StockType

__all__ = [
    "BodyStyle",
    "Brand",
    "Category",
    "Colour",
    "Contract",
    "DescriptionTemplate",
    "Fuel",
    "Gearbox",
    "Optional",
    "PhotoBlob",
    "PhotoRendition",
    "Quote",
    "ReferencePrice",
    "Reservation",
    "StockSource",
    "StockType",
    "Vehicle",
    "VehicleDraft",
    "VehicleHold",
    "VehicleModel",
    "VehiclePhoto",
    "VehicleState",
    "Version",
]
