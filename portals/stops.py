"""Why an access is stopped, in words for its dealer, and whether connecting again lifts it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from portals.connectors.registry import CONNECTORS
from portals.models import PortalAccess
from portals.models.access import FailureMode
from portals.wording import SENTENCES, describe

ENDED = "reconnect"  # what any refusal of a connection made at the portal's page comes down to
# code of the stop -> a few words for it; all others are said by their mode.
_LABELS: Mapping[str, str | Promise] = {
    ENDED: gettext_lazy("Connection ended"),
    "no_permission": gettext_lazy("Permission missing"),
}


def by_browser(access: PortalAccess) -> bool:
    """Tell whether the dealer connects at the portal's own page."""
    connector = CONNECTORS.get(access.portal.slug)
    return connector is not None and connector.connects_by == "browser"


def wants_reconnect(access: PortalAccess) -> bool:
    """Tell whether an access is stopped until the dealer connects at the portal's page again."""
    return access.failure_mode == FailureMode.CREDENTIALS and by_browser(access)


def why_stopped(access: PortalAccess) -> str:
    """Return in a few words why an access is stopped."""
    return str(_LABELS.get(_code(access), access.get_failure_mode_display()))


def stop_text(access: PortalAccess) -> str:
    """Return why an access is stopped and what its dealer does about it."""
    return describe({"code": _code(access)})


def _code(access: PortalAccess) -> str:
    code = access.failure_code
    if wants_reconnect(access) and (code == "credentials_refused" or code not in SENTENCES):
        return ENDED
    return code
