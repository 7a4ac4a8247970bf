"""Two dealers, and browsers of everybody who might knock."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tests.isolation.world import World, build_world, strangers


@pytest.fixture(autouse=True)
def nobody_answers(settings: Settings, tmp_path: Path) -> None:
    """Have no portal answer and every file land in a folder of the test."""
    settings.SANDBOX_URL = "http://127.0.0.1:9"  # nobody listens on the discard port
    settings.STORAGES = {
        **settings.STORAGES,
        **{
            alias: {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": tmp_path / folder, "base_url": url},
            }
            for alias, folder, url in (
                ("originals", "originals", None),
                ("photos", "public", "/media/"),
            )
        },
    }


@pytest.fixture
def world(db: None) -> World:
    """Two complete dealers."""
    return build_world()


@pytest.fixture
def browser(world: World) -> Callable[[str], Client]:
    """Make the logged-in browser of a role of our dealer, or of one of the strangers."""
    people = {**world.ours.people, **strangers(world.ours)}

    def make(who: str) -> Client:
        client = Client()
        if who != "anonymous":
            client.force_login(people[who])
        return client

    return make
