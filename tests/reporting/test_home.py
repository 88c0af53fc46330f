"""My work, as each role finds it in the morning."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from assessments.models import Assessment, Compliance, ManualScore
from assessments.services.assessment import run_assessment
from assessments.services.compliance import compute_compliance
from common.actions import SYSTEM
from jobs.models import Job
from progress.models import Report
from targets.models import Extension, Plan
from tests.assessments.assessed import file_donghai, give_scheme, score_donghai, year_is_over
from tests.factories import make_report, make_user, plan_unit_of, quarter_of, sign_in

pytestmark = pytest.mark.django_db
DONGHAI, GANYU = "320722", "320707"


def page_of(user: User) -> str:
    """The text of a person's page."""
    answer = sign_in(user).get("/")
    assert answer.status_code == 200
    return " ".join(answer.text.split())


@pytest.fixture
def now(plan: Plan) -> Iterator[datetime]:
    """Three days before the first quarter's deadline."""
    with time_machine.travel(quarter_of(plan, 1).due - timedelta(days=3), tick=False):
        yield timezone.now()


@pytest.fixture
def clerk(plan: Plan) -> User:
    return make_user("reporter", DONGHAI)


# --- the one who reports ----------------------------------------------------------------------------------------------


def test_an_open_quarter_waits_for_its_clerk_with_the_days_left(now: datetime, clerk: User) -> None:
    page = page_of(clerk)

    assert "东海县 2023 年第 1 季度报告" in page
    assert "还剩 3 天" in page
    assert 'href="/320700/2023/q1/reports/320722/" aria-label="填报 东海县 2023 年第 1 季度报告"' in page
    assert "2023 年第 2 季度报告" in page
    assert "开始填报" in page


def test_a_returned_report_stands_first_with_the_reason(plan: Plan, clerk: User) -> None:
    county = plan_unit_of(plan, DONGHAI)
    make_report(county, 2, state=Report.State.RETURNED, by=clerk, return_reason="与台账不符，请核对")

    with time_machine.travel(quarter_of(plan, 2).due - timedelta(days=1), tick=False):
        page = page_of(clerk)

    assert "与台账不符，请核对" in page
    assert page.index("第 2 季度报告") < page.index("第 1 季度报告")
    assert 'aria-label="修改 东海县 2023 年第 2 季度报告"' in page


def test_an_overdue_report_says_until_when_it_is_still_taken(plan: Plan, clerk: User) -> None:
    quarter = quarter_of(plan, 1)

    with time_machine.travel(quarter.closes - timedelta(hours=30), tick=False):
        page = page_of(clerk)

    assert "已逾期，请尽快补报。" in page
    assert "补报截止" in page
    assert "还剩 1 天" in page


def test_a_quarter_that_closed_without_a_report_says_whom_to_ask(plan: Plan, clerk: User) -> None:
    with time_machine.travel(quarter_of(plan, 1).closes, tick=False):
        page = page_of(clerk)

    assert "已过截止时间；如需补报，请联系市局延长。" in page
    assert "填报 东海县 2023 年第 1 季度报告" not in page


def test_a_submitted_report_waits_for_the_bureau_and_asks_nothing(plan: Plan, now: datetime, clerk: User) -> None:
    make_report(plan_unit_of(plan, DONGHAI), 1, state=Report.State.SUBMITTED, by=clerk)

    page = page_of(clerk)

    assert "等待市局审核" in page
    assert "没有要填报的季度。" in page


def test_an_approved_report_stays_in_sight_for_four_weeks(plan: Plan, clerk: User) -> None:
    reviewer, at = make_user("reviewer"), quarter_of(plan, 1).due
    facts = {"decided_at": at, "decided_by": reviewer}
    make_report(plan_unit_of(plan, DONGHAI), 1, state=Report.State.APPROVED, by=clerk, **facts)

    with time_machine.travel(at + timedelta(days=27), tick=False):
        soon = page_of(clerk)
    with time_machine.travel(at + timedelta(days=28), tick=False):
        later = page_of(clerk)

    assert "最近审核通过" in soon
    assert f"{timezone.localtime(at):%Y-%m-%d %H:%M} 审核通过 · 审核人：{reviewer.name}" in soon
    assert "最近审核通过" not in later


def test_a_correction_shows_why_and_has_no_deadline(plan: Plan, clerk: User) -> None:
    county = plan_unit_of(plan, DONGHAI)
    make_report(county, 1, state=Report.State.APPROVED, by=clerk)
    make_report(county, 1, revision=2, correction_reason="基数填错")

    with time_machine.travel(quarter_of(plan, 1).closes + timedelta(days=40), tick=False):
        page = page_of(clerk)

    assert "请按更正理由修改后提交：" in page
    assert "基数填错" in page
    assert 'aria-label="修改 东海县 2023 年第 1 季度报告"' in page


def test_a_clerk_reads_nothing_of_another_county(plan: Plan, now: datetime, clerk: User) -> None:
    make_report(plan_unit_of(plan, GANYU), 1, state=Report.State.RETURNED, by=clerk, return_reason="赣榆的事")

    page = page_of(clerk)

    assert "赣榆" not in page


# --- the bureau -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["officer", "reviewer"])
def test_reports_wait_for_review_the_oldest_first(plan: Plan, now: datetime, clerk: User, role: str) -> None:
    for code, hours in ((DONGHAI, 1), (GANYU, 5)):
        sent = now - timedelta(hours=hours)
        make_report(plan_unit_of(plan, code), 1, state=Report.State.SUBMITTED, by=clerk, submitted_at=sent)

    page = page_of(make_user(role))

    assert page.index('aria-label="审核 赣榆区') < page.index('aria-label="审核 东海县')
    assert '待审核 <span class="count">2</span>' in page


def test_an_open_quarter_says_who_is_missing(plan: Plan, now: datetime, clerk: User) -> None:
    make_report(plan_unit_of(plan, DONGHAI), 1, state=Report.State.SUBMITTED, by=clerk)

    page = page_of(make_user("officer"))

    assert "已提交 1 / 11 · 未提交：海州区、" in page
    assert "东海县" not in page.split("未提交：")[1].split("</p>")[0]
    assert "等 10 个" in page


def test_a_closed_quarter_with_an_extension_says_whose_and_until_when(plan: Plan, clerk: User) -> None:
    quarter = quarter_of(plan, 4)
    for unit in plan.plan_units.filter(is_reporting=True).select_related("plan__owner", "unit"):
        for number in (1, 2, 3, 4):
            make_report(unit, number, {}, state=Report.State.APPROVED, by=clerk)
    Extension.objects.create(
        quarter=quarter,
        plan_unit=plan_unit_of(plan, GANYU),
        due=quarter.closes + timedelta(days=10),
        closes=quarter.closes + timedelta(days=20),
        reason="台风",
        created_at=quarter.due,
    )

    with time_machine.travel(quarter.closes + timedelta(days=1), tick=False):
        page = page_of(make_user("officer"))
    with time_machine.travel(quarter.closes + timedelta(days=20), tick=False):
        after = page_of(make_user("reviewer"))

    until = timezone.localtime(quarter.closes + timedelta(days=10)) - timedelta(seconds=1)
    assert f"赣榆区延期至 {until:%Y-%m-%d}" in page
    assert "延期中" in page
    assert "现在没有进行中的填报期。" not in page
    assert "现在没有进行中的填报期。" in after


def test_open_corrections_are_named(plan: Plan, now: datetime, clerk: User) -> None:
    county = plan_unit_of(plan, DONGHAI)
    make_report(county, 1, state=Report.State.APPROVED, by=clerk)
    make_report(county, 1, revision=2, correction_reason="基数填错")

    page = page_of(make_user("officer"))

    assert "更正中" in page
    assert "等待单位更正后提交：" in page
    assert "基数填错" in page


def test_after_the_year_the_assessment_waits_until_it_is_calculated_scored_and_fresh(plan: Plan) -> None:
    give_scheme(plan)
    at = year_is_over(plan)
    officer = make_user("officer")
    with time_machine.travel(at, tick=False):
        assert "2023 年考核还没有计算" in page_of(officer)

        county = file_donghai(plan)
        run_assessment(plan, by=SYSTEM, at=at)
        before = page_of(officer)
        score_donghai(plan, county, at)
        after = page_of(officer)

    criteria = plan.schemes.get().criteria.filter(rule="manual", section__isnull=False)
    cells = criteria.count() * plan.plan_units.filter(assessed=True).count()
    given = ManualScore.objects.filter(criterion_code__in=criteria.values("code")).count()
    assert given > 0
    assert "还没有计算" not in before
    assert "需要重新计算" not in before
    assert f"{cells} 项人工评分未录入" in before
    assert f"{cells - given} 项人工评分未录入" in after
    assert "2023 年考核需要重新计算" in after


# --- those who look ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["leader", "auditor"])
def test_who_only_looks_reads_the_city_in_two_figures_and_what_is_behind(plan: Plan, role: str) -> None:
    file_donghai(plan)
    at = year_is_over(plan)
    compute_compliance(plan, as_of=at)
    good = [Compliance.Status.MET, Compliance.Status.ON_PACE]
    city = Compliance.objects.filter(plan_unit__unit=plan.owner, quarter=4, basis="approved", target__isnull=False)

    with time_machine.travel(at, tick=False):
        page = page_of(make_user(role))

    assert f"{city.filter(status__in=good).count()} / {city.count()}" in page
    assert "还差 269 个" in page
    assert "1 / 11" in page
    assert 'href="/320700/2023/q4/"' in page


def test_the_auditor_is_led_to_the_trail_with_the_weeks_count(plan: Plan, now: datetime) -> None:
    page = page_of(make_user("auditor"))

    assert 'href="/trail/"' in page
    assert "项被拒绝" in page


def test_the_administrator_sees_accounts_locks_and_failed_jobs(plan: Plan, now: datetime, clerk: User) -> None:
    AccessAttempt.objects.create(username="wang", ip_address="10.0.0.9", failures_since_start=5, attempt_time=now)
    AccessAttempt.objects.create(username="li", ip_address="10.0.0.9", failures_since_start=4, attempt_time=now)
    AccessAttempt.objects.filter(username="wang").update(attempt_time=now - timedelta(minutes=14))
    Job.objects.create(
        kind="compliance", key="x", by=clerk, state=Job.State.FAILED, arrived_at=now, finished_at=now, message="断了"
    )

    page = page_of(make_user("sysadmin"))

    assert "1 个在用账号" in page
    assert "1 个用户名因多次输错密码被锁定" in page
    assert "wang" in page
    assert "断了" in page
    assert clerk.name in page
    assert "季度报告" not in page


def test_a_lock_is_gone_after_fifteen_minutes(plan: Plan, now: datetime) -> None:
    AccessAttempt.objects.create(username="wang", ip_address="10.0.0.9", failures_since_start=5)
    AccessAttempt.objects.update(attempt_time=now - timedelta(minutes=15))

    assert "被锁定" not in page_of(make_user("sysadmin"))


# --- nothing yet ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_without_a_plan_the_page_says_what_to_do_first() -> None:
    page = page_of(make_user("sysadmin"))

    assert "load_plan" in page


def test_a_plan_that_is_not_active_asks_nothing_of_anybody(plan: Plan, now: datetime, clerk: User) -> None:
    Plan.objects.update(state=Plan.State.DRAFT)

    page = page_of(clerk)

    assert "还没有执行中的年度计划" in page
    assert "第 1 季度报告" not in page


def test_without_other_accounts_the_administrator_is_asked_to_make_them(plan: Plan) -> None:
    page = page_of(make_user("sysadmin"))

    assert "还没有其他账号" in page
    assert 'href="/accounts/new/"' in page


# --- everybody --------------------------------------------------------------------------------------------------------


def test_own_jobs_are_shown_others_are_not(plan: Plan, now: datetime, clerk: User) -> None:
    facts = {"arrived_at": now, "state": Job.State.RUNNING, "done": 3, "total": 7}
    mine = Job.objects.create(kind="compliance", key="mine", by=clerk, **facts)
    other = Job.objects.create(kind="compliance", key="other", by=make_user("officer"), **facts)

    page = page_of(clerk)

    assert f"/jobs/{mine.uuid}/" in page
    assert "3 / 7" in page
    assert str(other.uuid) not in page


@pytest.mark.parametrize(
    ("role", "queries"),
    [("reporter", 9), ("officer", 9), ("reviewer", 9), ("leader", 12), ("auditor", 13), ("sysadmin", 8)],
)
def test_the_page_takes_a_fixed_number_of_queries(
    plan: Plan, now: datetime, clerk: User, role: str, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    give_scheme(plan)
    for unit in plan.plan_units.filter(is_reporting=True).select_related("plan__owner", "unit"):
        make_report(unit, 1, {}, state=Report.State.SUBMITTED, by=clerk)
    compute_compliance(plan, as_of=now)
    Assessment.objects.create(plan=plan, created_at=now)
    client = sign_in(clerk if role == "reporter" else make_user(role))

    with django_assert_num_queries(queries):
        client.get("/")
