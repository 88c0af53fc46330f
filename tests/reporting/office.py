"""A workbook through a real LibreOffice: everything calculated again from nothing."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook, load_workbook

from tests.office import convert

CACHED = re.compile(rb'(<c r="[A-Z]+\d+"(?: s="\d+")?)(?: t="\w+")?>(<f>[^<]*</f>)<v>[^<]*</v>')
Cell = tuple[str, str]
"""A sheet's name and an address."""


def strip_cached(content: bytes) -> bytes:
    """The same workbook without the values of its formulas."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            part = old.read(item)
            if item.filename.startswith("xl/worksheets/sheet"):
                part = CACHED.sub(rb"\1>\2", part)
                assert b"</f><v>" not in part
            new.writestr(item.filename, part)
    return out.getvalue()


def recalculate(books: Mapping[str, bytes], folder: Path) -> dict[str, Workbook]:
    """Workbooks by name as LibreOffice calculates them from nothing; values only."""
    sources, results = folder / "given", folder / "calculated"
    sources.mkdir(parents=True)
    for name, content in books.items():
        (sources / f"{name}.xlsx").write_bytes(strip_cached(content))
    convert([sources / f"{name}.xlsx" for name in books], "xlsx:Calc MS Excel 2007 XML", results)
    return {name: load_workbook(results / f"{name}.xlsx", data_only=True) for name in books}


def values_of(content: bytes) -> dict[Cell, object]:
    """Every value of a workbook as it is stored, cached ones included."""
    return _cells(load_workbook(BytesIO(content), data_only=True))


def formulas_of(content: bytes) -> dict[Cell, str]:
    """Every formula of a workbook."""
    return {
        (sheet.title, cell.coordinate): str(cell.value)
        for sheet in load_workbook(BytesIO(content))
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def calculated_values(book: Workbook) -> dict[Cell, object]:
    """Every value of a calculated workbook."""
    return _cells(book)


def is_same(one: object, other: object) -> bool:
    """Equal words, or numbers that differ by no more than binary noise."""
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= 1e-9 * max(1.0, abs(one))
    return one == other


def _cells(book: Workbook) -> dict[Cell, object]:
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value not in (None, "")
    }
