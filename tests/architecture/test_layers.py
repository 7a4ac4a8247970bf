"""Rooms only look down. `.ci/run` proves it with import-linter; this is the part without it."""

from __future__ import annotations

from tests.architecture.source import ROOMS, files, imports, name

ABOVE = {
    "config/lib": {"accounts", "inventory", "portals", "leads", "office"},
    "accounts": {"inventory", "portals", "leads", "office"},
    "inventory": {"portals", "leads", "office"},
    "portals": {"leads", "office"},
    "leads": {"office"},
}
OFFICE_ROOMS = tuple(room for room in ROOMS if room != "sandbox")


def test_no_room_imports_the_one_above():
    upward = [
        f"{name(path)}:{line} imports {module}"
        for room, above in ABOVE.items()
        for path in files(".py", places=(room,))
        if name(path).startswith(f"{room}/")
        for line, module in imports(path)
        if module.split(".")[0] in above
    ]

    assert upward == []


def test_only_one_module_speaks_http():
    speakers = {
        name(path)
        for path in files(".py", places=OFFICE_ROOMS)
        for _, module in imports(path)
        if module.split(".")[0] == "requests"
    }

    assert speakers == {"config/lib/http.py"}


def test_the_sandbox_and_the_office_do_not_know_each_other():
    strangers = [
        f"{name(path)}:{line} imports {module}"
        for path in files(".py", places=ROOMS)
        for line, module in imports(path)
        if (name(path).startswith("sandbox/") and module.split(".")[0] in OFFICE_ROOMS)
        or (not name(path).startswith("sandbox/") and module.split(".")[0] == "sandbox")
    ]

    assert strangers == []
