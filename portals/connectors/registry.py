"""Every portal we speak to in one table, slug to class: the only door into the portals' folders."""

from __future__ import annotations

from portals.connectors.base import Connector
from portals.connectors.chavesnamao.connector import ChavesNaMaoConnector
from portals.connectors.olx.connector import OlxConnector
from portals.connectors.types import PortalTraits
from portals.connectors.usadosbr.connector import UsadosbrConnector

CONNECTORS: dict[str, type[Connector]] = {
    OlxConnector.slug: OlxConnector,
    UsadosbrConnector.slug: UsadosbrConnector,
    ChavesNaMaoConnector.slug: ChavesNaMaoConnector,
}


def connector_class(slug: str) -> type[Connector]:
    """Return the connector of a portal; raise KeyError for a slug nobody registered."""
    return CONNECTORS[slug]


def traits_of(slug: str) -> PortalTraits:
    """Return the traits of a portal; those of one that takes nothing for a slug without connector.

    So that rows of a portal we no longer speak to can still be read and taken back.
    """
    connector = CONNECTORS.get(slug)
    return _TAKES_NOTHING if connector is None else connector.traits


_TAKES_NOTHING = PortalTraits(categories=(), max_photos=0, max_text=0)
