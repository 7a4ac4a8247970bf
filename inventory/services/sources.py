"""Names the origins of a dealer's stock."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Dealer
from accounts.services.changes import By, record_change
from accounts.services.contact_data import clean_line
from inventory.models import StockSource

FACTS = frozenset({"name", "is_active"})


def create_source(*, dealer: Dealer, kind: str, name: str, by: By) -> StockSource:
    """Add an origin of stock. Raises ValidationError by field."""
    source = StockSource(dealer=dealer, kind=kind.strip().lower())
    with transaction.atomic():
        _write(source, {"name": name})
        after = {"kind": source.kind, "name": source.name}
        record_change(subject=source, action="created", after=after, by=by)
    return source


def update_source(source_id: int, *, dealer: Dealer, by: By, **facts: Any) -> StockSource:
    """Rename or switch an origin off; vehicles keep it. Raises DoesNotExist, ValidationError."""
    if unknown := set(facts) - FACTS:
        raise TypeError(f"Not facts of a source: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        rows = StockSource.objects.for_dealer(dealer).select_for_update(no_key=True)
        source = rows.get(pk=source_id)
        before = {name: getattr(source, name) for name in facts}
        _write(source, facts)
        before = {name: old for name, old in before.items() if getattr(source, name) != old}
        if before:
            after = {name: getattr(source, name) for name in before}
            record_change(subject=source, action="updated", before=before, after=after, by=by)
    return source


def _write(source: StockSource, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        setattr(source, name, clean_line(value) if isinstance(value, str) else value)
    source.clean_fields()
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError as err:
        raise ValidationError({"name": _("This dealer has a source of this name.")}) from err
