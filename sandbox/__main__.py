"""Starts the sandboxes: `python -m sandbox --port 8100 [--state DIR] [--host 127.0.0.1]
[--catalogue FILE]`. The file holds a real portal's names of cars, with the columns portal_brand,
portal_model and portal_version; SANDBOX_CATALOGUE names it too.

Prints one line with the address when it listens (port 0 takes any free port) and ends on SIGINT or
SIGTERM with the state saved. A taken port or an unusable folder is one sentence and exit 1.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

from sandbox.chavesnamao.app import ChavesNaMaoSandbox
from sandbox.names import NAMES_FILE, read_names, read_portal_names
from sandbox.olx.app import OlxSandbox
from sandbox.server import SandboxPortal, SandboxServer
from sandbox.usadosbr.app import UsadosbrSandbox

PORTALS = (UsadosbrSandbox, ChavesNaMaoSandbox, OlxSandbox)


def main(arguments: list[str] | None = None) -> int:
    """Run until a signal comes; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--state", type=Path, help="folder that keeps the ads between runs")
    parser.add_argument("--names", type=Path, default=NAMES_FILE, help="names of the catalogue")
    own = os.environ.get("SANDBOX_CATALOGUE", "")
    parser.add_argument(
        "--catalogue", type=Path, default=own or None, help="CSV of a portal's own names of cars"
    )
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    try:
        portals = _portals(options)
        asyncio.run(_serve(SandboxServer(portals, host=options.host, port=options.port)))
    except (OSError, EOFError, KeyError, ValueError) as error:
        sys.stderr.write(f"The sandbox cannot start: {error}\n")
        return 1
    return 0


def _portals(options: argparse.Namespace) -> list[SandboxPortal]:
    """All portals of the same names, each with a state file of its own in the folder."""
    names = list(read_names(options.names))
    own = None if options.catalogue is None else list(read_portal_names(options.catalogue))
    return [
        portal(
            names,
            own_cars=own,
            state_file=None if options.state is None else options.state / f"{portal.prefix}.json",
        )
        for portal in PORTALS
    ]


async def _serve(server: SandboxServer) -> None:
    """Listen until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await server.start()
    sys.stdout.write(f"Sandbox listening on {server.origin}\n")
    sys.stdout.flush()
    await stop.wait()
    await server.stop()


if __name__ == "__main__":
    sys.exit(main())
