"""Totals of a matrix beside what its rows add up to (policy P7): a difference is told, never stored."""

from collections import defaultdict
from decimal import Decimal

from common.workbook.book import Kind, Row
from common.workbook.values import Asks, Measure, clean_number, read_value, words
from progress.excel.headers import Column
from progress.excel.tables import Findings, Layout, Record, Table

_ANY = Measure("")


class Totals:
    """The sums of a matrix's columns so far."""

    def __init__(self, table: Table, findings: Findings) -> None:
        self._table = table
        self._findings = findings
        self._sums: dict[int, Decimal] = defaultdict(Decimal)

    def add(self, record: Record) -> None:
        """Count a record's value in its column."""
        cell = record.cell(Column.VALUE)
        read = read_value(cell, _ANY)
        if read.asks is Asks.NUMBER and read.number is not None:
            self._sums[record.places[Column.VALUE]] += read.number

    def check(self, row: Row) -> None:
        """Tell where a total row says something else than the rows above it."""
        if self._table.layout is not Layout.MATRIX:
            return
        for columns in self._table.values:
            cell = row.cells.get(columns.value)
            read = read_value(cell, _ANY)
            if cell is None or cell.kind is not Kind.NUMBER or read.number is None:
                continue
            total = self._sums[columns.value]
            if read.number != clean_number(str(total)):
                record = columns.record(row, self._table)
                self._findings.tell("total_mismatch", record, Column.VALUE, cell, number=words(total))
