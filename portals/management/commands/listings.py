"""Tell how every ad of an access stands."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from config.lib.ops import OpsCommand
from portals.management.arguments import access_of, add_access_arguments
from portals.selectors.ad_report import ad_reports


class Command(OpsCommand):
    """`listings --dealer D --portal P` → one object per listing, ordered by stock code."""

    help = "Print wish, state, warnings and problems of every listing of a dealer's access."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the access."""
        add_access_arguments(parser)

    def work(self, **options: Any) -> list[dict[str, Any]]:
        """Read the listings."""
        access = access_of(options["dealer"], options["portal"])
        return list(ad_reports(access, now=timezone.now()))
