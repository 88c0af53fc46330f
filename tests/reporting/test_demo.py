"""The demo year: invented, told through the services, whole or not at all."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from accounts.models import User
from accounts.policy import Role
from accounts.services import DEMO_PASSWORD
from assessments.models import UnitResult
from assessments.services.assessment import ensure_assessment
from assessments.services.verification import verify_assessment
from audit.queries import broken_links
from calculations.ledgers import Agreement
from common.errors import Conflict, NotAllowed
from common.instants import end_of, local_day
from progress.models import ChargingPile, LedgerSeal, Line, Report
from progress.queries.ledger_figures import ledger_figures
from reporting.demo.build import build_demo
from reporting.demo.story import Story, read_story
from targets.models import Institution, Plan
from tests.assessments.assessed import give_scheme
from tests.factories import load_both_plans, make_report, sign_in

pytestmark = pytest.mark.django_db
STORY = django_settings.BASE_DIR / "reporting" / "data" / "demo_2023.yaml"


@pytest.fixture(scope="module")
def story() -> Story:
    return read_story(STORY)


@pytest.fixture(scope="module")
def at() -> datetime:
    return timezone.now()


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    story: Story,
    at: datetime,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Plan]:
    """The plan with its demo year: told once for all tests of this file, and taken back at the end."""
    folder = override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("files")))
    with django_db_blocker.unblock(), folder, transaction.atomic():
        plan = load_both_plans()[0]
        give_scheme(plan)
        assert build_demo(story, plan, at=at)
        yield Plan.objects.get(pk=plan.pk)
        transaction.set_rollback(True)


def test_demo_year_tells_its_whole_story(demo: Plan, at: datetime) -> None:
    reports = Report.objects.of_plan(demo)
    assert reports.effective().count() == 43
    assert reports.filter(revision=2, is_effective=True).count() == 1
    assert reports.filter(returned_times=2).count() == 1
    late = [
        each for each in reports.effective() if each.first_submitted_at and each.first_submitted_at >= each.quarter.due
    ]
    assert {(each.plan_unit.name, each.quarter.number) for each in late} == {
        ("东海县", 4),
        ("灌南县", 1),
        ("高新区", 2),
    }
    results = {each.plan_unit.name: each for each in UnitResult.objects.filter(assessment__plan=demo)}
    assert (str(results["东海县"].total), results["东海县"].grade) == ("88.19", "合格")
    assert results["连云区"].rank == results["灌云县"].rank
    assert results["连云区"].total == results["灌云县"].total
    assert results["灌南县"].lines.get(code="A2").applicable is False
    assert {role for (role,) in User.objects.filter(is_demo=True).values_list("role")} == set(Role)
    assert verify_assessment(ensure_assessment(demo, at=at)) == []
    assert list(broken_links()) == []


def test_one_county_is_left_to_report_and_its_time_runs_from_today(demo: Plan, at: datetime) -> None:
    draft = Report.objects.of_plan(demo).get(state=Report.State.DRAFT)
    extension = draft.quarter.extensions.get(plan_unit=draft.plan_unit)
    assert (draft.plan_unit.name, draft.quarter.number) == ("灌南县", 4)
    today = local_day(at)
    ends = [end_of(today + timedelta(days=days)) for days in (14, 21)]
    assert [extension.due, extension.closes] == ends  # whole days, as an officer gives them
    page = sign_in(User.objects.get(username="guannan")).get("/320700/2023/q4/reports/320724/")
    assert page.status_code == 200
    assert "示例数据" in page.text


def test_demo_account_signs_in_with_the_password_that_the_sign_in_page_shows(demo: Plan, client: Client) -> None:
    page = client.get("/accounts/sign-in/").text
    assert DEMO_PASSWORD in page
    assert "donghai" in page
    answer = client.post("/accounts/sign-in/", {"username": "officer", "password": DEMO_PASSWORD})
    assert answer.status_code == 302


def test_second_telling_changes_nothing(demo: Plan, story: Story, at: datetime) -> None:
    assert not build_demo(story, demo, at=at + timedelta(days=1))
    assert Report.objects.of_plan(demo).count() == 45


def test_demo_is_refused_beside_real_reports(second_plan: Plan, story: Story, at: datetime) -> None:
    reporting = second_plan.plan_units.reporting().first()
    assert reporting
    make_report(reporting, 1)

    with pytest.raises(Conflict, match="已有填报数据"):
        build_demo(story, second_plan, at=at)

    assert not Plan.objects.get(pk=second_plan.pk).is_demo


def test_demo_is_refused_beside_accounts_of_the_same_names(
    demo: Plan, second_plan: Plan, story: Story, at: datetime
) -> None:
    with pytest.raises(Conflict, match=r"用户名已被使用：.*officer"):
        build_demo(story, second_plan, at=at)

    assert not Plan.objects.get(pk=second_plan.pk).is_demo


def test_demo_is_refused_outside_demo_mode(second_plan: Plan, story: Story, at: datetime, settings: Settings) -> None:
    settings.DEMO_MODE = False

    with pytest.raises(NotAllowed, match="正式环境"):
        build_demo(story, second_plan, at=at)


def test_demo_ledgers_come_to_what_is_reported_but_for_one_line_with_its_reason(demo: Plan) -> None:
    units = list(demo.plan_units.reporting().select_related("unit"))
    lines = Line.objects.filled().filter(report__is_effective=True, report__quarter__plan=demo)
    reported = {
        (line.report.plan_unit_id, line.indicator_id, line.report.quarter.number): line
        for line in lines.select_related("report__quarter", "report__plan_unit", "indicator")
    }
    differing = []
    for number in (1, 2, 3, 4):
        for (unit, indicator), figure in ledger_figures(demo, units, number).items():
            line = reported.get((unit, indicator, number))
            if line is None:
                continue
            stands = figure.agrees_with(line.value, line.base, not_applicable=line.not_applicable)
            if stands is not Agreement.EQUAL:
                differing.append((line.report.plan_unit.name, line.indicator.code, number, figure.value, line.note))

    late = "一个充电桩已投用，验收资料补齐后登记台账（示例）"
    assert differing == [("高新区", "CP", 3, 4, late)]
    assert not any(seal.value is None for seal in LedgerSeal.objects.all())
    assert ChargingPile.objects.count() > 50
    assert all("示例" in name for name in Institution.objects.values_list("name", flat=True))
