"""Every check stays silent on a sound server and speaks with its own id on an unsound one."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as project_settings
from django.core import checks as django_checks

from config.lib import checks

SOUND_KEY = "a1" * 25
SQLITE = {"default": {"ENGINE": "django.db.backends.sqlite3"}}
POSTGRES = {"default": {"ENGINE": "django.db.backends.postgresql"}}
LOCMEM = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DATABASE_CACHE = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache"}}


@pytest.fixture
def use_database(monkeypatch):
    """Change DATABASES for our eyes only: no signal, since no connection may be rebuilt."""
    return lambda databases: monkeypatch.setattr(project_settings, "DATABASES", databases)


@pytest.fixture
def server(settings, tmp_path, use_database):
    """Settings of a sound production server, to be spoilt one at a time."""
    settings.DEBUG = False
    settings.SECRET_KEY = SOUND_KEY
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    settings.BASE_URL = "https://loja.example.com"
    settings.ALLOWED_HOSTS = ["loja.example.com"]
    use_database(POSTGRES)
    settings.CACHES = DATABASE_CACHE
    settings.MEDIA_ROOT = tmp_path
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "staticfiles.json").write_text("{}", encoding="utf-8")
    return settings


def ids_found() -> list[str]:
    """Return the ids of what our checks say, in order."""
    functions = [*(check for check, _ in checks.ALWAYS), checks.check_static_files]
    return [str(message.id) for check in functions for message in check(None)]


def with_queue(server, **changes):
    """Change figures of the queue."""
    server.Q_CLUSTER = {**project_settings.Q_CLUSTER, **changes}


def test_a_sound_server_hears_nothing(server):
    assert ids_found() == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SECRET_KEY", project_settings.INSECURE_SECRET_KEY, "config.E001"),
        ("SECRET_KEY", "x" * 49, "config.E002"),
        ("OLX_CLIENT_ID", "our-own-program", "config.E018"),
        ("OLX_CLIENT_SECRET", "our-own-secret", "config.E018"),
        ("FIELD_ENCRYPTION_KEYS", [], "config.E003"),
        ("FIELD_ENCRYPTION_KEYS", ["not-a-key"], "config.E004"),
        ("BASE_URL", "loja.example.com", "config.E005"),
        ("BASE_URL", "http://loja.example.com", "config.W006"),
        ("ALLOWED_HOSTS", ["*"], "config.W008"),
        ("DRAIN_BUDGET", 280.0, "config.E013"),
        ("DRAIN_LEASE", 25.0, "config.E014"),
        ("CACHES", LOCMEM, "config.W015"),
    ],
)
def test_each_unsound_setting_is_told_by_its_own_id(server, name, value, expected):
    setattr(server, name, value)

    assert ids_found() == [expected]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"retry": 909}, ["config.E011"]),
        ({"retry": 910}, []),
        ({"queue_limit": 3, "retry": 1000}, ["config.E011"]),
        ({"guard_cycle": 0.3}, ["config.E012"]),
        ({"guard_cycle": 2}, ["config.E012"]),
        ({"guard_cycle": 0.25}, []),
    ],
)
def test_the_figures_of_the_queue_must_fit_each_other(server, changes, expected):
    with_queue(server, **{"workers": 2, "queue_limit": 2, "timeout": 300, "retry": 1000, **changes})

    assert ids_found() == expected


def test_sqlite_in_production_is_told(server, use_database):
    use_database(SQLITE)

    assert ids_found() == ["config.W010"]


def test_a_connection_pool_is_refused(server, use_database):
    use_database({"default": {**POSTGRES["default"], "OPTIONS": {"pool": True}}})

    assert ids_found() == ["config.E009"]


def test_a_media_folder_below_a_file_cannot_be_written(server, tmp_path):
    (tmp_path / "taken").write_text("", encoding="utf-8")
    server.MEDIA_ROOT = tmp_path / "taken" / "media"

    assert ids_found() == ["config.E016"]


def test_a_media_folder_that_can_still_be_made_is_fine(server, tmp_path):
    server.MEDIA_ROOT = tmp_path / "not" / "yet" / "there"

    assert ids_found() == []


def test_uncollected_static_files_are_told(server, tmp_path):
    (tmp_path / "staticfiles.json").unlink()

    assert ids_found() == ["config.W017"]


def test_development_runs_without_keys_and_says_so(server, use_database):
    server.DEBUG = True
    server.SECRET_KEY = project_settings.INSECURE_SECRET_KEY
    server.FIELD_ENCRYPTION_KEYS = []
    use_database(SQLITE)
    server.CACHES = LOCMEM
    server.BASE_URL = "http://127.0.0.1:8000"

    assert ids_found() == ["config.W003"]


def test_debug_at_a_public_address_is_told(server):
    server.DEBUG = True

    assert ids_found() == ["config.W007"]


def test_an_invalid_key_is_told_by_its_place_and_never_shown(server):
    server.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), "almost-a-secret"]

    (message,) = checks.check_encryption_keys(None)

    assert "at place 2." in message.msg
    assert "almost-a-secret" not in str(message)


def test_every_message_has_a_hint(server, use_database):
    server.SECRET_KEY = "short"
    server.FIELD_ENCRYPTION_KEYS = []
    server.BASE_URL = ""
    use_database(SQLITE)
    with_queue(server, retry=1, guard_cycle=7)

    messages = [message for check, _ in checks.ALWAYS for message in check(None)]

    assert len(messages) == 6
    assert [message.id for message in messages if not message.hint] == []


def test_django_runs_them_the_static_one_only_for_a_deployment():
    registry = django_checks.registry.registry
    registered = {getattr(check, "__name__", "") for check in registry.get_checks()}
    every = registry.get_checks(include_deployment_checks=True)
    deployed = {getattr(check, "__name__", "") for check in every}

    assert {getattr(check, "__name__", "") for check, _ in checks.ALWAYS} <= registered
    assert deployed - registered >= {"check_static_files"}
