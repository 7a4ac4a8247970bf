"""Timed work of the ground floor."""

from __future__ import annotations

from accounts.services.password_mails import send_password_mail
from accounts.services.sealing import seal_waiting
from config.lib.tasks import scheduled


@scheduled(minutes=1)
def seal_changes() -> str:
    """Chain the history that was written since the last run."""
    return f"{seal_waiting()} changes sealed"


def mail_password_link(user_id: int, dealer_id: int) -> str:
    """Send somebody the link to choose a password; with a dealer (not 0) it is an invitation.

    A mail that is lost is asked for again by the person, or by who invited them.
    """
    sent = send_password_mail(user_id, dealer_id)
    return f"user {user_id}: {'sent' if sent else 'not sent'}"
