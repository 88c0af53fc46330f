"""The rows of the long layout for one quarter: every line that the person's units report, with what stands."""

from datetime import datetime

from accounts.models import User
from progress.excel.long_form import LongRow
from progress.line_checks import EnteredLine, LineRules
from progress.models import Report
from progress.queries.carrying import carried_lines
from progress.queries.sheet import entered_in
from progress.queries.year import YearBook, load_year
from targets.models import Indicator, PlanUnit, Quarter


def load_long_rows(quarter: Quarter, *, viewer: User, at: datetime) -> list[LongRow]:
    """The lines of the viewer's reporting units in the plan's order; about nine queries."""
    plan = quarter.plan
    units = list(plan.plan_units.visible_to(viewer).reporting().select_related("unit").order_by("order", "pk"))
    for plan_unit in units:
        plan_unit.plan = plan
    book = load_year(plan, units)
    return [
        _row(plan_unit, indicator, standing.get(indicator.pk))
        for plan_unit in units
        for standing in [_standing(book, plan_unit, book.quarters[quarter.number], at)]
        for indicator in book.owed.get(plan_unit.pk, [])
    ]


def _standing(book: YearBook, plan_unit: PlanUnit, quarter: Quarter, at: datetime) -> dict[int, EnteredLine]:
    """What the unit's report holds; where there is none yet, what it will start with."""
    report = book.current((plan_unit.pk, quarter.number))
    if report is not None:
        return {pk: entered_in(line) for pk, line in book.lines_of(report).items()}
    new = Report(plan_unit=plan_unit, quarter=quarter)
    return {line.indicator_id: entered_in(line) for line in carried_lines(book, new, at=at)}


def _row(plan_unit: PlanUnit, indicator: Indicator, line: EnteredLine | None) -> LongRow:
    line = line or EnteredLine()
    rules = LineRules.of(indicator)
    return LongRow(
        unit=plan_unit.name,
        indicator=indicator.name,
        measure=indicator.value_unit,
        base_measure=indicator.base_unit if indicator.has_base else "",
        decimals=indicator.decimals,
        minimum=rules.lowest,
        maximum=rules.maximum,
        may_be_not_applicable=indicator.not_applicable != Indicator.NotApplicable.NO,
        value=line.value,
        base=line.base,
        not_applicable=line.not_applicable,
        note=line.note,
    )
