"""Every portal we speak to in one table, slug to class: the only door into the portals' folders."""

from __future__ import annotations

from portals.connectors.base import Connector
from portals.connectors.usadosbr.connector import UsadosbrConnector

CONNECTORS: dict[str, type[Connector]] = {
    UsadosbrConnector.slug: UsadosbrConnector,
}


def connector_class(slug: str) -> type[Connector]:
    """Return the connector of a portal; raise KeyError for a slug nobody registered."""
    return CONNECTORS[slug]
