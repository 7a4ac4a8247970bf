"""The search for cycles pauses inside, and is afterwards as it was before."""

from __future__ import annotations

import gc

import pytest

from config.lib.collecting import collection_paused


def test_the_search_pauses_and_goes_on_even_after_an_error():
    with collection_paused():
        inside = gc.isenabled()
    with pytest.raises(ZeroDivisionError), collection_paused():
        raise ZeroDivisionError

    assert (inside, gc.isenabled()) == (False, True)


def test_a_search_that_was_off_stays_off():
    gc.disable()
    try:
        with collection_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
