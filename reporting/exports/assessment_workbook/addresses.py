"""How the sheets' formulas find each other's cells.

Rows and columns count from 0, as XlsxWriter does. `far` gives an absolute address with its sheet's name.
"""

from __future__ import annotations

from dataclasses import dataclass

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell


def near(row: int, column: int) -> str:
    """An address on the same sheet: $ on the column only, so that it reads well and may be copied downwards."""
    return str(xl_rowcol_to_cell(row, column, col_abs=True))


def near_range(first: tuple[int, int], last: tuple[int, int]) -> str:
    """An absolute range on the same sheet, from (row, column) to (row, column)."""
    return str(xl_range_abs(*first, *last))


@dataclass(frozen=True)
class Place:
    """A sheet by its name."""

    sheet: str

    def far(self, row: int, column: int) -> str:
        """An absolute address, seen from another sheet."""
        return f"'{self.sheet}'!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"

    def far_range(self, first: tuple[int, int], last: tuple[int, int]) -> str:
        """An absolute range, seen from another sheet."""
        return f"'{self.sheet}'!{near_range(first, last)}"
