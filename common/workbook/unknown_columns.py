"""A column whose header names no indicator, in a table that has its indicators across (policy P12)."""

from collections.abc import Iterable

from common.workbook.book import Row
from common.workbook.names import Names
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
