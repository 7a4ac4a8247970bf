"""Let a person or an integration work for a dealer."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction

from accounts.management.arguments import dealer_of
from accounts.models import User
from accounts.models.dealer import Role
from accounts.services.changes import By
from accounts.services.team import add_membership, create_user, set_password
from config.lib.ops import OpsCommand, read_stdin


class Command(OpsCommand):
    """`add_user --username U --dealer D --role R` → {"id", "username", "dealer", "role"}.

    The password comes on standard input. A user who exists gets the membership and keeps the
    password, unless `--reset-password` is given.
    """

    help = "Create a user (password on standard input) and the membership of a dealer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare who, where and in which role."""
        parser.add_argument("--username", required=True)
        parser.add_argument("--dealer", required=True, help="code of the dealer")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument(
            "--reset-password",
            action="store_true",
            help="give a user who exists the password from standard input",
        )

    def work(self, **options: Any) -> dict[str, Any]:
        """Create what is missing; all of it or nothing."""
        dealer = dealer_of(options["dealer"])
        by = By(source="command")
        user = User.objects.filter(username__iexact=options["username"]).first()
        password = read_stdin() if user is None or options["reset_password"] else ""
        with transaction.atomic():
            if user is None:
                _require(password)
                user = create_user(by=by, username=options["username"], password=password)
            elif options["reset_password"]:
                _require(password)
                set_password(user.pk, by=by, password=password)
            else:
                self.say(f"The user {user.username!r} exists; the password stays as it is.")
            membership = add_membership(user=user, dealer=dealer, role=options["role"], by=by)
        return {
            "id": user.pk,
            "username": user.username,
            "dealer": dealer.code,
            "role": membership.role,
        }


def _require(password: str) -> None:
    if not password:
        raise CommandError("Give the password on standard input.")
