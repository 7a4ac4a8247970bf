"""Secrets at rest: encrypted, rotated, never shown, never overwritten by accident."""

from __future__ import annotations

import copy
import json

import pytest
from cryptography.fernet import Fernet
from django.core import serializers
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from pytest_django import Settings

from config.lib import encryption
from config.lib.encryption import Secrets, SecretUnreadable, decrypt, encrypt, rotate
from portals.models import PortalAccess
from tests.factories.portals import PortalAccessFactory

SECRET = {"user": "yard", "password": "very-secret"}


def new_key() -> str:
    """Return a fresh key."""
    return Fernet.generate_key().decode()


def test_what_is_encrypted_comes_back_and_is_never_the_same_twice() -> None:
    first, second = encrypt(SECRET), encrypt(SECRET)

    assert first != second
    assert "very-secret" not in first
    assert decrypt(first) == decrypt(second) == SECRET


def test_secrets_hide_themselves() -> None:
    secrets = Secrets(SECRET)

    for shown in (repr(secrets), str(secrets), f"{secrets}", f"{secrets!r}", "%s" % secrets):  # noqa: UP031
        assert "very-secret" not in shown
        assert shown == "<Secrets ['password', 'user']>"


def test_nothing_stored_is_nothing_secret() -> None:
    assert decrypt("") == {}
    assert not decrypt("").unreadable


def test_an_old_key_still_opens_and_a_rotation_uses_the_newest(settings: Settings) -> None:
    old, new = new_key(), new_key()
    settings.FIELD_ENCRYPTION_KEYS = [old]
    text = encrypt(SECRET)

    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    assert decrypt(text) == SECRET
    rotated = rotate(text)

    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert decrypt(rotated) == SECRET
    assert decrypt(text).unreadable


def test_a_text_no_key_opens_says_so_and_cannot_be_rotated(settings: Settings) -> None:
    text = encrypt(SECRET)
    settings.FIELD_ENCRYPTION_KEYS = [new_key()]

    found = decrypt(text)

    assert found == {}
    assert found.unreadable
    assert repr(found) == "<Secrets unreadable>"
    with pytest.raises(SecretUnreadable):
        rotate(text)


@pytest.mark.parametrize("keys", [[], ["no-key"]])
def test_without_a_good_key_nothing_can_be_stored(settings: Settings, keys: list[str]) -> None:
    settings.FIELD_ENCRYPTION_KEYS = keys

    with pytest.raises(ImproperlyConfigured, match="FIELD_ENCRYPTION_KEYS"):
        encrypt(SECRET)


def test_the_field_stores_only_the_encrypted_text(db: None) -> None:
    access = PortalAccessFactory.create(credentials=dict(SECRET))

    with connection.cursor() as cursor:
        cursor.execute("SELECT credentials FROM portals_portalaccess")
        (raw,) = cursor.fetchone()
    access.refresh_from_db()

    assert "very-secret" not in raw
    assert decrypt(raw) == SECRET
    assert isinstance(access.credentials, Secrets)


def test_an_unreadable_secret_is_not_overwritten_by_a_save(db: None, settings: Settings) -> None:
    access = PortalAccessFactory.create(credentials=dict(SECRET))
    good = settings.FIELD_ENCRYPTION_KEYS
    settings.FIELD_ENCRYPTION_KEYS = [new_key()]
    found = PortalAccess.objects.get(pk=access.pk)

    with pytest.raises(SecretUnreadable), transaction.atomic():
        found.save()
    settings.FIELD_ENCRYPTION_KEYS = good

    assert PortalAccess.objects.get(pk=access.pk).credentials == SECRET


def test_an_unreadable_secret_may_be_entered_again(db: None, settings: Settings) -> None:
    access = PortalAccessFactory.create(credentials=dict(SECRET))
    settings.FIELD_ENCRYPTION_KEYS = [new_key()]
    found = PortalAccess.objects.get(pk=access.pk)

    found.credentials = Secrets({"user": "new"})
    found.save()

    assert PortalAccess.objects.get(pk=access.pk).credentials == {"user": "new"}


def test_a_copy_of_an_unreadable_secret_is_as_unreadable(settings: Settings) -> None:
    text = encrypt(SECRET)
    settings.FIELD_ENCRYPTION_KEYS = [new_key()]

    assert copy.copy(decrypt(text)).unreadable
    assert copy.deepcopy(decrypt(text)).unreadable


def test_a_dump_of_the_table_tells_no_secret(db: None) -> None:
    PortalAccessFactory.create(credentials=dict(SECRET))

    dumped = serializers.serialize("json", PortalAccess.objects.all())

    assert json.loads(dumped)[0]["fields"]["credentials"] == ""
    assert "very-secret" not in dumped


def test_the_cipher_is_made_once_per_set_of_keys(settings: Settings) -> None:
    first = encryption.cipher()
    assert encryption.cipher() is first

    settings.FIELD_ENCRYPTION_KEYS = [new_key()]

    assert encryption.cipher() is not first
