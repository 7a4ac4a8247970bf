"""What the public sees of a portal: small HTML pages of an ad and of the list of ads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

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
<body><header>{portal} · ambiente de demonstração ·
<a href="/{prefix}/anuncio">anúncios</a> {number}</header>
{body}
</body></html>
"""


@dataclass(frozen=True, slots=True)
class Advert:
    """An ad as the public sees it. `price_brl` is a plain decimal; `mark` tells a highlight."""

    number: int
    title: str
    price_brl: str
    facts: Sequence[str | None] = ()
    photos: Sequence[str] = ()
    optionals: Sequence[str] = ()
    text: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class AdvertPages:
    """The pages of one portal: its name for people, its prefix."""

    portal: str
    prefix: str

    def one(self, advert: Advert) -> Response:
        """The page of an ad that is shown."""
        mark = f' <span class="highlight">{escape(advert.mark)}</span>' if advert.mark else ""
        photos = "".join(
            f'<img src="{escape(url)}" alt="" loading="lazy">' for url in advert.photos
        )
        optionals = "".join(f"<li>{escape(name)}</li>" for name in advert.optionals)
        body = (
            f"<h1>{escape(advert.title)}{mark}</h1>"
            f'<p class="price">{money(advert.price_brl)}</p>'
            f"<p>{escape(' · '.join(fact for fact in advert.facts if fact))}</p>"
            f'<div class="photos">{photos or "Sem fotos"}</div>'
            f"<ul>{optionals}</ul><pre>{escape(advert.text)}</pre>"
        )
        return self._page(advert.title, body, number=advert.number)

    def missing(self) -> Response:
        """404 with a sentence."""
        return self._page("Anúncio não encontrado", "<h1>Anúncio não encontrado</h1>", status=404)

    def off(self, number: int, *, status: str) -> Response:
        """404 with the status of an ad that is not shown."""
        body = f"<h1>Anúncio fora do ar</h1><p>Situação: {escape(status)}</p>"
        return self._page("Anúncio fora do ar", body, number=number, status=404)

    def listed(self, adverts: Sequence[Advert]) -> Response:
        """The newest hundred of the ads (which come newest first), each with a link."""
        lines = "".join(
            f'<li><a href="/{self.prefix}/anuncio/{advert.number}">{escape(advert.title)}</a>'
            f" · {money(advert.price_brl)}</li>"
            for advert in adverts[:MAX_LISTED]
        )
        return self._page("Anúncios", f"<h1>{len(adverts)} anúncios no ar</h1><ul>{lines}</ul>")

    def _page(
        self, title: str, body: str, *, number: int | str = "", status: int = 200
    ) -> Response:
        page = _PAGE.format(
            title=escape(title), number=number, body=body, portal=self.portal, prefix=self.prefix
        )
        return html_response(page, status=status)


def mileage(mileage_km: int | None) -> str:
    """Mileage for people; empty when none is told."""
    return "" if mileage_km is None else f"{mileage_km:,} km".replace(",", ".")


def money(amount_brl: str) -> str:
    """A price in reais for people."""
    american = f"{Decimal(amount_brl):,.2f}"
    return "R$ " + american.translate(str.maketrans(",.", ".,"))
