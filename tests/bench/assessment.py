"""What the year's assessment, its proof and its workbook cost for a city of eleven units."""

from collections.abc import Iterator
from typing import Any

from tests.bench import Measure, filed_city

MOST_QUERIES = 20


def measures() -> Iterator[Measure]:
    """Calculating, verifying and writing the workbook; then again with six revisions of every report."""
    from progress.models import Report
    from tests.assessments.assessed import add_revisions, assess_units, give_scheme

    plan = filed_city()
    give_scheme(plan)
    assess_units(plan, 11)
    yield from _measures(plan, "11 units")
    for plan_unit in plan.plan_units.filter(assessed=True).select_related("unit"):
        plan_unit.plan = plan
        add_revisions(plan_unit, up_to=6)
    yield from _measures(plan, "6 revisions")
    Report.objects.of_plan(plan).filter(revision__gt=1).delete()


def _measures(plan: Any, of_what: str) -> Iterator[Measure]:
    from assessments.services.assessment import ensure_assessment, run_assessment
    from assessments.services.verification import verify_assessment
    from common.actions import SYSTEM
    from reporting.exports.assessment_workbook import build_workbook
    from reporting.services.workbook import gather_workbook
    from tests.assessments.figures import AFTER_THE_YEAR

    def begin() -> None:
        ensure_assessment(plan, at=AFTER_THE_YEAR)

    def run() -> None:
        run_assessment(plan, by=SYSTEM, at=AFTER_THE_YEAR)

    def verify() -> None:
        assert verify_assessment(ensure_assessment(plan, at=AFTER_THE_YEAR)) == []

    def write() -> None:
        build_workbook(gather_workbook(ensure_assessment(plan, at=AFTER_THE_YEAR), by=SYSTEM, at=AFTER_THE_YEAR))

    most = MOST_QUERIES
    yield Measure(f"assessment: run, {of_what}", bar_s=1.0, job=run, prepare=begin, most_queries=most)
    yield Measure(f"assessment: verify, {of_what}", bar_s=1.0, job=verify, prepare=run)
    yield Measure(f"assessment: workbook, {of_what}", bar_s=2.0, job=write, prepare=run, most_queries=most)
