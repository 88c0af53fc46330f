"""填报情况, below the quarters: whether every report came in time, was complete, and how often it went back."""

from __future__ import annotations

from calculations.inputs import QuarterFacts
from calculations.quarters import QUARTERS
from reporting.exports.assessment_workbook.book import Book, Sheet
from reporting.exports.assessment_workbook.figure_layouts import QuarterLayout
from reporting.exports.assessment_workbook.words import QUARTER_NAMES, Yes

L = QuarterLayout
HEADER = ("按时提交", "计入考核", "应填项数", "已填项数", "退回次数")


def write(book: Book, sheet: Sheet) -> None:
    """Title, header and a row for every report of the assessed units."""
    layout = book.at.quarters
    top = layout.filing_row
    sheet.merge(top, (0, L.LAST), "填报情况（考核单位）", "band")
    sheet.merge_block((top + 1, L.UNIT), (top + 2, L.TARGET), "单位", "head")
    for quarter, name in zip(QUARTERS, QUARTER_NAMES, strict=True):
        first = layout.printed(quarter, 0)
        sheet.merge(top + 1, (first, first + L.PRINTED - 1), name, "head")
        for offset, head in enumerate(HEADER):
            sheet.text(top + 2, first + offset, head, "head")
    for unit, row, height in layout.filing_rows():
        for place in range(row, row + height):
            label = unit.name if place == row else f"{unit.name}（更正）"
            sheet.merge(place, (L.UNIT, L.TARGET), label, "center")
        facts = {each.quarter: each for each in unit.inputs.quarters}
        for quarter in QUARTERS:
            _quarter(sheet, layout, (row, height), quarter, facts.get(quarter))


def _quarter(
    sheet: Sheet, layout: QuarterLayout, rows: tuple[int, int], quarter: int, facts: QuarterFacts | None
) -> None:
    first, height = rows
    style = {"num_format": "0", "align": "center"}
    for offset in range(height):
        returned = facts.returned[offset] if facts and offset < len(facts.returned) else None
        sheet.number(first + offset, layout.printed(quarter, L.RETURNED), returned, "input", **style)
        for column in (L.ON_TIME, L.COUNTED, L.REQUIRED, L.FILLED):
            sheet.number(first + offset, layout.printed(quarter, column), None, "input")
    if facts is None:
        return
    sheet.text(first, layout.printed(quarter, L.ON_TIME), Yes.of(answer=facts.on_time), "input_center")
    sheet.text(first, layout.printed(quarter, L.COUNTED), Yes.of(answer=facts.counted), "input_center")
    sheet.number(first, layout.printed(quarter, L.REQUIRED), facts.required, "input", **style)
    sheet.number(first, layout.printed(quarter, L.FILLED), facts.filled, "input", **style)
