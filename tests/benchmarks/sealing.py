"""What the chain of the history costs: writing with a sealer at work against writing without one.

    python -m tests.benchmarks.sealing [--database postgres] [--rows 5000]

Prints one JSON value: rows per second written without and with a sealer beside the writer, their
`ratio` (1 = the chain costs writers nothing), what sealing and verifying take per row, and how many
rows waited when the writer was done.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os

import django

from tests.benchmarks.scratch import environment, migrate, scratch_database


def main() -> None:
    """Measure on a database of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--rows", type=int, default=5000)
    options = parser.parse_args()
    with scratch_database(options.database) as url:
        environ = environment(DATABASE_URL=url)
        migrate(environ)
        os.environ.update(environ)
        django.setup()
        chain = importlib.import_module("tests.benchmarks.chain")  # needs the settings
        print(json.dumps(chain.measure(options.rows)))


if __name__ == "__main__":
    main()
