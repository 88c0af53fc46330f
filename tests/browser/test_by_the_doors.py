"""The worked example of docs/calculations.md by the doors alone: Donghai county's year, typed and uploaded in browsers.

Two quarters are typed into the form, two are sent as workbooks; the clock moves from May to March; reports come back
with reasons, one is late. At the end 88.19 / 合格 stands on the page, in the JSON and in the workbook, which
LibreOffice calculates from nothing. The other units report nothing and are ranked behind it.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from assessments.models import Compliance
from targets.models import Plan
from tests.browser import doors
from tests.browser.conftest import Enter
from tests.calculations import example_donghai as donghai
from tests.moments import do_the_waiting_jobs, on
from tests.reporting.office import calculated_values, formulas_of, is_same, recalculate, values_of
from tests.services.browser import Complaints

pytestmark = [
    pytest.mark.browser,
    pytest.mark.office,
    pytest.mark.slow,
    pytest.mark.both,
    pytest.mark.timeout(600),
]

PLACE = "/320700/2023"
NAMES = {each.code: each.name for each in donghai.INDICATORS}
NO_PROOF = "没有佐证材料"
CLEARED = "清空"


@pytest.fixture
def plan(portal_address: str) -> Plan:
    """The year's plan and scheme as the operator loads them, in the week of the notice."""
    with on("2023-05-15 09:00"):
        call_command("load_plan", "2023", verbosity=0)
    return Plan.objects.get()


class People:
    """Those who work on the year, each in a browser of one's own."""

    def __init__(self, enter: Enter, *users: User) -> None:
        self.enter = enter
        self.users = {user.username: user for user in users}
        self.pages: dict[str, Page] = {}

    @contextmanager
    def at_work(self, who: str, when: str) -> Iterator[Page]:
        """Somebody signs in at a moment of the year and leaves again; then the worker does what waits."""
        with on(when, tick=True):
            if who in self.pages:
                doors.sign_in(self.pages[who], self.users[who])
            else:
                self.pages[who] = self.enter(self.users[who])
            yield self.pages[who]
            doors.sign_out(self.pages[who])
            do_the_waiting_jobs()


@pytest.fixture
def people(enter: Enter, clerk: User, reviewer: User, officer: User) -> People:
    return People(enter, clerk, reviewer, officer)


def test_donghai_reports_its_year_by_the_doors_and_gets_what_the_example_says(
    people: People, complaints: Complaints, tmp_path: Path
) -> None:
    complaints.expect("422")  # what is typed wrongly is refused while it is typed

    first_quarter_is_typed(people)
    second_quarter_is_a_file_and_comes_back_twice(people, tmp_path)
    third_quarter_is_typed(people)
    fourth_quarter_is_a_late_file(people, tmp_path)
    every_status_is_the_printed_one(people)
    scores_are_given_by_hand(people)

    with people.at_work("officer", "2024-03-14 09:00") as page:
        result_stands_on_the_page(page)
        result_stands_in_the_json(tmp_path)
        result_stands_in_the_workbook(page, tmp_path)


# --- the year


def first_quarter_is_typed(people: People) -> None:
    with people.at_work("donghai", "2023-05-20 10:00") as page:
        doors.open_report(page, 1)
        type_quarter(page, 1)
        expect(page.locator("#row-CP")).to_contain_text("严重滞后")  # 4 of 40, when 10 are due
        a_slip_is_refused_until_it_is_mended(page)
        doors.everything_is_saved(page, filled=18)

        expect(rows_that(page, "应填未填")).to_have_text(["年度新增光伏发电项目"])
        expect(rows_that(page, NO_PROOF)).to_have_text([NAMES["CP"], NAMES["PVN"], NAMES["OVQ"]])
        doors.attach_file(page, "CP")
        expect(rows_that(page, NO_PROOF)).to_have_text([NAMES["PVN"], NAMES["OVQ"]])
        doors.attach_file(page, "PVN")
        expect(rows_that(page, NO_PROOF)).to_have_text([NAMES["OVQ"]])
        doors.hand_in(page, "第一季度没有新增光伏项目，超定额机构正在整改")

    with people.at_work("reviewer", "2023-05-25 09:00") as page:
        doors.open_review(page)
        expect(page.locator("#checks")).to_contain_text("第一季度没有新增光伏项目")
        doors.approve(page)

    with people.at_work("officer", "2023-06-02 09:00") as page:  # the others are closed by the calendar
        page.goto(f"{PLACE}/quarters/")
        doors.decide(page, "截止填报")
        expect(page.get_by_role("button", name="截止填报")).to_have_count(0)


def second_quarter_is_a_file_and_comes_back_twice(people: People, folder: Path) -> None:
    with people.at_work("donghai", "2023-07-10 15:00") as page:
        form = doors.take_form(page, "q2/forms/320722.xlsx", folder)
        doors.upload(page, doors.fill_in(form, {**as_cells(2), NAMES["CP"]: (19, None), NAMES["OVQ"]: (CLEARED, None)}))
        expect(page.get_by_role("row", name=NAMES["CP"])).to_contain_text("19")
        doors.confirm_import(page, 2)
        doors.everything_is_saved(page, filled=17)
        doors.hand_in(page, "本季没有新建建筑")

    with people.at_work("reviewer", "2023-07-11 09:00") as page:
        doors.open_review(page)
        doors.send_back(page, "充电桩数与现场不符，请核对")

    with people.at_work("donghai", "2023-07-11 14:00") as page:
        doors.open_report(page, 2)
        expect(page.locator(".alert-warning")).to_contain_text("充电桩数与现场不符，请核对")
        doors.type_line(page, "CP", "9")
        doors.everything_is_saved(page, filled=17)
        doors.hand_in(page, "已按现场核对改正")

    with people.at_work("reviewer", "2023-07-12 09:00") as page:
        doors.open_review(page)
        doors.send_back(page, "请补充光伏项目的并网材料")

    with people.at_work("donghai", "2023-07-13 09:00") as page:
        doors.open_report(page, 2)
        doors.attach_file(page, "PVX")
        expect(rows_that(page, NO_PROOF)).to_have_text([NAMES["CP"]])
        doors.hand_in(page, "已补充并网材料")

    with people.at_work("reviewer", "2023-07-14 09:00") as page:
        doors.open_review(page)
        doors.approve(page)


def third_quarter_is_typed(people: People) -> None:
    with people.at_work("donghai", "2023-10-10 15:00") as page:
        doors.open_report(page, 3)
        page.get_by_role("button", name="全部确认不变").click()
        type_quarter(page, 3)
        doors.everything_is_saved(page, filled=18)
        doors.attach_file(page, "LDS")
        expect(rows_that(page, NO_PROOF)).to_have_text([NAMES["CP"], NAMES["PVN"]])
        doors.hand_in(page, "无新增光伏项目")

    with people.at_work("reviewer", "2023-10-12 09:00") as page:
        doors.open_review(page)
        doors.approve(page)


def fourth_quarter_is_a_late_file(people: People, folder: Path) -> None:
    """It was due on 15 January: accepted until the 22nd, but late."""
    with people.at_work("donghai", "2024-01-17 09:00") as page:
        form = doors.fill_in(doors.take_form(page, "q4/long.xlsx", folder), as_cells(4))
        doors.upload(page, form)
        doors.confirm_import(page, 4)
        doors.everything_is_saved(page, filled=24)
        doors.hand_in(page, "本季没有新建建筑")
        expect(page.locator(".report-facts")).to_contain_text("逾期")

    with people.at_work("reviewer", "2024-01-18 09:00") as page:
        doors.open_review(page)
        doors.send_back(page, "请核对食堂改造数")

    with people.at_work("donghai", "2024-01-19 09:00") as page:
        doors.open_report(page, 4)
        doors.hand_in(page, "食堂改造数已核对，无误")

    with people.at_work("reviewer", "2024-01-22 09:00") as page:
        doors.open_review(page)
        doors.approve(page)


def every_status_is_the_printed_one(people: People) -> None:
    """On the county's page, when all four quarters are closed. Now it may score itself."""
    with people.at_work("officer", "2024-03-01 09:00") as page:
        page.goto(f"{PLACE}/quarters/")
        expect(page.locator(".card h2 .status")).to_have_text(["已截止"] * 4)
        page.goto(f"{PLACE}/units/{donghai.UNIT}/")
        for code, expected in donghai.EXPECTED.items():
            row = page.locator("tr", has=page.get_by_role("link", name=NAMES[code], exact=True))
            words = [str(Compliance.Status(status).label) for status in expected.statuses]
            expect(row.locator(".status-cell .sub")).to_have_text(words)

        page.get_by_role("link", name="考核", exact=True).click()
        page.get_by_role("link", name="自评时间").click()
        for label, day in (("开始自评", "2024-03-01"), ("按时截止", "2024-03-08"), ("补报截止", "2024-03-12")):
            page.get_by_label(label).fill(day)
        page.get_by_role("button", name="保存").click()
        expect(page.locator("#toasts")).to_contain_text("自评时间已保存")


def scores_are_given_by_hand(people: People) -> None:
    """The unit's own ones, which count nothing, and then the reviewer's."""
    with people.at_work("donghai", "2024-03-04 09:00") as page:
        page.get_by_role("link", name="考核", exact=True).click()
        page.get_by_role("link", name="填写自评").click()
        page.locator("[name=C4]").fill("3")
        page.get_by_role("button", name="保存自评").click()
        expect(page.locator("#toasts")).to_contain_text("已保存 1 处自评")

    with people.at_work("reviewer", "2024-03-13 09:00") as page:
        page.get_by_role("link", name="考核", exact=True).click()
        page.get_by_role("link", name="人工评分").click()
        for code, points in donghai.MANUAL_SCORES.items():
            page.locator(f"[name='{donghai.UNIT}-{code}']").fill(points)
            page.locator(f"[name='{donghai.UNIT}-{code}-reason']").fill("检查表")
        page.get_by_role("button", name="保存评分").click()
        expect(page.locator("#toasts")).to_contain_text("已保存 2 处评分")


# --- the result


def result_stands_on_the_page(page: Page) -> None:
    """In the ranking, and line by line in the county's sheet."""
    page.get_by_role("link", name="考核", exact=True).click()
    page.get_by_role("button", name="计算考核").click()
    do_the_waiting_jobs()
    ranking = page.get_by_role("row", name=donghai.UNIT_NAME)
    for text in (*donghai.SECTIONS.values(), donghai.BASE, donghai.BONUS, donghai.TOTAL, donghai.GRADE):
        expect(ranking).to_contain_text(text)

    ranking.get_by_role("link", name=donghai.UNIT_NAME).click()
    expect(page.locator("main")).to_contain_text("新建充电桩 31 个 ÷ 目标 40 个 = 77.5 %")
    assert points_on_the_sheet(page) == {code: points or "不计" for code, points in donghai.POINTS.items()}
    for quarter in donghai.ALL_YEAR:
        filled = "{} / {}".format(*donghai.FILLED_OF_REQUIRED[quarter])
        on_time = "按时" if donghai.ON_TIME[quarter] else "未按时"
        row = page.get_by_role("row", name=f"第 {quarter} 季度").filter(has_text=filled)
        expect(row.get_by_role("cell")).to_have_text([on_time, filled, str(donghai.RETURNED[quarter])])


def result_stands_in_the_json(folder: Path) -> None:
    """As the operator exports it."""
    path = folder / "assessment.json"
    call_command("export_assessment", "2023", str(path), verbosity=0)
    unit = next(each for each in json.loads(path.read_text())["units"] if each["unit"] == donghai.UNIT)
    assert (unit["total"], unit["grade"], unit["rank"]) == (donghai.TOTAL, donghai.GRADE, 1)
    assert (unit["base"], unit["bonus"], unit["deduction"]) == (donghai.BASE, donghai.BONUS, donghai.DEDUCTION)
    assert (unit["sections"], tuple(unit["vetoes"])) == (donghai.SECTIONS, donghai.VETOES)
    points = {line["code"]: line["points"] if line["applicable"] else None for line in unit["lines"]}
    assert points == donghai.POINTS


def result_stands_in_the_workbook(page: Page, folder: Path) -> None:
    """Taken from the page of exports; every formula says the same when LibreOffice calculates it from nothing."""
    page.get_by_role("link", name="导出", exact=True).click()
    page.get_by_role("button", name="生成年度考核工作簿").click()
    do_the_waiting_jobs()
    path = doors.take(page, page.get_by_role("link", name="连云港市2023年度考核结果-r1.xlsx"), folder)
    content = path.read_bytes()
    book = recalculate({"annual": content}, folder / "office")["annual"]

    made, calculated = values_of(content), calculated_values(book)
    assert [cell for cell in formulas_of(content) if not is_same(made.get(cell), calculated.get(cell))] == []
    row = next(row for row in book["考核结果"].iter_rows(values_only=True) if donghai.UNIT_NAME in row)
    sums = (*donghai.SECTIONS.values(), donghai.BASE, donghai.BONUS, donghai.DEDUCTION, donghai.TOTAL)
    assert row[:9] == (1, donghai.UNIT_NAME, *map(float, sums))
    assert donghai.GRADE in row
    verdicts = {value for (sheet, _cell), value in calculated.items() if sheet == "校验"}
    assert {"一致", "不一致"} & verdicts == {"一致"}


# --- what is entered, and what is seen


def type_quarter(page: Page, quarter: int) -> None:
    """The lines of a quarter key by key, but those that say so already."""
    for code, (value, base) in donghai.LINES[quarter].items():
        if page.locator(f"[name={code}-value]").input_value() != value:
            doors.type_line(page, code, value, base)


def a_slip_is_refused_until_it_is_mended(page: Page) -> None:
    """More roof covered than there is: said under the row while one types, gone when it is mended."""
    said = page.locator("#row-PVN [data-said]")
    doors.type_line(page, "PVN", "1200", "200")
    expect(said).not_to_be_empty()
    doors.type_line(page, "PVN", *filter(None, donghai.LINES[1]["PVN"]))
    expect(said).to_be_empty()


def as_cells(quarter: int) -> dict[str, doors.Numbers]:
    """The lines of a quarter by the indicator's name, as numbers of a workbook."""
    return {
        NAMES[code]: (float(value), None if base is None else float(base))
        for code, (value, base) in donghai.LINES[quarter].items()
    }


def rows_that(page: Page, finding: str) -> Locator:
    """The rows that a finding of the checks names."""
    return page.locator("#checks li").filter(has_text=finding).locator("[data-go-to]")


def points_on_the_sheet(page: Page) -> dict[str, str]:
    """The final points by the line's code."""
    script = "rows => rows.map(row => [row.cells[0].innerText, row.querySelector('[data-label=得分]').innerText])"
    return dict(page.locator(".score-sheet tbody tr").evaluate_all(script))
