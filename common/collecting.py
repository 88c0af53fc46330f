"""The garbage collector kept out of work that only builds things up."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the block build hundreds of thousands of objects that all stay.

    Each time their number grows by a quarter the collector would go through all of them, a third of the whole time,
    to find nothing. What other threads leave behind meanwhile is collected afterwards.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
