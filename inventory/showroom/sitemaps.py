"""What search engines ask for: every public address of a store with its last change.

Made of columns and joined text: a big stock has tens of thousands of addresses, and models, a
template and a resolved address for each would keep a worker for seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from accounts.models import Dealer
from inventory.showroom.addresses import absolute, paths_of_vehicles, stock_path
from inventory.showroom.stock import shown_stock

MOST = 50_000  # addresses in one file: the protocol's limit
_VERSION = ("version__model__brand__name", "version__model__name", "version__name")
_TEXTS = ("brand_text", "model_text", "version_text")
Entry = tuple[str, datetime | None]


def sitemap_of(dealer: Dealer) -> str:
    """Return the sitemap of a dealer's pages, latest change first."""
    entries = list(_vehicles(dealer))
    newest = entries[0][1] if entries else None
    return _file("urlset", "url", [(absolute(stock_path(dealer)), newest), *entries])


def index_of(sitemaps: Iterable[Entry]) -> str:
    """Return the list of these sitemaps."""
    return _file("sitemapindex", "sitemap", sitemaps)


def _vehicles(dealer: Dealer) -> Iterator[Entry]:
    path_of = paths_of_vehicles(dealer)
    columns = ("public_id", "updated_at", "year_model", "version_id", *_VERSION, *_TEXTS)
    rows = shown_stock(dealer).order_by("-updated_at", "-id").values_list(*columns)
    for public_id, changed, year, version_id, *names in rows[: MOST - 1]:
        words = names[:3] if version_id else names[3:]
        yield absolute(path_of(public_id, " ".join(filter(None, words)), year)), changed


def _file(root: str, tag: str, entries: Iterable[Entry]) -> str:
    lines = (
        f"<{tag}><loc>{escape(address)}</loc>{_changed(moment)}</{tag}>\n"
        for address, moment in entries
    )
    name = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns='
    return f'{name}"http://www.sitemaps.org/schemas/sitemap/0.9">\n{"".join(lines)}</{root}>\n'


def _changed(moment: datetime | None) -> str:
    if moment is None:
        return ""
    return f"<lastmod>{moment.astimezone(UTC).isoformat(timespec='seconds')}</lastmod>"
