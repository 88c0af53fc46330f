"""What can be imported: one kind for each sort of file, behind one interface; the pages and services know no other.

A kind reads its rows, says what they would change, writes them, and takes them back. The way of the file (stored,
previewed, confirmed in one transaction, undone) is the same for all and lies in `progress.services.imports`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, NamedTuple

from django.urls import reverse

from accounts.models import User
from accounts.policy import allows
from common.errors import Text
from common.workbook.book import Book
from common.workbook.limits import Limits
from common.workbook.problems import Problem
from progress.models import ImportBatch
from targets.models import Plan

Json = Any
"""What JSON holds."""
_WIDE = 6


class Change(NamedTuple):
    """What one row would change: its key, and what stands (`old`, None: nothing) → what it says (`new`).

    All of it is JSON. `conflict` is why a person must decide (empty: nobody must), e.g. "approved", "hand_corrected".
    Of the names in `new`, `old` holds at least those whose value is another.
    """

    row: int
    key: tuple[str, ...]
    old: Mapping[str, Json] | None
    new: Mapping[str, Json]
    conflict: str = ""

    def as_json(self) -> dict[str, Json]:
        """All of it, for keeping; of what stands only what differs, for there may be twenty thousand of them."""
        new, old = self.new, self.old
        differs = None if old is None else {name: value for name, value in old.items() if value != new[name]}
        return {"row": self.row, "key": [*self.key], "old": differs, "new": new, "conflict": self.conflict}

    @classmethod
    def from_json(cls, kept: Mapping[str, Json]) -> "Change":
        """The change that was kept."""
        old = None if kept["old"] is None else {**kept["new"], **kept["old"]}
        return cls(**{**kept, "key": tuple(kept["key"]), "old": old})


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person decided in the preview.

    `overwrite`: places in the list of changes of the conflicts that shall be written all the same; `extra`: the
    answers to the kind's own questions by name, as typed.
    """

    overwrite: frozenset[int] = frozenset()
    reason: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What a file says, checked against what stands now; nothing is stored yet.

    `unchanged` are the rows that say what stands, each as the change that it is not. `payload` is what `apply` needs;
    it lives in memory only. With an error among `problems` there are neither.
    """

    layout: str
    problems: Sequence[Problem]
    skipped: int = 0
    changes: Sequence[Change] = ()
    unchanged: Sequence[Change] = ()
    payload: object = None

    @property
    def is_refused(self) -> bool:
        return any(problem.level == "error" for problem in self.problems)

    def to_write(self, choice: Choice) -> list[tuple[int, Change]]:
        """The changes that are written, each with its place: those without a conflict, and those decided 覆盖."""
        placed = enumerate(self.changes)
        return [(place, one) for place, one in placed if not one.conflict or place in choice.overwrite]


@dataclass(frozen=True, slots=True)
class Question:
    """What the person must say before a file of this kind is written, beside its conflicts; `name` is "reason" for the
    reason, which is kept with the batch. `missing` is what is said where there is no answer."""

    name: str
    label: Text
    missing: Text
    help: Text = ""
    type: Literal["text", "date"] = "text"
    is_required: bool = True
    initial: str = ""


@dataclass(frozen=True, slots=True)
class ShownValue:
    """One value of a change in the reader's words; `old` is empty where nothing stood."""

    old: str
    new: str

    @property
    def is_changed(self) -> bool:
        return self.old != self.new


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A change in the reader's words: the names of its key, its values, why it must be decided."""

    names: Sequence[str]
    values: Sequence[ShownValue]
    conflict: Text = ""


@dataclass(frozen=True, slots=True)
class ShownChanges:
    """Changes as a table: the headers of the names and of the values, and the changes in their order.

    `numeric`: places among the values that hold numbers.
    """

    names: Sequence[Text]
    values: Sequence[Text]
    rows: Sequence[ShownChange]
    numeric: frozenset[int] = frozenset()

    @property
    def is_wide(self) -> bool:
        """Whether there are more values than a page has room for: then only those that change are shown."""
        return len(self.values) > _WIDE

    def changed(self, change: ShownChange) -> list[tuple[Text, ShownValue]]:
        """The values of a change that differ, with their headers."""
        return [(header, value) for header, value in zip(self.values, change.values, strict=True) if value.is_changed]


@dataclass(frozen=True, slots=True)
class Touched:
    """Something that an import changed, with the name of its page's view and arguments (empty: it has none)."""

    label: str
    view: str = ""
    args: Sequence[Json] = ()

    @property
    def url(self) -> str:
        return reverse(self.view, args=self.args) if self.view else ""


class ImportKind(ABC):
    """One sort of file. `action` is the right that importing needs; `headers` are words of its header row."""

    code: ClassVar[str]
    label: ClassVar[Text]
    action: ClassVar[str]
    headers: ClassVar[Sequence[str]]
    help_template: ClassVar[str] = ""
    """A partial template beside the upload: what can be read, the blank forms. It gets `plan` and `help`."""
    keeps_time: ClassVar[bool] = False
    """Whether the end of a reporting period decides what is still taken."""

    @abstractmethod
    def limits(self) -> Limits:
        """What a file of this kind may hold."""

    @abstractmethod
    def check(self, book: Book, *, plan: Plan, by: User, at: datetime) -> FileCheck:
        """What the book says, with every problem; FileRefused where it holds no table that can be used.

        `at` decides what is open now. A number of queries that does not depend on the rows; nothing is written.
        """

    @abstractmethod
    def apply(self, check: FileCheck, choice: Choice, *, batch: ImportBatch, by: User, at: datetime) -> Json:
        """Write `check.to_write(choice)`, inside the writing transaction; returns what `undo` will need, as JSON.

        The check is as old as the moment before: versions and locks must be judged again here. Raises a PortalError
        where anything of it has changed, or where the choice lacks something; then nothing of the file is written.
        """

    @abstractmethod
    def undo(self, batch: ImportBatch, *, by: User, at: datetime) -> None:
        """Put back what stood before the batch, inside a transaction; `batch.undo_facts` is what `apply` returned.

        Raises Conflict, naming what depends on the batch now, where anything does.
        """

    @abstractmethod
    def shown(self, plan: Plan, changes: Sequence[Change]) -> ShownChanges:
        """The changes in the reader's words; a number of queries that does not depend on them."""

    def questions(self, plan: Plan, changes: Sequence[Change]) -> Sequence[Question]:
        """What must be said before these changes are written: nothing, unless the kind asks."""
        return ()

    def touched(self, plan: Plan, changes: Sequence[Change]) -> Sequence[Touched]:
        """Where one looks at what was changed."""
        return ()

    def help(self, plan: Plan, *, by: User) -> Mapping[str, Any]:
        """What the partial beside the upload shows."""
        return {}


_KINDS: dict[str, ImportKind] = {}


def register_kind(kind: ImportKind) -> ImportKind:
    """Let files of a kind be imported; called when the app is ready."""
    _KINDS[kind.code] = kind
    return kind


def kind_of(code: str) -> ImportKind:
    """The kind of a code; KeyError for one that nobody registered."""
    return _KINDS[code]


def kinds_for(user: User) -> list[ImportKind]:
    """The kinds that a person may import, in the order of their registration."""
    return [kind for kind in _KINDS.values() if allows(user.role, kind.action)]
