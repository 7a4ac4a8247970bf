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
    return folded_name(str(given))


def folded_name(given: str) -> str:
    """Return the one spelling under which the attempts at a name are counted."""
    name = unicodedata.normalize("NFKC", given).replace("\x00", "").strip()
    return name.casefold()[:LONGEST]
