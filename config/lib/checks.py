"""System checks: what is missing or unsafe in the settings, told with an id and a way out.

Errors stop every command, so they are kept for what would lose data or give secrets away.
Outside DEBUG the rules are those of a server that strangers can reach.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.core import checks

SHORTEST_SECRET_KEY = 50
GUARD_CYCLES = (0.125, 0.25, 0.5, 1)
QUEUE_MARGIN = 10  # seconds
PROCESS_CACHES = ("LocMemCache", "DummyCache")

Check = Callable[..., Iterable[checks.CheckMessage]]


def check_secret_key(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    """Outside DEBUG, SECRET_KEY is our own and long: it signs sessions and queued tasks."""
    del app_configs
    if settings.DEBUG:
        return []
    hint = "Set SECRET_KEY to at least 50 random characters."
    if settings.SECRET_KEY == settings.INSECURE_SECRET_KEY:
        return [checks.Error("SECRET_KEY is the one of development.", hint=hint, id="config.E001")]
    if len(settings.SECRET_KEY) < SHORTEST_SECRET_KEY:
        return [checks.Error("SECRET_KEY is too short.", hint=hint, id="config.E002")]
    return []


def check_encryption_keys(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    """There is a valid key for secrets at rest; without one no credentials can be stored."""
    del app_configs
    hint = (
        "Make a key with Fernet.generate_key() of the cryptography package and put it into "
        "FIELD_ENCRYPTION_KEYS (comma separated, newest first)."
    )
    keys = settings.FIELD_ENCRYPTION_KEYS
    if not keys:
        kind = checks.Warning if settings.DEBUG else checks.Error
        id_ = "config.W003" if settings.DEBUG else "config.E003"
        return [kind("FIELD_ENCRYPTION_KEYS is empty.", hint=hint, id=id_)]
    invalid = [str(place) for place, key in enumerate(keys, start=1) if not _is_fernet_key(key)]
    if invalid:
        # The place is told, the key is not: it may be almost right.
        message = f"FIELD_ENCRYPTION_KEYS: no valid Fernet key at place {', '.join(invalid)}."
        return [checks.Error(message, hint=hint, id="config.E004")]
    return []


def _is_fernet_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


def check_base_url(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    """BASE_URL is a whole address, and in production one with https."""
    del app_configs
    parts = urlsplit(settings.BASE_URL)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        message = "BASE_URL is not an http or https address."
        return [checks.Error(message, hint="Example: https://loja.example.com", id="config.E005")]
    if not settings.DEBUG and parts.scheme != "https":
        message = "BASE_URL is not https: cookies and passwords travel in the open."
        hint = "Put the office behind a proxy with a certificate and write https:// in BASE_URL."
        return [checks.Warning(message, hint=hint, id="config.W006")]
    if settings.DEBUG and parts.scheme == "https":
        message = "DEBUG is on at a public address: error pages show the insides to strangers."
        return [checks.Warning(message, hint="Set DEBUG=False.", id="config.W007")]
    return []


def check_hosts(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    """In production the office answers only to names of its own."""
    del app_configs
    if not settings.DEBUG and "*" in settings.ALLOWED_HOSTS:
        message = "ALLOWED_HOSTS accepts every name."
        hint = "Name the hosts, or leave it out: the host of BASE_URL is the default."
        return [checks.Warning(message, hint=hint, id="config.W008")]
    return []


def check_database(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    """No connection pool (the worker would share it between processes); SQLite is told."""
    del app_configs
    found: list[checks.CheckMessage] = []
    default = settings.DATABASES["default"]
    if default.get("OPTIONS", {}).get("pool"):
        message = "DATABASES uses a connection pool: the queue's processes would share connections."
        hint = "Take `pool` out of DATABASE_URL; CONN_MAX_AGE keeps connections open."
        found.append(checks.Error(message, hint=hint, id="config.E009"))
    if not settings.DEBUG and default["ENGINE"].endswith("sqlite3"):
        message = "The database is SQLite: good for one machine and a few people at once."
        hint = "Set DATABASE_URL to a PostgreSQL server when it grows."
        found.append(checks.Warning(message, hint=hint, id="config.W010"))
    return found


def check_queue(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    """The queue's figures fit each other, so that no task is started twice or never ended."""
    del app_configs
    queue = settings.Q_CLUSTER
    found: list[checks.CheckMessage] = []
    waits = math.ceil(queue["queue_limit"] / queue["workers"]) + 2
    least = queue["timeout"] * waits + QUEUE_MARGIN
    if queue["retry"] < least:
        message = "Q_CLUSTER: `retry` is too short, a waiting task would be started twice."
        found.append(checks.Error(message, hint=f"Set it to {least} or more.", id="config.E011"))
    if queue["guard_cycle"] not in GUARD_CYCLES:
        message = "Q_CLUSTER: with this `guard_cycle` a task that hangs is never ended."
        hint = f"Use one of {', '.join(map(str, GUARD_CYCLES))}."
        found.append(checks.Error(message, hint=hint, id="config.E012"))
    if queue["timeout"] <= settings.DRAIN_BUDGET + settings.HTTP_DEADLINE:
        message = "DRAIN_BUDGET leaves no room for a last exchange before the queue's `timeout`."
        hint = f"Keep DRAIN_BUDGET + HTTP_DEADLINE below {queue['timeout']} seconds."
        found.append(checks.Error(message, hint=hint, id="config.E013"))
    if settings.DRAIN_LEASE <= settings.HTTP_DEADLINE:
        message = "DRAIN_LEASE ends before an exchange does: two workers could send the same ad."
        hint = f"Set DRAIN_LEASE well above HTTP_DEADLINE ({settings.HTTP_DEADLINE} seconds)."
        found.append(checks.Error(message, hint=hint, id="config.E014"))
    return found


def check_olx_program(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    """Id and secret of the program registered with OLX belong together; without both there is none.

    With neither of them the real portal is shown as one that nobody can be connected to yet.
    """
    del app_configs
    own_id = settings.OLX_CLIENT_ID not in ("", "demo-office")
    own_secret = settings.OLX_CLIENT_SECRET not in ("", "demo-office-secret")
    if own_id == own_secret:
        return []
    missing = "OLX_CLIENT_SECRET" if own_id else "OLX_CLIENT_ID"
    return [
        checks.Error(
            f"{missing} is missing: OLX would refuse every connection.",
            hint="Set both as they were registered with OLX, or neither.",
            id="config.E018",
        )
    ]


def check_cache(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    """The cache is shared by all processes; login protection counts in it."""
    del app_configs
    backend = settings.CACHES["default"]["BACKEND"]
    if backend.rsplit(".", 1)[-1] in PROCESS_CACHES and not settings.DEBUG:
        message = "The cache is not shared between processes."
        hint = "Set REDIS_URL, or leave the default (a table of the database)."
        return [checks.Warning(message, hint=hint, id="config.W015")]
    return []


def check_media_root(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    """Photos can be written: MEDIA_ROOT, or the folder it will be made in, lets us."""
    del app_configs
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return []
    message = "MEDIA_ROOT cannot be written: no photo can be stored."
    hint = f"Let the user of this process write in {settings.MEDIA_ROOT}."
    return [checks.Error(message, hint=hint, id="config.E016")]


def check_static_files(app_configs: Sequence[Any] | None, **_: Any) -> list[checks.CheckMessage]:
    """In production the static files have been collected."""
    del app_configs
    if settings.DEBUG or (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
        return []
    message = "STATIC_ROOT has no manifest: pages would fail."
    hint = "Run `python manage.py collectstatic --no-input`."
    return [checks.Warning(message, hint=hint, id="config.W017")]


ALWAYS: tuple[tuple[Check, str], ...] = (
    (check_secret_key, checks.Tags.security),
    (check_encryption_keys, checks.Tags.security),
    (check_base_url, checks.Tags.security),
    (check_hosts, checks.Tags.security),
    (check_database, checks.Tags.compatibility),
    (check_queue, checks.Tags.compatibility),
    (check_olx_program, checks.Tags.security),
    (check_cache, checks.Tags.caches),
    (check_media_root, checks.Tags.files),
)


def register() -> None:
    """Register the checks; the one on static files only for `check --deploy`."""
    for check, tag in ALWAYS:
        checks.register(check, tag)
    checks.register(check_static_files, checks.Tags.staticfiles, deploy=True)
