"""The parts of dev.py that decide; what it starts is exercised by whoever runs it."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import signal
import socket
import stat
import sys
import time
from pathlib import Path

import pytest

import dev

EVERYTHING_PLAIN = ["-m", dev.PLAIN_TESTS]


def test_python_3_9_can_parse_it():
    source = Path(dev.__file__).read_text(encoding="utf-8")

    tree = ast.parse(source, feature_version=(3, 9))

    assert any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body)


def test_an_old_python_is_told_which_one_is_needed():
    assert dev.version_message((3, 9, 2, "final", 0)) == (
        "This project needs Python 3.11 or newer; this is Python 3.9.2."
    )


def test_an_old_python_without_a_newer_one_ends_with_the_sentence(monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setenv("PATH", "")

    status = dev.main(["run"])

    assert status == 1
    assert capsys.readouterr().err == dev.version_message((3, 9, 2)) + "\n"


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (
            "OSError: [Errno 28] No space left on device",
            "The disk is full: free some space and run this again.",
        ),
        (
            "sqlite3.OperationalError: database or disk is full",
            "The disk is full: free some space and run this again.",
        ),
        (
            "NewConnectionError: [Errno -3] Temporary failure in name resolution\nERROR: no match",
            "The network cannot be reached: check the connection and run this again.",
        ),
        ("Traceback …\n\nValueError: too long\n\n", "ValueError: too long"),
        ("\n", "It gave no reason."),
    ],
)
def test_the_output_of_a_failed_program_becomes_one_sentence(output, sentence):
    assert dev.explain(output) == sentence


def test_a_failed_program_raises_with_what_was_tried_and_why():
    program = "import sys; sys.stderr.write('half\\nOSError: no space left on device'); sys.exit(3)"

    with pytest.raises(dev.Trouble) as trouble:
        dev.call("Preparing the database", sys.executable, "-c", program)

    assert str(trouble.value) == (
        "Preparing the database failed. The disk is full: free some space and run this again."
    )


def test_a_program_that_ends_well_returns_what_it_printed():
    assert dev.call("Asking", sys.executable, "-c", "print('{}')") == "{}\n"


def test_a_busy_port_is_one_sentence_that_names_the_way_out():
    with socket.socket() as other:
        other.bind((dev.HOST, 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(dev.Trouble) as trouble:
            dev.require_port(port, "--sandbox-port")

    assert str(trouble.value) == f"Port {port} is busy: choose another with --sandbox-port."


def test_a_number_that_is_no_port_is_refused():
    with pytest.raises(dev.Trouble, match=r"^70000 is not a port: --port takes 1 to 65535\.$"):
        dev.require_port(70_000, "--port")


def test_one_port_cannot_serve_two(capsys):
    status = dev.main(["run", "--port", "8100"])

    assert status == 1
    assert capsys.readouterr().err == (
        "The office and the sandbox need two ports: choose one with --sandbox-port.\n"
    )


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with one lock and an environment in which every installation succeeds."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "base.txt").write_text("django==5.2.19\n", encoding="utf-8")
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "STAMP", tmp_path / "installed-locks.json")
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\n', encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.setattr(dev, "PYTHON", str(python))
    return tmp_path


def installations(checkout: Path) -> int:
    """How many times something was installed into the checkout's environment."""
    calls = (checkout / "calls").read_text(encoding="utf-8")
    return calls.count("--require-hashes")


def test_a_lock_is_installed_once_and_its_hash_remembered(checkout):
    dev.install("base")
    dev.install("base")

    digest = hashlib.sha256(b"django==5.2.19\n").hexdigest()
    assert installations(checkout) == 1
    assert json.loads(dev.STAMP.read_text(encoding="utf-8")) == {"base": digest}


def test_a_changed_lock_is_installed_again(checkout):
    dev.install("base")
    (checkout / "requirements" / "base.txt").write_text("django==5.2.20\n", encoding="utf-8")

    dev.install("base")

    assert installations(checkout) == 2


def test_a_broken_record_of_what_is_installed_means_nothing_is(tmp_path):
    stamp = tmp_path / "stamp.json"
    stamp.write_text("{half", encoding="utf-8")

    assert dev.installed_locks(stamp) == {}


def test_the_env_file_has_keys_of_its_own_and_is_private(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"

    dev.write_env_file(first)
    dev.write_env_file(second)

    names = [line.split("=")[0] for line in first.read_text(encoding="utf-8").splitlines()[1:]]
    assert names == ["DEBUG", "LOG_LEVEL", "SECRET_KEY", "FIELD_ENCRYPTION_KEYS"]
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert first.read_bytes() != second.read_bytes()


def test_an_env_file_that_is_there_stays_as_it_is(tmp_path):
    path = tmp_path / ".env"
    path.write_text("SECRET_KEY=mine\n", encoding="utf-8")

    dev.write_env_file(path)

    assert path.read_text(encoding="utf-8") == "SECRET_KEY=mine\n"


@pytest.mark.parametrize(
    ("given", "processors", "expected"),
    [
        ([], 2, [*EVERYTHING_PLAIN, "-n", "2"]),
        ([], 16, [*EVERYTHING_PLAIN, "-n", "4"]),
        ([], 1, EVERYTHING_PLAIN),
        (["-q", "-x"], 2, [*EVERYTHING_PLAIN, "-n", "2", "-q", "-x"]),
        (["tests/test_dev.py"], 2, [*EVERYTHING_PLAIN, "tests/test_dev.py"]),
        (["tests/test_dev.py::test_x"], 2, [*EVERYTHING_PLAIN, "tests/test_dev.py::test_x"]),
        (["-m", "slow"], 2, ["-n", "2", "-m", "slow"]),
        (["-n0"], 2, [*EVERYTHING_PLAIN, "-n0"]),
        (["--pdb"], 2, [*EVERYTHING_PLAIN, "--pdb"]),
    ],
)
def test_pytest_gets_the_plain_tests_unless_the_caller_says_otherwise(given, processors, expected):
    assert dev.pytest_arguments(given, processors) == expected


def test_what_follows_test_is_left_to_pytest():
    options = dev.parse(["test", "--port", "-k", "photo"])

    assert options.given == ["--port", "-k", "photo"]
    assert options.function is dev.test


def test_run_has_the_documented_ports():
    options = dev.parse(["run"])

    assert (options.port, options.sandbox_port, options.no_demo) == (8000, 8100, False)


def test_the_welcome_names_addresses_and_users():
    environment = {"BASE_URL": "http://127.0.0.1:9000", "SANDBOX_URL": "http://127.0.0.1:9100"}
    users = [{"username": "dona", "password": "segredo-da-demo", "role": "owner"}]

    text = dev.welcome(environment, {"users": users})

    assert text.splitlines()[1:3] == [
        "  Office   http://127.0.0.1:9000",
        "  Sandbox  http://127.0.0.1:9100",
    ]
    assert "    dona / segredo-da-demo / owner" in text.splitlines()
    assert "Demo users" not in dev.welcome(environment, {})


def spawn(program: str) -> dev.Child:
    """Start a child that runs a Python program of one line."""
    return dev.Child("program", sys.executable, "-c", program, environment=dict(os.environ))


def test_a_child_that_ends_is_told_with_its_last_words():
    child = spawn("import sys; print('no such table'); sys.exit(7)")
    child.process.wait(20)

    with pytest.raises(dev.Trouble) as trouble:
        child.require_alive()

    assert str(trouble.value) == "The program ended (exit 7). no such table"


def test_killing_a_child_takes_the_programs_that_it_started():
    child = spawn(
        "import subprocess, sys, time\n"
        "grandchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(grandchild.pid, flush=True)\n"
        "time.sleep(60)"
    )
    while not child.tail:
        assert child.process.poll() is None
        time.sleep(0.01)
    assert os.getpgid(int(child.tail[0])) == child.process.pid

    child.kill_group()

    assert child.process.returncode == -signal.SIGKILL
    child.relay.join(10)  # it ends when nobody holds the output any more
    assert not child.relay.is_alive()


@pytest.fixture
def office(monkeypatch):
    """An office of four programs that only sleep, the sandbox for one second."""
    monkeypatch.setattr(dev, "PYTHON", sys.executable)
    office = dev.Office(9000, 9100)
    for name, seconds in (("sandbox", 1), ("web", 60), ("worker", 60), ("watchdog", 60)):
        office.start(name, "-c", f"import time; time.sleep({seconds})")
    yield office
    office.close()


def watched_worker(office: dev.Office, alarm: str) -> tuple[int, int]:
    """Return the worker's process ids before and after the watchdog has said `alarm`."""
    worker = office.children["worker"]
    before = worker.process.pid
    office.children["watchdog"].alarms.put(alarm)
    with pytest.raises(dev.Trouble, match=r"^The sandbox ended \(exit 0\)\. It gave no reason\.$"):
        office.watch()
    return before, worker.process.pid


def test_a_worker_that_stands_still_is_killed_and_started_anew(office, monkeypatch, capsys):
    monkeypatch.setattr(dev, "GRACE_SECONDS", 0)

    before, after = watched_worker(office, "stalled: no sign of life for 190 s\n")

    assert before != after
    assert office.children["worker"].process.poll() is None
    assert "The worker stands still: it is killed and started anew." in capsys.readouterr().out


def test_a_worker_that_has_just_started_is_left_alone(office):
    before, after = watched_worker(office, "stalled: no sign of life yet\n")

    assert before == after


def test_other_words_of_the_watchdog_change_nothing(office, monkeypatch):
    monkeypatch.setattr(dev, "GRACE_SECONDS", 0)

    before, after = watched_worker(office, "the database is locked\n")

    assert before == after


def test_closing_ends_every_program(office):
    office.close()

    assert [child.process.poll() is None for child in office.children.values()] == [False] * 4
