"""What to write in each column, in the reader's language: the import page, the form's sheet of help."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from common.workbook.register import texts
from common.workbook.register.columns import Column, Register, Type

Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class ColumnHelp:
    """One column explained."""

    header: str
    is_required: bool
    how: str
    example: str


def describe(register: Register, translate: Translate = str) -> list[ColumnHelp]:
    """Every column explained, in the register's order. `translate` is gettext, or nothing for Chinese."""
    return [
        ColumnHelp(_in_both(column.header, translate), column.required, how_to_fill(column, translate), column.example)
        for column in register.columns
    ]


def columns_as_json(register: Register, translate: Translate = str) -> list[dict[str, Any]]:
    """Every column as JSON, for programs: names, type, bounds, choices, and how to fill it in.

    Bounds are texts, numbers and days alike. `max_length` counts for texts, `decimals` and `unit` for numbers.
    """
    return [
        {
            "name": column.name,
            "header": column.header,
            "synonyms": list(column.synonyms),
            "type": column.type.value,
            "key": column.name in register.key,
            "required": column.required,
            "max_length": column.max_length if column.type is Type.TEXT else None,
            "decimals": column.decimals if column.is_numeric else None,
            "unit": column.unit,
            "minimum": None if column.minimum is None else str(column.minimum),
            "maximum": None if column.maximum is None else str(column.maximum),
            "choices": [{"code": one.code, "label": translate(one.label)} for one in column.choices],
            "how": how_to_fill(column, translate),
            "example": column.example,
        }
        for column in register.columns
    ]


def rules_of(register: Register, translate: Translate = str) -> list[str]:
    """What holds for the whole table, in sentences."""
    notes = [translate(note) for note in (*register.rules, *register.notes)]
    if register.rules:
        return [*notes, translate(texts.ALL_OR_NOTHING)]
    keys = [translate(column.header) for column in register.columns if column.name in register.key]
    apart = translate(texts.ROWS_ARE_TOLD_APART) % {"columns": translate(texts.LIST).join(keys)}
    told_apart = [apart, translate(texts.KEEPS)] if keys else [translate(texts.EVERY_ROW_IS_NEW)]
    return [translate(texts.STARRED), *told_apart, *notes, translate(texts.ALL_OR_NOTHING)]


def how_to_fill(column: Column, translate: Translate = str) -> str:
    """What to write in a column: its own help behind what its type says."""
    said = _by_type(column, translate)
    if not column.help:
        return said
    return translate(texts.SAID_AND_HELP) % {"said": said, "help": translate(column.help)}


def _in_both(word: str, translate: Translate) -> str:
    """A word of our files, which are Chinese, and what it means to the reader."""
    meaning = translate(word)
    return word if meaning == word else f"{word} ({meaning})"


def _by_type(column: Column, translate: Translate) -> str:
    match column.type:
        case Type.TEXT:
            said = texts.SAY_CODE if column.is_code else texts.SAY_TEXT
            return translate(said) % {"limit": column.max_length}
        case Type.NUMBER:
            return _number(column, translate)
        case Type.DATE:
            return translate(texts.SAY_DATE)
        case Type.CHOICE:
            labels = [_in_both(option.label, translate) for option in column.choices]
            if any(texts.LIST in label for label in labels):  # else nobody sees where one ends
                labels = [f"“{label}”" for label in labels]
            choices = translate(texts.LIST).join(labels)
            return translate(texts.SAY_CHOICE) % {"choices": choices}
        case Type.BOOLEAN:
            return translate(texts.SAY_BOOLEAN)
        case Type.NAME:
            return translate(texts.SAY_NAME)


def _number(column: Column, translate: Translate) -> str:
    said = translate(texts.SAY_NUMBER if column.decimals else texts.SAY_WHOLE) % {"places": column.decimals}
    if not column.unit or f"（{column.unit}）" in column.header:
        return said
    return translate(texts.SAY_MEASURED) % {"said": said, "unit": column.unit}
