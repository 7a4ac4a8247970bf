"""How an address names one of our names at a portal: written here, and read as hostile."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from config.lib.typed_ids import whole_number
from inventory.models import Category
from inventory.models.vocabulary import BodyStyle
from portals.models.catalogue import CatalogueKind
from portals.selectors.mappings import GapKey

MOST_TEXT = 200
LAST_YEAR = 2100
_SLUG = re.compile(r"[0-9a-f]{12}")


def slug_of(key: GapKey) -> str:
    """Return a short mark of a name that fits an id and an address."""
    return hashlib.sha256(repr(key).encode()).hexdigest()[:12]


def is_slug(text: str) -> bool:
    """Whether a text may be such a mark."""
    return _SLUG.fullmatch(text) is not None


def pairs_of(key: GapKey) -> list[tuple[str, str]]:
    """Return the parameters that name it."""
    pairs = [
        ("access", str(key.access_id)),
        ("type", str(key.vehicle_type)),
        ("kind", key.kind),
        ("source", key.source_key),
        *[("path", part) for part in key.path],
    ]
    pairs += [("body", key.body)] if key.body else []
    return pairs + ([("year", str(key.year))] if key.year else [])


def query_of(key: GapKey) -> str:
    """Return the query string that names it."""
    return urlencode(pairs_of(key))


def key_in(data: QueryDict) -> GapKey | None:
    """Return the name that parameters mean, None for no sense; whose access it is, is unchecked."""
    access_id = whole_number(data.get("access", ""))
    category = whole_number(data.get("type", ""))
    kind, source_key = data.get("kind", ""), _plain(data.get("source", ""))
    known = category in Category.values and kind in CatalogueKind.values
    if access_id is None or category is None or not known or not source_key:
        return None
    body = data.get("body", "")
    return GapKey(
        access_id=access_id,
        vehicle_type=category,
        kind=kind,
        source_key=source_key,
        path=tuple(_plain(part) for part in data.getlist("path")[:2]),
        body=body if body in BodyStyle.values else "",
        year=whole_number(data.get("year", "0"), highest=LAST_YEAR) or 0,
    )


def queue_address(access_id: int, category: int, params: Mapping[str, Any]) -> str:
    """Return the address of a name's row in the queue, out of the stored problem of an ad."""
    key = GapKey(
        access_id=access_id,
        vehicle_type=category,
        kind=str(params.get("kind", "")),
        source_key=str(params.get("source_key", "")),
        path=tuple(params.get("path") or ()),
        body=str(params.get("body") or ""),
        year=int(params.get("year") or 0),
    )
    slug = slug_of(key)
    query = urlencode({"access": access_id, "kind": key.kind, "at": slug})
    return f"{reverse('portals:mapping_list')}?{query}#name-{slug}"


def _plain(text: str) -> str:
    return text.replace("\x00", "")[:MOST_TEXT]
