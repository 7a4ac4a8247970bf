"""Tables of the leads."""

from __future__ import annotations

from leads.models.delivery import Delivery, DeliveryState
from leads.models.lead import EventKind, Lead, LeadEvent, Stage

__all__ = ["Delivery", "DeliveryState", "EventKind", "Lead", "LeadEvent", "Stage"]
