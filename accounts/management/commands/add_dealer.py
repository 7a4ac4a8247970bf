"""On-board a dealer."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from accounts.models import Dealer
from accounts.services.changes import By
from accounts.services.dealers import create_dealer
from config.lib.ops import OpsCommand


class Command(OpsCommand):
    """`add_dealer --code D --name NAME` → {"id", "code"}; an existing dealer stays as it is."""

    help = "Create a dealer. Run again for the same code it changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare who the dealer is."""
        parser.add_argument("--code", required=True, help="short name for commands, unique")
        parser.add_argument("--name", required=True, help="name of the store")
        parser.add_argument("--cnpj", default="", metavar="N", help="tax id, with or without dots")
        parser.add_argument("--city", default="")
        parser.add_argument("--state", default="", metavar="UF")

    def work(self, **options: Any) -> dict[str, Any]:
        """Create the dealer, or tell that it is there."""
        dealer = Dealer.objects.filter(code__iexact=options["code"].strip()).first()
        if dealer is not None:
            self.say(f"The dealer {dealer.code!r} exists already; nothing was changed.")
        else:
            dealer = create_dealer(
                by=By(source="command"),
                code=options["code"],
                name=options["name"],
                tax_id=options["cnpj"],
                city=options["city"],
                state=options["state"],
            )
        return {"id": dealer.pk, "code": dealer.code}
