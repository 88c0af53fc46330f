"""Taking back what a file wrote to the rows of a register: which of them say something else by now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from common.errors import Conflict

Said = Mapping[str, Any]
"""A row as JSON, with its version."""


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that says something else than the file wrote: its key, its name, what it says; None: it is gone."""

    key: str
    name: str
    said: Said | None


class ChangedSince(Conflict):
    """Rows have been changed since the file wrote them."""

    code = "changed_since"

    def __init__(self, message: str, hint: str, rows: Sequence[ChangedRow]) -> None:
        super().__init__(message, hint)
        self.rows = rows


def says_the_same(one: Said | None, other: Said) -> bool:
    """Whether a row says what another says: it is the same version, or what was changed has been taken back."""
    return one is not None and {**one, "version": other["version"]} == other
