"""App configuration of accounts."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Users, dealers, memberships and the history."""

    name = "accounts"
    verbose_name = _("Accounts")
