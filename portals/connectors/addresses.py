"""Where a connector's portal is to be called, per environment."""

from __future__ import annotations

from portals.connectors.base import Connector


def base_url_for(
    connector: type[Connector], *, environment: str, override: str, sandbox_url: str
) -> str:
    """Return the base URL of an access, without a slash at the end.

    `override` (entered by support only) wins. In the sandbox environment the connector's path is
    appended to `sandbox_url`. Raises KeyError for an environment the portal does not have.
    """
    if override:
        return override.rstrip("/")
    address = connector.base_urls[environment]
    if environment == "sandbox":
        address = f"{sandbox_url.rstrip('/')}{address}"
    return address.rstrip("/")
