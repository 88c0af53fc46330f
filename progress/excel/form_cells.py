"""What the forms that we hand out share: a line with what stands, its formats, and warnings as one types."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from common.workbook.book import column_letters
from common.workbook.printing import fit_height, print_on_one_width
from common.workbook.values import CLEAR, NOT_APPLICABLE
from progress.line_checks import number_words

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_MAX_PLACES = 4
_HELP_WIDTH = 100
_VALUE, _BASE = "完成值", "基数"
# With the longest labels and units that a plan can hold, these stay below the 255 characters that Excel shows.
_VALUE_ADDS_UP = "只填本季度的数，不填累计数；全年数由各季相加得出。"
_VALUE_STANDS = "填截至本季度末的累计数或最新数，不是本季新增数；各季不相加，以最近一季为准。"
_BASE_ADDS_UP = "只填本季度完成值对应的数；全年基数由各季相加得出。"
_BASE_STANDS = "填截至本季度末的最新数；各季不相加，以最近一季为准。"
_BASE_FIXED = "年初确定，全年不变，只有市局可以更改。"
_CLOSED = "#F5F7F9"  # only what is to be filled in is white


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLine:
    """One line of a form: names, what is measured, what is aimed at, and what stands (None: nothing yet)."""

    unit: str
    indicator: str
    measure: str
    base_measure: str
    target_measure: str
    decimals: int
    minimum: Decimal
    maximum: Decimal
    may_be_not_applicable: bool
    value_label: str
    base_label: str
    sums: bool  # the quarters are added up; else each says where the year stands
    is_base_fixed: bool
    value: Decimal | None = None
    base: Decimal | None = None
    not_applicable: bool = False
    note: str = ""
    target: Decimal | None = None
    before: Decimal | None = None
    base_before: Decimal | None = None

    @property
    def emptied(self) -> "FormLine":
        """The line without what was entered."""
        return replace(self, value=None, base=None, not_applicable=False, note="")


class Formats:
    """The cell formats of a form; `open_` ones stay open to entry in a protected sheet."""

    def __init__(self, book: Any) -> None:
        edge = {"border": 1, "valign": "vcenter"}
        self.title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
        self.meta = book.add_format({"valign": "vcenter"})
        self.header = book.add_format(
            {**edge, "bold": True, "bg_color": "#E8EEF4", "align": "center", "text_wrap": True}
        )
        self.text = book.add_format({**edge, "text_wrap": True, "bg_color": _CLOSED})
        self.unused = book.add_format({**edge, "bg_color": "#EEEEEE"})
        self.note = book.add_format({**edge, "text_wrap": True, "locked": False})
        self.numbers = [self._number(book, edge, places) for places in range(_MAX_PLACES + 1)]
        self._book, self._edge = book, edge

    def target(self, line: FormLine) -> Any:
        """The format of what is aimed at, with its own unit where it is another: 50% of square metres."""
        if line.target_measure == line.measure:
            return self.text
        code = f'General"{line.target_measure}"'
        return self._book.add_format({**self._edge, "num_format": code, "bg_color": _CLOSED})

    def before(self, line: FormLine) -> Any:
        """The format of what the quarters before came to, behind which it shows the base: 5900.00 / 9500.00."""
        code = _places(line.decimals)
        if line.base_before is not None:
            code = f'{code}" / {line.base_before:.{line.decimals}f}"'
        return self._book.add_format({**self._edge, "num_format": code, "bg_color": _CLOSED})

    def _number(self, book: Any, edge: dict[str, Any], places: int) -> Any:
        return book.add_format({**edge, "num_format": _places(places), "locked": False})


def _places(places: int) -> str:
    return "0" + ("." + "0" * places if places else "")


def fill(sheet: Any, place: tuple[int, int], value: Decimal | str | None, form: Any) -> None:
    """Write a value cell: a number, a word (never a formula), or blank and open."""
    if isinstance(value, str):
        sheet.write_string(*place, value, form)
    elif value is None:
        sheet.write_blank(*place, None, form)
    else:
        sheet.write_number(*place, float(value), form)


def value_of(line: FormLine) -> Decimal | str | None:
    """What stands in a line's value cell."""
    return NOT_APPLICABLE if line.not_applicable else line.value


def guide_value(sheet: Any, place: tuple[int, int], line: FormLine) -> None:
    """Data validation of a value cell: what is asked for when it is chosen, and a warning of what would be refused."""
    words = [NOT_APPLICABLE, CLEAR] if line.may_be_not_applicable else [CLEAR]
    said = f"{line.value_label or _VALUE}（{line.measure}）。{_VALUE_ADDS_UP if line.sums else _VALUE_STANDS}"
    _guide(sheet, place, _Guide(_VALUE, said, (line.minimum, line.maximum), words))


def fill_base(sheet: Any, place: tuple[int, int], line: FormLine, formats: Formats) -> None:
    """Write a base cell with its data validation, or close it where the indicator has no base."""
    if not line.base_measure:
        sheet.write_blank(*place, None, formats.unused)
        return
    fill(sheet, place, line.base, formats.numbers[line.decimals])
    said = f"{line.base_label or _BASE}（{line.base_measure}）。{_asked_of_base(line)}"
    _guide(sheet, place, _Guide(_BASE, said, (Decimal(0), line.maximum), [CLEAR]))


def _asked_of_base(line: FormLine) -> str:
    if line.is_base_fixed:
        return _BASE_FIXED
    return _BASE_ADDS_UP if line.sums else _BASE_STANDS


@dataclass(frozen=True, slots=True)
class _Guide:
    """What Excel says at a cell: what is asked for, and what is accepted without a warning."""

    what: str
    said: str
    bounds: tuple[Decimal, Decimal]
    words: list[str]


def _guide(sheet: Any, place: tuple[int, int], guide: _Guide) -> None:
    row, column = place
    cell, (low, high) = f"{column_letters(column + 1)}{row + 1}", guide.bounds
    allowed = [f"AND(ISNUMBER({cell}),{cell}>={low:f},{cell}<={high:f})"]
    allowed += [f'{cell}="{word}"' for word in guide.words]
    options = {
        "validate": "custom",
        "value": f"=OR({','.join(allowed)})",
        "input_title": guide.what,
        "input_message": guide.said,
        "error_title": f"请核对{guide.what}",
        "error_message": f"请填 {number_words(low)} 到 {number_words(high)} 的数，或填“{'”“'.join(guide.words)}”",
        "error_type": "warning",
    }
    sheet.data_validation(row, column, row, column, options)


def write_help(book: Any, lines: Iterable[str]) -> None:
    """The sheet that says how to fill in the first."""
    sheet = book.add_worksheet("填写说明")
    sheet.set_column(0, 0, _HELP_WIDTH)
    print_on_one_width(sheet, header=0)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for number, line in enumerate(lines):
        sheet.write_string(number, 0, line, wrapped)
        fit_height(sheet, number, [(line, _HELP_WIDTH)])
