"""Starts the sandboxes: `python -m sandbox --port 8100 [--state DIR] [--host 127.0.0.1]`.

Prints one line with the address when it listens (port 0 takes any free port) and ends on SIGINT or
SIGTERM with the state saved. A taken port or an unusable folder is one sentence and exit 1.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path

from sandbox.server import SandboxServer
from sandbox.usadosbr.app import UsadosbrSandbox
from sandbox.usadosbr.catalogue import NAMES_FILE, read_names


def main(arguments: list[str] | None = None) -> int:
    """Run until a signal comes; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--state", type=Path, help="folder that keeps the ads between runs")
    parser.add_argument("--names", type=Path, default=NAMES_FILE, help="names of the catalogue")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    state_file = None if options.state is None else options.state / "usadosbr.json"
    try:
        portal = UsadosbrSandbox(read_names(options.names), state_file=state_file)
        asyncio.run(_serve(SandboxServer([portal], host=options.host, port=options.port)))
    except (OSError, EOFError, KeyError, ValueError) as error:
        sys.stderr.write(f"The sandbox cannot start: {error}\n")
        return 1
    return 0


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
