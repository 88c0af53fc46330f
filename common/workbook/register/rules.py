"""What may stand in a column, whoever writes it: a file, a form, the API."""

from collections.abc import Callable, Iterator
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


def faults_of(register: Register, values: Values) -> Iterator[Fault]:
    """Everything that is wrong with a row as it shall stand; each fault names its column."""
    is_sound = True
    for column in register.columns:
        value = values.get(column.name)
        is_missing = column.required and not value and value in (None, "")
        if fault := Fault("required", texts.MISSING) if is_missing else fault_of(column, value):
            is_sound = False
            yield Fault(fault.code, fault.detail, fault.values, column.name)
    if is_sound:
        for check in register.checks:
            yield from check(values)


def fault_of(column: Column, value: Value) -> Fault | None:
    """What is wrong with a value of a column; None for nothing, and for a blank."""
    if value is None:
        return None
    if not isinstance(value, _HOLDS[column.type]):
        return Fault("wrong_type", texts.WRONG_TYPE)
    rule = _RULES.get(column.type)
    fault = rule(column, value) if rule else None
    return fault or (column.check(value) if column.check else None)


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


def _number(column: Column, value: Decimal) -> Fault | None:
    if not value.is_finite() or value.adjusted() >= EXCEL_DIGITS:
        return Fault("out_of_range", texts.TOO_LARGE)
    outside = _outside(column, value, (texts.AT_LEAST, texts.AT_MOST), words)
    if outside or value == round(value, column.decimals):
        return outside
    if column.decimals == 0:
        return Fault("too_many_decimals", texts.WHOLE_NUMBER)
    return Fault("too_many_decimals", texts.PLACES, {"places": str(column.decimals)})


def _date(column: Column, value: date) -> Fault | None:
    return _outside(column, value, (texts.NOT_BEFORE, texts.NOT_AFTER), str)


def _outside(column: Column, value: Any, messages: tuple[str, str], say: Callable[[Any], str]) -> Fault | None:
    """That a value lies outside its column's bounds; `messages` are for a bound on one side only."""
    low, high = column.minimum, column.maximum
    if (low is None or value >= low) and (high is None or value <= high):
        return None
    bounds = {name: say(bound) for name, bound in (("minimum", low), ("maximum", high)) if bound is not None}
    one_sided = messages[0] if high is None else messages[1]
    return Fault("out_of_range", texts.BETWEEN if len(bounds) > 1 else one_sided, bounds)


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
