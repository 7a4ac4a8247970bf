"""Fills the database of the environment for a proof: `python -m tests.crash.prepare --ads 10`.

The sandbox of SANDBOX_URL must know the names of `office_names`.
"""

from __future__ import annotations

import argparse
import importlib
import os

import django

from sandbox.names import SourceName
from tests.crash.grounds.registry import GROUNDS
from tests.crash.sandbox_process import SandboxLevers, plain_names

USER = "office"


def office_names(count: int) -> list[SourceName]:
    """Return the names of the vehicles that are made."""
    return plain_names("car", count)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.crash.prepare")
    parser.add_argument("--ads", type=int, default=10)
    django.setup()
    # What reads the settings can be imported only now.
    world = importlib.import_module("tests.crash.world")
    world.build_template(
        office_names(parser.parse_args().ads),
        ground=GROUNDS["usadosbr"],
        sandbox=SandboxLevers(os.environ["SANDBOX_URL"]),
        user=USER,
        wanted="absent",
    )
