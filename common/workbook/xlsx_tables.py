"""The tables beside an .xlsx's sheets: shared strings, and how each cell style shows its numbers."""

from collections.abc import Iterable

from common.workbook.cell_text import unescape
from common.workbook.limits import Limits
from common.workbook.number_formats import Shown, shown_as
from common.workbook.problems import FileRefused
from common.workbook.safe_xml import Elements, parse


def read_strings(chunks: Iterable[bytes], limits: Limits) -> list[str]:
    """The shared strings, each cut to one character more than a cell can hold."""
    table = _Strings(limits)
    parse(chunks, table.elements)
    return table.strings


class _Strings:
    def __init__(self, limits: Limits) -> None:
        self.strings: list[str] = []
        self._limits = limits
        self._pieces: list[str] = []
        self._in_text = self._in_reading_aid = False

    @property
    def elements(self) -> Elements:
        return Elements(
            start={"si": self._begin, "t": self._start_text, "rPh": self._start_reading_aid},
            end={"si": self._finish, "t": self._end_text, "rPh": self._end_reading_aid},
            text=self._read,
        )

    def _begin(self, _attributes: dict[str, str]) -> None:
        self._pieces.clear()
        if len(self.strings) >= self._limits.cells:
            raise FileRefused("too_many_cells", limit=str(self._limits.cells))

    def _finish(self) -> None:
        self.strings.append(unescape("".join(self._pieces))[: self._limits.characters + 1])

    def _start_text(self, _attributes: dict[str, str]) -> None:
        self._in_text = True

    def _end_text(self) -> None:
        self._in_text = False

    def _start_reading_aid(self, _attributes: dict[str, str]) -> None:
        self._in_reading_aid = True

    def _end_reading_aid(self) -> None:
        self._in_reading_aid = False

    def _read(self, text: str) -> None:
        if self._in_text and not self._in_reading_aid:
            self._pieces.append(text)


def read_styles(chunks: Iterable[bytes]) -> list[Shown]:
    """How each cell style shows its numbers, by the style's index."""
    table = _Styles()
    parse(chunks, table.elements)
    return [shown_as(number, table.codes.get(number)) for number in table.formats] or [Shown.PLAIN]


class _Styles:
    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.formats: list[int] = []
        self._in_cell_styles = False

    @property
    def elements(self) -> Elements:
        return Elements(
            start={"numFmt": self._code, "cellXfs": self._enter, "xf": self._style},
            end={"cellXfs": self._leave},
        )

    def _code(self, attributes: dict[str, str]) -> None:
        self.codes[_number(attributes)] = attributes.get("formatCode", "")

    def _enter(self, _attributes: dict[str, str]) -> None:
        self._in_cell_styles = True

    def _leave(self) -> None:
        self._in_cell_styles = False

    def _style(self, attributes: dict[str, str]) -> None:
        if self._in_cell_styles:
            self.formats.append(_number(attributes))


def _number(attributes: dict[str, str]) -> int:
    text = attributes.get("numFmtId", "0")
    if not (text.isascii() and text.isdecimal()):
        raise FileRefused("damaged")
    return int(text[:9])
