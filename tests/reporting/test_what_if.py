"""What would be if on a unit's page: the score moves, the forecast stands at every quarter, nothing is written."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.policy import Role
from assessments.services.schemes import formulas_of, scheme_of
from assessments.services.what_if import forecasts, load_field
from assessments.trial import field_texts, run_trial, with_typed
from calculations.actual import DataState
from progress.models import Report
from reporting.what_if import load_what_if
from targets.models import Plan, PlanUnit
from tests.assessments.assessed import file_donghai, give_scheme, score_donghai, year_is_over
from tests.calculations import example_donghai as donghai
from tests.factories import make_plan, make_report, make_user, plan_unit_of, quarter_of, sign_in

pytestmark = pytest.mark.django_db

QUERIES = 14
WRITING = re.compile(r"\b(INSERT|UPDATE|DELETE|CREATE|ALTER|DROP)\b")


@pytest.fixture
def plan(db: None) -> Plan:
    plan = make_plan()
    give_scheme(plan)
    return Plan.objects.select_related("owner").get(pk=plan.pk)


@pytest.fixture
def county(plan: Plan) -> PlanUnit:
    """The worked example's year."""
    county = file_donghai(plan)
    score_donghai(plan, county, year_is_over(plan))
    return plan_unit_of(plan, county.unit.code)


@pytest.fixture
def clerk(county: PlanUnit) -> Client:
    return sign_in(make_user(Role.REPORTER, county.unit.code))


def address(plan: Plan, unit: str = donghai.UNIT) -> str:
    return reverse("reporting:what_if", args=[plan.owner.code, plan.year, unit])


def test_untouched_fields_give_the_score_as_it_stands(plan: Plan, county: PlanUnit) -> None:
    found = load_what_if(plan, county, {}, as_of=year_is_over(plan))

    assert found.trial is not None
    assert (str(found.trial.total.now), found.trial.now.grade) == (donghai.TOTAL, donghai.GRADE)
    assert found.trial.now == found.trial.then


def test_fields_sent_back_as_shown_move_nothing(plan: Plan, county: PlanUnit) -> None:
    unit = load_field(plan, scheme_of(plan), as_of=year_is_over(plan)).inputs[county.pk]

    typed = with_typed(unit, field_texts(unit))

    assert (typed.unit, typed.touched, typed.problems) == (unit, frozenset(), {})


def test_moved_value_moves_points_total_grade_and_rank(plan: Plan, county: PlanUnit) -> None:
    rival = plan.plan_units.filter(assessed=True).exclude(pk=county.pk).select_related("unit")[0]
    for number in (1, 2, 3, 4):
        make_report(rival, number, state=Report.State.APPROVED)

    found = load_what_if(plan, county, {"v-CP": "40"}, as_of=year_is_over(plan))

    assert found.trial is not None
    line = found.trial.line("A1")
    assert line is not None
    assert (str(line.points.now), str(line.points.then)) == ("11.63", "15.00")
    # section A: 54.39 instead of 51.02 of 60, and no binding target is missed any more
    assert str(found.trial.total.then) == "91.56"
    assert (found.trial.now.grade, found.trial.then.grade) == ("合格", "优秀")
    assert found.trial.then.rank == 1


def test_moved_target_moves_the_attainment(plan: Plan, county: PlanUnit) -> None:
    found = load_what_if(plan, county, {"t-CP": "62"}, as_of=year_is_over(plan))

    assert found.trial is not None
    line = found.trial.line("A1")
    assert line is not None
    assert str(line.points.then) == "7.50"
    assert "目标 62 个 = 50 %" in line.why


def test_rank_passes_a_rival(plan: Plan, county: PlanUnit) -> None:
    scheme = formulas_of(scheme_of(plan))
    field = load_field(plan, scheme_of(plan), as_of=year_is_over(plan))
    own = field.inputs[county.pk]
    better = with_typed(own, {"v-CP": "40"}).unit

    trial = run_trial(scheme, own, with_typed(own, {"v-CP": "44"}).unit, [better])

    assert (trial.now.rank, trial.then.rank) == (2, 1)


def test_emptied_value_is_not_reported_and_emptied_target_is_none(plan: Plan, county: PlanUnit) -> None:
    unit = load_field(plan, scheme_of(plan), as_of=year_is_over(plan)).inputs[county.pk]

    moved = with_typed(unit, {"v-CP": "", "t-LDS": "", "b-PVN": "0"}).unit.indicators

    assert moved["CP"].state is DataState.NO_DATA
    assert moved["LDS"].target is None
    assert moved["PVN"].state is DataState.NOT_APPLICABLE


def test_full_width_digits_are_read(plan: Plan, county: PlanUnit) -> None:
    unit = load_field(plan, scheme_of(plan), as_of=year_is_over(plan)).inputs[county.pk]

    assert with_typed(unit, {"v-CP": "４０"}).unit.indicators["CP"].value == Fraction(40)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"v-CP": "四十"}, "“四十”不是数字"),
        ({"v-CP": "1e9"}, "“1e9”不是数字"),
        ({"t-CP": "0"}, "目标应大于 0"),
        ({"b-PVN": "-1"}, "不能小于 0"),
        ({"m-C4": "-1"}, "不能小于 0"),
    ],
)
def test_wrong_number_is_named_and_leaves_the_score(
    plan: Plan, county: PlanUnit, given: dict[str, str], problem: str
) -> None:
    found = load_what_if(plan, county, given, as_of=year_is_over(plan))

    assert found.trial is not None
    assert [each.rpartition("：")[2] for each in found.problems] == [problem]
    assert found.trial.now == found.trial.then


def test_manual_number_beyond_its_maximum_is_explained(plan: Plan, county: PlanUnit) -> None:
    found = load_what_if(plan, county, {"m-C4": "99"}, as_of=year_is_over(plan))

    assert found.trial is None
    assert "评分应在 0 到 3 之间" in found.obstacle


# --- the forecast


def after(plan: Plan, number: int) -> datetime:
    return quarter_of(plan, number).due + timedelta(minutes=1)


def test_forecast_stands_at_every_quarter_that_has_opened(plan: Plan, county: PlanUnit) -> None:
    scheme = scheme_of(plan)

    in_third = load_field(plan, scheme, as_of=after(plan, 3))
    at_the_end = load_field(plan, scheme, as_of=year_is_over(plan))

    assert list(forecasts(in_third, county, formulas_of(scheme))) == [1, 2, 3]
    assert list(forecasts(at_the_end, county, formulas_of(scheme))) == [1, 2, 3, 4]


def test_forecast_of_the_last_quarter_is_the_score_without_manual_criteria(plan: Plan, county: PlanUnit) -> None:
    scheme = scheme_of(plan)

    found = forecasts(load_field(plan, scheme, as_of=year_is_over(plan)), county, formulas_of(scheme))

    last = found[4]
    assert last.left_out == ("C4", "P4", "D2")
    sections = {each.code: each.score for each in last.result.sections}
    # (4.50 + 3.70 + 0.89) · 15 / 12
    assert (sections["A"], sections["C"]) == (Decimal(donghai.SECTIONS["A"]), Decimal("11.36"))


def test_forecast_goes_on_at_the_pace_so_far_and_names_what_it_leaves_out(plan: Plan, county: PlanUnit) -> None:
    found = load_what_if(plan, county, {}, as_of=after(plan, 2))

    second = found.forecasts[1]
    (line,) = [each for each in second.forecast.result.lines if each.code == "A1"]
    # 13 piles by the middle of the year are 26 by its end, of 40
    assert str(line.points) == "9.75"
    assert "照第 2 季度末的进度推到年底" in second.sentence
    assert all(name in second.sentence for name in ("A6 迎峰度夏负荷下降", "C4 组织领导和宣传培训"))


def test_quarter_still_running_is_not_held_against_the_unit(plan: Plan) -> None:
    scheme = scheme_of(plan)
    county = plan_unit_of(plan, donghai.UNIT)
    make_report(county, 1, state=Report.State.APPROVED)
    as_of = quarter_of(plan, 2).opens + timedelta(hours=1)

    second = forecasts(load_field(plan, scheme, as_of=as_of), county, formulas_of(scheme))[2]

    (line,) = [each for each in second.result.lines if each.code == "C1"]
    assert str(line.points) == "6.00"


# --- the door


def test_page_shows_forecasts_and_what_moved(plan: Plan, clerk: Client) -> None:
    page = clerk.get(address(plan), {"v-CP": "40"}).text
    part = clerk.get(address(plan), {"v-CP": "40"}, headers={"HX-Request": "true"}).text

    assert "年终得分预测" in page
    assert "11.63" in part
    assert "15.00" in part
    assert '<section id="what-if"' in part.lstrip()[:400]
    assert "<html" not in part


def test_unit_page_leads_to_it(plan: Plan, clerk: Client) -> None:
    page = clerk.get(reverse("reporting:unit", args=[plan.owner.code, plan.year, donghai.UNIT])).text

    assert f'hx-get="{address(plan)}"' in page


def test_nothing_is_written(plan: Plan, clerk: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert clerk.get(address(plan), {"v-CP": "40", "t-CP": "80", "m-C4": "1"}).status_code == 200

    assert [each["sql"] for each in queries if WRITING.search(each["sql"])] == []


def test_as_many_queries_for_one_unit_as_for_all(plan: Plan, clerk: Client) -> None:
    with CaptureQueriesContext(connection) as first:
        assert clerk.get(address(plan)).status_code == 200
    for plan_unit in plan.plan_units.filter(assessed=True).exclude(unit__code=donghai.UNIT).select_related("unit"):
        make_report(plan_unit, 1, state=Report.State.APPROVED)
    with CaptureQueriesContext(connection) as second:
        assert clerk.get(address(plan)).status_code == 200

    assert (len(first), len(second)) == (QUERIES, QUERIES)


def test_other_countys_clerk_does_not_see_it(plan: Plan, county: PlanUnit) -> None:
    other = sign_in(make_user(Role.REPORTER, "320723"))

    assert other.get(address(plan)).status_code == 404


def test_unit_that_is_not_assessed_has_none(plan: Plan, county: PlanUnit) -> None:
    outside = plan.plan_units.filter(assessed=False).select_related("unit").first()
    assert outside is not None

    answer = sign_in(make_user(Role.OFFICER)).get(address(plan, outside.unit.code))

    assert answer.status_code == 409
    assert "不参加考核" in answer.text
