"""How a visitor reaches the store: what to dial, where to write, where to go."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

import phonenumbers
from django.utils.translation import gettext as _

from accounts.models import Dealer

_MOBILE = (
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What is known of the store's ways; '' = unknown. `whatsapp` is empty for a landline."""

    phone: str
    dial: str
    whatsapp: str
    email: str
    address: str
    map_url: str


def contact_of(dealer: Dealer, *, about: str = "", page: str = "") -> Contact:
    """Return the ways to the store; a WhatsApp message begins with what it is about."""
    phone, mobile = _read(dealer.phone)
    address = _address(dealer)
    place = urlencode({"api": 1, "query": f"{dealer.name}, {address}"})
    return Contact(
        phone=phone,
        dial=f"tel:{dealer.phone}" if phone else "",
        whatsapp=_whatsapp(dealer.phone, about, page) if mobile else "",
        email=dealer.email,
        address=address,
        map_url=f"https://www.google.com/maps/search/?{place}" if dealer.street else "",
    )


def _read(text: str) -> tuple[str, bool]:
    """Return a stored number as people write it here, and whether it is a mobile's."""
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return "", False
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return written, phonenumbers.number_type(number) in _MOBILE


def _whatsapp(phone: str, about: str, page: str) -> str:
    hello = _("Hello! I am interested in the %(vehicle)s: %(page)s") if about else _("Hello!")
    text = hello % {"vehicle": about, "page": page} if about else hello
    return f"https://wa.me/{phone.lstrip('+')}?text={quote(text)}"


def _address(dealer: Dealer) -> str:
    street = ", ".join(each for each in (dealer.street, dealer.street_number) if each)
    town = "/".join(each for each in (dealer.city, dealer.state) if each)
    return " · ".join(each for each in (street, dealer.district, town) if each)
