"""So many exchanges at a time, and each is given back whatever happens."""

from __future__ import annotations

import threading
import time

import pytest

from portals.services.slots import Permits


def test_no_more_than_that_many_hold_one_at_a_time():
    permits, lock = Permits(3), threading.Lock()
    inside, most = 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(5):
            with permits:
                with lock:
                    inside += 1
                    most = max(most, inside)
                time.sleep(0.002)
                with lock:
                    inside -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (inside, most) == (0, 3)


def test_a_failure_gives_it_back():
    permits = Permits(1)

    with pytest.raises(ValueError, match="refused"), permits:
        raise ValueError("refused")

    with permits:
        pass
