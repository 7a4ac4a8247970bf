"""Whose failed logins are counted together: those of one name, however it was spelled."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

FIELD = "username"
LONGEST = 150  # characters of a user name


def counted_name(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """Return the name an attempt is counted under.

    Names are found whatever their case, so guesses at one password must not begin anew with every
    spelling of the name.
    """
    given = (credentials or {}).get(FIELD) or request.POST.get(FIELD) or ""
    name = unicodedata.normalize("NFKC", str(given)).replace("\x00", "").strip()
    return name.casefold()[:LONGEST]
