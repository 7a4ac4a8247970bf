"""Ads, accounts, tokens, codes and the queue survive a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.olx.app import OlxSandbox
from sandbox.server import run_in_thread
from tests.sandbox.conftest import NAMES
from tests.sandbox.olx.conftest import Olx, ad
from tests.sandbox.olx.test_authorising import decide, sent_back, token_for


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "new" / "olx.json"
    with run_in_thread([OlxSandbox(NAMES, state_file=file)]) as running:
        before = Olx(running.origin.removeprefix("http://")).enter()
        before.configure(
            accept_after_s=0, accept_spread_s=0, check_photos=False, accounts=[{"user": "loja"}]
        )
        before.accept(ad(), ad(id="B"))
        before.configure(accept_after_s=1000)
        waiting = before.put(ad(price=7), {"id": "B", "operation": "delete"}).json["token"]
        code = sent_back(decide(before))["code"]
        held = before.held()

    with run_in_thread([OlxSandbox(NAMES, state_file=file)]) as running:
        after = Olx(running.origin.removeprefix("http://"), token=before.token)
        assert {**after.held(), "url": ""} == {**held, "url": ""}
        after.configure(check_photos=False)
        assert after.status(waiting).json["autoupload_status"] == "pending"
        after.lever("release")
        after.settle()
        assert {own_id: told["status"] for own_id, told in after.outcome(waiting).items()} == {
            "A1": "accepted",
            "B": "accepted",
        }
        assert after.held()["facts"]["price"] == 7
        assert (after.held()["creations"], after.held("B")["status"]) == (1, "deleted")
        assert token_for(after, code).status == 200
        assert after.enter("loja").ask("GET", "autoupload/balance").status == 200
        after.configure(accept_after_s=0, accept_spread_s=0)
        assert after.accept(ad(id="C"))["C"]["list_id"] > held["list_id"] + 1


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"portal": "olx"}', '{"portal": "other"}', '{"format": 1}']
)
def test_a_file_of_something_else_is_refused_and_left_alone(tmp_path: Path, content: str) -> None:
    file = tmp_path / "olx.json"
    file.write_text(content)

    with pytest.raises(ValueError, match="no state file of this sandbox"):
        OlxSandbox(NAMES, state_file=file)
    assert file.read_text() == content
