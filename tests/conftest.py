"""The environment every test runs in, and what all of them share.

The environment is set before anything reads config/settings.py, so that neither a `.env` nor the
shell of whoever runs the tests has a say. Only DATABASE_URL and REDIS_URL may come from outside:
`.ci/run` runs the same tests on PostgreSQL and with Redis.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

import django
import pytest
from django.conf import settings

# The plain suite installs no browser driver; `.ci/run` does before it asks for these tests.
collect_ignore = [] if importlib.util.find_spec("playwright") else ["browser"]
FOLDER = Path(tempfile.mkdtemp(prefix="office-tests-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
(FOLDER / "static").mkdir()
os.environ.update(
    DJANGO_SETTINGS_MODULE="config.settings",
    DEBUG="True",
    SECRET_KEY="a-key-for-tests-only-a-key-for-tests-only-a-key-for-tests",
    FIELD_ENCRYPTION_KEYS="dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdHg=",
    BASE_URL="http://127.0.0.1:8000",
    SANDBOX_URL="http://127.0.0.1:8100",
    MEDIA_ROOT=str(FOLDER / "media"),
    STATIC_ROOT=str(FOLDER / "static"),
    LANGUAGE_CODE="en",
    PHOTO_MIN_SIDE="0",  # a picture of a few pixels is one, but where a test says otherwise
    STATUS_PATIENCE="-1",  # tests say when a status is read; not even one that is due is awaited
)
os.environ.setdefault("DATABASE_URL", f"sqlite:///{FOLDER / 'db.sqlite3'}")
os.environ.setdefault("REDIS_URL", "")
if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # In memory, two requests at once fail over a locked table; in a file they wait, as in earnest.
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(FOLDER / "tests.sqlite3")
# What is tested is who may log in, not how hard guessing is.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
django.setup()

from portals.services.catalogue_index import forget_catalogues  # noqa: E402 - after the settings


@pytest.fixture
def shared_data() -> Path:
    """The folder with the reference data that lies beside the checkout (marker `shared`)."""
    beside = Path(__file__).resolve().parents[2] / "shared"
    return Path(os.environ.get("SHARED_DATA", beside)) / "data"


@pytest.fixture(autouse=True)
def no_catalogue_is_kept() -> None:
    """Have no test find the portal's catalogue of another in memory, whose rows are gone."""
    forget_catalogues()
