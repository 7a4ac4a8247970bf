"""Pages of the portals: thin over services and selectors, scoped by the dealer of the request."""

from __future__ import annotations
