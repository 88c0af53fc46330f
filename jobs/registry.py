"""Which function does which kind of job; the apps that own the work register it at start."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobs.services import Progress

Work = Callable[["Progress"], None]
_KINDS: dict[str, Work] = {}


def job_kind(kind: str) -> Callable[[Work], Work]:
    """Register the function that does this kind of job; it must be safe to run twice."""

    def register(work: Work) -> Work:
        _KINDS[kind] = work
        return work

    return register


def work_of(kind: str) -> Work:
    """The function of a kind; KeyError for a kind nobody registered."""
    return _KINDS[kind]
