"""The two ways in which OLX refuses an account: told apart, since different people must act."""

from __future__ import annotations

from config.lib.remote_errors import CredentialsRefused


class ReconnectNeeded(CredentialsRefused):
    """The token is refused and nothing renews it: the dealer connects again in the browser."""

    code = "reconnect"


class NoPermission(CredentialsRefused):
    """The dealer's plan at the portal does not carry access by a program (statusCode -6)."""

    code = "no_permission"
