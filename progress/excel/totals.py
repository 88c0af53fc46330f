"""Totals of a matrix beside what its rows add up to (policy P7): a difference is told, never stored."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from common.workbook.book import Kind, Row
from common.workbook.names import key_of
from common.workbook.row_parts import says_total
from common.workbook.values import Asks, Measure, clean_number, read_value, words
from progress.excel.headers import Column
from progress.excel.tables import Findings, Layout, Record, Table

_ANY = Measure("")
_MEAN, _PART = "平均", "小计"
_Sums = dict[int, Decimal]


@dataclass(frozen=True, slots=True)
class _Total:
    """A total row, with what stood above it: in all, and since the total row before it."""

    row: Row
    above: _Sums
    block: _Sums


class Totals:
    """The sums of a matrix's columns, values and bases; what is no amount (percentages) is not added up."""

    def __init__(self, table: Table, amounts: frozenset[str], findings: Findings) -> None:
        """`amounts` are the names of the indicators whose values can be added up."""
        self._findings = findings
        self._table = table
        self._columns = [one for one in table.values if one.indicator in amounts]
        self._sums: _Sums = defaultdict(Decimal)
        self._block: _Sums = defaultdict(Decimal)
        self._totals: list[_Total] = []

    def add(self, record: Record) -> None:
        """Count a record's value and base in their columns."""
        for column in (Column.VALUE, Column.BASE):
            read = read_value(record.cell(column), _ANY)
            if read.asks is Asks.NUMBER and read.number is not None:
                self._sums[record.places[column]] += read.number
                self._block[record.places[column]] += read.number

    def note(self, row: Row) -> None:
        """Keep a total row of a matrix until all rows are counted; a mean is no total."""
        if self._table.layout is Layout.MATRIX and _MEAN not in _said(row):
            self._totals.append(_Total(row, dict(self._sums), dict(self._block)))
            self._block.clear()

    def check(self) -> None:
        """Tell where a total row says neither what all rows add up to, nor those above it, nor its own part of them."""
        for total in self._totals:
            for record, column in self._numbers(total.row):
                cell, place = record.cell(column), record.places[column]
                read = read_value(cell, _ANY)
                sums = [
                    clean_number(str(sums.get(place, Decimal()))) for sums in (self._sums, total.above, total.block)
                ]
                if cell is None or read.number is None or read.number in sums:
                    continue
                said = sums[-1] if _PART in _said(total.row) else sums[0]
                self._findings.tell("total_mismatch", record, column, cell, number=words(said))

    def _numbers(self, row: Row) -> Iterator[tuple[Record, Column]]:
        for one in self._columns:
            record = one.record(row, self._table)
            for column in (Column.VALUE, Column.BASE):
                cell = record.cell(column)
                if cell is not None and cell.kind is Kind.NUMBER:
                    yield record, column


def _said(row: Row) -> str:
    """What a total row calls itself."""
    texts = (cell.text for cell in row.cells.values() if cell.kind is Kind.TEXT)
    return key_of(next((text for text in texts if says_total(text)), ""))
