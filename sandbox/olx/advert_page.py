"""What the public sees of this portal's ads."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.advert_page import Advert, AdvertPages, mileage
from sandbox.olx.state import Ad
from sandbox.wire import Response

_PAGES = AdvertPages(portal="OLX", prefix="olx")
_STATUS_WORDS = {
    "pending_review": "Em análise",
    "refused": "Recusado",
    "deleted": "Apagado",
    "expired": "Expirado",
}


def advert_page(ad: Ad | None, *, now: float) -> Response:
    """The page of a published ad; 404 with a sentence for one that is not shown."""
    if ad is None or ad.list_id is None:
        return _PAGES.missing()
    status = ad.status_at(now)
    if status != "published":
        return _PAGES.off(ad.list_id, status=_STATUS_WORDS[status])
    return _PAGES.one(_shown(ad))


def adverts_page(ads: Sequence[Ad]) -> Response:
    """The newest hundred of the published ads, each with a link to its page."""
    return _PAGES.listed([_shown(ad) for ad in ads])


def _shown(ad: Ad) -> Advert:
    facts, params = ad.facts, ad.facts.get("params", {})
    return Advert(
        number=ad.list_id or 0,
        title=facts["subject"],
        price_brl=str(facts.get("price", 0)),
        facts=(params.get("regdate"), mileage(params.get("mileage")), " ".join(ad.vehicle), ad.id),
        photos=facts.get("images", ()),
        text=facts["body"],
    )
