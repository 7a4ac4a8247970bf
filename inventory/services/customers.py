"""The person a paper is for, cleaned: name, CPF or CNPJ, phone, e-mail."""

from __future__ import annotations

from dataclasses import dataclass, fields

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from validate_docbr import CNPJ, CPF

from inventory.services.identity import bare

PERSONAL = ("customer_name", "customer_tax_id", "customer_phone", "customer_email")
_CPF_LENGTH = 11
_LONGEST_NAME = 120
_LONGEST_FOREIGN_TAX_ID = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who reserves or buys; every value may be empty. Never shows itself in logs."""

    name: str = ""
    tax_id: str = ""
    phone: str = ""
    email: str = ""

    def __repr__(self) -> str:
        return f"<Customer {[f.name for f in fields(self) if getattr(self, f.name)]}>"


def clean_customer(customer: Customer, *, country: str) -> dict[str, str]:
    """Return the columns of a paper (names in PERSONAL); raise ValidationError by column.

    The phone becomes E.164, read with the country's rules; the tax id bare upper-case characters.
    """
    cleaned: dict[str, str] = {}
    errors: dict[str, ValidationError] = {}
    rules = {
        "customer_name": lambda: _name(customer.name),
        "customer_tax_id": lambda: _tax_id(customer.tax_id, country=country),
        "customer_phone": lambda: _phone(customer.phone, country=country),
        "customer_email": lambda: _email(customer.email),
    }
    for column, rule in rules.items():
        try:
            cleaned[column] = rule()
        except ValidationError as err:
            errors[column] = err
    if errors:
        raise ValidationError(errors)
    return cleaned


def _name(text: str) -> str:
    name = " ".join(text.split())
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise ValidationError(_("Enter a name of at most 120 characters."), code="name")
    return name


def _tax_id(text: str, *, country: str) -> str:
    tax_id = bare(text)
    if not tax_id:
        return ""
    if country != "BR":
        if len(tax_id) > _LONGEST_FOREIGN_TAX_ID or not tax_id.isalnum():
            raise ValidationError(_("This tax id is not valid."), code="tax_id")
        return tax_id
    document = CPF() if len(tax_id) == _CPF_LENGTH else CNPJ()
    if not (tax_id.isascii() and document.validate(tax_id)):
        raise ValidationError(_("This CPF or CNPJ is not valid: check the digits."), code="tax_id")
    return tax_id


def _phone(text: str, *, country: str) -> str:
    if not text.strip():
        return ""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise ValidationError(_("Enter a valid phone number with its area code."), code="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _email(text: str) -> str:
    email = text.strip()
    if email:
        validate_email(email)
    return email
