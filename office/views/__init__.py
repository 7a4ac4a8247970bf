"""Pages of the top floor: start page and stock list, which look into every room below."""

from __future__ import annotations
