"""A database of its own for a measurement or a proof, made and thrown away around it.

Nothing here needs Django: the environment must be complete before the settings are read.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]
LOCAL = "postgres://postgres@127.0.0.1:5432/postgres"


def environment(**own: str) -> dict[str, str]:
    """Return the environment of a program under measurement: this one's, with fixed settings."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "False",
        "SECRET_KEY": "a-key-for-measurements-only-a-key-for-measurements-only-a-key",
        "FIELD_ENCRYPTION_KEYS": "dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdHg=",
        "BASE_URL": "http://127.0.0.1:8000",
        "REDIS_URL": "",
        "LOG_LEVEL": "ERROR",
        "LANGUAGE_CODE": "en",
        "PYTHONDONTWRITEBYTECODE": "1",
        **own,
    }


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Lend a folder for the length of the block."""
    folder = Path(tempfile.mkdtemp(prefix="office-scratch-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def postgres_url(name: str) -> str:
    """Return the address of a database of that name on the server of PG_URL or DATABASE_URL."""
    urls = [os.environ.get("PG_URL", ""), os.environ.get("DATABASE_URL", ""), LOCAL]
    server = next(url for url in urls if url.startswith("postgres"))
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def on_server(statement: str) -> None:
    """Run one statement (CREATE or DROP DATABASE) on the server, outside any transaction."""
    with psycopg.connect(postgres_url("postgres"), autocommit=True) as connection:
        connection.execute(statement)


def drop_postgres(name: str) -> None:
    """Drop a database, whoever is still connected."""
    on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def scratch_database(kind: str) -> Iterator[str]:
    """Lend an empty database of kind "sqlite" or "postgres"; yields its DATABASE_URL."""
    if kind == "sqlite":
        with scratch_folder() as folder:
            yield f"sqlite:///{folder / 'scratch.sqlite3'}"
        return
    name = f"office_scratch_{uuid.uuid4().hex[:12]}"
    on_server(f'CREATE DATABASE "{name}"')
    try:
        yield postgres_url(name)
    finally:
        drop_postgres(name)


def migrate(environ: dict[str, str]) -> None:
    """Create the tables of the database that an environment names."""
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--skip-checks", "--verbosity", "0"],
        cwd=ROOT,
        env=environ,
        check=True,
    )
