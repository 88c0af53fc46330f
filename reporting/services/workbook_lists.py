"""What the workbook's lists hold: files, ledgers beside reports, appeals (excel.md, section 2)."""

from collections.abc import Iterable
from dataclasses import dataclass

from assessments.models import Appeal as StoredAppeal
from assessments.models import Assessment
from assessments.services.compliance_facts import PlanParts
from calculations.quarters import LAST_QUARTER
from progress.models import Evidence
from progress.queries.ledger_overview import FedCell, LedgerSummary, UnitRow, summarise_ledgers
from reporting.exports.assessment_workbook.data import Appeal, EvidenceFile, LedgerFigure, Unit
from targets.models import Plan
from targets.queries import owed_by


@dataclass(frozen=True, slots=True)
class _Everybody:
    """Who sees a whole city: the workbook holds every unit, whoever may take it away."""

    scope_path: str | None


def evidence_files(plan: Plan) -> Iterable[EvidenceFile]:
    """The files of the reports that count, in the plan's order and by quarter; one query."""
    files = Evidence.objects.filter(line__report__is_effective=True, line__report__plan_unit__plan=plan)
    in_order = files.order_by(
        "line__report__plan_unit__order", "line__indicator__order", "line__report__quarter__number", "number"
    )
    for each in in_order.select_related("file", "line__indicator", "line__report__plan_unit__unit"):
        yield EvidenceFile(
            number=each.number,
            unit=each.line.report.plan_unit.unit.code,
            indicator=each.line.indicator.code,
            name=each.file.name,
            sha256=each.file.sha256,
            uploaded_by=each.uploaded_by,
            uploaded_at=each.uploaded_at,
        )


def ledger_figures(parts: PlanParts) -> Iterable[LedgerFigure]:
    """What every ledger says at the year's end, by register, unit and number; three queries."""
    plan, units = parts.plan, [each for each in parts.plan_units if each.is_reporting]
    quarter = next((each for each in parts.calendar.quarters if each.number == LAST_QUARTER), None)
    if quarter is None:
        return
    owed = owed_by(units, parts.indicators, parts.targets.standing())
    for summary in summarise_ledgers(_Everybody(plan.owner.path), plan, units, quarter, owed=owed):
        for row in summary.rows:
            for cell in row.cells:
                yield from _numbers(summary, row, cell)


def appeals_of(assessment: Assessment) -> Iterable[Appeal]:
    """What units objected to and what became of it, oldest first; one query."""
    appeals = StoredAppeal.objects.filter(assessment=assessment).select_related("plan_unit", "decided_by")
    for each in appeals.exclude(state=StoredAppeal.State.WITHDRAWN):
        yield Appeal(
            unit_name=each.plan_unit.name,
            criterion=each.criterion_code,
            reason=each.reason,
            outcome=str(each.get_state_display()),
            answer=each.decision,
            decided_by=each.decided_by.name if each.decided_by else "",
            decided_at=each.decided_at,
        )


def _numbers(summary: LedgerSummary, row: UnitRow, cell: FedCell) -> Iterable[LedgerFigure]:
    """The value and the base of an indicator, as far as this register stands behind them and holds something."""
    if cell.figure is None:
        return
    indicator, code = cell.indicator, summary.ledger.code
    sides = (
        (indicator.ledger, indicator.value_unit, cell.figure.value),
        (indicator.base_ledger, indicator.base_unit, cell.figure.base),
    )
    for is_base, (ledger, measure, figure) in enumerate(sides):
        if ledger == code and figure is not None:
            yield LedgerFigure(
                register=str(summary.ledger.label),
                unit=Unit(row.plan_unit.unit.code, row.plan_unit.name),
                indicator=indicator.code,
                indicator_name=indicator.name,
                measure=measure,
                items=row.count,
                figure=figure,
                is_base=bool(is_base),
                is_owed=cell.is_owed,
            )
