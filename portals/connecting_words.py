"""Says what became of connecting a portal at its own page, and what to do.

The error words are those of OAuth 2.0 (RFC 6749, 4.1.2.1); a portal's own word is quoted.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.lib.remote_errors import RemoteError

LONGEST_QUOTE = 200  # characters of a portal's own words
Text = str | Promise

_TELL_SUPPORT = gettext_lazy("Tell support: the office is not registered there as it must be.")
_LATER = gettext_lazy("Try again in a few minutes.")

# error word of the portal -> (what happened, what to do); nothing was changed by any.
ERRORS: Mapping[str, tuple[Text, Text]] = {
    "access_denied": (
        gettext_lazy("You did not allow the connection at %(portal)s."),
        gettext_lazy("Connect again and allow it when you want your stock to go there."),
    ),
    "server_error": (gettext_lazy("%(portal)s had a fault of its own."), _LATER),
    "temporarily_unavailable": (gettext_lazy("%(portal)s takes no connections just now."), _LATER),
    "invalid_scope": (
        gettext_lazy("%(portal)s does not give us a permission that we ask for."),
        _TELL_SUPPORT,
    ),
    "unauthorized_client": (gettext_lazy("%(portal)s does not know us."), _TELL_SUPPORT),
    "invalid_request": (gettext_lazy("%(portal)s did not understand us."), _TELL_SUPPORT),
    "unsupported_response_type": (gettext_lazy("%(portal)s did not understand us."), _TELL_SUPPORT),
}
_OTHER_ERROR = (
    gettext_lazy("%(portal)s did not connect you."),
    gettext_lazy("Try again; if it stays, tell support."),
)

# code of NothingWaits -> what happened.
LOST: Mapping[str, Text] = {
    "unknown": gettext_lazy(
        "No connection waits for this answer of %(portal)s: it was used already, begun in another "
        "browser, or you were logged out meanwhile. Nothing was changed; connect once more."
    ),
    "late": gettext_lazy(
        "Connecting to %(portal)s took longer than ten minutes. Nothing was changed; connect once "
        "more."
    ),
    "dealer": gettext_lazy(
        "This connection to %(portal)s was begun for another store. Nothing was changed; change to "
        "that store and connect once more."
    ),
}

# code of a RemoteError, when the code was exchanged -> what happened.
EXCHANGE: Mapping[str, Text] = {
    "credentials_refused": gettext_lazy(
        "%(portal)s no longer took the connection you allowed. Nothing was changed; connect once "
        "more."
    ),
    "unreachable": gettext_lazy(
        "%(portal)s does not answer just now. Nothing was changed; try again in a few minutes."
    ),
    "throttled": gettext_lazy(
        "%(portal)s asks us to wait. Nothing was changed; try again in a few minutes."
    ),
    "no_permission": gettext_lazy(
        "You did not allow %(portal)s all that is needed. Nothing was changed; connect once more "
        "and allow everything that is asked."
    ),
}
_OTHER_EXCHANGE = gettext_lazy(
    "%(portal)s answered something we do not understand. Nothing was changed; try again, and if it "
    "stays, tell support."
)


def error_text(word: str, description: str, *, portal: str) -> str:
    """Return what an error word of a portal means, its own words, and what to do."""
    what, fix = ERRORS.get(word, _OTHER_ERROR)
    own = _readable(description) or ("" if word in ERRORS else _readable(word))
    quoted = _("The portal says: “%(message)s”") % {"message": own} if own else ""
    return " ".join(part for part in (str(what) % {"portal": portal}, quoted, str(fix)) if part)


def lost_text(code: str, *, portal: str) -> str:
    """Return why an answer was not taken."""
    return str(LOST[code]) % {"portal": portal}


def exchange_text(error: RemoteError, *, portal: str) -> str:
    """Return why no connection came of what was allowed."""
    refused = EXCHANGE["credentials_refused"] if error.mode == "credentials" else _OTHER_EXCHANGE
    return str(EXCHANGE.get(error.code, refused)) % {"portal": portal}


def _readable(said: str) -> str:
    """Return a portal's own words on one line, short, without what no reader sees."""
    line = " ".join(said[: 2 * LONGEST_QUOTE].split())
    return "".join(each for each in line if each.isprintable())[:LONGEST_QUOTE]
