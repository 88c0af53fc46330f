"""One sheet part of an .xlsx read as a stream: filled cells, merges, hidden rows and columns."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from common.workbook.book import Area, Cell, Kind, Row, Sheet
from common.workbook.cell_text import clean_text, unescape
from common.workbook.limits import Limits
from common.workbook.number_formats import Shown
from common.workbook.problems import FileRefused
from common.workbook.safe_xml import Elements, parse

Strings = list[str]
Styles = list[Shown]

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
KEPT_OF_CUT = 200  # characters kept of a text that is longer than a cell can be
_ESCAPED_WIDTH = 7  # a character written as _xHHHH_
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


@dataclass(slots=True)
class SheetReader:
    """Reads the sheets of one workbook; the limits hold for all of them together."""

    strings: Strings
    styles: Styles
    limits: Limits
    dates_from_1904: bool = False
    cells: int = 0
    merges: int = 0

    def read(self, name: str, chunks: Iterable[bytes]) -> Sheet:
        """The sheet of a part; FileRefused where it is damaged or larger than allowed."""
        reading = _Reading(self, Sheet(name))
        if parse(chunks, reading.elements) != "worksheet":
            raise FileRefused("damaged")
        return reading.sheet


@dataclass(slots=True)
class _CellParts:
    """What has been read of the cell that is open."""

    column: int
    type: str
    style: str
    formula: bool = False
    has_value: bool = False
    pieces: list[str] = field(default_factory=list)
    size: int = 0


class _Reading:
    def __init__(self, reader: SheetReader, sheet: Sheet) -> None:
        self.sheet = sheet
        self._reader = reader
        self._limits = reader.limits
        self._text_limit = _ESCAPED_WIDTH * (reader.limits.characters + 1)
        self._in_data = False
        self._row: Row | None = None
        self._row_number = 0
        self._column = 0
        self._cell: _CellParts | None = None
        self._collects = False
        self._reading_aid = False

    @property
    def elements(self) -> Elements:
        return Elements(
            start={
                "sheetData": self._start_data, "row": self._start_row, "c": self._start_cell, "v": self._start_value,
                "t": self._start_text, "f": self._start_formula, "rPh": self._start_reading_aid,
                "mergeCell": self._merge, "col": self._hide_columns,
            },
            end={
                "sheetData": self._end_data, "row": self._end_row, "c": self._end_cell, "v": self._end_text,
                "t": self._end_text, "rPh": self._end_reading_aid,
            },
            text=self._read,
        )  # fmt: skip

    # --- rows

    def _start_data(self, _attributes: dict[str, str]) -> None:
        self._in_data = True

    def _end_data(self) -> None:
        self._in_data = False

    def _start_row(self, attributes: dict[str, str]) -> None:
        if not self._in_data:
            return
        number = _whole(attributes["r"]) if "r" in attributes else self._row_number + 1
        if self._row is not None or not self._row_number < number <= LAST_ROW:
            raise FileRefused("damaged")
        self._row_number, self._column = number, 0
        self._row = Row(number, {}, hidden=attributes.get("hidden") in ("1", "true"))

    def _end_row(self) -> None:
        row, self._row = self._row, None
        if row is None or not row.cells:
            return
        if row.number > self._limits.last_row or len(self.sheet.rows) >= self._limits.rows + self._limits.header_rows:
            raise FileRefused("too_many_rows", sheet=self.sheet.name, limit=str(self._limits.rows))
        self.sheet.rows.append(row)

    # --- cells

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if self._row is None:
            return
        column = self._place(attributes["r"]) if "r" in attributes else self._column + 1
        if self._cell is not None or not self._column < column <= LAST_COLUMN:
            raise FileRefused("damaged")
        self._column = column
        self._cell = _CellParts(column, attributes.get("t", "n"), attributes.get("s", "0"))

    def _place(self, reference: str) -> int:
        match = _REFERENCE.fullmatch(reference)
        if match is None or int(match[2]) != self._row_number:
            raise FileRefused("damaged")
        return column_number(match[1])

    def _start_value(self, _attributes: dict[str, str]) -> None:
        if self._cell is not None:
            self._cell.has_value = self._collects = True

    def _start_text(self, _attributes: dict[str, str]) -> None:
        self._collects = self._cell is not None and not self._reading_aid

    def _end_text(self) -> None:
        self._collects = False

    def _start_formula(self, _attributes: dict[str, str]) -> None:
        if self._cell is not None:
            self._cell.formula = True

    def _start_reading_aid(self, _attributes: dict[str, str]) -> None:
        self._reading_aid = True

    def _end_reading_aid(self) -> None:
        self._reading_aid = False

    def _read(self, text: str) -> None:
        cell = self._cell
        if self._collects and cell is not None and cell.size < self._text_limit:
            cell.pieces.append(text)
            cell.size += len(text)

    def _end_cell(self) -> None:
        parts, self._cell = self._cell, None
        if parts is None or self._row is None:
            return
        cell = self._finished(parts)
        if cell is None:
            return
        if parts.column > self._limits.columns:
            raise FileRefused("too_many_columns", sheet=self.sheet.name, limit=str(self._limits.columns))
        self._reader.cells += 1
        if self._reader.cells > self._limits.cells:
            raise FileRefused("too_many_cells", limit=str(self._limits.cells))
        self._row.cells[parts.column] = cell

    def _finished(self, parts: _CellParts) -> Cell | None:
        """The cell, None for a blank one."""
        text = "".join(parts.pieces)
        if parts.type in ("s", "str", "inlineStr"):
            return self._text_cell(parts, text)
        text = text.strip()
        if not text:
            return Cell(Kind.UNCALCULATED, "", formula=True) if parts.formula else None
        match parts.type:
            case "n":
                return self._number_cell(parts, text)
            case "b":
                return Cell(Kind.BOOLEAN, "FALSE" if text in ("0", "false") else "TRUE", formula=parts.formula)
            case "e":
                return Cell(Kind.ERROR, text[:KEPT_OF_CUT], formula=parts.formula)
            case "d":
                return Cell(Kind.DATE, text[:KEPT_OF_CUT], formula=parts.formula)
        raise FileRefused("damaged")

    def _text_cell(self, parts: _CellParts, text: str) -> Cell | None:
        if parts.type == "s":
            text = self._shared(text)
        elif parts.formula and not parts.has_value:
            return Cell(Kind.UNCALCULATED, "", formula=True)
        else:
            text = unescape(text)
        return text_cell(text, self._limits, formula=parts.formula)

    def _shared(self, text: str) -> str:
        number = _whole(text) if text.strip() else 0
        if number >= len(self._reader.strings):
            raise FileRefused("damaged")
        return self._reader.strings[number]

    def _number_cell(self, parts: _CellParts, text: str) -> Cell:
        style = _whole(parts.style)
        if style >= len(self._reader.styles):
            raise FileRefused("damaged")
        shown = self._reader.styles[style]
        if shown is Shown.DATE:
            return Cell(Kind.DATE, day_text(text, from_1904=self._reader.dates_from_1904), formula=parts.formula)
        cut = _exceeded(text, self._limits)
        kept = text[:KEPT_OF_CUT] if cut else text
        return Cell(Kind.NUMBER, kept, percent=shown is Shown.PERCENT, formula=parts.formula, cut=cut)

    # --- beside the cells

    def _merge(self, attributes: dict[str, str]) -> None:
        self._reader.merges += 1
        if self._reader.merges > self._limits.merges:
            raise FileRefused("too_many_merges", sheet=self.sheet.name, limit=str(self._limits.merges))
        corners = [_REFERENCE.fullmatch(corner) for corner in attributes.get("ref", "").split(":")]
        if len(corners) not in (1, 2) or None in corners:
            raise FileRefused("damaged")
        places = [(int(corner[2]), column_number(corner[1])) for corner in corners if corner]
        self.sheet.merges.append(Area(*places[0], *places[-1]))

    def _hide_columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in ("1", "true"):
            self.sheet.hidden_columns.append((_whole(attributes.get("min", "")), _whole(attributes.get("max", ""))))


def text_cell(text: str, limits: Limits, *, formula: bool = False) -> Cell | None:
    """The cell of a text, None for a blank one; a text longer than a cell can be is cut and marked."""
    text = clean_text(text)
    if not text or text.isspace():
        return None
    cut = _exceeded(text, limits)
    return Cell(Kind.TEXT, text[:KEPT_OF_CUT] if cut else text, formula=formula, cut=cut)


def _exceeded(text: str, limits: Limits) -> int:
    """How many characters a cell may have where the text has more, else 0."""
    return limits.characters if len(text) > limits.characters else 0


def column_number(letters: str) -> int:
    """The number of a column: A is 1, AB is 28."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def day_text(serial: str, *, from_1904: bool) -> str:
    """What a date cell shows, as ISO day or time; the number itself where it is no date."""
    try:
        days = float(serial)
        if not 0 <= days < 2_958_466:  # the year 9999
            return serial
    except ValueError:
        return serial
    start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - a cell has no zone
    moment = start + timedelta(seconds=round(days * 86_400))
    if days < 1:
        return f"{moment:%H:%M:%S}"
    return f"{moment:%Y-%m-%d}" if moment.time().isoformat() == "00:00:00" else f"{moment:%Y-%m-%d %H:%M:%S}"


def _whole(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise FileRefused("damaged")
    return int(text)
