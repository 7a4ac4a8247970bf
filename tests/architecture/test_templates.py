"""Every template compiles with icons that exist, and has nothing that the browser would block."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.engine import Engine
from lucide.templatetags.lucide import lucide as render_icon

from tests.architecture.source import ROOMS, ROOT, files, name

FOLDERS = ("templates", *(f"{room}/templates" for room in ROOMS))
TEMPLATES = [path for path in files(".html", places=FOLDERS) if path.parent != ROOT]
INLINE = re.compile(
    r"<script(?![^>]*\b(?:src=|type=\"application/(?:ld\+)?json\"))|<style|\sstyle=|\son[a-z]+=|javascript:",
    re.IGNORECASE,
)
ICON = re.compile(r'{% lucide "([^"]+)"')


def template_name(path: Path) -> str:
    """Return the name by which the loader finds a template."""
    parts = path.relative_to(ROOT).parts
    return "/".join(parts[parts.index("templates") + 1 :])


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_it_compiles(path):
    template = Engine.get_default().get_template(template_name(path))

    assert template.origin.name == str(path)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_it_has_no_inline_script_or_style(path):
    assert INLINE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_its_icons_exist(path):
    for icon in ICON.findall(path.read_text(encoding="utf-8")):
        assert render_icon(icon, size=18)
