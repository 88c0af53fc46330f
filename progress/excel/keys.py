"""Whose row it is, of which quarter and indicator (policy P12)."""

from typing import NamedTuple

from progress.excel.book import Cell, Kind, Row
from progress.excel.findings import Findings
from progress.excel.layouts import Column
from progress.excel.names import Known, Names, read_quarter
from progress.excel.rows import Rows
from progress.excel.texts import NEAREST, NO_NEAREST, NOT_OPEN_REASONS
from progress.excel.world import LOCK_CODES, NOT_OPEN, Place, World

_NEAREST_LOOKUPS = 200  # a file with more unknown names than this is of another kind


class RowKey(NamedTuple):
    """The three names of a row; None where one could not be read. `lock`: why the place cannot be changed."""

    unit: str | None
    quarter: int | None
    indicator: str | None
    lock: str = ""

    @property
    def place(self) -> Place | None:
        if self.unit is None or self.quarter is None:
            return None
        return self.unit, self.quarter


class KeyReader:
    """Reads the names of rows, and notes what is wrong with them."""

    def __init__(self, rows: Rows, world: World, findings: Findings) -> None:
        self._rows = rows
        self._world = world
        self._findings = findings
        self._nearest: dict[str, str] = {}

    def read(self, row: Row) -> RowKey:
        """The row's key. A lock is only noted here where the quarter is not open: the rest depends on the value."""
        unit = self._unit(row)
        quarter = self._quarter(row)
        indicator = self._indicator(row, unit)
        lock = self._world.locks.get((unit, quarter), "") if unit and quarter else ""
        if lock in NOT_OPEN:
            self._not_open(row, lock)
        return RowKey(unit, quarter, indicator, lock)

    def refuse_lock(self, row: Row, key: RowKey) -> None:
        """Note that the report of the row cannot be changed."""
        if key.lock in LOCK_CODES:
            unit = self._rows.key_cell(row, Column.UNIT)
            self._findings.refuse(LOCK_CODES[key.lock], row, Column.QUARTER, unit)

    def _unit(self, row: Row) -> str | None:
        cell = self._cell(row, Column.UNIT)
        if cell is None:
            return None
        known = self._known(row, Column.UNIT, cell, self._world.units, "unknown_region")
        if known is None:
            return None
        if known.code not in self._world.own:
            self._findings.refuse("region_not_yours", row, Column.UNIT, cell)
            return None
        return known.code

    def _indicator(self, row: Row, unit: str | None) -> str | None:
        cell = self._cell(row, Column.INDICATOR)
        if cell is None:
            return None
        known = self._known(row, Column.INDICATOR, cell, self._world.indicators, "unknown_indicator")
        if known is None:
            return None
        if unit is not None and known.code not in self._world.owed.get(unit, frozenset()):
            name = self._rows.key_cell(row, Column.UNIT)
            said = name.text if name else ""
            self._findings.refuse("indicator_not_reported", row, Column.INDICATOR, cell, unit=said)
            return None
        return known.code

    def _known(self, row: Row, column: Column, cell: Cell, names: Names, code: str) -> Known | None:
        known = names.find(cell.text)
        if known is None:
            nearest = self._nearest_to(cell.text, names)
            self._findings.refuse(code, row, column, cell, detail=NEAREST if nearest else NO_NEAREST, nearest=nearest)
        elif known.by_alias:
            self._findings.tell("alias_used", row, column, cell, known=known.name)
        return known

    def _nearest_to(self, text: str, names: Names) -> str:
        if text not in self._nearest and len(self._nearest) < _NEAREST_LOOKUPS:
            self._nearest[text] = names.nearest(text)
        return self._nearest.get(text, "")

    def _quarter(self, row: Row) -> int | None:
        cell = self._cell(row, Column.QUARTER)
        if cell is None:
            return None
        named = read_quarter(cell.text) if cell.kind is Kind.TEXT else None
        if named is None:
            self._findings.refuse("bad_quarter", row, Column.QUARTER, cell)
            return None
        if named.year != self._world.year or named.number not in self._world.quarters:
            self._not_open(row, "other_year")
            return None
        return named.number

    def _not_open(self, row: Row, reason: str) -> None:
        cell = self._rows.key_cell(row, Column.QUARTER)
        self._findings.refuse("quarter_not_open", row, Column.QUARTER, cell, detail=NOT_OPEN_REASONS[reason])

    def _cell(self, row: Row, column: Column) -> Cell | None:
        """The key cell, if it can be read at all."""
        cell = self._rows.key_cell(row, column)
        if cell is None:
            self._findings.refuse("required", row, column)
        elif cell.kind is Kind.ERROR:
            self._findings.refuse("excel_error", row, column, cell)
        elif cell.kind is Kind.UNCALCULATED:
            self._findings.refuse("formula_without_value", row, column, cell)
        elif cell.cut:
            self._findings.refuse("text_too_long", row, column, cell, limit="32767")
        else:
            if cell.formula:
                self._findings.tell("formula_used", row, column, cell)
            return cell
        return None
