"""Catalogues of portals for tests, written into our tables."""

from __future__ import annotations

from config.lib.folding import fold
from inventory.models import Category
from portals.models import CatalogueEntry, Portal


def entry(
    portal: Portal,
    kind: str,
    name: str,
    *,
    parent: CatalogueEntry | None = None,
    vehicle_type: int = Category.CAR,
    key: str = "",
    environment: str = "sandbox",
) -> CatalogueEntry:
    """Create an entry; its key is its name unless given."""
    return CatalogueEntry.objects.create(
        portal=portal,
        environment=environment,
        vehicle_type=vehicle_type,
        kind=kind,
        name=name,
        folded=fold(name),
        remote_key=key or name,
        parent=parent,
    )


def onix(portal: Portal) -> dict[str, CatalogueEntry]:
    """Create what a Chevrolet Onix needs: brand, model, version, style and the short lists."""
    brand = entry(portal, "brand", "CHEVROLET")
    model = entry(portal, "model", "ONIX", parent=brand)
    return {
        "brand": brand,
        "model": model,
        "version": entry(portal, "version", "1.0 LT", parent=model),
        "style": entry(portal, "style", "HATCHBACK", parent=model),
        "colour": entry(portal, "colour", "BRANCA"),
        "fuel": entry(portal, "fuel", "ÁLCOOL/GASOLINA"),
        "gearbox": entry(portal, "gearbox", "Mecânico"),
        "doors": entry(portal, "doors", "4 portas"),
        "optional": entry(portal, "optional", "AR-CONDICIONADO"),
    }
