"""What the tests of the assessment share: the worked example filed, approved and scored by hand."""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from assessments.models import Assessment
from assessments.scheme_file import load_scheme_file
from assessments.services.assessment import ensure_assessment
from assessments.services.manual import Given, set_manual_scores
from assessments.services.schemes import load_scheme
from common.actions import SYSTEM
from progress.models import Report
from targets.models import Plan, PlanUnit, Unit
from tests.calculations import example_donghai as donghai
from tests.factories import ROOT, make_report, make_user, plan_unit_of, quarter_of
from tests.progress.builders import add_file

SCHEME_2023 = ROOT / "assessments" / "data" / "scheme_2023.yaml"
SECOND_SCHEME = ROOT / "tests" / "data" / "scheme_second_city.yaml"


def give_scheme(plan: Plan, path: Path = SCHEME_2023) -> None:
    """Load the plan's scheme as `load_plan` does."""
    codes = set(plan.indicators.values_list("code", flat=True))
    load_scheme(plan, load_scheme_file(path, indicators=codes), by=SYSTEM, at=quarter_of(plan, 1).opens)


def year_is_over(plan: Plan) -> datetime:
    """An instant at which every deadline of the year has passed."""
    return quarter_of(plan, 4).closes + timedelta(days=1)


def file_donghai(plan: Plan, lines: dict[int, dict[str, tuple[str, str | None]]] | None = None) -> PlanUnit:
    """The worked example's four approved reports, with its lateness, returns and evidence."""
    county = plan_unit_of(plan, donghai.UNIT)
    for number, numbers in (lines or donghai.LINES).items():
        quarter = quarter_of(plan, number)
        late = quarter.due + timedelta(hours=1)
        report = make_report(
            county,
            number,
            numbers,
            state=Report.State.APPROVED,
            is_effective=True,
            first_submitted_at=quarter.due - timedelta(hours=1) if donghai.ON_TIME[number] else late,
            returned_times=donghai.RETURNED[number],
        )
        for code in donghai.WITH_EVIDENCE:
            if code in numbers:
                add_file(report, code)
    return county


def score_donghai(plan: Plan, county: PlanUnit, at: datetime) -> Assessment:
    """The example's manual scores, given by a reviewer."""
    assessment = ensure_assessment(plan, at=at)
    given = [Given(county.pk, code, Decimal(points), "检查表") for code, points in donghai.MANUAL_SCORES.items()]
    set_manual_scores(assessment, given, by=make_user("reviewer"), at=at)
    return assessment


def assess_units(plan: Plan, count: int) -> None:
    """Let so many units of the plan be assessed: counties first, then others, then invented ones."""
    kinds = list(plan.plan_units.filter(is_reporting=True).order_by("order"))
    root = plan.owner
    new = [
        Unit(code=f"U{n}", parent=root, path=f"{root.path}U{n}/", name=f"单位{n}") for n in range(count - len(kinds))
    ]
    Unit.objects.bulk_create(new)
    PlanUnit.objects.bulk_create(
        PlanUnit(plan=plan, unit=unit, name=unit.name, kind="county", order=100 + n, groups=["all"])
        for n, unit in enumerate(Unit.objects.filter(code__in=[each.code for each in new]))
    )
    plan.plan_units.update(assessed=False)
    counties = sorted(plan.plan_units.filter(is_reporting=True), key=lambda each: (each.order >= 100, each.order))
    plan.plan_units.filter(pk__in=[each.pk for each in counties[:count]]).update(assessed=True)


def add_revisions(plan_unit: PlanUnit, *, up_to: int) -> None:
    """More revisions of each of the unit's reports, none of which counts."""
    for report in list(Report.objects.filter(plan_unit=plan_unit, is_effective=True).select_related("quarter")):
        for revision in range(2, up_to + 1):
            make_report(
                plan_unit, report.quarter.number, {"CP": (99, None)}, state=Report.State.APPROVED, is_effective=False,
                revision=revision, returned_times=report.returned_times,
            )  # fmt: skip
