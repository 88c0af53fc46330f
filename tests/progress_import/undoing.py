"""What the tests of undoing share: what stands, and a hand that changes it."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from progress.models import Line, Report
from progress.services.changes import LineChange, ReportEntry
from progress.services.entry import save_entries
from targets.models import Plan
from tests.factories import plan_unit_of, quarter_of

COUNTY = "320706"
_FACTS = ("indicator__code", "value", "base", "not_applicable", "note", "origin", "batch", "changed_by", "changed_at")


def standing(report: Report | None = None) -> list[tuple[Any, ...]]:
    """The filled lines with how they came to what they hold."""
    lines = Line.objects.filled().filter(report=report) if report else Line.objects.filled()
    return list(lines.order_by("report", "indicator").values_list(*_FACTS))


def type_in(plan: Plan, person: User, value: int | None, indicator: str = "CSO") -> None:
    """The county's number of the first quarter, entered in the form, or cleared."""
    entry = ReportEntry(
        plan_unit_of(plan, COUNTY),
        quarter_of(plan, 1),
        [LineChange(indicator, None if value is None else Decimal(value))],
    )
    save_entries([entry], by=person, at=timezone.now())
