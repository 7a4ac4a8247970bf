"""The two hosts of the portal, of which an access stores one.

Consent and tokens are at "auth", everything else at "apps": the first label of the host at the
real portal (apps.olx.com.br), the last part of the path in the sandbox (/olx/apps).
"""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

PRODUCTION = "https://apps.olx.com.br"
SANDBOX = "/olx/apps"


def auth_url(base_url: str) -> str:
    """Return where consent is asked and codes are exchanged, for the base URL of all other calls.

    Raises ValueError for a base URL that names no "apps".
    """
    parts = urlsplit(base_url.rstrip("/"))
    above, _, last = parts.path.rpartition("/")
    if last == "apps":
        return urlunsplit(parts._replace(path=f"{above}/auth"))
    label, _, domain = parts.netloc.partition(".")
    if label != "apps" or not domain:
        raise ValueError("no host or path named apps")
    return urlunsplit(parts._replace(netloc=f"auth.{domain}"))
