"""Which function does which kind of job; the apps that own the work register it at start."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from common.errors import Text

if TYPE_CHECKING:
    from jobs.services import Progress

Work = Callable[["Progress"], None]
_KINDS: dict[str, tuple[Work, Text]] = {}


def job_kind(kind: str, *, label: Text = "") -> Callable[[Work], Work]:
    """Register the function that does this kind of job; it must be safe to run twice. People read `label`."""

    def register(work: Work) -> Work:
        _KINDS[kind] = (work, label)
        return work

    return register


def work_of(kind: str) -> Work:
    """The function of a kind; KeyError for a kind nobody registered."""
    return _KINDS[kind][0]


def label_of(kind: str) -> Text:
    """What people call a kind of job; the kind itself where nobody named it."""
    return _KINDS[kind][1] or kind if kind in _KINDS else kind
