"""A register with a column of every type, and files of it."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook

from common.workbook.book import Book
from common.workbook.limits import Limits
from common.workbook.names import Names
from common.workbook.read import read_book
from common.workbook.register import (
    Column,
    Fault,
    Key,
    NameList,
    Option,
    Register,
    RegisterRead,
    Type,
    Values,
    World,
    read_register,
)

LIMITS = Limits()
AT = datetime(2023, 6, 1)  # noqa: DTZ001 - a workbook has no zone
HEADER = ("地区", "机构", "场站", "编码", "功率（kW）", "台数", "投运日期", "类型", "新建", "备注")


def _not_lucky(value: str) -> Fault | None:
    return Fault("unlucky", "不能有 4") if "4" in value else None


def _dc_needs_power(values: Values) -> list[Fault]:
    if values["current"] == "dc" and values["power"] is None:
        return [Fault("dc_without_power", "直流桩须填功率", column="power")]
    return []


PILES = Register(
    code="piles",
    title="充电桩台账",
    key=("institution", "site"),
    checks=(_dc_needs_power,),
    columns=(
        Column(name="unit", header="地区", type=Type.NAME, synonyms=("单位",)),
        Column(name="institution", header="机构", type=Type.NAME, required=True),
        Column(name="site", header="场站", required=True, max_length=20, synonyms=("站点",)),
        Column(name="code", header="编码", is_code=True, max_length=18, check=_not_lucky),
        Column(
            name="power",
            header="功率（kW）",
            type=Type.NUMBER,
            unit="kW",
            decimals=2,
            minimum=Decimal(0),
            maximum=Decimal(1000),
        ),
        Column(
            name="piles",
            header="台数",
            type=Type.NUMBER,
            required=True,
            unit="台",
            minimum=Decimal(1),
            maximum=Decimal(500),
        ),
        Column(
            name="since",
            header="投运日期",
            type=Type.DATE,
            required=True,
            minimum=date(2000, 1, 1),
            maximum=date(2099, 12, 31),
        ),
        Column(
            name="current",
            header="类型",
            type=Type.CHOICE,
            choices=(Option("ac", "交流"), Option("dc", "直流", ("快充",)), Option("01", "交直流")),
        ),
        Column(name="is_new", header="新建", type=Type.BOOLEAN, default=True),
        Column(name="note", header="备注", is_long=True, max_length=100, synonyms=("说明",)),
    ),
)
INSTITUTIONS = {"C1": "机关局", "C2": "第一小学", "C3": "第二小学", "C4": "实验小学", "C5": "实验小学"}
UNITS = Names.of([("u1", "海州区", ["海州"]), ("u2", "连云区", [])])


def row(**changes: Any) -> list[Any]:
    """A row of the sheet, valid by default; changes by header."""
    cells = dict(zip(HEADER, ("海州区", "机关局", "东门", None, 60, 2, "2023-05-15", "交流", "是", None), strict=True))
    return list((cells | changes).values())


def sheet(rows: Sequence[Sequence[Any]], header: Sequence[str] = HEADER) -> Workbook:
    """A workbook as people make it."""
    book = Workbook()
    assert book.active is not None
    for one in [header, *rows]:
        book.active.append(list(one))
    return book


def book_of(workbook: Workbook | bytes, name: str = "台账.xlsx") -> Book:
    """What our reader makes of a file."""
    if isinstance(workbook, bytes):
        return read_book(workbook, name, LIMITS)
    target = io.BytesIO()
    workbook.save(target)
    return read_book(target.getvalue(), name, LIMITS)


def world(standing: dict[Key, Values] | None = None) -> World:
    """Two units, of which the first is one's own, and five institutions, two of them of one name."""
    names = {
        "unit": NameList.of_units(UNITS, own=frozenset({"u1"})),
        "institution": NameList.by_code_or_name(INSTITUTIONS.items()),
    }
    return World(
        names=names, standing=lambda keys: {key: (standing or {})[key] for key in keys if key in (standing or {})}
    )


def read(source: Workbook | bytes | Sequence[Sequence[Any]], standing: dict[Key, Values] | None = None) -> RegisterRead:
    """What a file says; of rows, a file with the usual header."""
    workbook = source if isinstance(source, Workbook | bytes) else sheet(source)
    return read_register(book_of(workbook), PILES, world(standing), LIMITS)


def codes_of(found: RegisterRead, level: str = "error") -> set[tuple[int | None, str, str]]:
    """The problems as (row, column, code)."""
    return {(p.row, p.column, p.code) for p in found.problems if p.level == level}


def stands(**changes: Any) -> Values:
    """A row that is stored, valid by default."""
    values: dict[str, Any] = {
        "unit": "u1", "institution": "C1", "site": "东门", "code": None, "power": Decimal(60), "piles": Decimal(2),
        "since": date(2023, 5, 15), "current": "ac", "is_new": True, "note": None,
    }  # fmt: skip
    return {**values, **changes}
