"""Whose row it is, of which quarter and indicator (policy P12)."""

from typing import NamedTuple

from common.workbook.book import Cell, Kind, Row
from common.workbook.names import Known, Names
from common.workbook.texts import NEAREST, NO_NEAREST, NOT_OPEN_REASONS, template_of
from progress.excel.headers import Column
from progress.excel.quarters import read_quarter
from progress.excel.rows import Rows
from progress.excel.tables import Findings, Record
from progress.excel.world import LOCK_CODES, NOT_OPEN, World

_NEAREST_LOOKUPS = 200  # a file with more unknown names than this is of another kind


class RowKey(NamedTuple):
    """The three names of a record; None where one could not be read. `lock`: why the place cannot be changed."""

    unit: str | None
    quarter: int | None
    indicator: str | None
    lock: str = ""


class KeyReader:
    """Reads the names of records, and notes what is wrong with them; what several records share is noted once."""

    def __init__(self, rows: Rows, world: World, findings: Findings) -> None:
        self._rows = rows
        self._world = world
        self._findings = findings
        self._nearest: dict[str, str] = {}
        self._units: dict[int, str | None] = {}
        self._quarters: dict[int, int | None] = {}
        self._closed: set[tuple[int, int]] = set()

    def read(self, record: Record) -> RowKey:
        """The record's key. A lock is only noted here where the quarter is not open: the rest depends on the value."""
        unit_record, quarter_record = _source(record, Column.UNIT), _source(record, Column.QUARTER)
        at_unit, at_quarter = unit_record.row.number, quarter_record.row.number
        if at_unit not in self._units:
            self._units[at_unit] = self._unit(unit_record)
        if at_quarter not in self._quarters:
            self._quarters[at_quarter] = self._quarter(quarter_record)
        unit, quarter = self._units[at_unit], self._quarters[at_quarter]
        indicator = self._indicator(record)
        lock = self._world.locks.get((unit, quarter), "") if unit and quarter else ""
        if lock in NOT_OPEN and (at_unit, at_quarter) not in self._closed:
            self._closed.add((at_unit, at_quarter))
            self._not_open(quarter_record if at_quarter else record, lock)
        return RowKey(unit, quarter, indicator, lock)

    def refuse_lock(self, record: Record, key: RowKey) -> None:
        """Note that the report of the record cannot be changed."""
        if key.lock in LOCK_CODES:
            unit, quarter = (self._rows.key_cell(record, column) for column in (Column.UNIT, Column.QUARTER))
            self._findings.refuse(LOCK_CODES[key.lock], record, Column.QUARTER, quarter, unit=unit.text if unit else "")

    def refuse_unowed(self, record: Record, key: RowKey) -> bool:
        """Whether the unit does not report the indicator, which is noted."""
        if key.unit is None or key.indicator is None or key.indicator in self._world.owed.get(key.unit, frozenset()):
            return False
        name = self._rows.key_cell(record, Column.UNIT)
        unit = name.text if name else ""
        if Column.INDICATOR in record.places:
            cell = record.cell(Column.INDICATOR)
            self._findings.refuse("indicator_not_reported", record, Column.INDICATOR, cell, unit=unit)
            return True
        for column in (Column.VALUE, Column.BASE):  # in a matrix the row is the unit's, and only its cell is too much
            if (cell := record.cell(column)) is not None:
                template = template_of("cell_not_reported")
                self._findings.refuse("indicator_not_reported", record, column, cell, template=template, unit=unit)
        return True

    def _unit(self, record: Record) -> str | None:
        cell = self._cell(record, Column.UNIT)
        if cell is None:
            return None
        known = self._known(record, Column.UNIT, cell, self._world.units, "unknown_region")
        if known is None:
            return None
        if known.code not in self._world.own:
            template = "" if record.row.number else template_of("form_not_yours")
            self._findings.refuse("region_not_yours", record, Column.UNIT, cell, template=template)
            return None
        return known.code

    def _indicator(self, record: Record) -> str | None:
        cell = self._cell(record, Column.INDICATOR)
        if cell is None:
            return None
        known = self._known(record, Column.INDICATOR, cell, self._world.indicators, "unknown_indicator")
        return known.code if known else None

    def _known(self, record: Record, column: Column, cell: Cell, names: Names, code: str) -> Known | None:
        known = names.find(cell.text)
        if known is None:
            nearest = self._nearest_to(cell.text, names)
            self._findings.refuse(
                code, record, column, cell, detail=NEAREST if nearest else NO_NEAREST, nearest=nearest
            )
        elif known.by_alias:
            self._findings.tell("alias_used", record, column, cell, known=known.name)
        return known

    def _nearest_to(self, text: str, names: Names) -> str:
        if text not in self._nearest and len(self._nearest) < _NEAREST_LOOKUPS:
            self._nearest[text] = names.nearest(text)
        return self._nearest.get(text, "")

    def _quarter(self, record: Record) -> int | None:
        cell = self._cell(record, Column.QUARTER)
        if cell is None:
            return None
        named = read_quarter(cell.text) if cell.kind is Kind.TEXT else None
        if named is None:
            self._findings.refuse("bad_quarter", record, Column.QUARTER, cell)
            return None
        if named.year != self._world.year or named.number not in self._world.quarters:
            self._not_open(record, "other_year")
            return None
        return named.number

    def _not_open(self, record: Record, reason: str) -> None:
        cell = self._rows.key_cell(record, Column.QUARTER)
        self._findings.refuse("quarter_not_open", record, Column.QUARTER, cell, detail=NOT_OPEN_REASONS[reason])

    def _cell(self, record: Record, column: Column) -> Cell | None:
        """The key cell, if it can be read at all."""
        cell = self._rows.key_cell(record, column)
        if cell is None:
            self._findings.refuse("required", record, column)
        elif cell.kind is Kind.ERROR:
            self._findings.refuse("excel_error", record, column, cell)
        elif cell.kind is Kind.UNCALCULATED:
            self._findings.refuse("formula_without_value", record, column, cell)
        elif cell.cut:
            self._findings.refuse("text_too_long", record, column, cell, limit=str(cell.cut))
        else:
            if cell.formula:
                self._findings.tell("formula_used", record, column, cell)
            return cell
        return None


def _source(record: Record, column: Column) -> Record:
    """Where a record's name stands: its own row, or (row 0) what is said above the table."""
    return record if column in record.places else Record(Row(0, {}), {}, record.given)
