"""Supervisors ask whether the process lives and whether it can serve."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.db import connection


def test_alive_needs_neither_login_nor_database(client):
    response = client.get("/health/live")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_ready_when_everything_answers(client):
    response = client.get("/health/ready")

    assert response.json() == {"database": True, "migrations": True, "cache": True}
    assert response.status_code == 200


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'accounts'")

    response = client.get("/health/ready")

    assert response.json()["migrations"] is False
    assert response.status_code == 503


@pytest.mark.django_db
def test_not_ready_without_the_cache(client, monkeypatch):
    def broken(*_args: object, **_options: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(caches["default"], "get", broken)

    response = client.get("/health/ready")

    assert response.json() == {"database": True, "migrations": True, "cache": False}
    assert response.status_code == 503
