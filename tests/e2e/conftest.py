"""A sandbox in a process of its own, a server of photos, and a dealer with an account."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from pytest_django import Settings

from portals.services import syncing
from portals.services.catalogue import upsert_portals
from sandbox.names import SourceName
from tests.crash.sandbox_process import SandboxLevers, plain_names, sandbox_process, write_names
from tests.e2e.office import Office, open_office
from tests.factories.accounts import DealerFactory

NAMES = plain_names("car", 12) + plain_names("motorcycle", 3)


@pytest.fixture(scope="session")
def sandbox_of_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxLevers]:
    """One sandbox for all tests of this folder."""
    names = tmp_path_factory.mktemp("sandbox") / "names.csv.gz"
    write_names(names, NAMES)
    with sandbox_process(names=names) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(sandbox_of_all: SandboxLevers, settings: Settings) -> SandboxLevers:
    """The sandbox as new, and the settings that lead to it; what is doubtful is so for a moment."""
    sandbox_of_all.reset()
    settings.SANDBOX_URL = sandbox_of_all.origin
    settings.LANDING_SLACK = 0.3
    return sandbox_of_all


@pytest.fixture
def open_for(db: None, sandbox: SandboxLevers) -> Callable[..., Office]:
    """Give dealers accounts at the sandbox and read its catalogue and their plans."""
    upsert_portals()

    def open_one(user: str = "yard", **account: Any) -> Office:
        dealer = DealerFactory.create()
        office = open_office(dealer, sandbox, NAMES, user=user, **account)
        assert syncing.sync_access(office.access).done
        return office

    return open_one


@pytest.fixture
def office(open_for: Callable[..., Office]) -> Office:
    """A dealer with an account that has no highlights."""
    return open_for()


@pytest.fixture
def names() -> list[SourceName]:
    """The names the sandbox knows."""
    return NAMES


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files, and does not talk about it."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base
        """Say nothing."""

    def translate_path(self, path: str) -> str:
        """Take the leading /media away."""
        return super().translate_path(path.removeprefix("/media"))


@pytest.fixture
def photo_server(settings: Settings, tmp_path: Path) -> Iterator[str]:
    """Serve the renditions as the web server would, under BASE_URL; yields that address."""
    folder = Path(storages["photos"].path(""))
    folder.mkdir(parents=True, exist_ok=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.BASE_URL = f"http://127.0.0.1:{server.server_address[1]}"
    yield settings.BASE_URL
    server.shutdown()
    thread.join(timeout=5)
    server.server_close()
