"""Columns that nobody reads: without a header, or with one that names no indicator in a matrix (policy P12)."""

from collections.abc import Collection, Iterable, Sequence

from common.workbook.book import Row, column_letters
from common.workbook.names import Names, key_of
from common.workbook.records import Findings, Name, Record
from common.workbook.row_parts import says_total
from common.workbook.texts import NEAREST, NO_NEAREST, template_of
from common.workbook.values import Measure, read_value


def tell_unknown_column(
    findings: Findings[Name], header: Record[Name], column: Name, rows: Iterable[Row], indicators: Names
) -> None:
    """A warning; but refused where it would lose numbers. `header` has the header's own cell as `column`."""
    cell, place = header.cell(column), header.places[column]
    label = cell.text if cell else ""
    has_numbers = any(read_value(row.cells.get(place), Measure("")).number is not None for row in rows)
    if says_total(label) or not has_numbers:
        findings.note("column_ignored", column=label)
        return
    nearest = indicators.nearest(label)
    detail = NEAREST if nearest else NO_NEAREST
    said = {"template": template_of("unknown_indicator_column"), "detail": detail, "nearest": nearest}
    findings.refuse("unknown_indicator", header, column, cell, **said)


def tell_without_header(
    findings: Findings[Name], rows: Sequence[Row], headers: Collection[int], used: Collection[int]
) -> None:
    """A warning for each column that has something in the rows of data but no header; order numbers need none."""
    filled: set[int] = set().union(*(row.cells for row in rows))
    for place in sorted(filled.difference(headers, used)):
        texts = [key for row in rows if place in row.cells and (key := key_of(row.cells[place].text))]
        are_order_numbers = place < min(used) and all(text.isdecimal() for text in texts)
        if texts and not are_order_numbers:
            template = template_of("column_without_header")
            findings.note("column_ignored", column=column_letters(place), template=template)
