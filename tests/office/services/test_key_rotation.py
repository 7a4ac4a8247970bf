"""Old keys can be thrown away after a rotation, and nothing is lost by one."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError

from office.services.key_rotation import encrypted_columns, rotate_secrets
from portals.models import PortalAccess, PortalToken
from tests.command_line import run
from tests.factories.portals import PortalAccessFactory

pytestmark = pytest.mark.django_db
OLD, NEW, LOST = (Fernet.generate_key().decode() for _ in range(3))


@pytest.fixture
def old_secrets(settings) -> None:
    """Three accesses and a token under the old key; an access without credentials."""
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    accesses = [PortalAccessFactory(credentials={"user": f"u{n}"}) for n in range(3)]
    token = PortalToken(access=accesses[0])
    token.value = {"token": "t"}
    token.save()
    PortalAccessFactory(credentials={})


def test_every_encrypted_column_is_known():
    assert set(encrypted_columns()) == {(PortalAccess, "credentials"), (PortalToken, "value")}


def test_after_a_rotation_the_old_key_is_not_needed(settings, old_secrets):
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]

    assert run("rotate_keys") == {"rotated": 4, "unchanged": 0, "unreadable": 0}

    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    read = [dict(access.credentials) for access in PortalAccess.objects.order_by("pk")]
    assert read == [{"user": "u0"}, {"user": "u1"}, {"user": "u2"}, {}]
    assert dict(PortalToken.objects.get().value) == {"token": "t"}


def test_a_second_rotation_writes_nothing(settings, old_secrets):
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    rotate_secrets()

    assert run("rotate_keys") == {"rotated": 0, "unchanged": 4, "unreadable": 0}


def test_a_secret_that_no_key_opens_is_left_alone_and_told(settings, old_secrets):
    settings.FIELD_ENCRYPTION_KEYS = [LOST]
    PortalAccessFactory(credentials={"user": "lost"})
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]

    with pytest.raises(CommandError, match=r"^1 secrets open with no key"):
        run("rotate_keys")

    settings.FIELD_ENCRYPTION_KEYS = [LOST]
    assert dict(PortalAccess.objects.order_by("-pk")[0].credentials) == {"user": "lost"}


def test_more_rows_than_a_batch(settings, monkeypatch, old_secrets):
    monkeypatch.setattr("office.services.key_rotation.BATCH", 2)
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]

    assert rotate_secrets().rotated == 4


def test_without_a_key_nothing_is_touched(settings, old_secrets):
    settings.FIELD_ENCRYPTION_KEYS = []

    with pytest.raises(ImproperlyConfigured):
        rotate_secrets()

    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    assert dict(PortalAccess.objects.order_by("pk")[0].credentials) == {"user": "u0"}
