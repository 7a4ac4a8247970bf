"""What the public sees: small HTML pages of an ad and of the list of ads."""

from __future__ import annotations

from decimal import Decimal
from html import escape

from sandbox.usadosbr.state import Ad
from sandbox.wire import Response, html_response

MAX_LISTED = 100
_PAGE = """<!doctype html>
<html lang="pt-BR">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body{{font-family:system-ui,sans-serif;margin:0 auto;max-width:60rem;padding:1rem;color:#222}}
header{{color:#666;border-bottom:1px solid #ccc;padding-bottom:.5rem}}
.price{{font-size:1.75rem;font-weight:600}}
.highlight{{background:#ffe08a;border-radius:.25rem;padding:.1rem .5rem}}
.photos{{display:grid;gap:.5rem;grid-template-columns:repeat(auto-fill,minmax(14rem,1fr))}}
img{{width:100%;border-radius:.25rem}}
pre{{white-space:pre-wrap;font:inherit}}
</style></head>
<body><header>Usadosbr · ambiente de demonstração ·
<a href="/usadosbr/anuncio">anúncios</a> {number}</header>
{body}
</body></html>
"""


def advert_page(ad: Ad | None) -> Response:
    """The page of an active ad; 404 with a sentence for one that is not shown."""
    if ad is None:
        return _page("Anúncio não encontrado", "<h1>Anúncio não encontrado</h1>", status=404)
    if ad.status != "Ativo":
        body = f"<h1>Anúncio fora do ar</h1><p>Situação: {escape(ad.status)}</p>"
        return _page("Anúncio fora do ar", body, number=ad.number, status=404)
    held = ad.payload
    title = _title(ad)
    years = f"{held['AnoFabricacao']}/{held['AnoModelo']}"
    mark = f' <span class="highlight">Destaque {ad.highlight}</span>' if ad.highlight else ""
    facts = [
        years,
        _mileage(held["Kilometragem"]),
        held["Cor"],
        held["Combustivel"],
        held["Cambio"],
    ]
    photos = "".join(f'<img src="{escape(url)}" alt="" loading="lazy">' for url in ad.photos)
    optionals = "".join(f"<li>{escape(name)}</li>" for name in held["Opcionais"])
    body = (
        f"<h1>{escape(title)}{mark}</h1>"
        f'<p class="price">{_money(held["Valor"])}</p>'
        f"<p>{escape(' · '.join(fact for fact in facts if fact))}</p>"
        f'<div class="photos">{photos or "Sem fotos"}</div>'
        f"<ul>{optionals}</ul><pre>{escape(held['Observacoes'])}</pre>"
    )
    return _page(title, body, number=ad.number)


def adverts_page(ads: list[Ad]) -> Response:
    """The newest hundred of the active ads, each with a link to its page."""
    lines = "".join(
        f'<li><a href="/usadosbr/anuncio/{ad.number}">{escape(_title(ad))}</a>'
        f" · {_money(ad.payload['Valor'])}</li>"
        for ad in ads[:MAX_LISTED]
    )
    return _page("Anúncios", f"<h1>{len(ads)} anúncios no ar</h1><ul>{lines}</ul>")


def _title(ad: Ad) -> str:
    return f"{ad.payload['Marca']} {ad.payload['Modelo']} {ad.payload['Versao']}"


def _page(title: str, body: str, *, number: int | str = "", status: int = 200) -> Response:
    page = _PAGE.format(title=escape(title), number=number, body=body)
    return html_response(page, status=status)


def _mileage(mileage_km: int | None) -> str:
    return "" if mileage_km is None else f"{mileage_km:,} km".replace(",", ".")


def _money(amount_brl: str) -> str:
    american = f"{Decimal(amount_brl):,.2f}"
    return "R$ " + american.translate(str.maketrans(",.", ".,"))
