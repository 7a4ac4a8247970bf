"""Prove that the history is as it was written, or name the first row that is not."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from accounts.models import Dealer
from accounts.services.verifying import verify_changes
from config.lib.ops import OpsCommand, Unfinished


class Command(OpsCommand):
    """`verify_trail` → {"sealed", "unsealed", "waiting_since", "head", "broken"}; 1 if broken.

    `head` is worth noting down elsewhere: `--head` asks whether the history still contains it.
    """

    help = "Recompute the chain of the history; exit status 1 and the first broken row if it broke."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare whose history, and an end of it that was noted down."""
        parser.add_argument("--dealer", default="", metavar="D", help="contents of one dealer only")
        parser.add_argument("--head", default="", metavar="N:CHAIN", help="must still be there")

    def work(self, **options: Any) -> dict[str, Any]:
        """Walk the chain."""
        dealer = None
        if options["dealer"]:
            dealer = Dealer.objects.filter(code__iexact=options["dealer"].strip()).first()
            if dealer is None:
                raise CommandError(f"There is no dealer {options['dealer']!r}.")
        report = verify_changes(dealer=dealer, noted=options["head"].strip())
        waiting = report.waiting_since
        result = {
            "sealed": report.sealed,
            "unsealed": report.unsealed,
            "waiting_since": None if waiting is None else waiting.isoformat(),
            "head": report.head,
            "broken": [
                {"kind": b.kind, "change": b.change, "sequence": b.sequence, "what": b.what}
                for b in report.broken
            ],
        }
        if report.broken:
            raise Unfinished(f"The history is broken. First: {report.broken[0]}.", result=result)
        return result
