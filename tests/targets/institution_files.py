"""Files of institutions that tests read and send."""

import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl import Workbook

from accounts.models import User
from common.workbook.book import Book
from common.workbook.limits import Limits
from common.workbook.read import read_book
from common.workbook.register import RegisterRead, Value, as_json, read_register
from targets.queries.institution_rows import InstitutionGround, InstitutionRow, Seen, institution_ground
from tests.credit_codes import credit_code

HEADER = (
    "所属单位", "机构名称", "统一社会信用代码", "机构类别", "屋顶类别", "建筑面积", "用能人数", "独立计量", "纳入日期",
    "退出日期",
)  # fmt: skip


def line(number: int = 1, unit: str = "东海县", name: str = "", **changes: Any) -> list[Any]:
    """A row of the sheet, valid by default; changes by header."""
    cells = dict(
        zip(
            HEADER,
            (unit, name or f"第{number}小学", credit_code(number), "教育类事业单位", "学校、医院等", 1200.5, 80, "否",
             date(2020, 1, 1), None),
            strict=True,
        )
    )  # fmt: skip
    return list((cells | changes).values())


def sheet(lines: Iterable[Sequence[Any]], header: Sequence[str] = HEADER) -> bytes:
    """An .xlsx of the register as people make it."""
    book = Workbook()
    assert book.active is not None
    for row in [header, *lines]:
        book.active.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def book_of(content: bytes, name: str = "名录.xlsx") -> Book:
    return read_book(content, name, Limits())


def check(
    by: User, lines: Iterable[Sequence[Any]], header: Sequence[str] = HEADER
) -> tuple[RegisterRead, list[InstitutionRow]]:
    """What a file says to this person, with every problem."""
    ground = institution_ground(by)
    read = read_register(book_of(sheet(lines, header)), ground.register, ground.world, Limits())
    return read, ground.check(read)


def codes_of(read: RegisterRead) -> set[tuple[int | None, str, str]]:
    """The errors as (row, column, code)."""
    return {(p.row, p.column, p.code) for p in read.problems if p.level == "error"}


def row(number: int = 1, version: int | None = None, **changes: Value) -> InstitutionRow:
    """An institution as the service takes it."""
    values: dict[str, Value] = {
        "unit": "320722",
        "name": f"第{number}小学",
        "credit_code": credit_code(number),
        "kind": "021",
        "roof_class": "other",
        "floor_area_m2": Decimal("1200.5"),
        "headcount": Decimal(80),
        "separately_metered": False,
        "active_from": date(2020, 1, 1),
        "active_to": None,
    }
    said = {**values, **changes}
    return InstitutionRow(str(said["credit_code"]), said, as_json(said), Seen(version, values) if version else None)


__all__ = ["HEADER", "InstitutionGround", "book_of", "check", "codes_of", "line", "row", "sheet"]
