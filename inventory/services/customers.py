"""The person a paper is for, cleaned: name, CPF or CNPJ, phone, e-mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.services.contact_data import clean_email, clean_phone, clean_tax_id

PERSONAL = ("customer_name", "customer_tax_id", "customer_phone", "customer_email")
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Customer:
    """Who reserves or buys; every value may be empty. Never shows itself in logs."""

    name: str = ""
    tax_id: str = ""
    phone: str = ""
    email: str = ""

    def __repr__(self) -> str:
        return f"<Customer {[f.name for f in fields(self) if getattr(self, f.name)]}>"


def clean_customer(customer: Customer, *, country: str) -> dict[str, str]:
    """Return the columns of a paper (names in PERSONAL); raise ValidationError by column."""
    cleaned: dict[str, str] = {}
    errors: dict[str, ValidationError] = {}
    rules: dict[str, Callable[[], str]] = {
        "customer_name": lambda: _name(customer.name),
        "customer_tax_id": lambda: clean_tax_id(customer.tax_id, country=country),
        "customer_phone": lambda: clean_phone(customer.phone, country=country),
        "customer_email": lambda: clean_email(customer.email),
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
