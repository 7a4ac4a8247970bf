"""Re-encrypts every stored secret with the newest key, so that older keys can be thrown away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, TextField, Value
from django.db.models.functions import Cast

from config.lib.encryption import EncryptedJSONField, SecretUnreadable, cipher, rotate

BATCH = 200


@dataclass(slots=True, kw_only=True)
class RotationReport:
    """How many secrets were re-encrypted, were already under the newest key, or open with none."""

    rotated: int = 0
    unchanged: int = 0
    unreadable: int = 0


def rotate_secrets() -> RotationReport:
    """Bring every encrypted column under the first of FIELD_ENCRYPTION_KEYS.

    Each row is written by one conditional statement, so a secret that is changed meanwhile stays as
    it was entered. A secret that no key opens is counted and left alone. Raises
    ImproperlyConfigured when there is no valid key.
    """
    cipher()  # says so at once when there is no key
    report = RotationReport()
    for model, field in encrypted_columns():
        for pk, text in _stored(model, field):
            _rotate_one(model, field, pk=pk, text=text, report=report)
    return report


def encrypted_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Yield model and field name of every encrypted column of the house."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:  # noqa: SLF001 - the documented Model API
            if isinstance(field, EncryptedJSONField):
                yield model, field.name


def _stored(model: type[models.Model], field: str) -> Iterator[tuple[object, str]]:
    """Yield key and encrypted text of every filled column, in short reads."""
    # The cast takes the field's own conversion away: what is read is the stored text.
    rows = (
        model._default_manager.annotate(stored_text=Cast(F(field), TextField()))  # noqa: SLF001
        .exclude(stored_text="")
        .order_by("pk")
        .values_list("pk", "stored_text")
    )
    after = None
    while True:
        batch = list((rows if after is None else rows.filter(pk__gt=after))[:BATCH])
        yield from batch
        if len(batch) < BATCH:
            return
        after = batch[-1][0]


def _rotate_one(
    model: type[models.Model], field: str, *, pk: object, text: str, report: RotationReport
) -> None:
    if _is_newest(text):
        report.unchanged += 1
        return
    try:
        fresh = rotate(text)
    except SecretUnreadable:
        report.unreadable += 1
        return
    same = model._default_manager.annotate(stored_text=Cast(F(field), TextField()))  # noqa: SLF001
    report.rotated += same.filter(pk=pk, stored_text=text).update(
        **{field: Value(fresh, output_field=TextField())}
    )


def _is_newest(text: str) -> bool:
    try:
        Fernet(settings.FIELD_ENCRYPTION_KEYS[0]).decrypt(text.encode())
    except InvalidToken:
        return False
    return True
