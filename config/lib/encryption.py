"""Secrets at rest: a JSON field encrypted with our own Fernet keys, newest first."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.db import models

if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]
else:  # Django's fields take type arguments only in the eyes of the type checker
    _TextField = models.TextField


class SecretUnreadable(Exception):
    """None of the configured keys opens a stored secret."""


class Secrets(dict[str, Any]):
    """A decrypted mapping that never shows its values."""

    unreadable: bool = False

    def __repr__(self) -> str:
        return f"<Secrets {sorted(self)}>" if not self.unreadable else "<Secrets unreadable>"

    __str__ = __repr__


@lru_cache(maxsize=1)
def cipher() -> MultiFernet:
    """Return the cipher of FIELD_ENCRYPTION_KEYS; raise ImproperlyConfigured if there is none."""
    keys = settings.FIELD_ENCRYPTION_KEYS
    if not keys:
        raise ImproperlyConfigured("FIELD_ENCRYPTION_KEYS is empty: no secret can be stored.")
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as err:
        raise ImproperlyConfigured("FIELD_ENCRYPTION_KEYS holds an invalid Fernet key.") from err


def _forget_cipher(*, setting: str, **_: Any) -> None:
    if setting == "FIELD_ENCRYPTION_KEYS":
        cipher.cache_clear()


setting_changed.connect(_forget_cipher, dispatch_uid="config.lib.encryption")


def encrypt(value: dict[str, Any]) -> str:
    """Return the encrypted text of a JSON object."""
    return cipher().encrypt(json.dumps(value, sort_keys=True).encode()).decode()


def decrypt(text: str) -> Secrets:
    """Return the object behind an encrypted text; an unreadable one is empty and says so."""
    if not text:
        return Secrets()
    try:
        return Secrets(json.loads(cipher().decrypt(text.encode())))
    except InvalidToken:
        secrets = Secrets()
        secrets.unreadable = True
        return secrets


def rotate(text: str) -> str:
    """Re-encrypt a stored text with the newest key; raise SecretUnreadable if no key opens it."""
    try:
        return cipher().rotate(text.encode()).decode()
    except InvalidToken as err:
        raise SecretUnreadable from err


class EncryptedJSONField(_TextField):
    """A JSON object stored encrypted; read as Secrets, which hide themselves in repr and str."""

    def from_db_value(self, value: str | None, *_: Any) -> Secrets:
        """Decrypt what the database holds."""
        return decrypt(value or "")

    def to_python(self, value: Any) -> Any:
        """Wrap plain mappings so that they hide their values."""
        return Secrets(value) if isinstance(value, dict) and value else value

    def get_prep_value(self, value: Any) -> str:
        """Encrypt a mapping; refuse to overwrite a secret nobody could read."""
        if not value:
            if getattr(value, "unreadable", False):
                raise SecretUnreadable("An unreadable secret cannot be saved; enter it again.")
            return ""
        return encrypt(dict(value))

    def value_to_string(self, obj: models.Model) -> str:  # noqa: ARG002
        """Never serialise a secret (dumpdata, history)."""
        return ""
