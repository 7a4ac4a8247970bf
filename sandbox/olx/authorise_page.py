"""The page on which an advertiser lets a program act: plain HTML, one style sheet, no scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape

from sandbox.olx.state import Account
from sandbox.wire import Response, html_response

# No form-action: browsers apply it to the redirect behind the form too.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_SCOPE_WORDS = {
    "basic_user_info": "Ver o nome e o e-mail da sua conta",
    "autoupload": "Publicar, editar e apagar anúncios em seu nome",
    "autoservice": "Receber os contatos dos seus anúncios",
    "chat": "Ler e responder o chat dos seus anúncios",
}
STYLE = """
body{font-family:system-ui,sans-serif;margin:0 auto;max-width:32rem;padding:1rem;color:#222;
background:#fff}
header{color:#555;border-bottom:1px solid #ccc;padding-bottom:.5rem}
fieldset{border:1px solid #767676;border-radius:.25rem;margin:1rem 0;padding:.5rem 1rem}
label{display:block;padding:.5rem 0}
button{font:inherit;padding:.6rem 1.2rem;border:1px solid #5b21b6;border-radius:.25rem;
background:#fff;color:#5b21b6;margin-right:.5rem}
button.primary{background:#5b21b6;color:#fff}
"""
_PAGE = """<!doctype html>
<html lang="pt-BR">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="/olx/auth/oauth.css"></head>
<body><header>OLX · ambiente de demonstração</header>
<main>
<h1>{title}</h1>
{body}
</main></body>
</html>
"""


def authorise_page(
    *, program: str, scopes: Sequence[str], accounts: Sequence[Account], fields: Mapping[str, str]
) -> Response:
    """Asks for one of the accounts and a decision; `fields` are handed on as they came."""
    asked = "".join(f"<li>{escape(_SCOPE_WORDS.get(each, each))}</li>" for each in scopes)
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in fields.items()
    )
    choices = "".join(
        f'<label><input type="radio" name="account" value="{escape(account.user)}" required'
        f"{' checked' if number == 0 else ''}> {escape(account.name)}"
        f" ({escape(account.email)})</label>"
        for number, account in enumerate(accounts)
    )
    body = (
        f"<p><strong>{escape(program)}</strong> pede para:</p><ul>{asked}</ul>"
        f'<form method="post" action="/olx/auth/oauth">{hidden}'
        f"<fieldset><legend>Conta</legend>{choices}</fieldset>"
        '<button class="primary" name="decision" value="autorizar">Autorizar</button>'
        '<button name="decision" value="recusar" formnovalidate>Recusar</button></form>'
    )
    return _page("Autorizar acesso", body)


def refused_page(reason: str) -> Response:
    """400: there is nobody to send the advertiser back to."""
    body = f"<p>{escape(reason)}</p>"
    return _page("Pedido de acesso inválido", body, status=400)


def _page(title: str, body: str, *, status: int = 200) -> Response:
    page = html_response(_PAGE.format(title=escape(title), body=body), status=status)
    return replace(page, headers=_HEADERS)
