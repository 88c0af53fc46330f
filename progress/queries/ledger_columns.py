"""The registers as tables of a workbook: their columns follow from the fields of the models."""

import re
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import translation

from common.workbook.register import Column, Option, Register, Type, Value
from progress.ledgers import Ledger, find_ledger
from progress.models import Item

FIRST_DAY, LAST_DAY = date(1949, 10, 1), date(2999, 12, 31)
_MOST = Decimal(2_147_483_647)
_UNIT = re.compile(r"（([^（）]+)）$")
_OWNERS = {
    "institution": ("机构", ("公共机构", "机构名称", "单位名称", "统一社会信用代码", "信用代码")),
    "unit": ("所属专家库", ("单位", "地区")),
}

_OWNER_EXAMPLES = {"institution": "东海县机关事务管理局", "unit": "东海县"}


def register_of(ledger: Ledger) -> Register:
    """The register's table: whose item it is, then its fields, told apart by its key."""
    return _register(ledger.code)


@cache
def _register(code: str) -> Register:
    ledger = find_ledger(code)
    if ledger is None:
        raise LookupError(code)
    # The texts of our files are Chinese, whoever asks first.
    with translation.override(settings.LANGUAGE_CODE):
        columns = (_owner(ledger), *(_column(ledger, name) for name in ledger.fields))
        return Register(
            code=ledger.code,
            title=str(ledger.label),
            notes=(str(ledger.about),),
            key=ledger.key,
            columns=columns,
        )


def values_of(ledger: Ledger, item: Item) -> dict[str, Value]:
    """An item as a row of the table; its institution is to be selected."""
    owner = item.institution.credit_code if ledger.has_institution else item.owner.code  # type: ignore[attr-defined]
    return {ledger.key[0]: owner, **{name: _value(getattr(item, name)) for name in ledger.fields}}


def fill_in(ledger: Ledger, item: Item, values: dict[str, Value]) -> Item:
    """The item with what a row of the table says but its owner; what is derived is derived anew."""
    for name in ledger.fields:
        value, field = values[name], ledger.field(name)
        if isinstance(field, models.IntegerField) and isinstance(value, Decimal):
            setattr(item, name, int(value))
        else:
            setattr(item, name, "" if value is None and not field.null else value)
    item.settle()
    return item


def _value(value: Any) -> Value:
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return None if value == "" else value


def _owner(ledger: Ledger) -> Column:
    name = ledger.key[0]
    header, synonyms = _OWNERS[name]
    example = _OWNER_EXAMPLES[name]
    return Column(name=name, header=header, synonyms=synonyms, type=Type.NAME, required=True, example=example, width=30)


def _column(ledger: Ledger, name: str) -> Column:
    field = ledger.field(name)
    label = str(field.verbose_name)
    short = _UNIT.sub("", label)
    facts: dict[str, Any] = {
        "name": name,
        "header": label,
        "synonyms": (short,) if short != label else (),
        "required": not field.null and not field.blank and not field.has_default(),
        "help": str(field.help_text),
        "example": ledger.example.get(name, ""),
    }
    return Column(**facts | _typed(ledger, field, label))


def _typed(ledger: Ledger, field: "models.Field[Any, Any]", label: str) -> dict[str, Any]:
    """What a column holds, by the field's own type."""
    if field.name == ledger.kind and ledger.kinds_of_plan:
        return {"type": Type.NAME, "width": 24}
    if field.choices:
        options = tuple(Option(str(code), str(words)) for code, words in field.flatchoices)
        return {"type": Type.CHOICE, "choices": options}
    if isinstance(field, models.BooleanField):
        return {"type": Type.BOOLEAN, "default": field.get_default(), "width": 10}
    if isinstance(field, models.DateField):
        return {"type": Type.DATE, "minimum": FIRST_DAY, "maximum": LAST_DAY}
    if isinstance(field, models.DecimalField | models.IntegerField):
        return _number(field, label)
    is_long = isinstance(field, models.TextField)
    return {"max_length": field.max_length or 2000, "is_long": is_long, "width": 30 if is_long else 20}


def _number(field: "models.Field[Any, Any]", label: str) -> dict[str, Any]:
    unit = found[1] if (found := _UNIT.search(label)) else ""
    if isinstance(field, models.DecimalField):
        most = Decimal(10) ** (field.max_digits - field.decimal_places) - Decimal(10) ** -field.decimal_places
        bounds = {"minimum": Decimal(0), "maximum": most, "decimals": field.decimal_places}
        return {"type": Type.NUMBER, "unit": unit, **bounds}
    default = _value(field.get_default()) if field.has_default() else None
    return {"type": Type.NUMBER, "unit": unit, "minimum": Decimal(1), "maximum": _MOST, "default": default}
