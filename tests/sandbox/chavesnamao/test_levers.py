"""Configuration, state, and what survives a restart."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.chavesnamao.app import ChavesNaMaoSandbox
from sandbox.server import run_in_thread
from tests.sandbox.chavesnamao.conftest import NAMES, Client, patiently


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"queue_second": 1}, "queue_second"),
        ({"queue_seconds": -1}, "queue_seconds"),
        ({"hold_queue": 1}, "hold_queue"),
        ({"rate_limit": 0}, "rate_limit"),
        ({"refuse_references": "1"}, "refuse_references"),
        ({"unpublished_read": "500"}, "unpublished_read"),
        ({"accounts": [{"user": "x"}]}, "accounts.token"),
        ({"accounts": [{"token": "x", "user": ""}]}, "accounts.user"),
        ({"accounts": [{"token": "x", "password": "y"}]}, "accounts.password"),
        ({"accounts": [{"token": "x", "plan": {"ads": 1}}]}, "accounts.plan"),
        ({"accounts": [{"token": "x", "plan": {"adsQuantity": -1}}]}, "accounts.plan"),
        ({"accounts": [{"token": "sandbox-token", "user": "x"}]}, "accounts.token"),
        ({"expire_tokens": "nobody"}, "expire_tokens"),
    ],
)
def test_what_is_not_understood_is_named_and_changes_nothing(
    outsider: Client, body: dict[str, object], field: str
) -> None:
    before = outsider.get("_config").json
    answer = outsider.ask("POST", "_config", {**body, "drip_s": 5})

    assert (answer.status, list(answer.json["errors"])) == (422, [field])
    assert outsider.get("_config").json == before


def test_a_changed_client_keeps_its_vehicles_and_the_rest_of_its_plan(client: Client) -> None:
    client.add("V-1")
    client.configure(accounts=[{"user": "demo", "token": "new", "plan": {"adsQuantity": 7}}])

    assert client.shown()["reference"] == "V-1"
    plan = client.get("clients/plan").json["currentPlan"]
    assert (plan["adsQuantity"], plan["highlightsQuantity"]) == (7, 5)
    assert client.enter("sandbox-token").status == 401
    assert client.enter("new").status == 200


def test_the_state_tells_all_that_is_held(client: Client) -> None:
    client.add("V-1")
    client.put(value=7)
    account = client.account()

    [ad] = account["ads"]
    assert (ad["reference"], ad["creates"], ad["updates"]) == ("V-1", 1, 0)
    assert ad["payload"]["value"] == 45990
    assert ad["publication"] == {"highlighted": False}
    assert [job["kind"] for job in account["queue"]] == ["UPDATE_VEHICLE"]
    assert account["history"] == {
        "posts": 1,
        "creates": 1,
        "deletes": 0,
        "recreated": {},
        "doubles": {},
        "failed_jobs": [],
    }
    brief = client.get("_state?brief=1").json["accounts"]["demo"]
    assert "payload" not in brief["ads"][0]
    assert "body" not in brief["queue"][0]
    assert "sandbox-token" not in client.get("_state").text


def test_vehicles_clients_and_the_queue_survive_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "new" / "chavesnamao.json"
    with run_in_thread([ChavesNaMaoSandbox(NAMES, state_file=file)]) as running:
        before = Client(running.origin.removeprefix("http://"), trim=3)
        before.configure(
            check_photos=False,
            hold_queue=True,
            queue_seconds=0.2,
            accounts=[{"token": "t2", "user": "loja2", "plan": {"adsQuantity": 1}}],
        )
        before.enter("t2")
        before.add("V-1", title="Ação")
        before.post(reference="V-2")
        held = before.account("loja2")

    with run_in_thread([ChavesNaMaoSandbox(NAMES, state_file=file)]) as running:
        after = Client(running.origin.removeprefix("http://"), token=before.token)
        assert after.shown()["title"] == "Ação"
        patiently(lambda: after.get("vehicles/V-2").status == 200)
        restored = after.account("loja2")
        assert after.shown("V-2")["publication"] is None
        assert restored["history"]["creates"] == 2
        assert restored["plan"]["adsUsed"] == 1

    def fixed(ad: dict[str, object]) -> dict[str, object]:
        return {key: ad[key] for key in ad if key != "url"}

    assert fixed(restored["ads"][0]) == fixed(held["ads"][0])


@pytest.mark.parametrize("content", ["", "[]", '{"secret": "x"}', '{"accounts": []}'])
def test_a_file_of_something_else_is_refused_and_left_alone(tmp_path: Path, content: str) -> None:
    file = tmp_path / "chavesnamao.json"
    file.write_text(content)

    with pytest.raises(ValueError, match="no state file of this sandbox"):
        ChavesNaMaoSandbox(NAMES, state_file=file)
    assert file.read_text() == content


def test_the_client_of_a_token_need_not_be_named(client: Client) -> None:
    client.configure(accounts=[{"token": "sandbox-token", "plan": {"adsQuantity": 3}}])

    assert [each["user"] for each in client.get("_config").json["accounts"]] == ["demo"]
    assert client.get("clients/plan").json["currentPlan"]["adsQuantity"] == 3


def test_a_killed_process_keeps_what_it_had_saved(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--state", str(tmp_path)]
    file = tmp_path / "chavesnamao.json"
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        client = Client(process.stdout.readline().split()[-1].removeprefix("http://"))
        client.enter()
        client.trim = client.get("vehicles/models/2/trims").json[0]["id"]
        client.configure(hold_queue=True)
        client.post()
        patiently(lambda: file.exists() and '"V-1"' in file.read_text())
        process.kill()

    again = ChavesNaMaoSandbox(NAMES, state_file=file)
    assert [job.reference for job in again.store.holdings["demo"].queue] == ["V-1"]


def test_every_portal_has_a_state_file_of_its_own(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--state", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        client = Client(process.stdout.readline().split()[-1].removeprefix("http://"))
        assert client.enter().status == 200
        trim = client.get("vehicles/models/2/trims").json[0]["id"]
        client.trim = trim
        client.configure(check_photos=False, hold_queue=True)
        assert client.post().status == 202
        assert client.login().status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0

    saved = json.loads((tmp_path / "chavesnamao.json").read_text())
    assert [job["reference"] for job in saved["holdings"]["demo"]["queue"]] == ["V-1"]
