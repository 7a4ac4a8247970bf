"""What tests of the public pages share: a store that is open to all, and what it has on show."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree as ET

from accounts.models import Dealer
from inventory.models import Vehicle
from tests.factories.accounts import DealerFactory
from tests.factories.inventory import VehicleFactory

HOST = "http://127.0.0.1:8000"
HOSTILE = 'Fim </script><script>alert(1)</script> & "aspas" \u2028 <!-- {{ 7 }}'
_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def new_shop(**more: Any) -> Dealer:
    """Return a dealer that speaks English, so that a page's words can be asked for."""
    facts = {
        "code": "loja-a",
        "name": "Loja A",
        "language": "en",
        "phone": "+5511987654321",
        "email": "oi@loja.example",
        "street": "Rua Um",
        "street_number": "10",
        "city": "Santos",
        "state": "SP",
    }
    shop: Dealer = DealerFactory.create(**{**facts, **more})
    return shop


def car(shop: Dealer, **more: Any) -> Vehicle:
    """Return a vehicle on show with everything a careful dealer fills in."""
    vehicle: Vehicle = VehicleFactory.create(**{"dealer": shop, "complete": True, **more})
    return vehicle


def data_of(response: Any) -> dict[str, dict[str, Any]]:
    """Return the structured data of a page by type; there is exactly one block of it."""
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', response.text, re.S)
    assert len(blocks) == 1
    data = json.loads(blocks[0])
    assert data["@context"] == "https://schema.org"
    return {each["@type"]: each for each in data["@graph"]}


def texts(response: Any, name: str = "loc") -> list[str]:
    """Return what a sitemap says in all elements of that name; the addresses unless said."""
    tree = ET.fromstring(response.content)  # noqa: S314 - our own
    return [each.text or "" for each in tree.iter(_SITEMAP + name)]
