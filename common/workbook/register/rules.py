"""What may stand in a column, whoever writes it: a file, a form, the API."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from common.workbook.names import DIRECTION
from common.workbook.register import texts
from common.workbook.register.columns import Column, Fault, Register, Type, Value, Values
from common.workbook.values import EXCEL_DIGITS, words

_HOLDS: dict[Type, type] = {
    Type.TEXT: str,
    Type.NUMBER: Decimal,
    Type.DATE: date,
    Type.CHOICE: str,
    Type.BOOLEAN: bool,
    Type.NAME: str,
}
_WHOLE = Decimal(1)
_LEAST_AND_MOST = (texts.AT_LEAST, texts.AT_MOST)
_FIRST_AND_LAST = (texts.NOT_BEFORE, texts.NOT_AFTER)

Judge = Callable[[Value], Fault | None]
"""Says what is wrong with a value; None for nothing, and for a blank."""


def faults_of(register: Register, rows: Iterable[Values]) -> Iterator[tuple[Values, Fault]]:
    """Everything that is wrong with rows as they shall stand, each fault with its row and naming its column.

    The register's own checks are made of a row whose values are sound.
    """
    judges = [(column, judge_of(column)) for column in register.columns]
    for values in rows:
        is_sound = True
        for column, judge in judges:
            value = values.get(column.name)
            is_missing = column.required and not value and value in (None, "")
            if fault := Fault("required", texts.MISSING) if is_missing else judge(value):
                is_sound = False
                yield values, Fault(fault.code, fault.detail, fault.values, column.name)
        for check in register.checks if is_sound else ():
            yield from ((values, fault) for fault in check(values))


def judge_of(column: Column) -> Judge:
    """What judges the values of a column; made once for all of them."""
    held, rule, check = _HOLDS[column.type], _RULES.get(column.type), column.check

    def judge(value: Value) -> Fault | None:
        if value is None:
            return None
        if not isinstance(value, held):
            return Fault("wrong_type", texts.WRONG_TYPE)
        return (rule(column, value) if rule else None) or (check(value) if check else None)

    return judge


def no_such_choice(column: Column) -> Fault:
    """That a text is none of a column's choices."""
    choices = "、".join(f"“{option.label}”" for option in column.choices)
    return Fault("unknown_choice", texts.NO_SUCH_CHOICE, {"choices": choices})


def _text(column: Column, value: str) -> Fault | None:
    if not column.is_long and not value.isprintable() and DIRECTION.search(value):
        return Fault("direction_mark", texts.DIRECTION)
    if len(value) > column.max_length:
        return Fault("text_too_long", texts.TOO_LONG, {"limit": str(column.max_length)})
    return None


def _number(column: Column, value: Any) -> Fault | None:
    if not value.is_finite() or value.adjusted() >= EXCEL_DIGITS:
        return Fault("out_of_range", texts.TOO_LARGE)
    low, high = column.minimum, column.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        return _outside(column, value, _LEAST_AND_MOST, words)
    if value.same_quantum(_WHOLE) or value == round(value, column.decimals):  # rounding takes longer than looking
        return None
    if column.decimals == 0:
        return Fault("too_many_decimals", texts.WHOLE_NUMBER)
    return Fault("too_many_decimals", texts.PLACES, {"places": str(column.decimals)})


def _date(column: Column, value: Any) -> Fault | None:
    low, high = column.minimum, column.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        return _outside(column, value, _FIRST_AND_LAST, str)
    return None


def _outside(column: Column, value: Any, messages: tuple[str, str], say: Callable[[Any], str]) -> Fault:
    """That a value lies below its column's lower bound or above its upper one, of which only that one is named."""
    low, high = column.minimum, column.maximum
    if low is not None and value < low:
        return Fault("out_of_range", messages[0], {"minimum": say(low)})
    return Fault("out_of_range", messages[1], {"maximum": say(high)})


def _choice(column: Column, value: str) -> Fault | None:
    for option in column.choices:
        if option.code == value:
            return None
    return no_such_choice(column)


_RULES: dict[Type, Callable[[Column, Any], Fault | None]] = {
    Type.TEXT: _text,
    Type.NUMBER: _number,
    Type.DATE: _date,
    Type.CHOICE: _choice,
}
