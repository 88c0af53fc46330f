"""What the tests of compliance share: reports filed at once, figures read back."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from assessments.models import Compliance
from progress.models import Report
from targets.models import Plan
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
