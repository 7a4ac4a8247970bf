"""Run the office or its tests on a machine that has only Python: `python3 dev.py run`, `… test`.

Standard library only, since it runs before anything is installed; and nothing that Python 3.9
cannot parse, so that an old interpreter can still say which one is needed. It keeps a virtual
environment in `.venv`, installs the locks of `requirements/` when they changed, and plays the
supervisor that systemd is in production (see `deploy/`): it starts web, worker and sandbox, and
when `check_worker` reports a standstill it kills the worker's whole process group and starts it
anew, because a django-q2 cluster whose idle worker was killed never moves again by itself.
"""

from __future__ import annotations

import argparse
import base64
import collections
import contextlib
import errno
import hashlib
import importlib.util
import json
import os
import queue
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = str(VENV / "bin" / "python")
STAMP = VENV / "installed-locks.json"

MINIMUM = (3, 11)
IS_NEW_ENOUGH = f"import sys; sys.exit(sys.version_info[:2] < {MINIMUM!r})"
HOST, NO_NEWS = "127.0.0.1", "--disable-pip-version-check"
WATCH_SECONDS = 10  # how often the watchdog looks at the worker
GRACE_SECONDS = 90  # a fresh worker needs this long to show its first sign of life
FULL_BYTES = 1_000_000  # with less than this free, programs fail for want of space
STOP_SECONDS = 10  # how long running work may take to end
PLAIN_TESTS = "not (shared or postgres or redis or browser or slow)"
PREPARE = """from django.core.management import call_command
for step in ("migrate", "createcachetable", "sync_schedules"):
    call_command(step, verbosity=0)"""  # in one process: starting Django is what takes time
NO_NETWORK = re.compile(
    "(?i)name resolution|NewConnectionError|ReadTimeoutError|network is unreachable|dns error"
    "|error sending request|failed to fetch|from versions: none"
)


class Trouble(Exception):
    """Something the person at the keyboard can put right; its text is the sentence to print."""


class Stop(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal: end everything in order."""


def version_message(version: Sequence[Any]) -> str:
    """Return the sentence that tells which Python is needed, given the one that is running."""
    found, needed = (".".join(map(str, parts)) for parts in (version[:3], MINIMUM))
    return f"This project needs Python {needed} or newer; this is Python {found}."


def require_python() -> None:
    """Go on in a newer Python when this one is too old; raise Trouble when there is none."""
    if sys.version_info[:2] >= MINIMUM:
        return
    for minor in (14, 13, 12, 11):
        path = shutil.which(f"python3.{minor}")
        if path and succeeds(path, "-c", IS_NEW_ENOUGH):
            os.execv(path, [path, str(ROOT / "dev.py"), *sys.argv[1:]])  # noqa: S606
    raise Trouble(version_message(sys.version_info))


def explain(output: str) -> str:
    """Return one sentence for the output of a program that failed (full disk, no network, …)."""
    if re.search("(?i)no space left|disk is full|disk full", output):
        return "The disk is full: free some space and run this again."
    if NO_NETWORK.search(output):
        return "The network cannot be reached: check the connection and run this again."
    return (output.strip().splitlines() or ["It gave no reason."])[-1].strip()


def succeeds(*command: str) -> bool:
    """Run a program silently and say whether it ended well."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def call(what: str, *command: object, environment: Mapping[str, str] | None = None) -> str:
    """Run a program to its end and return its standard output; raise Trouble when it fails."""
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=environment, check=False,
        text=True, stdin=subprocess.DEVNULL, capture_output=True,
    )  # fmt: skip
    if done.returncode:
        full = shutil.disk_usage(ROOT).free < FULL_BYTES
        raise Trouble(f"{what} failed. {explain('disk full' if full else done.stderr)}")
    return done.stdout


def environment_is_whole() -> bool:
    """Say whether `.venv` has a working Python that is new enough and a way to install into it."""
    if not Path(PYTHON).exists() or not succeeds(PYTHON, "-c", IS_NEW_ENOUGH):
        return False
    return bool(shutil.which("uv")) or succeeds(PYTHON, "-c", "import pip")


def make_environment() -> None:
    """Create `.venv` by whatever this machine offers; a half-made one is removed first."""
    if environment_is_whole():
        return
    print("Creating .venv …", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    what, python = "Creating the virtual environment", (sys.executable, "-m")
    if importlib.util.find_spec("ensurepip"):
        call(what, *python, "venv", VENV)
    elif shutil.which("uv"):
        call(what, "uv", "venv", "--python", sys.executable, VENV)
    elif importlib.util.find_spec("virtualenv"):
        call(what, *python, "virtualenv", VENV)
    elif importlib.util.find_spec("pip"):
        # `--target` does not install into the system, so PEP 668 has nothing against it.
        folder = str(ROOT / ".venv-bootstrap")
        call(what, *python, "pip", "install", "--quiet", "--target", folder, "virtualenv")
        with_it = {**os.environ, "PYTHONPATH": folder}
        call(what, *python, "virtualenv", VENV, environment=with_it)
    else:
        package = f"python3.{sys.version_info[1]}-venv"
        raise Trouble(f"This Python cannot make a virtual environment: apt install {package}.")


def installed_locks(stamp: Path) -> dict[str, str]:
    """Return what is installed, as recorded: name of the lock → SHA-256 of its content."""
    with contextlib.suppress(OSError, ValueError):
        return dict(json.loads(stamp.read_text(encoding="utf-8")))
    return {}


def install(*names: str) -> None:
    """Install those of the named locks whose content is not what was installed last time."""
    known = installed_locks(STAMP)
    for name in names:
        lock = ROOT / "requirements" / f"{name}.txt"
        digest = hashlib.sha256(lock.read_bytes()).hexdigest()
        if known.get(name) == digest:
            continue
        print(f"Installing packages ({name}) …", flush=True)
        command = ["uv", "pip", "install", "--python", PYTHON]
        if succeeds(PYTHON, "-c", "import pip"):
            command = [PYTHON, "-m", "pip", "install", "--no-compile", NO_NEWS]
        call("Installing packages", *command, "--quiet", "--require-hashes", "-r", lock)
        known[name] = digest
        STAMP.write_text(json.dumps(known), encoding="utf-8")


def write_env_file(path: Path) -> None:
    """Write a development `.env` with keys of its own, for its owner's eyes, if there is none."""
    text = (
        "# Written by dev.py for this machine; .env.example explains every setting.\n"
        "DEBUG=True\n"
        "LOG_LEVEL=WARNING\n"
        f"SECRET_KEY={secrets.token_urlsafe(50)}\n"
        f"FIELD_ENCRYPTION_KEYS={base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}\n"
    )
    with contextlib.suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)


def require_port(port: int, option: str) -> None:
    """Raise Trouble when nothing can listen on `port`; `option` is the way to choose another."""
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OverflowError:
            raise Trouble(f"{port} is not a port: {option} takes 1 to 65535.") from None
        except OSError as error:
            reason = "is busy" if error.errno == errno.EADDRINUSE else "may not be used"
            raise Trouble(f"Port {port} {reason}: choose another with {option}.") from None


class Child:
    """One program that stays, in a process group of its own, its output relayed line by line."""

    def __init__(self, name: str, *command: object, environment: Mapping[str, str]) -> None:
        """Start the program."""
        self.name = name
        self.command = [str(part) for part in command]
        self.environment = environment
        self.alarms: queue.Queue[str] = queue.Queue()  # what the watchdog has said
        self.tail: collections.deque[str] = collections.deque(maxlen=20)
        self.start()

    def start(self) -> None:
        """Start the program, and a thread that relays what it says."""
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=self.environment, start_new_session=True, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.started_at = time.monotonic()
        self.relay = threading.Thread(target=self._relay, args=(self.process,), daemon=True)
        self.relay.start()

    def _relay(self, process: subprocess.Popen[str]) -> None:
        """Print every line of the program behind its name, and remember the last ones."""
        for line in process.stdout or ():
            self.tail.append(line)
            print(f"{self.name:>8} | {line.rstrip()}", flush=True)
            if self.name == "watchdog":
                self.alarms.put(line)

    def require_alive(self) -> None:
        """Raise Trouble when the program has ended."""
        code = self.process.poll()
        if code is not None:
            self.relay.join(1)  # it may have yet to read the last words
            raise Trouble(f"The {self.name} ended (exit {code}). {explain(''.join(self.tail))}")

    def wait_for_port(self, port: int, seconds: int = 60) -> None:
        """Wait until the program answers; raise Trouble when it ends or takes too long."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
                return
            self.require_alive()
            time.sleep(0.1)
        raise Trouble(f"The {self.name} did not answer on port {port} within {seconds} s.")

    def kill_group(self) -> None:
        """Kill the program and every process that it started, whatever state they are in."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Office:
    """The programs of `run`: sandbox, web, worker and the watchdog that looks after it."""

    def __init__(self, port: int, sandbox_port: int) -> None:
        """Prepare for the two ports; nothing is started yet."""
        self.port, self.sandbox_port, self.children = port, sandbox_port, dict[str, Child]()
        self.environment = {
            **os.environ,
            "BASE_URL": f"http://{HOST}:{port}",
            "SANDBOX_URL": f"http://{HOST}:{sandbox_port}",
            "PYTHONUNBUFFERED": "1",
        }

    def manage(self, what: str, *arguments: str) -> str:
        """Run one management command to its end and return its standard output."""
        return call(what, PYTHON, "manage.py", *arguments, environment=self.environment)

    def start(self, name: str, *arguments: object) -> Child:
        """Start one program with the environment's Python."""
        self.children[name] = Child(name, PYTHON, *arguments, environment=self.environment)
        return self.children[name]

    def open(self, *, with_demo: bool) -> dict[str, Any]:
        """Start everything, the demo's data included; return the report of `load_demo`, or {}."""
        options = ("--port", self.sandbox_port, "--state", ROOT / "var" / "sandbox")
        sandbox = self.start("sandbox", "-m", "sandbox", *options)
        print("Preparing the database …", flush=True)
        self.manage("Preparing the database", "shell", "--no-imports", "--command", PREPARE)
        web = self.start("web", "manage.py", "runserver", "--noreload", f"{HOST}:{self.port}")
        self.start("worker", "manage.py", "qcluster")
        sandbox.wait_for_port(self.sandbox_port)
        web.wait_for_port(self.port)
        report: dict[str, Any] = {}
        if with_demo:
            print("Loading the demo dealer …", flush=True)
            report = json.loads(self.manage("Loading the demo dealer", "load_demo"))
        self.start("watchdog", "manage.py", "check_worker", "--every", WATCH_SECONDS)
        return report

    def watch(self) -> None:
        """Stay until a program ends; start the worker anew whenever the watchdog is alarmed."""
        worker, alarms = self.children["worker"], self.children["watchdog"].alarms
        while True:
            for child in self.children.values():
                child.require_alive()
            with contextlib.suppress(queue.Empty):
                alarm = alarms.get(timeout=0.5)
                old = time.monotonic() - worker.started_at > GRACE_SECONDS
                if alarm.startswith("stalled") and old:
                    print("The worker stands still: it is killed and started anew.", flush=True)
                    worker.kill_group()
                    worker.start()

    def close(self) -> None:
        """End every program: politely first, then by force, leaving no process behind."""
        deadline = time.monotonic() + STOP_SECONDS
        with contextlib.suppress(Stop):
            for child in self.children.values():
                # Only the leader is asked: a cluster hands the request to its workers itself.
                child.process.terminate()
            for child in self.children.values():
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.process.wait(max(0.1, deadline - time.monotonic()))
        for child in self.children.values():
            child.kill_group()


def welcome(environment: Mapping[str, str], report: Mapping[str, Any]) -> str:
    """Return the text that tells where everything is and who can log in."""
    lines = [f"  Office   {environment['BASE_URL']}", f"  Sandbox  {environment['SANDBOX_URL']}"]
    line = "    {username} / {password} / {role}"
    users = [line.format_map(one) for one in report.get("users", ())]
    lines += ["", "  Demo users (user name / password / role):", *users] if users else []
    return "\n".join(["", *lines, "", "  Ctrl-C ends everything.", ""])


def run(options: argparse.Namespace) -> None:
    """Serve the office, its worker and the sandbox until Ctrl-C or until one of them ends."""
    if options.port == options.sandbox_port:
        raise Trouble("The office and the sandbox need two ports: choose one with --sandbox-port.")
    require_port(options.port, "--port")
    require_port(options.sandbox_port, "--sandbox-port")
    make_environment()
    install("base")
    write_env_file(ROOT / ".env")
    office = Office(options.port, options.sandbox_port)
    try:
        print(welcome(office.environment, office.open(with_demo=not options.no_demo)), flush=True)
        office.watch()
    finally:
        office.close()


def pytest_arguments(given: Sequence[str], processors: int) -> list[str]:
    """Complete what the caller gives to pytest: the markers left out, and a process per core.

    Naming a path means few tests, for which starting several processes costs more than it saves.
    """
    added = [] if any(part[:2] == "-m" for part in given) else ["-m", PLAIN_TESTS]
    names_a_path = any((ROOT / part.split("::")[0]).exists() for part in given)
    chosen = any(part.startswith(("-n", "--pdb", "--numprocesses")) for part in given)
    if processors > 1 and not names_a_path and not chosen:
        added += ["-n", str(min(processors, 4))]
    return [*added, *given]


def test(options: argparse.Namespace) -> None:
    """Become pytest, with the caller's arguments, so that its signals and status are its own."""
    make_environment()
    install("base", "test")
    os.chdir(ROOT)
    arguments = pytest_arguments(options.given, os.cpu_count() or 1)
    os.execv(PYTHON, [PYTHON, "-m", "pytest", *arguments])  # noqa: S606


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the command's function and options; what follows `test` goes to pytest unread."""
    parser = argparse.ArgumentParser(prog="dev.py", description="Run the office, or its tests.")
    commands = parser.add_subparsers(dest="command", required=True)
    runner = commands.add_parser("run", help="serve the office, its worker and the sandbox")
    runner.add_argument("--port", type=int, default=8000, help="the office's port (8000)")
    runner.add_argument("--sandbox-port", type=int, default=8100, help="the sandbox's (8100)")
    runner.add_argument("--no-demo", action="store_true", help="leave the demo dealer out")
    runner.set_defaults(function=run)
    commands.add_parser("test", help="run the tests; everything after it goes to pytest")
    if arguments[:1] == ["test"]:
        return argparse.Namespace(function=test, given=arguments[1:])
    return parser.parse_args(arguments)


def stop(*_: object) -> None:
    """Turn a signal into an orderly end."""
    raise Stop


def main(arguments: list[str]) -> int:
    """Do what the command line says; return the exit status."""
    options = parse(arguments)
    try:
        if os.name != "posix":
            raise Trouble("dev.py runs on Linux and macOS; on Windows use it inside WSL.")
        require_python()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, stop)
        options.function(options)
    except (Trouble, OSError) as error:
        print(explain(str(error)), file=sys.stderr)
        return 1
    except Stop:
        print("Stopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
