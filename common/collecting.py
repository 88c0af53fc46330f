"""The garbage collector kept out of work that only builds things up."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the block build hundreds of thousands of objects that all stay.

    Each time their number grows by a quarter the collector would go through all of them, a third of the whole time,
    to find nothing. What is left at the end counts as old: it is gone through when the whole heap is.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()  # these two together only move the young to the old
            gc.unfreeze()
            gc.enable()
