"""The documents speak of files and commands that exist."""

from __future__ import annotations

import re

import pytest
from django.core.management import get_commands

from tests.architecture.source import ROOMS, ROOT

DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/commands.md")
OWN_COMMAND = re.compile(r"^\| `([a-z_]+)[ `]|^    ([a-z]+_[a-z]+) ", re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_that_is_named_exists(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    tops = "|".join(map(re.escape, (*ROOMS, "templates", "static", "tests", "deploy", "docs")))

    named = re.findall(rf"`((?:{tops}|requirements)/[\w./-]*)`", text)

    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_command_that_is_documented_exists():
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")

    documented = {first or second for first, second in OWN_COMMAND.findall(text)} - {"command"}

    assert len(documented) > 10
    assert documented - set(get_commands()) == set()
