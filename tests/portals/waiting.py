"""Names that wait, for tests of their pages: ads held back by names that a portal does not know."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from config.lib.folding import fold
from portals.models import CatalogueEntry, PortalAccess
from portals.name_addresses import query_of, slug_of
from portals.selectors.mappings import GapKey
from tests.factories.inventory import VehicleFactory
from tests.factories.portals import CatalogueEntryFactory, ListingFactory


def gap(kind: str, source: str, *path: str, ours: str = "", **problem: str) -> dict[str, object]:
    """Return a stored problem of a name without a place."""
    params = {"kind": kind, "ours": ours or source, "source_key": source, "path": list(path)}
    told = {"field": kind, "code": "name_unknown", "message": "", **problem}
    return {**told, "params": params}


def key_of(access: PortalAccess, kind: str, source: str, *path: str) -> GapKey:
    """Return the key of a car's name at an access."""
    return GapKey(access.pk, 1, kind, source, path)


def query(access: PortalAccess, kind: str, source: str, *path: str, **more: str) -> str:
    """Return the query string that names it, with further parameters."""
    found = query_of(key_of(access, kind, source, *path))
    return f"{found}&{urlencode(more)}" if more else found


def slug(access: PortalAccess, kind: str, source: str, *path: str) -> str:
    """Return the mark of its row."""
    return slug_of(key_of(access, kind, source, *path))


def brand_waits(
    access: PortalAccess, name: str, *, theirs: str = "", ads: int = 1, **listing: Any
) -> CatalogueEntry | None:
    """Have ads wait for a brand in free text; with `theirs` the portal has such a brand."""
    for _each in range(ads):
        vehicle = VehicleFactory(dealer=access.dealer, version=None, brand_text=name)
        problem = gap("brand", f"text:{fold(name)}", ours=name)
        ListingFactory(
            access=access, vehicle=vehicle, failure_mode="mapping", problems=[problem], **listing
        )
    if not theirs:
        return None
    entry: CatalogueEntry = CatalogueEntryFactory.create(portal=access.portal, name=theirs)
    return entry
