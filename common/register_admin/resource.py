"""One tuned base resource: a file is checked as a whole, and stored with as few statements as one row would take."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from import_export.resources import ModelResource
from import_export.results import Result, RowResult

from common import bulk_json
from common.errors import Conflict, PortalError
from common.register_admin.formats import FileDataset, RegisterDataset, limits
from common.workbook.book import Book
from common.workbook.names import key_of
from common.workbook.problems import FileRefused, Problem
from common.workbook.reading import read_file
from common.workbook.register import Labels, Register, RegisterRead, Values, World, read_register, said

Texts = tuple[str, ...]  # what people see of a row, one text a column


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row of the file after every check: what would stand, what stands (None: nothing yet), what is wrong.

    `number` is Excel's; 0: the problem is of no single row.
    """

    number: int
    after: Texts = ()
    before: Texts | None = None
    problems: Sequence[str] = ()

    @property
    def outcome(self) -> str:
        """The library's word for what becomes of the row."""
        if self.problems:
            return str(RowResult.IMPORT_TYPE_INVALID)
        if self.before is None:
            return str(RowResult.IMPORT_TYPE_NEW)
        return str(RowResult.IMPORT_TYPE_SKIP if self.after == self.before else RowResult.IMPORT_TYPE_UPDATE)

    @property
    def cells(self) -> Iterator[tuple[str, str]]:
        """What stands and what would stand, by column; the first is empty where they are the same or the row is new."""
        for old, new in zip(self.before or self.after, self.after, strict=True):
            yield ("", new) if old == new else (old or "—", new)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """Every row of a file, and what should be known of it. `payload` is what the resource's own `save` needs.

    `marks` are its problems, as `common.workbook.reading.marked_file` puts them into the sender's own workbook.
    """

    rows: Sequence[CheckedRow] = ()
    warnings: Sequence[str] = ()
    marks: Sequence[Mapping[str, Any]] = ()
    skipped: int = 0
    payload: Any = None

    @property
    def digest(self) -> str:
        """The same for the same changes: what was previewed is what is confirmed."""
        said = [(row.number, row.before, row.after) for row in self.rows]
        return hashlib.sha256(bulk_json.to_bytes(said)).hexdigest()

    @property
    def wrong(self) -> list[CheckedRow]:
        """The rows that cannot be stored."""
        return [row for row in self.rows if row.problems]

    @property
    def changes(self) -> list[CheckedRow]:
        """The rows that would change something."""
        return [row for row in self.rows if not row.problems and row.after != row.before]


class RegisterResult(Result):  # type: ignore[misc]
    """The library's result, with what it has no place for. `saved` is what the resource's `save` gave back."""

    checked = CheckedFile()
    saved: Any = None

    @property
    def file_problems(self) -> list[str]:
        """Why the file as a whole cannot be used."""
        return [words_of(problem.error) for problem in self.base_errors]

    @property
    def codes(self) -> list[str]:
        """The codes of all its errors, each once."""
        marked = {mark["code"] for mark in self.checked.marks if mark["level"] == "error"}
        return sorted(marked | {code_of(problem.error) for problem in self.base_errors})

    @property
    def refused_counts(self) -> dict[str, int]:
        """What became of the rows of a file that was read and refused; nothing of one that could not be read."""
        if self.base_errors:
            return {}
        same = self.totals[RowResult.IMPORT_TYPE_SKIP]
        refused = len(self.checked.wrong)
        return {"created": 0, "changed": 0, "unchanged": same, "skipped": self.checked.skipped, "refused": refused}


class RegisterResource(ModelResource):  # type: ignore[misc]
    """The rows of a register on their way in and out; a subclass knows its world, its own checks and its service.

    The library asks the database eight to ten times a row, stores the good rows of a bad file, writes no history of
    bulk writes and shows tracebacks. Here the whole book is read and checked at once, `save` hands all of it to one
    service of the register's own, and a file with any problem leaves nothing behind.
    """

    register: ClassVar[Register]

    class Meta:
        use_bulk = True  # else the library makes a savepoint for every row
        skip_diff = True  # else it copies every instance twice
        fields = ()

    def world(self, *, by: Any) -> World:
        """What the rows are read against: lists of names, and what stands. Asked inside the transaction."""
        raise NotImplementedError

    def labels(self, *, by: Any) -> Labels:
        """The words for the codes in columns of names, by which they are read again."""
        raise NotImplementedError

    def check(self, read: RegisterRead, *, by: Any) -> Any:
        """What `save` needs of the rows; what only the register's service knows to be wrong is noted in `read`."""
        raise NotImplementedError

    def save(self, payload: Any, *, by: Any, at: datetime, source: Mapping[str, str]) -> Any:
        """Store what was checked and enter it in the trail, `source` being the file; PortalError where it cannot be."""
        raise NotImplementedError

    def rows(self, queryset: Any) -> Iterable[Values]:
        """What stands in the rows of a queryset, by the names of the columns; one query."""
        raise NotImplementedError

    # --- the library's hooks

    @classmethod
    def get_result_class(cls) -> type[RegisterResult]:
        return RegisterResult

    @classmethod
    def get_display_name(cls) -> str:
        return _(cls.register.title)

    def get_import_id_fields(self) -> list[str]:
        return ["id"]  # which the library does not look for in the file: rows are known by the register's own key

    def get_diff_headers(self) -> list[str]:
        return list(self.register.headers)

    def import_data(self, dataset: FileDataset, *args: Any, **kwargs: Any) -> RegisterResult:
        """Read the file before the transaction begins: nobody shall wait for a reader."""
        self.sent = _read(dataset.content, kwargs["file_name"])
        result: RegisterResult = super().import_data(dataset, *args, **kwargs)
        return result

    def before_import(self, dataset: FileDataset, **kwargs: Any) -> None:
        """Check the whole book, before the library walks through its rows."""
        if isinstance(self.sent, FileRefused):
            raise self.sent
        by = kwargs["user"]
        read = read_register(self.sent, self.register, self.world(by=by), limits())
        payload = self.check(read, by=by)
        self.checked = checked_file(self.register, read, self.labels(by=by), payload)
        dataset.headers = ["row"]
        dataset.extend((row.number,) for row in self.checked.rows)

    def import_row(self, row: Mapping[str, str], instance_loader: Any, **kwargs: Any) -> RowResult:
        """What became of a row, which has been checked; nothing is asked or stored here."""
        checked = self.checked.rows[kwargs["row_number"] - 1]
        result = RowResult()
        result.import_type = checked.outcome
        if checked.problems:
            result.validation_error = ValidationError(list(checked.problems))
        return result

    def after_import(self, dataset: FileDataset, result: RegisterResult, **kwargs: Any) -> None:
        """Store everything at once, unless this is a preview or anything is wrong.

        `digest`, where given, is that of the preview that people have seen; Conflict where it would be another now.
        """
        if result.has_errors():
            return
        result.checked = self.checked
        if kwargs["dry_run"] or result.has_validation_errors():
            return
        if kwargs.get("digest") not in (None, self.checked.digest):
            raise Conflict(_("预览之后数据有了变化，未作任何更改。"), _("请重新上传文件，按最新情况预览后再确认。"))
        source = {"file": kwargs.get("file_name") or "", "sha256": hashlib.sha256(dataset.content).hexdigest()}
        result.saved = self.save(self.checked.payload, by=kwargs["user"], at=kwargs["at"], source=source)

    def handle_import_error(self, result: Result, error: Exception, raise_errors: bool = False) -> None:  # noqa: FBT001, FBT002 - the library's
        """Keep a refusal for people to read; anything else is a fault of ours, which the library would hide."""
        if not isinstance(error, PortalError | FileRefused):
            raise error
        super().handle_import_error(result, error, raise_errors)

    def export(self, queryset: Iterable[Model] | None = None, **kwargs: Any) -> RegisterDataset:
        """The register as its own form, which can be sent back: numbers stay numbers, days days."""
        rows = self.rows(self.get_queryset() if queryset is None else queryset)
        return RegisterDataset(self.register, rows, labels=self.labels(by=kwargs["by"]), at=kwargs["at"])


def checked_file(register: Register, read: RegisterRead, labels: Labels, payload: Any) -> CheckedFile:
    """What people see of a file that was read."""
    wrong: dict[int, list[str]] = {}
    for problem in read.problems:
        if problem.level == "error":
            wrong.setdefault(problem.row or 0, []).append(problem.text(_))

    def texts(values: Values) -> Texts:
        return tuple(said(column, values.get(column.name), labels, _) for column in register.columns)

    rows = {
        entry.row: CheckedRow(
            number=entry.row,
            after=texts(entry.values),
            before=None if entry.standing is None else texts(entry.standing),
            problems=wrong.get(entry.row, ()),
        )
        for entry in read.entries
    }
    rows |= {number: CheckedRow(number, problems=why) for number, why in wrong.items() if number not in rows}
    warnings = [problem.text(_) for problem in read.problems if problem.level == "warning"]
    marks = [_mark(problem) for problem in read.problems]
    return CheckedFile([rows[number] for number in sorted(rows)], warnings, marks, read.skipped, payload)


def _read(content: bytes, name: str) -> Book | FileRefused:
    """The book of a file that was sent under this name, read by the guarded child process, or why there is none."""
    try:
        return read_file(content, name, limits())
    except FileRefused as refused:
        return refused


def _mark(problem: Problem) -> dict[str, Any]:
    place = {name: getattr(problem, name) for name in ("level", "code", "sheet", "row", "cell", "column")}
    return {**place, "text": problem.text(_)}


def told_apart(entries: Iterable[tuple[str, str]]) -> dict[str, str]:
    """A word for every code of (code, name): the name, or the code again where several have that name."""
    entries = list(entries)
    bearers = Counter(key_of(name) for _code, name in entries)
    return {code: name if bearers[key_of(name)] == 1 else code for code, name in entries}


def words_of(error: Exception) -> str:
    """A refusal in the reader's language."""
    return error.problem.text(_) if isinstance(error, FileRefused) else str(error)


def code_of(error: PortalError | FileRefused) -> str:
    """A refusal's stable name."""
    return error.problem.code if isinstance(error, FileRefused) else error.code
