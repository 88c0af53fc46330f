"""One line of a table as its columns see it, and problems of the table as they are found, each at its place."""

import bisect
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Generic, NamedTuple, TypeVar

from common.workbook.book import Area, Cell, Row, column_letters
from common.workbook.problems import Level, Problem, shorten
from common.workbook.texts import template_of

Name = TypeVar("Name", bound=str)


def _(message: str) -> str:
    """The message itself: the underscore marks it for the catalogue."""
    return message


SHARED = _("第 %(row)s 行“%(column)s”与别的行合并成一格（%(read)s），不知各行是多少。请先取消合并再逐行填写。")


class Record(NamedTuple, Generic[Name]):
    """What one line is read from: a row, where its columns stand, and cells that hold for the whole table.

    `labels` are the headers that problems name where they differ from the column's own name.
    """

    row: Row
    places: Mapping[Name, int]
    given: Mapping[Name, Cell] = MappingProxyType({})
    labels: Mapping[Name, str] = MappingProxyType({})

    def cell(self, column: Name) -> Cell | None:
        """The cell of a column; None where it is blank or the column is missing."""
        place = self.places.get(column)
        return self.row.cells.get(place) if place else self.given.get(column)

    def address(self, column: Name | None) -> str:
        """Excel's address of a column's cell, such as D2; empty without one of its own."""
        place = self.places.get(column) if column else None
        return f"{column_letters(place)}{self.row.number}" if place else ""

    def label(self, column: Name | None) -> str:
        """The header of a column as people see it."""
        return self.labels.get(column, str(column)) if column else ""


class Merges:
    """Merged ranges of a sheet, looked up by cell."""

    def __init__(self, areas: list[Area]) -> None:
        self._areas = sorted(areas)
        self._tops = [area.top for area in self._areas]
        self._longest = max((area.bottom - area.top for area in areas), default=0)

    def of(self, row: int, column: int) -> Area | None:
        """The merged range of more than one row that covers a cell."""
        first = bisect.bisect_left(self._tops, row - self._longest)
        last = bisect.bisect_right(self._tops, row)
        for area in self._areas[first:last]:
            if area.top < area.bottom and area.bottom >= row and area.left <= column <= area.right:
                return area
        return None

    def cell_through(self, record: Record[Name], column: Name, rows: Mapping[int, Row]) -> Cell | None:
        """The record's cell; inside a vertical merge the merge's own. `rows` are the table's rows by number."""
        cell = record.cell(column)
        place = record.places.get(column)
        if cell is not None or place is None:
            return cell
        area = self.of(record.row.number, place)
        if area is None or area.left != place or area.top not in rows:
            return None
        return rows[area.top].cells.get(place)

    def cover(self, record: Record[Name], column: Name) -> bool:
        """Whether a record's cell lies in a range merged over several rows."""
        place = record.places.get(column)
        return place is not None and self.of(record.row.number, place) is not None


class SharedCells:
    """Filled cells at the top of a range merged over several rows: nobody can tell what the rows below have."""

    def __init__(self, areas: list[Area]) -> None:
        self._areas = {(area.top, area.left): area for area in areas if area.top < area.bottom}

    def refuse(
        self, records: Iterable[Record[Name]], columns: Collection[Name], findings: "Findings[Name]"
    ) -> list[tuple[Record[Name], Name]]:
        """Note such cells of some columns, unless a blank below in the same range was refused already; which they are.

        The work does not grow with the height of the ranges.
        """
        if not self._areas:
            return []
        told: dict[str, list[int]] = defaultdict(list)
        for row, label in sorted((p.row or 0, p.column) for p in findings.problems if p.code == "required"):
            told[label].append(row)
        tops = {top for top, _left in self._areas}
        shared = [
            (record, column)
            for record in records
            if record.row.number in tops
            for column in columns
            if (area := self._areas.get((record.row.number, record.places.get(column, 0))))
            and record.cell(column) is not None
            and not _has_between(told.get(record.label(column), []), area)
        ]
        for record, column in shared:
            findings.refuse("required", record, column, record.cell(column), template=SHARED)
        return shared


def _has_between(rows: list[int], area: Area) -> bool:
    """Whether one of the sorted rows lies in the range, below its top."""
    place = bisect.bisect_right(rows, area.top)
    return place < len(rows) and rows[place] <= area.bottom


@dataclass(slots=True)
class Findings(Generic[Name]):
    """Collects what is wrong with the table of a sheet, or should be known of it."""

    sheet: str
    problems: list[Problem] = field(default_factory=list)

    def refuse(
        self, code: str, record: Record[Name], column: Name | None, read: Cell | str | None = None, /, **said: str
    ) -> None:
        """Note an error; `template` and `detail` in `said` are messages, the rest the message's values."""
        self._add("error", code, _Place(record, column, read), said)

    def tell(
        self, code: str, record: Record[Name], column: Name | None, read: Cell | str | None = None, /, **said: str
    ) -> None:
        """Note a warning."""
        self._add("warning", code, _Place(record, column, read), said)

    def note(
        self, code: str, *, sheet: str = "", column: str = "", level: Level = "warning", template: str = ""
    ) -> None:
        """Note something about the table as a whole; `template` is another message than the code's own."""
        name = sheet or self.sheet
        problem = Problem(level=level, code=code, template=template or template_of(code), sheet=name, column=column)
        self.problems.append(problem)

    def has_error_since(self, count: int) -> bool:
        """Whether any problem after the first `count` is an error."""
        return any(problem.level == "error" for problem in self.problems[count:])

    def _add(self, level: Level, code: str, place: "_Place[Name]", said: dict[str, str]) -> None:
        record, column, read = place
        self.problems.append(
            Problem(
                level=level,
                code=code,
                template=said.pop("template", "") or template_of(code),
                sheet=self.sheet,
                row=record.row.number or None,
                column=record.label(column),
                cell=record.address(column),
                read=shorten(read.text if isinstance(read, Cell) else read or ""),
                detail=said.pop("detail", ""),
                values=said,
            )
        )


class _Place(NamedTuple, Generic[Name]):
    """Where a problem is, and what was read there."""

    record: Record[Name]
    column: Name | None
    read: Cell | str | None
