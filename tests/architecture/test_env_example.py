"""`.env.example` and config/settings.py name the same settings."""

from __future__ import annotations

import ast
import re

from tests.architecture.source import ROOT, tree


def settings_read() -> set[str]:
    """Return the names that config/settings.py reads from the environment."""
    return {
        str(node.args[0].value)
        for node in ast.walk(tree(ROOT / "config" / "settings.py"))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def test_every_setting_is_explained_and_none_that_is_not_read():
    text = (ROOT / ".env.example").read_text(encoding="utf-8")

    explained = re.findall(r"^#?([A-Z][A-Z_]+)=", text, flags=re.MULTILINE)

    assert set(explained) == settings_read()
    assert len(explained) == len(set(explained))
