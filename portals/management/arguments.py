"""Arguments that the commands about one dealer's access to one portal share."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import CommandError

from accounts.management.arguments import dealer_of
from accounts.models import Dealer
from portals.models import Portal, PortalAccess


def add_access_arguments(parser: ArgumentParser) -> None:
    """Declare --dealer and --portal."""
    parser.add_argument("--dealer", required=True, help="code of the dealer")
    parser.add_argument("--portal", required=True, help="slug of the portal, e.g. usadosbr")


def portal_of(slug: str) -> Portal:
    """Return the portal of that slug; raise CommandError if there is none."""
    try:
        return Portal.objects.get(slug=slug)
    except Portal.DoesNotExist:
        known = ", ".join(Portal.objects.order_by("slug").values_list("slug", flat=True))
        hint = f"known are: {known}" if known else "run sync_schedules first"
        raise CommandError(f"There is no portal {slug!r} ({hint}).") from None


def access_of(dealer_code: str, portal_slug: str) -> PortalAccess:
    """Return the access of a dealer to a portal; raise CommandError if there is none."""
    dealer: Dealer = dealer_of(dealer_code)
    portal = portal_of(portal_slug)
    accesses = PortalAccess.objects.for_dealer(dealer).select_related("portal", "dealer")
    access = accesses.filter(portal=portal).first()
    if access is None:
        raise CommandError(
            f"The dealer {dealer_code!r} has no access to {portal_slug!r}: use add_access."
        )
    return access
