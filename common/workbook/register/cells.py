"""What stands in one cell of a register: a value of its column's type, 清空, nothing, or the reason to refuse it."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from common.text import clean_text
from common.workbook.book import Cell, Kind
from common.workbook.names import key_of
from common.workbook.register import texts
from common.workbook.register.columns import Column, Fault, Option, Type, Value
from common.workbook.register.dates import read_day
from common.workbook.register.names import NameList
from common.workbook.register.rules import judge_of, no_such_choice
from common.workbook.texts import NEAREST, NO_NEAREST, template_of
from common.workbook.values import CLEAR, EXCEL_DIGITS, Asks, Measure, Note, known_units, plain_number, read_value

_YES = frozenset({"是", "有", "对", "√", "✓", "✔", "y", "yes", "t", "true", "1"})
_NO = frozenset({"否", "没有", "无", "不是", "×", "✗", "✘", "x", "n", "no", "f", "false", "0"})
_BREAK = re.compile(r"[ \t]*\n[ \t\n]*")


class Refused(NamedTuple):
    """Why a cell cannot be read. `template` is the whole message; without one the fault's half-sentence is told."""

    fault: Fault
    template: str = ""


class OddCell(NamedTuple):
    """What a cell says beside a value, or instead of one.

    `asked`: it says something (a None is then 清空); `told`: what the reader should know.
    """

    value: Value = None
    asked: bool = True
    refused: Refused | None = None
    told: tuple[Note, ...] = ()


Read = str | Decimal | date | bool | OddCell
"""What a cell says: most often just a value."""

NOTHING = OddCell(asked=False)
_TEXT_CELL, _NUMBER_CELL, _DATE_CELL = Kind.TEXT, Kind.NUMBER, Kind.DATE  # a member is found slowly
_UNREADABLE = {Kind.ERROR: "excel_error", Kind.UNCALCULATED: "formula_without_value"}


def cell_reader(column: Column, names: NameList | None = None) -> Callable[[Cell | None], Read]:
    """What reads the cells of a column; `names` is the list of a column of names."""
    judge = judge_of(column)
    by_type = _READERS[column.type]

    def read_cell(cell: Cell | None) -> Read:
        if cell is None:
            return NOTHING
        kind, text, _percent, formula, cut = cell
        if kind in _UNREADABLE:
            return _whole(_UNREADABLE[kind])
        if cut:
            return _whole("text_too_long", limit=str(cut))
        if kind is _TEXT_CELL and CLEAR[0] in text and key_of(text) == CLEAR:
            return OddCell()
        read = _name(cell, names) if names else by_type(cell, column)
        value = read.value if isinstance(read, OddCell) else read
        if value is not None and (fault := judge(value)):
            read = OddCell(refused=Refused(fault))
        return _calculated(read) if formula else read

    return read_cell


def _calculated(read: Read) -> OddCell:
    """What the cell of a formula says."""
    odd = read if isinstance(read, OddCell) else OddCell(read)
    return odd._replace(told=(Note("formula_used"), *odd.told))


def _whole(code: str, template: str = "", **values: str) -> OddCell:
    """Refused with a message of its own."""
    return OddCell(refused=Refused(Fault(code, "", values), template or template_of(code)))


def _half(code: str, detail: str, **values: str) -> OddCell:
    """Refused with a half-sentence."""
    return OddCell(refused=Refused(Fault(code, detail, values)))


# --- text


def _text(cell: Cell, column: Column) -> Read:
    text = _plain_text(cell)
    if isinstance(text, OddCell):
        return text
    if column.is_code:
        plain = text if text.isascii() and text.isalnum() else unicodedata.normalize("NFKC", key_of(text))
        text = plain.upper()
    elif "\n" in text and not column.is_long:
        text = _BREAK.sub(_one_line, text)
    return text or NOTHING


def _plain_text(cell: Cell) -> str | OddCell:
    """A cell as text; refused where Excel has made something else of it."""
    if cell.kind is _DATE_CELL:
        return _half("date_not_text", texts.DATE_IN_TEXT)
    if cell.kind is not _NUMBER_CELL:
        return clean_text(cell.text).strip()
    digits = cell.text.removesuffix(".0")
    if "e" in digits.casefold() or sum(c.isdigit() for c in digits) > EXCEL_DIGITS:
        return _half("digits_lost", texts.DIGITS_LOST)
    return digits


def _one_line(match: re.Match[str]) -> str:
    """What a line break inside a name stands for: nothing between Chinese characters, else a space."""
    beside = match.string[match.start() - 1 : match.start()] + match.string[match.end() : match.end() + 1]
    return " " if beside.isascii() else ""


# --- numbers, days


def _number(cell: Cell, column: Column) -> Read:
    if (plain := plain_number(cell)) is not None:
        return plain
    read = read_value(cell, _measure(column.unit))
    if read.refused is not None:
        template = template_of(read.refused.template) if read.refused.template else ""
        return _whole(read.refused.code, template, **read.refused.values)
    if read.asks is Asks.NOTHING:
        return NOTHING
    if read.number is None:
        return _whole("not_a_number")
    # That a formula was used is said for every type alike.
    told = read.told and tuple(note for note in read.told if note.code != "formula_used")
    return OddCell(read.number, told=told) if told else read.number


@cache
def _measure(unit: str) -> Measure:
    return Measure(unit, known_units([unit]))


def _date(cell: Cell, _column: Column) -> Read:
    if cell.kind is _TEXT_CELL and not key_of(cell.text):
        return NOTHING
    day = read_day(cell.text.removesuffix(".0") if cell.kind is _NUMBER_CELL else cell.text)
    if day is None or cell.kind is Kind.BOOLEAN:
        return _half("bad_date", texts.SERIAL_DATE if cell.kind is _NUMBER_CELL else texts.BAD_DATE)
    return day


# --- choices, yes or no


def _choice(cell: Cell, column: Column) -> Read:
    said = _folded(cell)
    if not said:
        return NOTHING
    known = _known_choices(column.choices)
    if said not in known:
        return OddCell(refused=Refused(no_such_choice(column)))
    option, by_synonym = known[said]
    return OddCell(option.code, told=(Note("alias_used", {"known": option.label}),)) if by_synonym else option.code


@cache
def _known_choices(options: tuple[Option, ...]) -> dict[str, tuple[Option, bool]]:
    """Each spelling of each choice; `True`: a synonym, which is told."""
    known = {_fold(word): (option, True) for option in options for word in option.synonyms}
    for option in options:
        # Excel makes 1 of 01; and people copy code and label together.
        bare = option.code.lstrip("0") if option.code.isdecimal() else option.code
        known |= {
            _fold(word): (option, False) for word in (bare, option.code, option.label, option.code + option.label)
        }
    return known


def _boolean(cell: Cell, _column: Column) -> Read:
    said = _folded(cell)
    if not said:
        return NOTHING
    if said in _YES or said in _NO:
        return said in _YES
    return _half("not_yes_or_no", texts.NOT_YES_OR_NO)


def _folded(cell: Cell) -> str:
    return _fold(cell.text.removesuffix(".0") if cell.kind is _NUMBER_CELL else cell.text)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", key_of(text)).casefold()


# --- names


def _name(cell: Cell, names: NameList) -> Read:
    text = _plain_text(cell)
    if isinstance(text, OddCell):
        return text
    if not key_of(text):
        return NOTHING
    known = names.find(text)
    if known is None and names.is_shared(text):
        return _half("ambiguous_name", texts.AMBIGUOUS)
    if known is None:
        nearest = names.nearest(text)
        fault = Fault(names.unknown, NEAREST if nearest else NO_NEAREST, {"nearest": nearest})
        return OddCell(refused=Refused(fault, template_of(names.unknown)))
    if names.own is not None and known.code not in names.own:
        return _whole(names.not_own)
    return OddCell(known.code, told=(Note("alias_used", {"known": known.name}),)) if known.by_alias else known.code


_READERS: dict[Type, Callable[[Cell, Column], Read]] = {
    Type.TEXT: _text,
    Type.NUMBER: _number,
    Type.DATE: _date,
    Type.CHOICE: _choice,
    Type.BOOLEAN: _boolean,
    Type.NAME: _text,
}
