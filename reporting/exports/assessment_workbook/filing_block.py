"""填报情况, below the scores: whether every report came in time, was complete, and how often it went back."""

from __future__ import annotations

from calculations.inputs import QuarterFacts
from calculations.quarters import LAST_QUARTER, QUARTERS
from reporting.exports.assessment_workbook.book import Book, Sheet
from reporting.exports.assessment_workbook.score_layouts import ScoreLayout
from reporting.exports.assessment_workbook.words import QUARTER_NAMES, Yes

L = ScoreLayout
HEADER = ("按时\n提交", "计入\n考核", "应填\n项数", "已填\n项数", "退回\n次数")


def write(book: Book, sheet: Sheet) -> None:
    """Title, header and a row for every report of the assessed units."""
    layout = book.at.scores
    top = layout.filing_row
    sheet.merge(
        top,
        (0, layout.filing(LAST_QUARTER, L.RETURNED)),
        "填报情况（按时填报、填报完整、反复退回等评分项的依据）",
        "band",
    )
    sheet.merge_block((top + 1, L.UNIT), (top + 2, L.WHAT), "单位", "head")
    for quarter, name in zip(QUARTERS, QUARTER_NAMES, strict=True):
        first = layout.filing(quarter, 0)
        sheet.merge(top + 1, (first, first + L.FILING_WIDTH - 1), name, "head")
        for offset, head in enumerate(HEADER):
            sheet.text(top + 2, first + offset, head, "head")
    sheet.height(top + 2, 30)
    for unit, row, height in layout.filing_rows():
        for place in range(row, row + height):
            label = unit.name if place == row else f"{unit.name}（更正）"
            sheet.merge(place, (L.UNIT, L.WHAT), label, "center")
        facts = {each.quarter: each for each in unit.inputs.quarters}
        for quarter in QUARTERS:
            _quarter(sheet, layout, (row, height), quarter, facts.get(quarter))


def _quarter(
    sheet: Sheet, layout: ScoreLayout, rows: tuple[int, int], quarter: int, facts: QuarterFacts | None
) -> None:
    first, height = rows
    for offset in range(height):
        returned = facts.returned[offset] if facts and offset < len(facts.returned) else None
        sheet.number(first + offset, layout.filing(quarter, L.RETURNED), returned, "input_center", num_format="0")
        for column in (L.ON_TIME, L.COUNTED, L.REQUIRED, L.FILLED):
            sheet.number(first + offset, layout.filing(quarter, column), None, "input_center")
    if facts is None:
        return
    sheet.text(first, layout.filing(quarter, L.ON_TIME), Yes.of(answer=facts.on_time), "input_center")
    sheet.text(first, layout.filing(quarter, L.COUNTED), Yes.of(answer=facts.counted), "input_center")
    sheet.number(first, layout.filing(quarter, L.REQUIRED), facts.required, "input_center", num_format="0")
    sheet.number(first, layout.filing(quarter, L.FILLED), facts.filled, "input_center", num_format="0")
