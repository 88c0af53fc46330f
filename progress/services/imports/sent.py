"""A file as it was sent, and what a kind says of it."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts.models import User
from common.workbook.book import Book
from common.workbook.limits import Limits
from common.workbook.problems import FileRefused, Problem
from common.workbook.reading import read_file
from files.services import clean_name
from progress.models import ImportBatch
from progress.services.import_kinds import FileCheck, ImportKind
from targets.models import Plan


def progress_limits() -> Limits:
    """What a file of progress or of a register may hold, with the site's own numbers."""
    return Limits(**settings.IMPORT_LIMITS)


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it came, and what was read of it: a book, the reason why there is none, or neither yet."""

    content: bytes
    name: str
    book: Book | None = None
    refused: Problem | None = None

    @property
    def is_read(self) -> bool:
        return self.book is not None or self.refused is not None

    @property
    def rows(self) -> int:
        """How many rows were read, of all sheets; 0 where there is no book."""
        return sum(len(sheet.rows) for sheet in self.book.sheets) if self.book else 0

    def read(self, limits: Limits) -> "SentFile":
        """The file, read once by a child process; nothing is stored."""
        if self.is_read:
            return self
        name = clean_name(self.name)
        try:
            return SentFile(self.content, name, read_file(self.content, self.name, limits))
        except FileRefused as refused:
            return SentFile(self.content, name, refused=refused.problem)


def read_sent_file(content: bytes, name: str) -> SentFile:
    """A file of progress, read; nothing is stored."""
    return SentFile(content, name).read(progress_limits())


def stored_file(batch: ImportBatch) -> SentFile:
    """The very file that was sent, not read yet."""
    with batch.file.content.open("rb") as stored:
        return SentFile(stored.read(), batch.file.name)


def check_sent(sent: SentFile, kind: ImportKind, *, plan: Plan, by: User, at: datetime) -> FileCheck:
    """What the kind says of the file, read if it was not; `layout` is empty where the file as a whole is refused."""
    read = sent.read(kind.limits())
    if read.book is None:
        return FileCheck("", [read.refused] if read.refused else [])
    try:
        return kind.check(read.book, plan=plan, by=by, at=at)
    except FileRefused as refused:
        return FileCheck("", [refused.problem])
