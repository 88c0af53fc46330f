"""What stands in a value cell: a number, 不涉及, 清空, nothing, or a reason to refuse it (policies P5, P8 to P11, P14).

Nothing is guessed: a text is a number only as a whole, and a unit behind it only the indicator's own.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal, InvalidOperation
from enum import StrEnum
from typing import NamedTuple

from common.workbook.book import Cell, Kind
from common.workbook.names import key_of

EXCEL_DIGITS = 15
_EXCEL = Context(prec=EXCEL_DIGITS, Emax=99_999, Emin=-99_999)
_MOST_WHOLE = 14  # digits before the point that can be stored
_HUGE = 400  # digits beyond which no number is looked at any closer
_LARGEST_EXPONENT = 307  # the largest that Excel itself can show

NOT_APPLICABLE = "不涉及"
CLEAR = "清空"
_MARKS = frozenset({"-", "—", "——", "–", "/", "\\", "无", "暂无", "空", "n/a", "na", "null", "none", "--", "---"})
_ERROR_WORD = re.compile(r"#(?:DIV/0!|N/A|REF!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)", re.IGNORECASE)
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")
_NUMBER = re.compile(
    r"(?P<sign>[+−-]?) ?(?P<whole>[0-9]{1,3}(?:(?P<gap>[ ,])[0-9]{3})(?:(?P=gap)[0-9]{3})*|[0-9]+)"
    r"(?P<places>\.[0-9]+)?(?P<exponent>[eE][+-]?[0-9]{1,3})?(?![0-9.,])"
)
_CELL_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")

# Words that mean the same unit; a unit in no group is only itself.
_SAME_UNITS = (
    ("m²", "m2", "平方米", "平米", "㎡"),
    ("kW", "千瓦"),
    ("kWh", "千瓦时", "度"),
    ("%", "百分点"),
)
_OTHER_UNITS = (
    "个", "家", "辆", "台", "套", "座", "处", "项", "件", "次", "人", "吨", "元", "万元", "亿元", "亩", "公顷",
    "平方公里", "兆瓦", "MW", "万千瓦", "万千瓦时", "kg", "吨标准煤", "立方米",
)  # fmt: skip


_NEVER_NUMBERS = {
    Kind.ERROR: "excel_error",
    Kind.UNCALCULATED: "formula_without_value",
    Kind.DATE: "date_not_number",
    Kind.BOOLEAN: "not_a_number",
}
_NUMBER_CELL = Kind.NUMBER  # a member is looked up slowly, and this one for every cell


class Asks(StrEnum):
    """What a cell asks for."""

    NUMBER = "number"
    NOT_APPLICABLE = "not_applicable"
    CLEAR = "clear"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Note:
    """A remark about a cell: its code, and the message's values."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    template: str = ""


class ReadValue(NamedTuple):
    """What a value cell says; `refused` is why it cannot be read, `told` what the reader should know."""

    asks: Asks = Asks.NOTHING
    number: Decimal | None = None
    refused: Note | None = None
    told: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """What a number is measured in; `units` are all units of the plan, so that a foreign one is told from nonsense."""

    unit: str
    units: frozenset[str] = frozenset()

    @property
    def is_percent(self) -> bool:
        return unit_key(self.unit) == "%"


def unit_key(text: str) -> str:
    """A unit as it is compared: words that mean the same are one."""
    folded = unicodedata.normalize("NFKC", key_of(text)).casefold()
    for group in _SAME_UNITS:
        keys = [unicodedata.normalize("NFKC", word).casefold() for word in group]
        if folded in keys:
            return keys[0]
    return folded


def known_units(units: Iterable[str]) -> frozenset[str]:
    """The keys of a plan's units and of other units that people write."""
    common = (word for group in _SAME_UNITS for word in group)
    return frozenset(unit_key(unit) for unit in (*units, *common, *_OTHER_UNITS) if unit)


def read_value(cell: Cell | None, measure: Measure) -> ReadValue:
    """What a value cell says of a quantity measured in `measure`."""
    if cell is None:
        return ReadValue()
    if cell.kind in _NEVER_NUMBERS:
        return ReadValue(refused=Note(_NEVER_NUMBERS[cell.kind]))
    read = _read_number_cell(cell, measure) if cell.kind is Kind.NUMBER else _read_text(cell, measure)
    return read._replace(told=(Note("formula_used"), *read.told)) if cell.formula else read


def plain_number(cell: Cell) -> Decimal | None:
    """The number of a cell that holds plain digits, as most do; None for what must be looked at more closely."""
    digits = cell.text
    is_plain = cell.kind is _NUMBER_CELL and not cell.percent and len(digits) <= EXCEL_DIGITS and digits.isascii()
    return Decimal(digits) if is_plain and digits.isdigit() else None


def clean_number(digits: str) -> Decimal:
    """The number that Excel shows for the digits of a double: 15 digits, no binary noise, no negative zero."""
    return _EXCEL.create_decimal(digits) or Decimal(0)


def _refused(code: str, **values: str) -> ReadValue:
    return ReadValue(refused=Note(code, values))


def _number(number: Decimal, *told: Note) -> ReadValue:
    return ReadValue(Asks.NUMBER, number, told=told)


def _read_number_cell(cell: Cell, measure: Measure) -> ReadValue:
    if not _CELL_NUMBER.fullmatch(cell.text):
        return _refused("not_a_number")
    if len(cell.text) > _HUGE:
        whole, _point, places = cell.text.lstrip("+-").partition(".")
        return _refused(_why_too_long(whole, places))
    number = clean_number(cell.text)
    if not cell.percent:
        return ReadValue(Asks.NUMBER, number)
    if not measure.is_percent:
        return _refused("unit_mismatch", unit=measure.unit)
    points = number.scaleb(2, _EXCEL)
    return _number(points, Note("percent_scaled", {"number": words(points)}))


def _read_text(cell: Cell, measure: Measure) -> ReadValue:
    if cell.cut:
        return _refused("text_too_long", limit=str(cell.cut))
    text = _fold(cell.text)
    if not text:
        return ReadValue()
    if text in (NOT_APPLICABLE, CLEAR):
        return ReadValue(Asks.NOT_APPLICABLE if text == NOT_APPLICABLE else Asks.CLEAR)
    if _ERROR_WORD.fullmatch(text):
        return _refused("excel_error")
    if text.casefold() in _MARKS:
        return ReadValue(refused=Note("not_a_number", template="missing_mark"))
    return _read_number_text(text, measure)


def _fold(text: str) -> str:
    """NFKC, character by character: a superscript or circled digit is no digit of the number before it."""
    visible = _INVISIBLE.sub("", text)
    folded = (c if c.isdigit() and not c.isdecimal() else unicodedata.normalize("NFKC", c) for c in visible)
    return " ".join("".join(folded).split())


def _read_number_text(text: str, measure: Measure) -> ReadValue:
    match = _NUMBER.match(text)
    if match is None:
        return _refused("not_a_number")
    unit = unit_key(text[match.end() :])
    if unit and unit not in measure.units:
        return _refused("not_a_number")
    if unit and unit != unit_key(measure.unit):
        return _refused("unit_mismatch", unit=measure.unit)
    number = _matched(match)
    if isinstance(number, str):
        return _refused(number)
    if unit and not measure.is_percent:
        return _number(number, Note("unit_in_cell", {"number": words(number)}))
    return _number(number)


def _matched(match: re.Match[str]) -> Decimal | str:
    """The number of a match, or the code of why it is none."""
    whole = re.sub("[ ,]", "", match["whole"])
    places, exponent = match["places"] or "", match["exponent"] or ""
    if exponent and abs(int(exponent[1:])) > _LARGEST_EXPONENT:
        return "not_a_number"
    if len(whole.lstrip("0")) + len(places) > _HUGE:
        return _why_too_long(whole, places)
    try:
        number = Decimal(("-" if match["sign"] in ("-", "−") else "") + whole + places + exponent)
    except InvalidOperation:
        return "not_a_number"
    return Decimal(0) if number == 0 else number


def _why_too_long(whole: str, places: str) -> str:
    """The code of what is wrong with a number of very many digits: those before the point, or else those behind it."""
    return "too_many_decimals" if places and len(whole.lstrip("0")) <= _MOST_WHOLE else "out_of_range"


def words(number: Decimal) -> str:
    """A number as people write it: no exponent, no trailing zeros."""
    text = str(number)
    if text.isdigit():
        return text
    if "E" in text and abs(number.adjusted()) <= _HUGE:
        text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text and "E" not in text else text
