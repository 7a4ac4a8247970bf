"""Pages of the stock: thin over forms and services, scoped by the dealer of the request."""

from __future__ import annotations
