"""The assessment through its services, on the worked example of docs/calculations.md."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from assessments.documents import assessment_document
from assessments.models import Assessment, FalsificationFlag, ScoreLine, UnitResult
from assessments.services.adjustments import Line, adjust_line
from assessments.services.assessment import ensure_assessment, run_assessment
from assessments.services.manual import (
    Given,
    Grounds,
    confirm_flag,
    raise_flag,
    set_manual_scores,
    withdraw_flag,
)
from assessments.services.verification import verify_assessment
from audit.models import AuditEvent
from common.actions import SYSTEM
from common.errors import Conflict, Invalid, NotAllowed, NotYet
from files.services import store_bytes
from progress.models import Report
from progress.services.review import reopen_report
from targets.models import Plan, PlanUnit
from tests.assessments.assessed import (
    SECOND_SCHEME,
    add_revisions,
    assess_units,
    file_donghai,
    give_scheme,
    score_donghai,
    year_is_over,
)
from tests.calculations import example_donghai as donghai
from tests.factories import make_report, make_user

pytestmark = pytest.mark.django_db

# Of the worked example with one adjustment. They change when the plan's or the scheme's data do, and for nothing else.
INPUTS_SHA256 = "f96364fc15b67bd916d3b637a8406ad8f0a52430afd47c3595aad256a31bd9b8"
RESULTS_SHA256 = "65fcb59cbe1efea6b1a90232489c8ba257baffbbc5835e2abeafb540017b0fa8"


@pytest.fixture
def over(plan: Plan) -> datetime:
    give_scheme(plan)
    return year_is_over(plan)


@pytest.fixture
def county(plan: Plan, over: datetime) -> PlanUnit:
    filed = file_donghai(plan)
    score_donghai(plan, filed, over)
    return filed


def result_of(assessment: Assessment, county: PlanUnit) -> UnitResult:
    return UnitResult.objects.get(assessment=assessment, plan_unit=county)


def test_worked_example_comes_out_line_by_line(plan: Plan, county: PlanUnit, over: datetime) -> None:
    assessment = run_assessment(plan, by=SYSTEM, at=over)

    result = result_of(assessment, county)
    points = {line.code: None if line.points is None else str(line.points) for line in result.lines.all()}
    assert points == donghai.POINTS
    assert result.sections == donghai.SECTIONS
    assert (str(result.base), str(result.bonus), str(result.deduction)) == ("86.19", "2.50", "0.50")
    assert (str(result.total), result.grade) == (donghai.TOTAL, donghai.GRADE)
    assert tuple(veto["code"] for veto in result.vetoes) == donghai.VETOES


def test_without_a_new_building_its_criterion_drops_out_and_the_section_is_scaled(plan: Plan, over: datetime) -> None:
    county = file_donghai(plan, donghai.LINES_WITHOUT_NEW_BUILDING)

    assessment = run_assessment(plan, by=SYSTEM, at=over)

    result = result_of(assessment, county)
    assert result.sections["A"] == donghai.SECTION_A_WITHOUT_NEW_BUILDING
    assert not result.lines.get(code="A2").applicable


def test_every_line_says_why_and_names_the_report_behind_it(plan: Plan, county: PlanUnit, over: datetime) -> None:
    result = result_of(run_assessment(plan, by=SYSTEM, at=over), county)

    line = result.lines.get(code="A1")
    assert line.why == "新建充电桩 31 个 ÷ 目标 40 个 = 77.5 %，得 15 × 77.5 % = 11.63 分"
    assert "9" in line.next_gain
    assert [(each["quarter"], each["value"]) for each in result.trace["CP"]] == [
        (1, "4"),
        (2, "9"),
        (3, "10"),
        (4, "8"),
    ]
    assert all(line.why for line in result.lines.all())


def test_only_assessed_units_have_results_and_a_unit_without_reports_is_last(
    plan: Plan, county: PlanUnit, over: datetime
) -> None:
    assessment = run_assessment(plan, by=SYSTEM, at=over)

    ranks = dict(assessment.results.values_list("plan_unit__unit__code", "rank"))
    assert len(ranks) == 6
    assert ranks["320722"] == 1
    assert min(rank for code, rank in ranks.items() if code != "320722") == 2


def test_calculating_twice_gives_the_same_digests_and_replaces_the_rows(
    plan: Plan, county: PlanUnit, over: datetime
) -> None:
    first = run_assessment(plan, by=SYSTEM, at=over)
    second = run_assessment(plan, by=SYSTEM, at=over + timedelta(days=3))

    assert (first.inputs_sha256, first.results_sha256) == (second.inputs_sha256, second.results_sha256)
    assert first.pk == second.pk
    assert UnitResult.objects.count() == 6
    assert ScoreLine.objects.count() == 6 * 24


def test_digests_are_the_same_on_either_database_and_in_every_release(
    plan: Plan, county: PlanUnit, over: datetime
) -> None:
    adjust_line(Line(ensure_assessment(plan, at=over), county, "A1"), Decimal("-1.63"), reason="x", by=SYSTEM, at=over)

    assessment = run_assessment(plan, by=SYSTEM, at=over)

    assert (assessment.inputs_sha256, assessment.results_sha256) == (INPUTS_SHA256, RESULTS_SHA256)


def test_calculating_is_refused_while_a_correction_is_open_and_names_it(
    plan: Plan, county: PlanUnit, over: datetime
) -> None:
    report = Report.objects.get(plan_unit=county, quarter__number=3)
    reopen_report(report, by=make_user("officer"), at=over, reason="数据有误")

    with pytest.raises(NotYet, match="东海县 第3季度"):
        run_assessment(plan, by=SYSTEM, at=over)


def test_only_an_officer_calculates(plan: Plan, over: datetime) -> None:
    for role in ("reporter", "reviewer", "leader", "auditor", "sysadmin"):
        with pytest.raises(NotAllowed):
            run_assessment(plan, by=make_user(role, None if role == "sysadmin" else "320722"), at=over)


def test_announced_assessment_is_not_calculated_again(plan: Plan, county: PlanUnit, over: datetime) -> None:
    assessment = run_assessment(plan, by=SYSTEM, at=over)
    Assessment.objects.filter(pk=assessment.pk).update(state=Assessment.State.ANNOUNCED)

    with pytest.raises(Conflict, match="公示中"):
        run_assessment(plan, by=SYSTEM, at=over)


def test_change_while_calculating_begins_anew(
    plan: Plan, county: PlanUnit, over: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assessments.services import assessment as service

    gather, times = service.gather, []

    def gather_and_be_overtaken(*args: object, **kwargs: object) -> object:
        gathered = gather(*args, **kwargs)  # type: ignore[arg-type]
        if not times:
            times.append(1)
            given = [Given(county.pk, "C4", Decimal("1.00"))]
            set_manual_scores(ensure_assessment(plan, at=over), given, by=make_user("reviewer"), at=over)
        return gathered

    monkeypatch.setattr(service, "gather", gather_and_be_overtaken)
    assessment = run_assessment(plan, by=SYSTEM, at=over)

    assert times == [1]
    assert result_of(assessment, county).lines.get(code="C4").points == Decimal("1.00")
    assert not assessment.is_stale


@pytest.mark.parametrize("units", [6, 11, 200])
def test_run_takes_nineteen_queries_for_any_number_of_units(
    plan: Plan, county: PlanUnit, over: datetime, units: int, django_assert_num_queries: object
) -> None:
    assess_units(plan, units)
    run_assessment(plan, by=SYSTEM, at=over)

    with django_assert_num_queries(19):  # type: ignore[operator]
        run_assessment(plan, by=SYSTEM, at=over)

    assert UnitResult.objects.count() == units


def test_run_takes_nineteen_queries_for_any_number_of_revisions_of_the_reports(
    plan: Plan, county: PlanUnit, over: datetime, django_assert_num_queries: object
) -> None:
    before = run_assessment(plan, by=SYSTEM, at=over).results_sha256
    add_revisions(county, up_to=6)

    with django_assert_num_queries(19):  # type: ignore[operator]
        after = run_assessment(plan, by=SYSTEM, at=over)

    assert after.results_sha256 == before


def test_units_and_criteria_that_are_gone_leave_no_rows(plan: Plan, county: PlanUnit, over: datetime) -> None:
    assess_units(plan, 11)
    run_assessment(plan, by=SYSTEM, at=over)

    assess_units(plan, 6)
    assessment = run_assessment(plan, by=SYSTEM, at=over)

    assert (UnitResult.objects.count(), ScoreLine.objects.count()) == (6, 6 * 24)
    assert verify_assessment(assessment) == []


# --- verify


def test_verify_finds_nothing_in_what_was_just_calculated(plan: Plan, county: PlanUnit, over: datetime) -> None:
    assert verify_assessment(run_assessment(plan, by=SYSTEM, at=over)) == []


@pytest.mark.parametrize("column", ["inputs", "results"])
def test_verify_finds_one_changed_byte_of_a_stored_document(
    plan: Plan, county: PlanUnit, over: datetime, column: str
) -> None:
    assessment = run_assessment(plan, by=SYSTEM, at=over)
    result = result_of(assessment, county)
    text = getattr(result, column)
    place = text.index('"31"') if column == "inputs" else text.index("11.63")
    UnitResult.objects.filter(pk=result.pk).update(**{column: text[:place] + text[place:].replace("1", "2", 1)})

    assert any("东海县" in line or "320722" in line for line in verify_assessment(assessment))


def test_verify_finds_points_changed_in_the_table(plan: Plan, county: PlanUnit, over: datetime) -> None:
    assessment = run_assessment(plan, by=SYSTEM, at=over)
    ScoreLine.objects.filter(result__plan_unit=county, code="A1").update(points="12.00")

    assert any("12.00" in line for line in verify_assessment(assessment))


def test_verify_before_calculating_says_so(plan: Plan, over: datetime) -> None:
    with pytest.raises(NotYet, match="还没有计算"):
        verify_assessment(ensure_assessment(plan, at=over))


# --- people's numbers


def test_wrong_manual_scores_are_all_named_and_none_is_stored(plan: Plan, county: PlanUnit, over: datetime) -> None:
    assessment = ensure_assessment(plan, at=over)
    given = [
        Given(county.pk, "C4", Decimal("3.01")),
        Given(county.pk, "P4", Decimal("0.125")),
        Given(county.pk, "A1", Decimal(1)),
        Given(county.pk, "D2", Decimal(1)),
    ]

    with pytest.raises(Invalid) as refused:
        set_manual_scores(assessment, given, by=make_user("officer"), at=over)

    assert all(each in str(refused.value) for each in ("0 到 3", "最多两位小数", "A1"))
    assert not assessment.manual_scores.filter(criterion_code="D2").exists()


def test_manual_score_marks_the_result_stale_and_stands_in_the_trail(
    plan: Plan, county: PlanUnit, over: datetime
) -> None:
    run_assessment(plan, by=SYSTEM, at=over)
    assessment = ensure_assessment(plan, at=over)

    set_manual_scores(assessment, [Given(county.pk, "C4", None)], by=make_user("reviewer"), at=over)

    assert Assessment.objects.get(pk=assessment.pk).is_stale
    event = AuditEvent.objects.filter(action="assessment.score").latest("pk")
    assert json.loads(event.before) == {"points": "2.50"}


def test_falsification_counts_only_after_a_second_officer_confirmed(
    plan: Plan, county: PlanUnit, over: datetime
) -> None:
    first, second = make_user("officer"), make_user("officer")
    evidence = store_bytes(b"%PDF-", name="证据.pdf", content_type="application/pdf", at=over)
    assessment = ensure_assessment(plan, at=over)
    flag = raise_flag(assessment, county, Grounds("伪造台账", evidence), by=first, at=over)

    assert result_of(run_assessment(plan, by=SYSTEM, at=over), county).grade == "合格"
    with pytest.raises(NotAllowed, match="另一名"):
        confirm_flag(flag, by=first, at=over)
    confirm_flag(flag, by=second, at=over)
    assert result_of(run_assessment(plan, by=SYSTEM, at=over), county).grade == "不合格"

    withdraw_flag(FalsificationFlag.objects.get(), by=second, at=over, reason="查无实据")
    assert result_of(run_assessment(plan, by=SYSTEM, at=over), county).grade == "合格"


def test_falsification_without_reason_or_evidence_is_refused(plan: Plan, county: PlanUnit, over: datetime) -> None:
    with pytest.raises(Invalid, match="理由并附证据"):
        raise_flag(ensure_assessment(plan, at=over), county, Grounds("x", None), by=make_user("officer"), at=over)


# --- commands


def run_command(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_command_prints_the_results_as_json(plan: Plan, county: PlanUnit) -> None:
    document = json.loads(run_command("run_assessment", "2023", "--json", "--root", "320700"))

    assert document.keys() == {"year", "revision", "inputs_sha256", "results_sha256", "units"}
    unit = next(each for each in document["units"] if each["unit"] == "320722")
    assert unit.keys() == {
        "unit", "rank", "base", "bonus", "deduction", "total", "grade", "vetoes", "sections", "lines",
    }  # fmt: skip
    assert (unit["total"], unit["grade"], unit["vetoes"]) == ("88.19", "合格", ["V2"])
    assert {"code": "A1", "max": "15.00", "points": "11.63", "applicable": True} in unit["lines"]
    assert {"code": "A3", "max": "5.00", "points": None, "applicable": False} in unit["lines"]
    assert document == assessment_document(Assessment.objects.get(plan=plan))
    assert "核验通过" in run_command("verify_assessment", "2023", "--root", "320700")
    assert "核验通过" in run_command("verify_assessment", "2023", "--root", "320700", "--revision", "1")
    with pytest.raises(CommandError, match="还没有计算"):
        run_command("verify_assessment", "2023", "--root", "320700", "--revision", "2")


def test_verify_command_fails_and_names_the_difference(plan: Plan, county: PlanUnit, over: datetime) -> None:
    run_assessment(plan, by=SYSTEM, at=over)
    ScoreLine.objects.filter(result__plan_unit=county, code="A1").update(points="12.00")

    with pytest.raises(CommandError, match="核验不通过"):
        run_command("verify_assessment", "2023", "--root", "320700")


# --- another city


def test_second_city_with_other_codes_is_assessed_beside(plan: Plan, second_plan: Plan, county: PlanUnit) -> None:
    give_scheme(second_plan, SECOND_SCHEME)
    over = year_is_over(second_plan)
    for plan_unit in second_plan.plan_units.filter(is_reporting=True):
        for number in range(1, 5):
            make_report(plan_unit, number, state=Report.State.APPROVED, is_effective=True)

    assessment = run_assessment(second_plan, by=SYSTEM, at=over)

    assert assessment.results.count() == second_plan.plan_units.filter(assessed=True).count()
    assert all(result.total is not None for result in assessment.results.all())
    assert verify_assessment(assessment) == []
