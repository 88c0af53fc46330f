"""Kinds of jobs that only tests know, and threads with connections of their own."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from django.db import connection

from jobs import registry
from tests.services.fixtures import messages_sent_to

T = TypeVar("T")
PATIENCE_S = 20.0


@pytest.fixture
def kinds() -> Iterator[dict[str, Any]]:
    """The table of the kinds; what a test adds is gone after it."""
    before = dict(registry._KINDS)
    yield registry._KINDS
    registry._KINDS.clear()
    registry._KINDS.update(before)


@pytest.fixture
def nowhere() -> Iterator[None]:
    """Messages go to a broker in this process's memory, which nobody listens to."""
    with messages_sent_to("memory://"):
        yield


class Together:
    """Starts functions in threads, each with its own connection to the test's database."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(16)

    def start(self, job: Callable[[], T]) -> Future[T]:
        """The future of a function that runs in another thread."""

        def with_own_connection() -> T:
            try:
                return job()
            finally:
                connection.close()

        return self._pool.submit(with_own_connection)

    def all_at_once(self, job: Callable[[], T], *, times: int) -> list[T]:
        """What a function returns to several threads that start it at the same moment."""
        barrier = threading.Barrier(times)

        def one() -> T:
            connection.ensure_connection()
            barrier.wait(PATIENCE_S)
            return job()

        futures = [self.start(one) for _ in range(times)]
        return [future.result(PATIENCE_S) for future in futures]

    def end(self) -> None:
        """Wait for everything that was started."""
        self._pool.shutdown()


@pytest.fixture
def together(transactional_db: None) -> Iterator[Together]:
    """Threads on the committed database."""
    threads = Together()
    yield threads
    threads.end()
