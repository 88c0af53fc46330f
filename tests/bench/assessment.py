"""What the year's assessment, its proof and its workbook cost for a city."""

from collections.abc import Iterator

from tests.bench import Measure, filed_city


def measures() -> Iterator[Measure]:
    """Calculating, verifying and writing the workbook."""
    from assessments.services.assessment import ensure_assessment, run_assessment
    from assessments.services.verification import verify_assessment
    from common.actions import SYSTEM
    from reporting.exports.assessment_workbook import build_workbook
    from reporting.services.workbook import gather_workbook
    from tests.assessments.assessed import give_scheme
    from tests.assessments.figures import AFTER_THE_YEAR

    plan = filed_city()
    give_scheme(plan)

    def run() -> None:
        run_assessment(plan, by=SYSTEM, at=AFTER_THE_YEAR)

    def verify() -> None:
        assert verify_assessment(ensure_assessment(plan, at=AFTER_THE_YEAR)) == []

    def write() -> None:
        build_workbook(gather_workbook(ensure_assessment(plan, at=AFTER_THE_YEAR), by=SYSTEM, at=AFTER_THE_YEAR))

    yield Measure("assessment: run", bar_s=1.0, job=run)
    yield Measure("assessment: verify", bar_s=1.0, job=verify, prepare=run)
    yield Measure("assessment: workbook", bar_s=2.0, job=write, prepare=run)
