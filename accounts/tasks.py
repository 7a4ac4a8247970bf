"""Timed work of the ground floor."""

from __future__ import annotations

import time

from accounts.services.password_mails import send_password_mail
from accounts.services.sealing import seal_waiting
from config.lib.tasks import enqueue, scheduled

TRIES, PAUSE = 2, 20.0  # of a mail that could not be sent; seconds between them


@scheduled(minutes=1)
def seal_changes() -> str:
    """Chain the history that was written since the last run."""
    return f"{seal_waiting()} changes sealed"


def mail_password_link(user_id: int, dealer_id: int, tries: int = 0) -> str:
    """Send somebody the link to choose a password; with a dealer (not 0) it is an invitation.

    A server that is away is asked twice more. A mail that is lost all the same is asked for again
    by the person, or by who invited them.
    """
    sent = send_password_mail(user_id, dealer_id)
    if sent is None and tries < TRIES:
        time.sleep(PAUSE)
        enqueue(mail_password_link, user_id, dealer_id, tries + 1)
    return f"user {user_id}: {'sent' if sent else 'not sent'}"
