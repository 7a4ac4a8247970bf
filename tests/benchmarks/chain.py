"""The measurements of `tests.benchmarks.sealing`: needs a set-up Django."""

from __future__ import annotations

import threading
import time

from django.db import connection, transaction

from accounts.models import Change, Dealer
from accounts.services.changes import By, record_change
from accounts.services.sealing import seal_waiting, verify_changes

PER_ACT = 5  # rows written in one transaction, as a busy act does


def measure(rows: int) -> dict[str, float]:
    """Return the figures; the two ways of writing take turns, so that none starts warm."""
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


def write(dealer: Dealer, rows: int) -> float:
    """Write so many rows of history in short acts; return the seconds."""
    started = time.perf_counter()
    for number in range(rows // PER_ACT):
        with transaction.atomic():
            for each in range(PER_ACT):
                record_change(
                    subject=dealer,
                    action="updated",
                    before={"name": str(number)},
                    after={"name": f"{number}-{each}"},
                    by=By(reason="measured"),
                )
    return time.perf_counter() - started


def write_beside_sealer(dealer: Dealer, rows: int) -> float:
    """Write while a sealer runs every second, sixty times as often as in earnest."""
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
