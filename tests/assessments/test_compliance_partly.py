"""Computing some units only, at the same number of queries whatever the size; and who stores last."""

import random
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import Compliance, ComplianceState
from assessments.services.compliance import Overtaken, compute_compliance, store_compliance, work_out
from common.errors import Conflict
from common.many_rows import upsert_rows
from jobs.services import Progress
from progress.models import Report
from targets.models import Plan, PlanUnit, Unit
from tests.assessments.figures import AFTER_THE_YEAR, figures, file_at_random, file_report, stored, units
from tests.factories import SECOND_CITY, make_plan, quarter_of

pytestmark = pytest.mark.django_db


def in_groups(plan: Plan) -> None:
    """Put a group between the city and its first three units."""
    city = plan.owner
    group = Unit.objects.create(code="GROUP", name="片区", full_name="片区", parent=city, path=f"{city.path}GROUP/")
    PlanUnit.objects.create(plan=plan, unit=group, name="片区", kind="district", order=0, is_reporting=False)
    for plan_unit in plan.plan_units.reporting().select_related("unit")[:3]:
        Unit.objects.filter(pk=plan_unit.unit_id).update(parent=group, path=f"{group.path}{plan_unit.unit.code}/")


# --- only some units


@pytest.mark.parametrize("seed", range(4))
def test_units_computed_one_after_the_other_give_what_a_full_computation_gives(seed: int) -> None:
    chance = random.Random(seed)
    plan = make_plan(SECOND_CITY)
    if seed % 2:
        in_groups(plan)
    file_at_random(plan, chance, up_to=chance.choice([2, 3]))
    as_of = quarter_of(plan, 3).due
    compute_compliance(plan, as_of=as_of)
    reports = Report.objects.filter(quarter__plan=plan)

    for report in chance.sample(list(reports), 6):
        state = chance.choice(["approved", "submitted", "returned"])
        reports.filter(pk=report.pk).update(state=state, is_effective=state == "approved", return_reason="原因")
        report.lines.filter(not_applicable=False).update(value=chance.randint(0, 50))
        # Between two of them a quarter opens and deadlines pass.
        as_of += timedelta(days=chance.choice([0, 40]))
        compute_compliance(plan, as_of=as_of, plan_units=[report.plan_unit_id])
    partly = stored(plan)

    Compliance.objects.all().delete()
    compute_compliance(plan, as_of=as_of)
    assert partly == stored(plan)


def test_unit_computed_alone_leaves_the_others_untouched_and_changes_its_city() -> None:
    plan = make_plan()
    compute_compliance(plan, as_of=AFTER_THE_YEAR)
    file_report(plan, "320722", 1, {"CP": (4, None)})
    file_report(plan, "320707", 1, {"CP": (7, None)})

    compute_compliance(plan, as_of=AFTER_THE_YEAR, plan_units=units(plan, ["320722"]))

    assert [figures(plan, unit, "CP")[0].value for unit in ("320722", "320707", "320700")] == [4, None, 4]


def test_first_computation_is_of_all_units_whatever_was_asked() -> None:
    plan = make_plan()
    file_report(plan, "320707", 1, {"CP": (7, None)})

    compute_compliance(plan, as_of=AFTER_THE_YEAR, plan_units=units(plan, ["320722"]))

    assert figures(plan, "320707", "CP")[0].value == 7


def test_group_between_city_and_units_has_the_sum_of_its_own() -> None:
    plan = make_plan()
    in_groups(plan)
    codes = plan.plan_units.filter(unit__parent__code="GROUP").values_list("unit__code", flat=True)
    for code, piles in zip([*codes, "XWQ"], (1, 2, 3, 100), strict=True):
        file_report(plan, code, 1, {"CP": (piles, None)})

    compute_compliance(plan, as_of=AFTER_THE_YEAR)

    assert [figures(plan, unit, "CP")[0].value for unit in ("GROUP", "320700")] == [6, 106]
    assert [figures(plan, unit, "CP")[0].owing for unit in ("GROUP", "320700")] == [3, 11]


def test_group_that_reports_itself_adds_its_own_figures_to_its_units() -> None:
    plan = make_plan()
    in_groups(plan)
    plan.plan_units.filter(unit__code="GROUP").update(is_reporting=True)
    inside = plan.plan_units.filter(unit__parent__code="GROUP").first()
    assert inside is not None
    file_report(plan, "GROUP", 1, {"CP": (5, None)})
    file_report(plan, inside.unit.code, 1, {"CP": (1, None)})

    compute_compliance(plan, as_of=AFTER_THE_YEAR)
    full = stored(plan)
    compute_compliance(plan, as_of=AFTER_THE_YEAR, plan_units=[inside.pk])

    assert [figures(plan, unit, "CP")[0].value for unit in ("GROUP", "320700")] == [6, 6]
    assert figures(plan, "GROUP", "CP")[0].owing == 4
    assert stored(plan) == full


# --- what it costs


def queries_of(plan: Plan, *, as_of: datetime = AFTER_THE_YEAR, plan_units: list[int] | None = None) -> int:
    with CaptureQueriesContext(connection) as queries:
        compute_compliance(plan, as_of=as_of, plan_units=plan_units)
    return len(queries)


def grown(plan: Plan, *, copies: int) -> None:
    """Give every reporting unit so many copies of itself, with their targets."""
    for original in list(plan.plan_units.reporting().select_related("unit")):
        for number in range(copies):
            code = f"{original.unit.code}-{number}"
            unit = Unit.objects.create(
                code=code, name=code, full_name=code, parent=plan.owner, path=f"{plan.owner.path}{code}/"
            )
            copy = PlanUnit.objects.create(
                plan=plan, unit=unit, name=code, kind=original.kind, groups=original.groups, order=100
            )
            for target in original.targets.prefetch_related("revisions"):
                again = copy.targets.create(indicator=target.indicator, origin=target.origin)
                again.revisions.create(
                    value=target.revisions.all()[0].value,
                    valid_from="2023-01-01",
                    reason="复制",
                    created_at=AFTER_THE_YEAR,
                )


def test_whole_city_costs_the_same_queries_with_11_and_with_110_units() -> None:
    plan = make_plan()
    file_at_random(plan, random.Random(1))
    queries_of(plan)
    of_11 = queries_of(plan)

    grown(plan, copies=9)
    queries_of(plan)
    of_110 = queries_of(plan)

    # Two of them are the savepoint that the transaction is inside a test's.
    assert (of_11, of_110) == (11, 11)
    assert Compliance.objects.filter(indicator__code="CP", quarter=1, basis="approved").count() == 111


def test_one_unit_costs_one_query_more_for_its_siblings() -> None:
    plan = make_plan()
    file_at_random(plan, random.Random(1))
    queries_of(plan)

    assert queries_of(plan, plan_units=units(plan, ["320722"])) == 12


def test_figures_that_did_not_change_are_not_written_again() -> None:
    plan = make_plan()
    file_at_random(plan, random.Random(1))
    compute_compliance(plan, as_of=AFTER_THE_YEAR)
    rows = work_out(plan, as_of=AFTER_THE_YEAR).rows
    cp = plan.indicators.get(code="CP").pk
    changed = [{**row, "value": "77"} if row["indicator_id"] == cp and row["quarter"] == 3 else row for row in rows]
    key = ("plan_unit_id", "indicator_id", "quarter", "basis")

    assert upsert_rows(Compliance, rows, key=key) == 0
    assert upsert_rows(Compliance, changed, key=key) == 24
    assert upsert_rows(Compliance, [], key=key) == 0


# --- two at once


def test_computation_that_was_overtaken_stores_nothing() -> None:
    plan = make_plan()
    compute_compliance(plan, as_of=AFTER_THE_YEAR)
    older = work_out(plan, as_of=AFTER_THE_YEAR)
    file_report(plan, "320722", 1, {"CP": (4, None)})
    compute_compliance(plan, as_of=AFTER_THE_YEAR)
    newer = stored(plan)

    with pytest.raises(Overtaken):
        store_compliance(older)

    assert stored(plan) == newer


class StoresInBetween(Progress):
    """A progress whose first steps let somebody else store figures of the plan."""

    def __init__(self, plan: Plan, *, times: int) -> None:
        self.plan, self.times = plan, times

    def step(self, done: int, total: int, message: str = "") -> None:
        if done == 0 and self.times:
            self.times -= 1
            store_compliance(work_out(self.plan, as_of=AFTER_THE_YEAR - timedelta(days=1)))


def test_computation_that_was_overtaken_starts_again_upon_the_new_state() -> None:
    plan = make_plan()

    compute_compliance(plan, as_of=AFTER_THE_YEAR, progress=StoresInBetween(plan, times=4))

    state = ComplianceState.objects.get(plan=plan)
    assert (state.version, state.as_of) == (5, AFTER_THE_YEAR)


def test_computation_that_is_always_overtaken_gives_up_and_says_so() -> None:
    plan = make_plan()

    with pytest.raises(Conflict, match="由其他任务重算"):
        compute_compliance(plan, as_of=AFTER_THE_YEAR, progress=StoresInBetween(plan, times=99))
