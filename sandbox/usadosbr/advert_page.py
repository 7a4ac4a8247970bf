"""What the public sees of this portal's ads."""

from __future__ import annotations

from sandbox.advert_page import Advert, AdvertPages, mileage
from sandbox.usadosbr.state import Ad
from sandbox.wire import Response

_PAGES = AdvertPages(portal="Usadosbr", prefix="usadosbr")


def advert_page(ad: Ad | None) -> Response:
    """The page of an active ad; 404 with a sentence for one that is not shown."""
    if ad is None:
        return _PAGES.missing()
    if ad.status != "Ativo":
        return _PAGES.off(ad.number, status=ad.status)
    return _PAGES.one(_shown(ad))


def adverts_page(ads: list[Ad]) -> Response:
    """The newest hundred of the active ads, each with a link to its page."""
    return _PAGES.listed([_shown(ad) for ad in ads])


def _shown(ad: Ad) -> Advert:
    held = ad.payload
    return Advert(
        number=ad.number,
        title=f"{held['Marca']} {held['Modelo']} {held['Versao']}",
        price_brl=held["Valor"],
        facts=(
            f"{held['AnoFabricacao']}/{held['AnoModelo']}",
            mileage(held["Kilometragem"]),
            held["Cor"],
            held["Combustivel"],
            held["Cambio"],
        ),
        photos=ad.photos,
        optionals=held["Opcionais"],
        text=held["Observacoes"],
        mark=f"Destaque {ad.highlight}" if ad.highlight else "",
    )
