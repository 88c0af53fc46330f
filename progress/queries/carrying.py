"""Lines that a new report starts with: what stands still from quarter to quarter (沿用上季)."""

from datetime import datetime

from progress.models import Line, Report
from progress.queries.year import YearBook
from targets.models import Indicator


def carried_lines(book: YearBook, report: Report, *, at: datetime) -> list[Line]:
    """New lines for the `latest` indicators that the unit reports and that the quarter before holds, not yet stored.

    A note is carried only where it is the compulsory reason of 不涉及.
    """
    before = book.lines_of(book.counted((report.plan_unit_id, report.quarter.number - 1)))
    return [
        _carried(before[indicator.pk], report, indicator, at)
        for indicator in book.owed.get(report.plan_unit_id, [])
        if indicator.accumulate == Indicator.Accumulate.LATEST
        and indicator.pk in before
        and before[indicator.pk].is_filled
    ]


def _carried(line: Line, report: Report, indicator: Indicator, at: datetime) -> Line:
    return Line(
        report=report,
        indicator=indicator,
        value=line.value,
        base=line.base,
        not_applicable=line.not_applicable,
        note=line.note if line.not_applicable else "",
        origin=Line.Origin.CARRIED,
        changed_by=line.changed_by,
        changed_at=at,
    )
