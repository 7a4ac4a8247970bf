"""The migrations say what the models say, under names that tell what they do."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from tests.architecture.source import ROOMS, files, name


@pytest.mark.django_db
def test_no_model_has_changed_without_a_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=3)


def test_no_migration_has_a_made_up_name():
    migrations = [name(path) for path in files(".py", places=ROOMS) if "migrations" in path.parts]

    assert [path for path in migrations if "_auto_" in path] == []
