"""What the chain of the history costs: writing with a sealer at work against writing without one.

    python -m tests.benchmarks.sealing [--database postgres] [--rows 5000]

Prints one JSON value: rows per second written without and with a sealer beside the writer, their
`ratio` (1 = the chain costs writers nothing), what sealing and verifying take per row, and how many
rows waited when the writer was done.
"""

from __future__ import annotations

import argparse
import json
import os
import threading
import time

from tests.benchmarks.scratch import environment, migrate, scratch_database

PER_ACT = 5  # rows written in one transaction, as a busy act does


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
        import django

        django.setup()
        print(json.dumps(measure(options.rows)))


def measure(rows: int) -> dict[str, float]:
    """Return the figures; the two ways of writing take turns, so that neither has the warm start."""
    from accounts.models import Change, Dealer
    from accounts.services.sealing import seal_waiting, verify_changes

    dealer = Dealer.objects.create(code="measured", name="Measured")
    write(dealer, rows // 4)
    seal_waiting(budget=600)
    plain = sealed = 0.0
    for _ in range(2):
        plain += write(dealer, rows // 2)
        seal_waiting(budget=600)
        sealed += write_beside_sealer(dealer, rows // 2)
    waiting = Change.objects.filter(sequence__isnull=True).count()
    seal_waiting(budget=600)
    write(dealer, rows)
    started = time.perf_counter()
    seal_waiting(budget=600)
    sealing = time.perf_counter() - started
    started = time.perf_counter()
    report = verify_changes()
    verifying = time.perf_counter() - started
    assert report.whole
    return {
        "written_plain_per_second": round(rows / plain),
        "written_beside_sealer_per_second": round(rows / sealed),
        "ratio": round(plain / sealed, 3),
        "sealing_microseconds_per_row": round(sealing / rows * 1e6),
        "verifying_microseconds_per_row": round(verifying / report.sealed * 1e6),
        "waiting_at_the_end": waiting,
        "rows": report.sealed,
    }


def write(dealer: object, rows: int) -> float:
    """Write so many rows of history in short acts; return the seconds."""
    from django.db import transaction

    from accounts.services.changes import By, record_change

    started = time.perf_counter()
    for number in range(rows // PER_ACT):
        with transaction.atomic():
            for each in range(PER_ACT):
                record_change(
                    subject=dealer,  # type: ignore[arg-type]
                    action="updated",
                    before={"name": str(number)},
                    after={"name": f"{number}-{each}"},
                    by=By(reason="measured"),
                )
    return time.perf_counter() - started


def write_beside_sealer(dealer: object, rows: int) -> float:
    """Write while a sealer runs every second, sixty times as often as in earnest."""
    from django.db import connection

    from accounts.services.sealing import seal_waiting

    done = threading.Event()

    def seal() -> None:
        while not done.wait(1.0):
            seal_waiting()
        connection.close()

    sealer = threading.Thread(target=seal)
    sealer.start()
    try:
        return write(dealer, rows)
    finally:
        done.set()
        sealer.join()


if __name__ == "__main__":
    main()
