"""An invented second city goes the whole way beside the real one, with other units, indicators, sections and grades.

Three units: 甲区 does everything, 乙县 misses nearly everything, is late and was returned once, 临港园区 declares two
indicators 不涉及. The expected numbers are worked out by hand beside `YEAR`.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from accounts.policy import Role
from assessments.models import Assessment, Compliance
from assessments.services.verification import verify_assessment
from jobs import services as jobs
from jobs.models import Job
from progress.models import Report
from progress.services.backfill import Backfill, import_and_approve
from progress.services.imports import import_progress_file, read_sent_file
from progress.services.review import approve_report, return_report, submit_report
from targets.models import Plan, Unit
from tests.assessments.assessed import give_scheme
from tests.factories import SECOND_CITY, make_plan, make_user, quarter_of, sign_in
from tests.progress_import.files import workbook

pytestmark = pytest.mark.django_db

CITY, DISTRICT, COUNTY, ZONE = "990100", "990102", "990121", "LGZ"
UNITS = {DISTRICT: "甲区", COUNTY: "乙县", ZONE: "临港园区"}
TREES, WATER, LAMPS, PAPER, METERS, HEAT, TRAINING = (
    "新植乔木", "再生水利用率", "LED灯具占比", "纸张消耗下降率", "漏损水表（未更换）", "单位面积热耗下降率", "节能培训",
)  # fmt: skip
NA = "不涉及"

YEAR: dict[str, dict[str, list[Any]]] = {
    # T 70 = 20 (180 of 150) + 15 (60 %) + 10 (30 %) + 15 (6 % less) + 10; M 26 = 10 + 8 + 8 + 0 for evidence;
    # bonus 2.80 = 1 (one whole 20 % above) + 1.80 (180 trees)
    DISTRICT: {
        TREES: [20, 60, 30, 70],
        WATER: ["100/1000", "400/1000", "300/1000", "400/1000"],
        LAMPS: ["300/1000", "450/1000", "500/1000", "600/1000"],
        PAPER: [None, "95/100", None, "188/200"],
        METERS: ["10/10", "6/10", "3/10", "0/10"],
        HEAT: [None, None, None, 2.5],
        TRAINING: [20, 50, 80, 100],
    },
    # T 12.44 = (0, below the floor, + 3 for 1 % of 5 % + 5 for half the meters) · 70 / 45: no target for lamps, water
    # M 19 = 5 + 6 (late once) + 8 + 0; bonus 0.40; deduction 1 (returned once); veto: 40 % of a binding target
    COUNTY: {
        TREES: [10, 10, 10, 10],
        PAPER: [None, "99/100", None, None],
        METERS: ["8/8", "8/8", "6/8", "4/8"],
        HEAT: [None, None, None, -1.25],
        TRAINING: [10, 20, 30, 50],
    },
    # T 61.44 = (20 + 9.5 for 90 % + 10 for nothing to replace) · 70 / 45; M 26; bonus 0.60
    ZONE: {
        TREES: [60, 0, 0, 0],
        WATER: [NA, NA, NA, NA],
        LAMPS: ["40/100", "45/100", "50/100", "54/100"],
        PAPER: [None, NA, None, None],
        METERS: ["0/0", "0/0", "0/0", "0/0"],
        HEAT: [None, None, None, 0],
        TRAINING: [25, 50, 75, 100],
    },
}
EXPECTED = {
    DISTRICT: (1, {"T": "70.00", "M": "26.00"}, "96.00", "2.80", "0.00", "98.80", "一等", []),
    COUNTY: (2, {"T": "12.44", "M": "19.00"}, "31.44", "0.40", "1.00", "30.84", "三等", ["X2"]),
    ZONE: (1, {"T": "61.44", "M": "26.00"}, "87.44", "0.60", "0.00", "88.04", "一等", []),
}
LATE, RETURNED = (COUNTY, 3), (COUNTY, 2)


@pytest.fixture
def lianyungang() -> Plan:
    plan = make_plan()
    give_scheme(plan)
    return plan


@pytest.fixture
def plan(lianyungang: Plan) -> Plan:
    """The second city's plan, loaded with its scheme as an operator loads it."""
    call_command("load_plan", "2023", "--file", str(SECOND_CITY))
    return Plan.objects.select_related("owner").get(owner__code=CITY)


@pytest.fixture
def officer(plan: Plan) -> User:
    return make_user(Role.OFFICER, plan.owner)


@pytest.fixture
def reviewer(plan: Plan) -> User:
    return make_user(Role.REVIEWER, plan.owner)


@pytest.fixture
def reported(plan: Plan, officer: User, reviewer: User) -> Plan:
    """The plan with its whole year reported and approved, and what waits for a worker done."""
    for number in range(1, 5):
        quarter = quarter_of(plan, number)
        on_time = quarter.due - timedelta(days=1)
        special = [unit for unit in UNITS if (unit, number) in (LATE, RETURNED)]
        file_quarter(plan, number, [unit for unit in UNITS if unit not in special], officer, reviewer, at=on_time)
        for unit in special:
            if (unit, number) == LATE:
                file_quarter(plan, number, [unit], officer, reviewer, at=quarter.due)
            else:
                file_returned(plan, number, unit, reviewer, at=on_time)
    do_the_waiting_jobs()
    return plan


def rows_of(number: int, units: list[str]) -> list[list[Any]]:
    """The quarter's lines as rows of the long layout."""
    rows = []
    for unit in units:
        for indicator, quarters in YEAR[unit].items():
            told = quarters[number - 1]
            value, base = map(float, told.split("/")) if "/" in str(told) else (told, None)
            note = "没有此项工作" if told == NA else None
            if told is not None:
                rows.append([UNITS[unit], f"2023年第{number}季度", indicator, value, base, note])
    return rows


def file_quarter(plan: Plan, number: int, units: list[str], by: User, approver: User, *, at: datetime) -> None:
    """The officer enters the units' quarter from one file; the reviewer approves."""
    sent = read_sent_file(workbook(rows_of(number, units)), "汇总.xlsx")
    backfill = Backfill(by=by, approver=approver, arrived_at=at, at=at)
    batch = import_and_approve(sent, plan=plan, backfill=backfill).batch
    assert batch.outcome == "accepted", batch.problems


def file_returned(plan: Plan, number: int, unit: str, reviewer: User, *, at: datetime) -> None:
    """The unit's own clerk imports and submits, the reviewer returns it once and then approves."""
    clerk = make_user(Role.REPORTER, unit)
    batch = import_progress_file(workbook(rows_of(number, [unit])), "季报.xlsx", plan=plan, by=clerk, at=at)
    assert batch.outcome == "accepted", batch.problems
    submit_report(newest(unit, number), by=clerk, at=at, note="已核对")
    return_report(newest(unit, number), by=reviewer, at=at, reason="请核对水表数")
    submit_report(newest(unit, number), by=clerk, at=at, note="已核对")
    report = newest(unit, number)
    approve_report(report, by=reviewer, at=at, version=report.version)


def newest(unit: str, number: int) -> Report:
    related = ("plan_unit__plan__owner", "plan_unit__unit", "quarter__plan")
    return Report.objects.select_related(*related).get(plan_unit__unit__code=unit, quarter__number=number)


def do_the_waiting_jobs() -> None:
    """What a worker does."""
    for job in Job.objects.unfinished().order_by("pk"):
        jobs.run(job.uuid)
        job.refresh_from_db()
        assert job.state == Job.State.DONE, job.message


def address(view: str, *more: Any) -> str:
    return reverse(view, args=[CITY, 2023, *more])


# --- the whole way


def test_reports_become_figures_of_units_and_city(reported: Plan) -> None:
    rows = Compliance.objects.filter(plan_unit__plan=reported, basis=Compliance.Basis.APPROVED)
    found = {
        (unit, indicator, quarter): (actual and f"{actual.normalize():f}", str(status))
        for unit, indicator, quarter, actual, status in rows.values_list(
            "plan_unit__unit__code", "indicator__code", "quarter", "actual", "status"
        )
    }
    # 180 + 40 + 60 of 500; of 18 leaking meters 4 are left where 2 may be
    assert found[CITY, "TRE", 4] == ("280", "missed")
    assert found[CITY, "LKM", 4] == ("4", "missed")
    # a pace of its own: 10 %, 60 %, 60 %, 100 % of 150
    assert [found[DISTRICT, "TRE", quarter][1] for quarter in (1, 2, 3, 4)] == ["on_pace", "behind", "on_pace", "met"]
    assert [found[DISTRICT, "PAP", quarter][1] for quarter in (1, 2, 3, 4)] == ["not_due", "met", "met", "met"]
    assert found[ZONE, "RWU", 4][1] == "not_applicable"
    assert (COUNTY, "LED", 4) not in found


def test_dashboard_and_form_speak_of_this_city(reported: Plan) -> None:
    leader, clerk = sign_in(make_user(Role.LEADER, reported.owner)), sign_in(make_user(Role.REPORTER, DISTRICT))

    board = leader.get(address("reporting:dashboard", 4)).text
    form = clerk.get(address("progress:report", 4, DISTRICT)).text

    for word in ("示例市", *UNITS.values(), TREES, METERS, "未完成"):
        assert word in board
    assert "180" in form
    assert 'id="row-TRE"' in form


def test_year_is_assessed_by_its_own_scheme(reported: Plan, officer: User) -> None:
    office = sign_in(officer)

    office.post(address("assessments:run"))
    do_the_waiting_jobs()

    assessment = Assessment.objects.get(plan=reported)
    assert {
        each.plan_unit.unit.code: (
            each.rank, each.sections, str(each.base), str(each.bonus), str(each.deduction), str(each.total),
            each.grade, [veto["code"] for veto in each.vetoes],
        )
        for each in assessment.results.select_related("plan_unit__unit")
    } == EXPECTED  # fmt: skip
    page = office.get(address("assessments:assessment")).text
    assert all(expected[5] in page for expected in EXPECTED.values())
    assert verify_assessment(assessment) == []


def test_workbook_of_the_year_opens(reported: Plan, officer: User) -> None:
    office = sign_in(officer)
    office.post(address("assessments:run"))
    do_the_waiting_jobs()

    office.post(address("reporting:workbook"))
    do_the_waiting_jobs()

    job = Job.objects.get(result_file__isnull=False)
    content = b"".join(office.get(address("reporting:export_file", job.uuid)).streaming_content)  # type: ignore[attr-defined]
    book = load_workbook(BytesIO(content), data_only=True)
    rows = [[cell.value for cell in row] for row in book["考核结果"].iter_rows()]
    for unit, expected in EXPECTED.items():
        cells = next(cells for cells in rows if UNITS[unit] in cells)
        assert (float(expected[5]) in cells, expected[6] in cells) == (True, True)
    assert "不一致" not in {cell.value for row in book["校验"].iter_rows() for cell in row}


# --- two cities in one portal


def words_of(plan: Plan) -> set[str]:
    """What would give a city away: its units and its indicators."""
    units = Unit.objects.filter(path__startswith=plan.owner.path).values_list("name", flat=True)
    return {*units, *plan.indicators.values_list("name", flat=True)} - {"市本级"}


def pages_of(plan: Plan, unit: str) -> Iterator[str]:
    """The pages of a plan that people of its city can read."""
    code, year = plan.owner.code, plan.year
    indicator = plan.indicators.order_by("order")[0].code
    for view in (
        "reporting:dashboard", "targets:plan", "targets:units", "targets:indicators", "targets:quarters",
        "progress:reports", "progress:review_queue", "progress:imports", "assessments:assessment", "assessments:scheme",
        "assessments:scores", "reporting:exports",
    ):  # fmt: skip
        yield reverse(view, args=[code, year])
    yield reverse("progress:report", args=[code, year, 4, unit])
    yield reverse("reporting:unit", args=[code, year, unit])
    yield reverse("reporting:what_if", args=[code, year, unit])
    yield reverse("assessments:scheme_compare", args=[code, year])
    yield reverse("targets:indicator", args=[code, year, indicator])
    yield reverse("progress:download_long", args=[code, year, 4])


def everybody(plan: Plan, unit: str) -> Iterator[Client]:
    """A browser for each role that sees a city."""
    for role in (Role.OFFICER, Role.REVIEWER, Role.LEADER, Role.AUDITOR):
        yield sign_in(make_user(role, plan.owner))
    yield sign_in(make_user(Role.REPORTER, unit))


def test_neither_city_sees_anything_of_the_other(lianyungang: Plan, reported: Plan, officer: User) -> None:
    """But for the auditors: the trail is one, of the whole portal."""
    sign_in(officer).post(address("assessments:run"))
    do_the_waiting_jobs()
    sides = {lianyungang: "320722", reported: DISTRICT}

    for own, other in ((lianyungang, reported), (reported, lianyungang)):
        others_words = words_of(other)
        for browser in everybody(own, sides[own]):
            assert {browser.get(page).status_code for page in pages_of(other, sides[other])} <= {403, 404}
            for page in ("/", "/institutions/", "/jobs/", *pages_of(own, sides[own])):
                text = browser.get(page).content.decode(errors="ignore")
                assert [word for word in others_words if word in text] == [], page


def test_file_that_names_the_other_citys_unit_is_refused(lianyungang: Plan, plan: Plan) -> None:
    officer = make_user(Role.OFFICER, lianyungang.owner)
    foreign = workbook(rows_of(1, [DISTRICT]))

    batch = import_progress_file(
        foreign, "汇总.xlsx", plan=lianyungang, by=officer, at=quarter_of(lianyungang, 1).opens
    )

    assert {problem["code"] for problem in batch.problems} == {"unknown_region", "unknown_indicator"}
    assert not Report.objects.exists()
