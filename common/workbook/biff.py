"""What the records of an old .xls say beside the values: formulas, errors, formats, merges, hidden parts."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from common.workbook.book import Area, Kind
from common.workbook.limits import Limits
from common.workbook.number_formats import Shown, shown_as
from common.workbook.problems import FileRefused

_BOF, _EOF, _FILE_PASSWORD, _SHEET, _FORMAT, _STYLE = 0x0809, 0x000A, 0x002F, 0x0085, 0x041E, 0x00E0
_FORMULA, _NUMBER, _RK, _MANY_RK, _BOOL_ERROR = 0x0006, 0x0203, 0x027E, 0x00BD, 0x0205
_ROW, _COLUMNS, _MERGES = 0x0208, 0x007D, 0x00E5
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """What is special about a cell; `error` is the error's word."""

    shown: Shown = Shown.PLAIN
    formula: bool = False
    kind: Kind | None = None
    error: str = ""


@dataclass(slots=True)
class SheetMarks:
    """What one sheet's records say, rows and columns counted from 1."""

    hidden: bool
    cells: dict[tuple[int, int], Mark] = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    last_row: int = 0
    last_column: int = 0


def read_marks(stream: bytes, limits: Limits) -> list[SheetMarks]:
    """The marks of each sheet in the workbook's order.

    FileRefused where the stream is damaged or encrypted, or has more sheets or merges than allowed.
    """
    try:
        places, styles = _read_globals(stream)
        if len(places) > limits.sheets:  # many may point to the same records
            raise FileRefused("too_many_sheets", limit=str(limits.sheets))
        marks: list[SheetMarks] = []
        merges = 0
        for place, hidden in places:
            marks.append(_SheetRecords(styles, hidden=hidden).read(stream, place))
            merges += len(marks[-1].merges)
            if merges > limits.merges:
                raise FileRefused("too_many_merges", limit=str(limits.merges))
        return marks
    except (struct.error, IndexError) as error:
        raise FileRefused("damaged") from error


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """The records from a substream's beginning to its end."""
    if not 0 <= start < len(stream):
        raise FileRefused("damaged")
    depth = 0
    while start + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, start)
        yield kind, stream[start + 4 : start + 4 + size]
        depth += (kind == _BOF) - (kind == _EOF)  # a chart inside a sheet is a substream of its own
        if depth <= 0:
            return
        start += 4 + size
    raise FileRefused("damaged")


def _read_globals(stream: bytes) -> tuple[list[tuple[int, bool]], list[Shown]]:
    places: list[tuple[int, bool]] = []
    codes: dict[int, str] = {}
    formats: list[int] = []
    for kind, body in _records(stream, 0):
        if kind == _FILE_PASSWORD:
            raise FileRefused("encrypted")
        if kind == _SHEET and body[5] == 0:
            places.append((struct.unpack_from("<I", body)[0], body[4] & 3 != 0))
        elif kind == _FORMAT:
            codes[struct.unpack_from("<H", body)[0]] = _format_code(body)
        elif kind == _STYLE:
            formats.append(struct.unpack_from("<H", body, 2)[0])
    return places, [shown_as(number, codes.get(number)) for number in formats]


def _format_code(body: bytes) -> str:
    """A format's text; what is not plain Latin or UTF-16 only keeps the signs that matter."""
    wide = len(body) > 4 and body[4] & 1
    return body[5:].decode("utf-16-le" if wide else "latin-1", "ignore")


class _SheetRecords:
    def __init__(self, styles: list[Shown], *, hidden: bool) -> None:
        self._styles = styles
        self._marks = SheetMarks(hidden)
        self._readers: dict[int, Callable[[bytes], None]] = {
            _FORMULA: self._formula, _NUMBER: self._number, _RK: self._number, _MANY_RK: self._numbers,
            _BOOL_ERROR: self._bool_or_error, _ROW: self._row, _COLUMNS: self._columns, _MERGES: self._merges,
        }  # fmt: skip

    def read(self, stream: bytes, place: int) -> SheetMarks:
        for kind, body in _records(stream, place):
            reader = self._readers.get(kind)
            if reader:
                reader(body)
            if kind in (0x0201, 0x0203, 0x0204, 0x0205, 0x0006, 0x00FD, 0x00D6, 0x027E):
                row, column = struct.unpack_from("<HH", body)
                self._extend(row + 1, column + 1)
        return self._marks

    def _extend(self, row: int, column: int) -> None:
        self._marks.last_row = max(self._marks.last_row, row)
        self._marks.last_column = max(self._marks.last_column, column)

    def _mark(self, row: int, column: int, style: int, **said: object) -> None:
        shown = self._styles[style] if style < len(self._styles) else Shown.PLAIN
        self._marks.cells[row + 1, column + 1] = Mark(shown=shown, **said)  # type: ignore[arg-type]

    def _number(self, body: bytes) -> None:
        self._mark(*struct.unpack_from("<HHH", body))

    def _numbers(self, body: bytes) -> None:
        row, first = struct.unpack_from("<HH", body)
        for offset in range((len(body) - 6) // 6):
            self._mark(row, first + offset, struct.unpack_from("<H", body, 4 + 6 * offset)[0])
            self._extend(row + 1, first + offset + 1)

    def _formula(self, body: bytes) -> None:
        row, column, style = struct.unpack_from("<HHH", body)
        result = body[6:14]
        special = result[0] if result[6:8] == b"\xff\xff" else None
        if special == 2:
            self._mark(row, column, style, formula=True, kind=Kind.ERROR, error=_ERRORS.get(result[2], "#ERROR!"))
        else:
            self._mark(row, column, style, formula=True, kind=Kind.BOOLEAN if special == 1 else None)

    def _bool_or_error(self, body: bytes) -> None:
        row, column, style, value, is_error = struct.unpack_from("<HHHBB", body)
        if is_error:
            self._mark(row, column, style, kind=Kind.ERROR, error=_ERRORS.get(value, "#ERROR!"))
        else:
            self._mark(row, column, style, kind=Kind.BOOLEAN)

    def _row(self, body: bytes) -> None:
        if struct.unpack_from("<H", body, 12)[0] & 0x20:
            self._marks.hidden_rows.add(struct.unpack_from("<H", body)[0] + 1)

    def _columns(self, body: bytes) -> None:
        first, last, _width, _style, options = struct.unpack_from("<5H", body)
        if options & 1:
            self._marks.hidden_columns.append((first + 1, last + 1))

    def _merges(self, body: bytes) -> None:
        (count,) = struct.unpack_from("<H", body)
        for number in range(count):
            top, bottom, left, right = struct.unpack_from("<4H", body, 2 + 8 * number)
            self._marks.merges.append(Area(top + 1, left + 1, bottom + 1, right + 1))
