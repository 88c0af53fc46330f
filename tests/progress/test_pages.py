"""The pages of reports: what they show to whom, what they cost, what their doors answer."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.policy import Role
from audit.models import AuditEvent
from progress.models import Evidence, Line, Report
from targets.models import Plan, PlanUnit, Quarter
from tests.factories import make_report, make_user, plan_unit_of, sign_in
from tests.progress.builders import PDF, add_file, upload

DAY = timedelta(days=1)
State = Report.State


def address(view: str, plan_unit: PlanUnit, number: int = 1, *more: str) -> str:
    return reverse(f"progress:{view}", args=["320700", 2023, number, plan_unit.unit.code, *more])


@pytest.fixture
def today() -> datetime:
    return timezone.now()


@pytest.fixture(autouse=True)
def _open_now(plan: Plan, today: datetime) -> None:
    """The first two quarters are being reported: a page goes by the arrival of its request."""
    window = {"opens": today - DAY, "due": today + DAY, "closes": today + 2 * DAY}
    Quarter.objects.filter(plan=plan, number__in=[1, 2]).update(**window)


@pytest.fixture
def browser(clerk: User) -> Client:
    return sign_in(clerk)


# --- the page


def test_the_form_shows_every_owed_line_and_no_other(browser: Client, county: PlanUnit) -> None:
    page = browser.get(address("report", county)).content.decode()

    assert page.count("data-save-url") == 26
    assert 'id="row-CP"' in page
    assert 'id="row-PVG"' not in page
    assert "data-filled>0<" in page
    assert "data-total>19<" in page
    assert "默认分解" in page
    assert not Report.objects.exists()


def test_the_form_shows_what_stands_still_before_anything_is_stored(browser: Client, county: PlanUnit) -> None:
    make_report(county, 1, {"PLA": (30, None), "CP": (4, None)}, state=State.APPROVED)

    page = browser.get(address("report", county, 2)).content.decode()

    assert "沿用上季" in page
    assert 'name="PLA-value" value="30"' in page
    assert 'name="CP-value" value=""' in page
    assert not Report.objects.filter(quarter__number=2).exists()


def test_who_reviews_is_not_told_to_withdraw(county: PlanUnit, clerk: User, reviewer: User) -> None:
    make_report(county, 1, state=State.SUBMITTED, by=clerk)

    page = sign_in(reviewer).get(address("report", county)).content.decode()

    assert "审核通过" in page
    assert "请先撤回报告" not in page


def test_a_locked_report_has_no_fields_and_says_why(browser: Client, county: PlanUnit) -> None:
    make_report(county, 1, state=State.SUBMITTED)

    page = browser.get(address("report", county)).content.decode()

    assert "已提交待审" in page
    assert "data-report-form" not in page


def test_a_returned_report_shows_its_reason(browser: Client, county: PlanUnit, reviewer: User) -> None:
    make_report(county, 1, state=State.RETURNED, return_reason="充电桩数不符", decided_by=reviewer)

    page = browser.get(address("report", county)).content.decode()

    assert "充电桩数不符" in page
    assert reviewer.name in page
    assert "data-report-form" in page


def test_a_reviewer_sees_no_carried_lines_as_if_reported(reviewer: User, county: PlanUnit) -> None:
    make_report(county, 1, {"PLA": (30, None)}, state=State.APPROVED)

    page = sign_in(reviewer).get(address("report", county, 2)).content.decode()

    assert "未开始" in page
    assert "沿用上季" not in page


def test_an_earlier_revision_can_be_read(browser: Client, county: PlanUnit) -> None:
    make_report(county, 1, {"CP": (41, None)}, state=State.APPROVED, is_effective=False)
    make_report(county, 1, {"CP": (42, None)}, state=State.APPROVED, revision=2)

    old = browser.get(address("report", county) + "?revision=1").content.decode()

    assert '<span class="num strong">41</span>' in old
    assert browser.get(address("report", county) + "?revision=3").status_code == 404


@pytest.mark.parametrize("view", ["report", "report_print"])
@pytest.mark.parametrize("role", [Role.OFFICER, Role.REVIEWER, Role.LEADER, Role.AUDITOR])
def test_the_bureau_reads_every_report(view: str, role: Role, county: PlanUnit) -> None:
    make_report(county, 1, state=State.SUBMITTED)

    assert sign_in(make_user(role)).get(address(view, county)).status_code == 200


def test_anothers_report_is_not_there(browser: Client, pilot: PlanUnit, second_plan: Plan) -> None:
    make_report(pilot, 1)
    foreign = reverse("progress:report", args=[second_plan.owner.code, second_plan.year, 1, pilot.unit.code])

    assert browser.get(address("report", pilot)).status_code == 404
    assert browser.get(foreign).status_code == 404
    assert browser.get(address("report", pilot, 5)).status_code == 404
    assert browser.post(address("submit", pilot), {"note": "说明"}).status_code == 404
    assert browser.post(address("save_line", pilot, 1, "CP"), {"value": "1"}).status_code == 404


def test_what_people_write_is_never_markup(browser: Client, county: PlanUnit) -> None:
    report = make_report(county, 1, {"CP": (4, None)})
    Line.objects.update(note="</textarea><script>alert(1)</script>")
    Report.objects.update(correction_reason="<b>", revision=2)

    page = browser.get(address("report", county)).content.decode()

    assert "<script>alert(1)" not in page
    assert report.lines.count() == 1


def test_an_officer_is_told_that_they_enter_on_a_units_behalf(officer: User, county: PlanUnit) -> None:
    page = sign_in(officer).get(address("report", county)).content.decode()

    assert "您可以代 东海县 填报" in page
    assert "data-report-form" in page


def test_a_leader_reads_a_draft_without_being_told_off(county: PlanUnit) -> None:
    make_report(county, 1)

    page = sign_in(make_user(Role.LEADER)).get(address("report", county)).content.decode()

    assert "无权限" not in page
    assert "data-report-form" not in page


def test_another_citys_clerk_has_a_form_of_their_own(second_plan: Plan, today: datetime) -> None:
    second_plan.quarters.filter(number=1).update(opens=today - DAY, due=today + DAY, closes=today + 2 * DAY)
    own = second_plan.plan_units.reporting().select_related("unit").order_by("order")[0]
    client = sign_in(make_user(Role.REPORTER, own.unit))
    url = reverse("progress:report", args=[second_plan.owner.code, second_plan.year, 1, own.unit.code])
    page = client.get(url).content.decode()
    code = re.findall(r'data-row="([^"]+)"', page)[0]

    answer = client.post(f"{url}lines/{code}/", {"value": "1"})

    assert answer.status_code == 200
    assert Line.objects.get().report.plan_unit == own


# --- what it costs


@pytest.mark.parametrize(
    ("lines", "queries"),
    [({}, 15), ({"CP": (4, None)}, 15), (None, 15)],
)
def test_the_form_costs_the_same_however_much_is_filled_in(
    lines: dict[str, tuple[int, None]] | None, queries: int, browser: Client, county: PlanUnit
) -> None:
    make_report(county, 1, lines)

    with CaptureQueriesContext(connection) as captured:
        browser.get(address("report", county))

    assert len(captured) == queries


@pytest.mark.parametrize("lines", [{}, None])
def test_a_row_costs_the_same_however_long_the_report(
    lines: dict[str, tuple[int, None]] | None, browser: Client, county: PlanUnit
) -> None:
    make_report(county, 1, lines)
    browser.post(address("save_line", county, 1, "NEV"), {"value": "3"})

    with CaptureQueriesContext(connection) as preview:
        browser.post(address("preview_line", county, 1, "CP"), {"value": "9"})
    with CaptureQueriesContext(connection) as save:
        browser.post(address("save_line", county, 1, "CP"), {"value": "9"})

    assert (len(preview), len(save)) == (14, 22)


@pytest.mark.parametrize(("earlier", "queries"), [(0, 19), (1, 19)])
def test_approving_costs_about_twenty_queries(
    earlier: int, queries: int, county: PlanUnit, clerk: User, reviewer: User
) -> None:
    """The first one of a unit and plan also starts its trail and the job that recomputes."""
    client = sign_in(reviewer)
    for number in range(1, 2 + earlier):
        make_report(county, number, state=State.SUBMITTED, by=clerk)
    for number in range(1, 1 + earlier):
        client.post(address("approve", county, number), {"version": 1})

    with CaptureQueriesContext(connection) as captured:
        answer = client.post(address("approve", county, 1 + earlier), {"version": 1})

    assert answer.status_code == 302
    assert Report.objects.get(quarter__number=1 + earlier).is_effective
    # The test's own transaction turns each of ours into a savepoint.
    asked = [one["sql"] for one in captured if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(asked) == queries, "\n".join(asked)


def test_the_queue_costs_the_same_for_one_and_for_many(plan: Plan, county: PlanUnit, reviewer: User) -> None:
    client = sign_in(reviewer)
    make_report(county, 1, state=State.SUBMITTED)
    queue = reverse("progress:review_queue", args=["320700", 2023])

    with CaptureQueriesContext(connection) as one:
        client.get(queue)
    for code in ("320706", "320703", "320707", "320723"):
        make_report(plan_unit_of(plan, code), 1, state=State.SUBMITTED)
    with CaptureQueriesContext(connection) as many:
        page = client.get(queue)

    assert page.content.decode().count("btn btn-sm btn-primary") == 5
    assert (len(one), len(many)) == (17, 17)


# --- one row


def test_a_preview_computes_and_stores_nothing(browser: Client, county: PlanUnit) -> None:
    make_report(county, 1, {"CP": (12, None)}, state=State.APPROVED)

    answer = browser.post(address("preview_line", county, 2, "CP"), {"value": "9", "version": "0"}).json()

    assert answer["problems"] == []
    assert "21" in answer["figures"]
    assert "52.5%" in answer["figures"]
    assert "达序时" in answer["figures"]
    assert Line.objects.count() == 1


def test_a_preview_says_what_is_wrong(browser: Client, county: PlanUnit) -> None:
    (problem,) = browser.post(address("preview_line", county, 1, "PVN"), {"value": "9"}).json()["problems"]

    assert problem == {"code": "base_missing", "field": "base", "text": "还缺“可安装面积”", "incomplete": True}


def test_a_row_is_saved_with_its_version(browser: Client, county: PlanUnit) -> None:
    url = address("save_line", county, 1, "CP")

    first = browser.post(url, {"value": " 1,234 个", "note": "一期", "version": "0"}).json()
    second = browser.post(url, {"value": "5", "version": "1"}).json()

    assert (first["version"], second["version"]) == (1, 2)
    assert Line.objects.get().value == 5


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"value": "abc"}, "value", "不是数字"),
        ({"value": "5 份"}, "value", "不是数字"),
        ({"value": "5 辆"}, "value", "计量单位应为“个”"),
        ({"value": "/"}, "value", "没有完成请填 0"),
        ({"value": "2.5"}, "value", "只能填整数"),
        ({"not_applicable": "on", "note": "无"}, "not_applicable", "不能选“不涉及”"),
    ],
)
def test_a_wrong_row_is_refused_at_its_field(
    typed: dict[str, str], field: str, said: str, browser: Client, county: PlanUnit
) -> None:
    answer = browser.post(address("save_line", county, 1, "CP"), typed)

    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"] == field
    assert said in answer.json()["problems"][0]["text"]
    assert not Line.objects.exists()


def test_a_conflict_answers_with_the_winners_values(browser: Client, county: PlanUnit) -> None:
    url = address("save_line", county, 1, "CP")
    other = sign_in(make_user(Role.REPORTER, county.unit))
    other.post(url, {"value": "7", "note": "我的", "version": "0"})

    answer = browser.post(url, {"value": "8", "version": "0"})

    assert answer.status_code == 409
    theirs = answer.json()["theirs"]
    assert (theirs["value"], theirs["note"], theirs["version"]) == ("7", "我的", 1)
    assert Line.objects.get().value == 7
    assert AuditEvent.objects.get(outcome="refused").action == "refused:progress:save_line"


def test_a_locked_row_answers_with_its_reason(browser: Client, county: PlanUnit) -> None:
    make_report(county, 1, {"CP": (4, None)}, state=State.APPROVED)

    answer = browser.post(address("save_line", county, 1, "CP"), {"value": "8", "version": "1"})

    assert (answer.status_code, answer.json()["message"]) == (409, "已审核")


# --- without JavaScript


def test_the_whole_form_is_saved_at_once(browser: Client, county: PlanUnit) -> None:
    answer = browser.post(address("save_report", county), {"CP-value": "4", "NEV-value": "2", "PVN-value": ""})

    assert answer.status_code == 302
    assert set(Line.objects.values_list("indicator__code", "value")) == {("CP", 4), ("NEV", 2)}


def test_what_cannot_be_saved_comes_back_as_typed(browser: Client, county: PlanUnit) -> None:
    answer = browser.post(address("save_report", county), {"CP-value": "4", "NEV-value": "zwei"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="zwei"' in page
    assert 'value="4"' in page
    assert "不是数字" in page
    assert not Line.objects.exists()


def test_the_names_are_saved(browser: Client, county: PlanUnit) -> None:
    names = {"filled_in_by": "张三", "checked_by": "", "responsible": "", "phone": "0518-1"}

    answer = browser.post(address("save_header", county), names, headers={"X-Requested-With": "fetch"})

    assert answer.status_code == 204
    assert Report.objects.get().filled_in_by == "张三"
    assert "张三" in browser.get(address("report_print", county)).content.decode()


# --- moves


def test_a_report_goes_its_way_through_the_pages(browser: Client, county: PlanUnit, reviewer: User) -> None:
    make_report(county, 1)
    bureau = sign_in(reviewer)

    browser.post(address("submit", county), {"note": "说明"})
    browser.post(address("withdraw", county))
    browser.post(address("submit", county), {"note": "说明"})
    bureau.post(address("return", county), {"reason": "请核对"})
    browser.post(address("submit", county), {"note": "已核对"})
    report = Report.objects.get()
    bureau.post(address("approve", county), {"version": report.version})

    report.refresh_from_db()
    assert report.state == State.APPROVED
    moves = ["submit", "withdraw", "submit", "return", "submit", "approve"]
    assert list(report.moves.values_list("move", flat=True)) == moves
    page = browser.get(address("report", county)).content.decode()
    assert "请核对" in page
    assert "审核通过" in page


def test_an_officer_reopens_an_approved_report(officer: User, county: PlanUnit) -> None:
    make_report(county, 1, state=State.APPROVED)

    sign_in(officer).post(address("reopen", county), {"reason": "多报"})

    assert Report.objects.get(revision=2).correction_reason == "多报"


def test_submitting_what_was_never_saved_makes_the_report(browser: Client, county: PlanUnit) -> None:
    answer = browser.post(address("submit", county), {"note": "本季无进展"})

    assert answer.status_code == 302
    assert Report.objects.get().state == State.SUBMITTED


def test_approving_without_the_version_seen_is_refused(reviewer: User, county: PlanUnit) -> None:
    make_report(county, 1, state=State.SUBMITTED)

    assert sign_in(reviewer).post(address("approve", county)).status_code == 422


def test_a_reporter_is_refused_the_queue(browser: Client) -> None:
    assert browser.get(reverse("progress:review_queue", args=["320700", 2023])).status_code == 403


def test_a_reporters_list_says_what_to_do(browser: Client, county: PlanUnit) -> None:
    make_report(county, 1, state=State.RETURNED, return_reason="请核对充电桩")

    page = browser.get(reverse("progress:reports", args=["320700", 2023])).content.decode()

    assert "请核对充电桩" in page
    assert "按理由修改后重新提交" in page
    assert page.count(">填报</a>") == 2


# --- evidence


def test_evidence_is_uploaded_listed_and_deleted(browser: Client, county: PlanUnit) -> None:
    make_report(county, 1, {"CP": (4, None)})
    url = address("line_evidence", county, 1, "CP")

    browser.post(url, {"file": upload()})
    evidence = Evidence.objects.get()
    listed = browser.get(url).content.decode()
    browser.post(reverse("progress:delete_evidence", args=[evidence.file.uuid]))

    assert "320722-CP-Q1-01" in listed
    assert not Evidence.objects.exists()


def test_a_refused_file_says_why_above_the_field(browser: Client, county: PlanUnit, settings: Settings) -> None:
    settings.EVIDENCE_MAX_BYTES = 1024**2
    url = address("line_evidence", county, 1, "CP")

    other = browser.post(url, {"file": upload(b"MZ not a document", "a.pdf")})
    large = browser.post(url, {"file": upload(PDF + b"0" * 1024**2, "a.pdf")})
    none = browser.post(url)

    assert [answer.status_code for answer in (other, large, none)] == [422, 422, 422]
    assert "不是可用的佐证材料" in other.content.decode()
    assert "请压缩或拆分" in large.content.decode()
    assert "没有选择文件" in none.content.decode()
    assert not Report.objects.exists()
    assert AuditEvent.objects.filter(outcome="refused").count() == 3


def test_a_page_open_since_before_a_new_sign_in_saves_with_the_cookie_of_now(county: PlanUnit, clerk: User) -> None:
    session = Client(enforce_csrf_checks=True)
    session.force_login(clerk)
    session.get(address("report", county))
    old = session.cookies["csrftoken"].value
    session.cookies["csrftoken"] = "a" * 32
    url, data = address("save_line", county, 1, "CP"), {"value": "5", "version": "0"}

    refused = session.post(url, data, headers={"X-CSRFToken": old})
    saved = session.post(url, data, headers={"X-CSRFToken": session.cookies["csrftoken"].value})

    assert (refused.status_code, saved.status_code) == (403, 200)


def test_a_carried_line_nobody_looked_at_is_warned_of(browser: Client, county: PlanUnit) -> None:
    make_report(county, 1, {"PLA": (30, None)}, state=State.APPROVED)
    assert "沿用上季、本季未核对" in browser.get(address("report_checks", county, 2)).content.decode()

    browser.post(address("save_line", county, 2, "PLA"), {"value": "30", "note": "已核对", "version": "0"})

    assert "沿用上季、本季未核对" not in browser.get(address("report_checks", county, 2)).content.decode()


def test_evidence_is_a_download_that_never_runs(browser: Client, county: PlanUnit) -> None:
    evidence = add_file(make_report(county, 1, {"CP": (4, None)}), "CP")

    answer = browser.get(reverse("progress:evidence", args=[evidence.file.uuid]))

    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_anothers_evidence_is_not_there(browser: Client, pilot: PlanUnit) -> None:
    evidence = add_file(make_report(pilot, 1, {"CP": (4, None)}), "CP")

    assert browser.get(reverse("progress:evidence", args=[evidence.file.uuid])).status_code == 404
    assert browser.post(reverse("progress:delete_evidence", args=[evidence.file.uuid])).status_code == 404
    assert Evidence.objects.exists()


@pytest.mark.parametrize("role", [Role.OFFICER, Role.REVIEWER, Role.LEADER, Role.AUDITOR])
def test_the_bureau_reads_evidence(role: Role, county: PlanUnit) -> None:
    evidence = add_file(make_report(county, 1, {"CP": (4, None)}), "CP")

    answer = sign_in(make_user(role)).get(reverse("progress:evidence", args=[evidence.file.uuid]))

    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
