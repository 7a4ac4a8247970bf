"""Tax ids, phones and addresses of people and firms, in the one spelling we store.

Every function returns '' for nothing and raises ValidationError with a sentence about that value.
"""

from __future__ import annotations

import re

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from validate_docbr import CNPJ, CPF

STATES = frozenset(
    {
        *("AC", "AL", "AP", "AM", "BA", "CE", "DF", "ES", "GO", "MA", "MT", "MS", "MG", "PA"),
        *("PB", "PR", "PE", "PI", "RJ", "RN", "RS", "RO", "RR", "SC", "SP", "SE", "TO"),
    }
)
_SEPARATORS = re.compile(r"[\s.\-/]+")
_CEP = re.compile(r"[0-9]{8}", re.ASCII)
_CPF_LENGTH = 11
_LONGEST_FOREIGN_TAX_ID = 20


def clean_line(text: str) -> str:
    """Return one line of text with single spaces; invisible control characters are refused."""
    line = " ".join(text.split())
    if not line.isprintable():
        raise ValidationError(_("Remove the invisible control characters."), code="control")
    return line


def bare_tax_id(text: str) -> str:
    """Return a tax id without separators, in upper case (a CNPJ may hold letters)."""
    return _SEPARATORS.sub("", text).upper()


def clean_company_tax_id(text: str, *, country: str) -> str:
    """Return a firm's tax id: a valid CNPJ, numeric or alphanumeric, in Brazil."""
    tax_id = bare_tax_id(text)
    if not tax_id or country != "BR":
        return _foreign_tax_id(tax_id)
    if not (tax_id.isascii() and CNPJ().validate(tax_id)):
        raise ValidationError(_("This CNPJ is not valid: check the digits."), code="tax_id")
    return tax_id


def clean_tax_id(text: str, *, country: str) -> str:
    """Return a person's or a firm's tax id: a valid CPF or CNPJ in Brazil."""
    tax_id = bare_tax_id(text)
    if not tax_id or country != "BR":
        return _foreign_tax_id(tax_id)
    document = CPF() if len(tax_id) == _CPF_LENGTH else CNPJ()
    if not (tax_id.isascii() and document.validate(tax_id)):
        raise ValidationError(_("This CPF or CNPJ is not valid: check the digits."), code="tax_id")
    return tax_id


def _foreign_tax_id(tax_id: str) -> str:
    if tax_id and (len(tax_id) > _LONGEST_FOREIGN_TAX_ID or not tax_id.isalnum()):
        raise ValidationError(_("This tax id is not valid."), code="tax_id")
    return tax_id


def clean_phone(text: str, *, country: str) -> str:
    """Return a phone in E.164, read by the country's rules when it has no +."""
    if not text.strip():
        return ""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise ValidationError(_("Enter a valid phone number with its area code."), code="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def clean_postal_code(text: str, *, country: str) -> str:
    """Return a postal code as it is stored: in Brazil the eight digits of a CEP, without hyphen."""
    code = text.strip()
    if not code or country != "BR":
        return code
    bare = _SEPARATORS.sub("", code)
    if not (_CEP.fullmatch(bare) and bare.strip("0")):
        raise ValidationError(_("A CEP has 8 digits, such as 01310-100."), code="postal_code")
    return bare


def written_postal_code(text: str) -> str:
    """Return a stored postal code as people write it: a CEP with its hyphen."""
    return f"{text[:5]}-{text[5:]}" if _CEP.fullmatch(text) else text


def written_tax_id(text: str) -> str:
    """Return a stored tax id as people write it: a CNPJ with its dots; any other as it is."""
    cnpj = CNPJ()
    return str(cnpj.mask(text)) if cnpj.validate(text) else text


def written_phone(text: str) -> str:
    """Return a stored phone as people of its country write it; one that is none, as it is."""
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def clean_email(text: str) -> str:
    """Return an e-mail address without surrounding spaces."""
    email = text.strip()
    if email:
        validate_email(email)
    return email


def clean_state(text: str, *, country: str) -> str:
    """Return the state's two letters; one of the 27 in Brazil."""
    state = text.strip().upper()
    if state and country == "BR" and state not in STATES:
        raise ValidationError(_("Enter the two letters of a Brazilian state."), code="state")
    return state
