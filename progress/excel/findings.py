"""Problems of one table as they are found, each at its place."""

from dataclasses import dataclass, field
from typing import NamedTuple

from common.workbook.book import Cell
from common.workbook.problems import Level, Problem, shorten
from common.workbook.texts import template_of
from progress.excel.headers import Column
from progress.excel.tables import Record, Table

Read = Cell | str | None


@dataclass(slots=True)
class Findings:
    """Collects what is wrong with a table, or should be known of it."""

    table: Table
    problems: list[Problem] = field(default_factory=list)

    def refuse(
        self, code: str, record: Record, column: Column | None, read: Cell | str | None = None, **said: str
    ) -> None:
        """Note an error; `template` and `detail` in `said` are messages, the rest the message's values."""
        self._add("error", code, _Place(record, column, read), said)

    def tell(
        self, code: str, record: Record, column: Column | None, read: Cell | str | None = None, **said: str
    ) -> None:
        """Note a warning."""
        self._add("warning", code, _Place(record, column, read), said)

    def note(self, code: str, *, sheet: str = "", column: str = "") -> None:
        """Note a warning about the table as a whole."""
        name = sheet or self.table.sheet.name
        problem = Problem(level="warning", code=code, template=template_of(code), sheet=name, column=column)
        self.problems.append(problem)

    def has_error_since(self, count: int) -> bool:
        """Whether any problem after the first `count` is an error."""
        return any(problem.level == "error" for problem in self.problems[count:])

    def _add(self, level: Level, code: str, place: "_Place", said: dict[str, str]) -> None:
        record, column, read = place
        self.problems.append(
            Problem(
                level=level,
                code=code,
                template=said.pop("template", "") or template_of(code),
                sheet=self.table.sheet.name,
                row=record.row.number or None,
                column=record.label(column),
                cell=record.address(column),
                read=shorten(read.text if isinstance(read, Cell) else read or ""),
                detail=said.pop("detail", ""),
                values=said,
            )
        )


class _Place(NamedTuple):
    """Where a problem is, and what was read there."""

    record: Record
    column: Column | None
    read: Read
