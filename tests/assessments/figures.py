"""What the tests of compliance share: reports filed at once, figures read back."""

import random
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from assessments.models import Compliance
from progress.models import Line, Report
from targets.models import Indicator, Plan
from targets.queries import is_required, owed_indicators
from tests.factories import Numbers, make_report, plan_unit_of

AFTER_THE_YEAR = datetime(2024, 3, 1, tzinfo=UTC)
Lines = Mapping[str, Numbers | str]

_ALL_COLUMNS = [
    field.attname for field in Compliance._meta.concrete_fields if field.attname not in ("id", "plan_unit_id")
]


def file_report(plan: Plan, unit: str, quarter: int, lines: Lines, *, state: str = Report.State.APPROVED) -> Report:
    """A unit's report with these lines, approved unless said otherwise."""
    return make_report(plan_unit_of(plan, unit), quarter, lines, state=state)


def figures(plan: Plan, unit: str, indicator: str, *, basis: str = Compliance.Basis.APPROVED) -> list[Compliance]:
    """The stored figures of the four quarters."""
    rows = Compliance.objects.filter(plan_unit__plan=plan, plan_unit__unit__code=unit, indicator__code=indicator)
    return list(rows.filter(basis=basis).order_by("quarter"))


def statuses(plan: Plan, unit: str, indicator: str, *, basis: str = Compliance.Basis.APPROVED) -> list[str]:
    """The stored statuses of the four quarters, "" for one that has not opened."""
    return [row.status for row in figures(plan, unit, indicator, basis=basis)]


def year_end(plan: Plan, unit: str, indicator: str) -> Compliance:
    """The stored figure of quarter 4."""
    return figures(plan, unit, indicator)[-1]


def stored(plan: Plan) -> list[tuple[str | int | bool | Decimal | None, ...]]:
    """Every stored figure of a plan, to compare with another computation."""
    rows = Compliance.objects.filter(plan_unit__plan=plan)
    columns = ["plan_unit_id", *_ALL_COLUMNS]
    return list(rows.order_by("plan_unit_id", "indicator_id", "quarter", "basis").values_list(*columns))


def units(plan: Plan, codes: Iterable[str]) -> list[int]:
    """The plan units' ids."""
    return [plan_unit_of(plan, code).pk for code in codes]


def file_at_random(plan: Plan, chance: random.Random, *, up_to: int = 4) -> None:
    """Reports of every unit: some missing, some only submitted, lines missing or not applicable."""
    for plan_unit_id, owed in owed_indicators(plan).items():
        for quarter in plan.quarters.filter(number__lte=up_to):
            state = chance.choice(["approved", "approved", "approved", "submitted", "draft"])
            report = Report.objects.create(
                plan_unit_id=plan_unit_id,
                quarter=quarter,
                state=state,
                is_effective=state == "approved",
                created_at=quarter.opens,
            )
            Line.objects.bulk_create(
                _random_line(report, indicator, chance)
                for indicator in owed
                if is_required(indicator, quarter.number) and chance.random() < 0.9
            )


def _random_line(report: Report, indicator: Indicator, chance: random.Random) -> Line:
    line = Line(report=report, indicator=indicator, changed_at=report.created_at)
    if chance.random() < 0.1:
        line.not_applicable = True
    else:
        line.value = Decimal(chance.randint(0, 4000)) / 100
        line.base = Decimal(chance.randint(0, 9000)) / 100 if line.indicator.has_base else None
    return line
