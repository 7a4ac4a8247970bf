"""The mail with which somebody chooses a password: invited, or having forgotten it."""

from __future__ import annotations

import hashlib
import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Dealer, User
from accounts.services.people import password_path

logger = logging.getLogger(__name__)
PAUSE = 300  # seconds between two mails to one address
PER_CALLER, CALLER_SECONDS = 20, 3600


def password_address(user: User) -> str:
    """Return the whole address of the page on which a user chooses a password."""
    return f"{settings.BASE_URL}{reverse('accounts:password_choose', args=password_path(user))}"


def may_ask(email: str, caller: str) -> bool:
    """Count a request for a new password; False = too many for this address or caller by now."""
    mine = f"reset:caller:{_digest(caller)}"
    cache.add(mine, 0, CALLER_SECONDS)
    try:
        asked = cache.incr(mine)
    except ValueError:  # it ran out just now
        asked = 1
    return asked <= PER_CALLER and cache.add(f"reset:address:{_digest(email)}", 1, PAUSE)


def may_send_again(user_id: int) -> bool:
    """Count an invitation that is sent again; False = one went out a moment ago."""
    return bool(cache.add(f"invite:{user_id}", 1, PAUSE))


def user_to_remind(email: str) -> User | None:
    """Return the active user of an address who may choose a new password by mail."""
    return User.objects.filter(email__iexact=email.strip(), is_active=True).first()


def send_password_mail(user_id: int, dealer_id: int) -> bool | None:
    """Mail a user the link; with a dealer it is an invitation.

    False if there is nobody to write to, None if the server did not take it.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not user.email:
        return False
    dealer = Dealer.objects.filter(pk=dealer_id).first()
    language = user.language or (dealer.language if dealer else settings.LANGUAGE_CODE)
    with translation.override(language):
        context = {
            "user": user,
            "dealer": dealer,
            "knows": user.last_login is not None,
            "address": password_address(user),
            "office": f"{settings.BASE_URL}{reverse('accounts:login')}",
        }
        text = render_to_string("accounts/password_mail.txt", context)
        subject = _("Choose your password")
        if dealer is not None:
            name = " ".join(dealer.name.split())
            subject = _("You are invited to the team of %(dealer)s") % {"dealer": name}
    try:
        EmailMessage(subject=subject, body=text, to=[user.email]).send()
    except (OSError, SMTPException) as err:
        logger.warning("mail not sent", extra={"error": type(err).__name__})
        return None
    return True


def _digest(text: str) -> str:
    return hashlib.sha256(text.strip().casefold().encode()).hexdigest()[:32]
