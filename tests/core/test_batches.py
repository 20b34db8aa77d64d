"""Work in batches."""

import gc

import pytest

from helpdesk.core.background.batches import collector_resting


def test_the_collector_is_back_after_a_batch_that_failed() -> None:
    with pytest.raises(ZeroDivisionError), collector_resting():
        assert not gc.isenabled()
        1 / 0  # noqa: B018
    assert gc.isenabled()


def test_who_keeps_it_off_finds_it_off() -> None:
    gc.disable()
    try:
        with collector_resting():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
