"""On-boards stores and changes what is written about them."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Dealer
from accounts.services.changes import By, record_change
from accounts.services.contact_data import (
    clean_company_tax_id,
    clean_email,
    clean_line,
    clean_phone,
    clean_postal_code,
    clean_state,
)
from accounts.signals import dealer_changed

FACTS = frozenset(
    {
        *("name", "legal_name", "country", "currency", "time_zone", "language", "tax_id"),
        *("phone", "email", "postal_code", "street", "street_number", "district", "city", "state"),
        *("reservation_keeps_ads", "public_pages", "gone_target_minutes", "is_active"),
    }
)
# What another country's rules would write otherwise.
OF_COUNTRY = ("tax_id", "phone", "postal_code", "state")


def create_dealer(*, by: By, code: str, name: str, **facts: Any) -> Dealer:
    """Create a store; `facts` are names of FACTS. Raises ValidationError by field."""
    dealer = Dealer(code=code.strip().lower())
    with transaction.atomic():
        changed = _assign(dealer, {"name": name, **facts}, also={"code"})
        _save(dealer, insert=True)
        after = {"code": dealer.code, **{field: getattr(dealer, field) for field in changed}}
        record_change(subject=dealer, action="created", after=after, by=by)
    return dealer


def update_dealer(dealer_id: int, *, by: By, **facts: Any) -> Dealer:
    """Write the facts that differ. Raises Dealer.DoesNotExist, ValidationError by field."""
    with transaction.atomic():
        dealer = Dealer.objects.select_for_update(no_key=True).get(pk=dealer_id)
        before = _assign(dealer, facts)
        if before:
            _save(dealer, insert=False)
            after = {field: getattr(dealer, field) for field in before}
            record_change(subject=dealer, action="updated", before=before, after=after, by=by)
            dealer_changed.send(sender=Dealer, dealer_id=dealer.pk, fields=frozenset(before))
    return dealer


def _assign(dealer: Dealer, facts: dict[str, Any], *, also: Collection[str] = ()) -> dict[str, Any]:
    """Put cleaned facts on the dealer; return those that changed, as they were.

    Only the facts given (and `also`) are judged: one that was stored before its rule existed
    must not stand in the way of another.
    """
    if unknown := set(facts) - FACTS:
        raise TypeError(f"Not facts of a dealer: {', '.join(sorted(unknown))}")
    judged = {*facts, *also, *(OF_COUNTRY if "country" in facts else ())}
    before = {name: getattr(dealer, name) for name in FACTS & judged}
    errors: dict[str, Any] = {}
    for name, value in facts.items():
        try:
            setattr(dealer, name, clean_line(value) if isinstance(value, str) else value)
        except ValidationError as err:
            errors[name] = err
    rules: dict[str, Callable[[], str]] = {
        "tax_id": lambda: clean_company_tax_id(dealer.tax_id, country=dealer.country),
        "phone": lambda: clean_phone(dealer.phone, country=dealer.country),
        "postal_code": lambda: clean_postal_code(dealer.postal_code, country=dealer.country),
        "email": lambda: clean_email(dealer.email),
        "state": lambda: clean_state(dealer.state, country=dealer.country),
        "time_zone": lambda: _time_zone(dealer.time_zone),
    }
    for name in (rules.keys() & judged) - errors.keys():
        try:
            setattr(dealer, name, rules[name]())
        except ValidationError as err:
            errors[name] = err
    try:
        dealer.clean_fields(exclude={*(FACTS | {"code"}) - judged, *errors})
    except ValidationError as err:
        errors.update(err.error_dict)
    if errors:
        raise ValidationError(errors)
    return {name: old for name, old in before.items() if getattr(dealer, name) != old}


def _time_zone(name: str) -> str:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("This time zone does not exist."), code="time_zone")
    return name


def _save(dealer: Dealer, *, insert: bool) -> None:
    try:
        with transaction.atomic():
            dealer.save(force_insert=insert, force_update=not insert)
    except IntegrityError as err:
        # PostgreSQL names the constraint, SQLite the columns.
        if "accounts_dealer_tax_id" in str(err) or "accounts_dealer.tax_id" in str(err):
            message = _("Another dealer has this tax id.")
            raise ValidationError({"tax_id": message}) from err
        raise ValidationError({"code": _("Another dealer has this code.")}) from err
