"""Connect a dealer to a portal."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from accounts.management.arguments import dealer_of
from accounts.services.changes import By
from config.lib.ops import OpsCommand, read_stdin
from portals.management.arguments import add_access_arguments, portal_of
from portals.models.access import Environment
from portals.services.access import save_access
from portals.services.catalogue import upsert_portals
from portals.services.connecting import browser_connector
from portals.tasks import wake


class Command(OpsCommand):
    """`add_access --dealer D --portal P` → {"id"}; the credentials come as JSON on stdin.

    Run again it changes the account; a secret left out keeps the stored one. For a portal that is
    connected in the browser the JSON is what the portal gave, as a whole: nothing of what is stored
    is kept, and empty input keeps all of it.
    """

    help = (
        "Connect a dealer to a portal, or change the account. Credentials are read as one JSON "
        'object from standard input, e.g. {"user": "…", "password": "…"} for usadosbr or '
        '{"token": "…"} for chavesnamao. For a portal that dealers connect in the browser it is '
        "what the portal gave: its token and the name of the account, e.g. "
        '{"access_token": "…", "account": "…"}.'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare dealer, portal, environment and base URL."""
        add_access_arguments(parser)
        parser.add_argument(
            "--environment", choices=Environment.values, default=Environment.SANDBOX.value
        )
        parser.add_argument("--base-url", default="", metavar="URL", help="for support only")

    def work(self, **options: Any) -> dict[str, int]:
        """Store the account and wake what waits for it."""
        dealer = dealer_of(options["dealer"])
        upsert_portals()
        portal, credentials = portal_of(options["portal"]), _credentials()
        in_browser = browser_connector(portal.slug) is not None
        access, marked = save_access(
            dealer=dealer,
            portal=portal,
            environment=options["environment"],
            base_url=options["base_url"],
            credentials={} if in_browser else credentials,
            connection=(credentials or None) if in_browser else None,
            by=By(source="command"),
        )
        wake(marked)
        return {"id": access.pk}


def _credentials() -> dict[str, str]:
    """Read the credentials; errors never repeat what was read."""
    text = read_stdin()
    if not text.strip():
        return {}
    try:
        value = json.loads(text)
    except ValueError:
        raise CommandError("Standard input is not JSON.") from None
    if not isinstance(value, dict):
        raise CommandError("Standard input is not a JSON object.")
    return value
