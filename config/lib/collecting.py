"""Keep Python's search for reference cycles out of work that makes many objects and no cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collection_paused() -> Iterator[None]:
    """Pause the search for the length of the block, if it is on.

    For seconds at most: what is lost in cycles meanwhile, in any thread, waits until afterwards.
    Where several threads pause, the first to end turns the search on again.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
