"""What computing the compliance of a whole city costs."""

from collections.abc import Iterator

from tests.bench import Measure, filed_city


def measures() -> Iterator[Measure]:
    """All units of the city, and one unit with what stands above it; both with every quarter reported."""
    from assessments.models import Compliance
    from assessments.services.compliance import compute_compliance
    from tests.assessments.figures import AFTER_THE_YEAR, units

    plan = filed_city()

    def whole_city() -> None:
        compute_compliance(plan, as_of=AFTER_THE_YEAR)

    def one_unit() -> None:
        compute_compliance(plan, as_of=AFTER_THE_YEAR, plan_units=units(plan, ["320722"]))

    def without_figures() -> None:
        Compliance.objects.all().delete()

    yield Measure("compliance: whole city, first time", bar_s=0.3, job=whole_city, prepare=without_figures)
    yield Measure("compliance: whole city, again", bar_s=0.3, job=whole_city)
    yield Measure("compliance: one unit and its city", bar_s=0.3, job=one_unit)
