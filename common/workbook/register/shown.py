"""Values of a register as JSON, for keeping, and as words, for people and for files."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from common.workbook.register import texts
from common.workbook.register.columns import Column, Register, Type, Value, Values
from common.workbook.values import words

Labels = Mapping[str, Mapping[str, str]]
"""For each column of names the name of each code."""
Json = Any
"""A text, true, false or null."""
_day = lru_cache(4096)(date.isoformat)  # a file has few days, and each many times


def as_json(values: Values) -> dict[str, Json]:
    """A row as JSON: numbers and days as texts."""
    kept: dict[str, Json] = dict(values)
    value: Any
    for name, value in values.items():
        kind = value.__class__
        if kind is Decimal:
            kept[name] = words(value)
        elif kind is date:
            kept[name] = _day(value)
    return kept


def from_json(register: Register, kept: Mapping[str, Json]) -> dict[str, Value]:
    """The row that `as_json` made."""
    by_name = register.by_name
    return {name: _value(by_name[name], value) for name, value in kept.items() if name in by_name}


def said(column: Column, value: Value, labels: Labels, translate: Callable[[str], str] = str) -> str:
    """A value as people read it: a choice and a listed name by their words, a number without an exponent."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return translate(texts.YES if value else texts.NO)
    if isinstance(value, Decimal):
        return words(value)
    if column.type is Type.CHOICE:
        return next((translate(option.label) for option in column.choices if option.code == value), str(value))
    if column.type is Type.NAME:
        return labels.get(column.name, {}).get(str(value), str(value))
    return str(value)


def _value(column: Column, kept: Json) -> Value:
    if kept is None or isinstance(kept, bool):
        return kept
    if column.type is Type.NUMBER:
        return Decimal(kept)
    return date.fromisoformat(kept) if column.type is Type.DATE else kept
