"""The page of the pieces shows every class there is, so that nobody builds one twice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.factories.accounts import DealerFactory
from tests.pages import HTMX, client_of

pytestmark = pytest.mark.django_db
STYLES = ("components.css", "data.css")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
CLASS = re.compile(r"\.(-?[a-z][a-z0-9-]*)")
ELSEWHERE: set[str] = set()  # classes that no page can show at rest


def classes_of_the_styles() -> set[str]:
    """Return every class that the components' selectors name."""
    found: set[str] = set()
    for name in STYLES:
        text = COMMENT.sub("", (Path(settings.BASE_DIR) / "static/css" / name).read_text())
        for selector in re.findall(r"([^{};]+)\{", text):
            found |= set(CLASS.findall(selector))
    return found


def test_every_component_is_on_the_page():
    page = client_of(DealerFactory()).get("/design/").text
    shown = {name for names in re.findall(r'class="([^"]*)"', page) for name in names.split()}

    assert classes_of_the_styles() - shown - ELSEWHERE == set()


@pytest.mark.parametrize(("asked", "tone"), [("ok", "ok"), ("bad", "bad"), ("x", "ok")])
def test_a_toast_comes_from_the_server(asked, tone):
    response = client_of(DealerFactory()).get(f"/design/?toast={asked}", headers=HTMX)

    assert response.status_code == 204
    assert f'"tone": "{tone}"' in response["HX-Trigger"]


def test_a_dialog_is_a_page_without_script():
    client = client_of(DealerFactory())

    assert "<html" in client.get("/design/?dialog=1").text
    assert "<html" not in client.get("/design/?dialog=1", headers=HTMX).text
