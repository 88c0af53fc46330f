"""What is said of a table as a whole: hidden parts, columns that nobody reads (policies P6 and P12)."""

from collections.abc import Sequence

from common.workbook.book import Book, Cell, Kind, Row
from common.workbook.names import Names
from common.workbook.unknown_columns import tell_unknown_column, tell_without_header
from progress.excel.headers import Column, column_of
from progress.excel.tables import Findings, Record, Table


def tell_of_table(findings: Findings, book: Book, table: Table, data: Sequence[Row], indicators: Names) -> None:
    """Note what was not read, and what was though it is hidden; `data` are the table's rows of data."""
    tell_without_header(findings, data, table.headers, table.used)
    for sheet in book.hidden:
        findings.note("hidden_sheet_ignored", sheet=sheet.name)
    for label in table.ignored:
        findings.note("column_ignored", column=label)
    _tell_unknown(findings, table, indicators)
    _tell_hidden_columns(findings, table)


def _tell_unknown(findings: Findings, table: Table, indicators: Names) -> None:
    """A matrix's columns that are no indicators'."""
    for place, label in table.unknown.items():
        if column_of(label) is not None:
            findings.note("column_ignored", column=label)
            continue
        header = Row(table.header_row, {place: Cell(Kind.TEXT, label)})
        record = Record(header, {Column.INDICATOR: place})
        tell_unknown_column(findings, record, Column.INDICATOR, table.rows, indicators)


def _tell_hidden_columns(findings: Findings, table: Table) -> None:
    names = {place: column.value for column, place in table.places.items()}
    for place in sorted(table.used):
        if any(first <= place <= last for first, last in table.sheet.hidden_columns):
            findings.note("hidden_column", column=names.get(place) or table.headers.get(place, ""))
