"""What the portal holds survives a restart."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from sandbox.server import run_in_thread
from sandbox.state_file import pause_after_save_s
from sandbox.usadosbr.app import UsadosbrSandbox
from tests.sandbox.conftest import NAMES, Caller


def test_ads_accounts_and_tokens_survive_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "new" / "usadosbr.json"
    with run_in_thread([UsadosbrSandbox(NAMES, state_file=file)]) as running:
        before = Caller(running.origin.removeprefix("http://"))
        before.login()
        before.configure(accounts=[{"user": "loja2", "password": "p2"}])
        first = before.car(Destaque=2, Opcionais=["X"]).json["id"]
        held = before.ads()[0]

    with run_in_thread([UsadosbrSandbox(NAMES, state_file=file)]) as running:
        after = Caller(running.origin.removeprefix("http://"), token=before.token)
        assert after.get("carros/consultar/status/7998").json["id"] == first
        restored = after.ads()[0]
        assert after.car(Codigo="2").json["id"] == first + 1
        assert after.state()["accounts"]["demo"]["plans"][1]["utilizado"] == 1
        assert after.login("loja2", "p2").status == 200

    assert {**restored, "url": ""} == {**held, "url": ""}


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "usadosbr.json"
    portal = UsadosbrSandbox(NAMES, state_file=file)
    portal.store.changed = True
    portal.save()

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["usadosbr.json"]


def test_nothing_is_written_when_nothing_changed(tmp_path: Path) -> None:
    file = tmp_path / "usadosbr.json"
    portal = UsadosbrSandbox(NAMES, state_file=file)
    portal.store.changed = False

    assert portal.save() == 0.0
    assert not file.exists()


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"secret": "x"}', '{"secret": 1, "accounts": 5}']
)
def test_a_file_of_something_else_is_refused_and_left_alone(tmp_path: Path, content: str) -> None:
    file = tmp_path / "usadosbr.json"
    file.write_text(content)

    with pytest.raises(ValueError, match="no state file of this sandbox"):
        UsadosbrSandbox(NAMES, state_file=file)
    assert file.read_text() == content


def test_a_folder_that_cannot_be_written_does_not_stop_the_portal(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    portal = UsadosbrSandbox(NAMES, state_file=tmp_path / "taken2" / "usadosbr.json")
    (tmp_path / "taken2").write_text("")
    portal.store.changed = True

    assert portal.save() == 0.0
    assert portal.store.changed


def test_saving_takes_a_small_share_of_the_time() -> None:
    assert pause_after_save_s(0.0) == 1.0
    assert pause_after_save_s(0.2) == 4.0
