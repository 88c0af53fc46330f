"""A guided tour: one year of the portal, from the plan to the annual workbook. Read this first.

A county reports four quarters, the bureau reviews them, and in March the year is assessed. Everything goes through the
doors that people use: pages, or where the tour wants to show them the services behind. The numbers are the worked
example of docs/calculations.md, so the end is known: section A 51.02, total 88.19, grade 合格.
"""

from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from openpyxl import load_workbook

from accounts.models import User
from accounts.policy import Role
from accounts.services import create_account
from assessments.models import Compliance, UnitResult
from audit.models import AuditEvent
from audit.queries import broken_links
from common.actions import SYSTEM
from common.errors import NotAllowed
from jobs.models import Job
from progress.models import ImportBatch, Report
from progress.services.changes import LineChange
from progress.services.entry import ensure_report, save_lines
from progress.services.evidence import add_evidence
from progress.services.review import approve_report, return_report, submit_report
from targets.models import Plan, Unit
from targets.queries import plan_for
from tests.calculations import example_donghai as donghai
from tests.factories import plan_unit_of, quarter_of, sign_in
from tests.moments import do_the_waiting_jobs, on
from tests.progress.builders import upload as a_file
from tests.progress_import.files import workbook

CITY, COUNTY, YEAR = "320700", donghai.UNIT, 2023
NAMES = {each.code: each.name for each in donghai.INDICATORS}
CHOSEN = "Forty-piles-2023"


@pytest.mark.django_db
def test_one_year_from_the_plan_to_the_annual_workbook() -> None:
    with on("2023-05-15 09:00"):
        call_command("load_plan", str(YEAR), verbosity=0)
        clerk, one_time_password = make_account("donghai", Role.REPORTER, COUNTY)
        reviewer, officer = (make_account(role, role)[0] for role in (Role.REVIEWER, Role.OFFICER))

    with on("2023-05-20 10:00"):  # quarter 1 can be reported since 16 May: by the form, row by row
        browser = first_sign_in(clerk, one_time_password)
        assert "第 1 季度" in browser.get("/").text
        for code, (value, base) in donghai.LINES[1].items():
            post(browser, "progress:save_line", 1, code, value=value, base=base or "")
        shown = post(browser, "progress:preview_line", 1, "CP", value="4").json()
        assert "严重滞后" in shown["figures"]  # 4 of 40, when 10 are due
        for code in ("CP", "PVN"):
            post(browser, "progress:line_evidence", 1, code, file=a_file())
        refused = browser.post(address("progress:submit", 1))  # PVX is missing, which wants a word of explanation
        assert (refused.status_code, "需要说明" in refused.text) == (422, True)
        post(browser, "progress:submit", 1, note="第一季度没有新增光伏项目")
        approve(1, by=reviewer)
        do_the_waiting_jobs()
        assert status_of("CP", 1) == "far_behind"

    with on("2023-07-10 15:00"):  # quarter 2: a file, returned twice with a reason
        browser = browser_of(clerk)
        page = send_file(browser, [*long_form(2), cleared(2, "OVQ")])
        assert "已全部导入" in page
        post(browser, "progress:line_evidence", 2, "PVX", file=a_file())
        post(browser, "progress:submit", 2, note="本季没有新建建筑")
        for reason in ("充电桩数与台账不符", "请补充光伏项目并网时间"):
            post(browser_of(reviewer), "progress:return", 2, reason=reason)
            assert reason in browser.get(address("progress:report", 2)).text
            post(browser, "progress:submit", 2, note="已按意见核对")
        approve(2, by=reviewer)

    with on("2023-10-10 15:00") as at:  # quarter 3: the services behind the form
        quarter, county = quarter_of(the_plan(), 3), plan_unit_of(the_plan(), COUNTY)
        report = ensure_report(county, quarter, by=clerk, at=at)
        save_lines(report, changes(donghai.LINES[3]), by=clerk, at=at)
        add_evidence(report, "LDS", a_file(), by=clerk, at=at)
        submit_report(report, by=clerk, at=at, note="无新增光伏项目")
        report = Report.objects.get(pk=report.pk)
        with pytest.raises(NotAllowed):
            approve_report(report, by=clerk, at=at, version=report.version)
        approve_report(report, by=reviewer, at=at, version=report.version)

    with on("2024-01-17 09:00"):  # quarter 4 was due on 15 January: accepted until the 22nd, but late
        browser = browser_of(clerk)
        assert "已全部导入" in send_file(browser, long_form(4))
        post(browser, "progress:submit", 4, note="本季没有新建建筑")
        report = newest_report(4)
        return_report(report, by=reviewer, at=now(), reason="请核对食堂改造数")
        post(browser, "progress:submit", 4, note="已核对")
        approve(4, by=reviewer)
        assert "逾期" in browser.get(address("progress:report", 4)).text

    with on("2024-03-01 09:00"):  # the year is over: scores by hand, the assessment, the workbook
        do_the_waiting_jobs()
        for code, expected in donghai.EXPECTED.items():
            assert tuple(status_of(code, quarter) for quarter in donghai.ALL_YEAR) == expected.statuses

        scores: dict[str, Any] = {f"{COUNTY}-{code}": points for code, points in donghai.MANUAL_SCORES.items()}
        post(browser_of(reviewer), "assessments:scores", **scores)
        office = browser_of(officer)
        post(office, "assessments:run")
        do_the_waiting_jobs()
        page = office.get(address("assessments:assessment")).text
        assert donghai.SECTIONS["A"] in page
        assert donghai.TOTAL in page
        assert donghai.GRADE in page

        result = UnitResult.objects.get(plan_unit__unit__code=COUNTY)
        assert result.sections == donghai.SECTIONS
        assert (str(result.total), result.grade, result.rank) == (donghai.TOTAL, donghai.GRADE, 1)
        points = {line.code: None if line.points is None else str(line.points) for line in result.lines.all()}
        assert points == donghai.POINTS
        assert "31 个 ÷ 目标 40 个 = 77.5 %" in result.lines.get(code="A1").why

        assert "核验通过" in post(office, "assessments:verify").text
        post(office, "reporting:workbook")
        do_the_waiting_jobs()
        assert float(donghai.TOTAL) in row_of(downloaded_workbook(office), donghai.UNIT_NAME)

    with on("2024-03-04 09:00"):  # the last scores by hand; the results are announced for five working days
        others = the_plan().plan_units.filter(assessed=True).exclude(unit__code=COUNTY)
        missing: dict[str, Any] = {f"{unit.unit.code}-C4": "1" for unit in others.select_related("unit")}
        post(browser_of(reviewer), "assessments:scores", **missing)
        office = browser_of(officer)
        post(office, "assessments:run")
        do_the_waiting_jobs()
        assert "公示中" in post(office, "assessments:announce").text
        assert donghai.TOTAL in browser_of(clerk).get("/").text

    with on("2024-03-12 09:00"):  # nobody appealed: published, and from now on nothing of it changes
        office = browser_of(officer)
        assert "结果已封存" in post(office, "assessments:publish").text
        assert "核验通过" in post(office, "assessments:verify").text

    # and the trail has all of it, in chains that hold
    assert {"report.submit", "report.return", "report.approve", "assessment.run", "assessment.export"} <= done_actions()
    assert {"assessment.announce", "assessment.publish"} <= done_actions()
    assert list(broken_links()) == []


# --- people


def make_account(username: str, role: Role, unit: str = CITY) -> tuple[User, str]:
    """A person with a one-time password, which must be changed before anything else."""
    return create_account(username, role=role, unit=Unit.objects.get(code=unit), by=SYSTEM)


def first_sign_in(user: User, one_time_password: str) -> Client:
    """The browser of somebody who signs in for the first time and chooses a password."""
    browser = Client()
    browser.post("/accounts/sign-in/", {"username": user.username, "password": one_time_password})
    assert browser.get("/").headers["Location"].startswith("/accounts/password/")
    browser.post("/accounts/password/", {"old": one_time_password, "new": CHOSEN, "again": CHOSEN})
    return browser


def browser_of(user: User) -> Client:
    """The browser of somebody who has signed in before."""
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    return sign_in(User.objects.get(pk=user.pk))


# --- doors


def address(view: str, quarter: int | None = None, *more: str) -> str:
    """The address of a page of the plan, or of the county's report of a quarter."""
    place = [CITY, YEAR] if quarter is None else [CITY, YEAR, quarter, COUNTY]
    return reverse(view, args=[*place, *more])


def post(browser: Client, view: str, quarter: int | None = None, *more: str, **data: Any) -> Any:
    """Send a form and follow where it leads; the answer must be good."""
    answer = browser.post(address(view, quarter, *more), data, follow=True)
    assert answer.status_code == 200, answer.text
    return answer


def approve(quarter: int, *, by: User) -> None:
    """The reviewer finds the report in the queue and lets it count, as it is now."""
    browser = browser_of(by)
    assert address("progress:report", quarter) in browser.get(address("progress:review_queue")).text
    post(browser, "progress:approve", quarter, version=newest_report(quarter).version)
    assert newest_report(quarter).is_effective


def send_file(browser: Client, rows: list[list[Any]]) -> str:
    """Upload a file of progress and confirm its preview; the page that says what became of it."""
    post(browser, "progress:imports", file=a_file(workbook(rows), "东海县.xlsx"))
    batch = ImportBatch.objects.latest("pk")
    assert batch.problems == []
    confirm = reverse("progress:import_confirm", args=[CITY, YEAR, batch.uuid])
    text: str = browser.post(confirm, {"seen": batch.digest}, follow=True).text
    return text


def downloaded_workbook(browser: Client) -> Any:
    """The newest workbook of the exports page, as a spreadsheet program that calculates nothing would read it."""
    job = Job.objects.filter(result_file__isnull=False).latest("pk")
    link = reverse("reporting:export_file", args=[CITY, YEAR, job.uuid])
    assert link in browser.get(address("reporting:exports")).text
    content = b"".join(browser.get(link).streaming_content)  # type: ignore[attr-defined]
    return load_workbook(BytesIO(content), data_only=True)


# --- what is reported, and what stands


def long_form(quarter: int) -> list[list[Any]]:
    """The quarter's lines as rows of the long layout."""
    return [
        [donghai.UNIT_NAME, f"{YEAR}年第{quarter}季度", NAMES[code], float(value), base and float(base), None]
        for code, (value, base) in donghai.LINES[quarter].items()
    ]


def cleared(quarter: int, code: str) -> list[Any]:
    """A row that takes back what a new report starts with: the figure of the quarter before."""
    return [donghai.UNIT_NAME, f"{YEAR}年第{quarter}季度", NAMES[code], "清空", None, None]


def changes(lines: Mapping[str, tuple[str, str | None]]) -> list[LineChange]:
    """The quarter's lines as the services take them."""
    return [LineChange(code, Decimal(value), Decimal(base) if base else None) for code, (value, base) in lines.items()]


def the_plan() -> Plan:
    """The plan, as its officer sees it."""
    return plan_for(User.objects.get(username="officer"), CITY, YEAR)


def newest_report(quarter: int) -> Report:
    """The county's newest revision."""
    related = ("plan_unit__plan__owner", "plan_unit__unit", "quarter__plan")
    return Report.objects.select_related(*related).filter(quarter__number=quarter).latest("revision")


def status_of(indicator: str, quarter: int) -> str:
    """The county's stored status, counting what is approved."""
    of_county = Compliance.objects.filter(plan_unit__unit__code=COUNTY, basis=Compliance.Basis.APPROVED)
    return of_county.get(indicator__code=indicator, quarter=quarter).status


def row_of(book: Any, name: str) -> list[object]:
    """The cells of the row of the result sheet that names a unit."""
    rows = ([cell.value for cell in row] for row in book["考核结果"].iter_rows())
    return next(cells for cells in rows if name in cells)


def done_actions() -> set[str]:
    """What the trail says was done."""
    return set(AuditEvent.objects.filter(outcome=AuditEvent.Outcome.DONE).values_list("action", flat=True))
