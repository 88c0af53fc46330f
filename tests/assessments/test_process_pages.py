"""The pages of the process: what each person sees and may do, from the first own score to a second revision."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from urllib.parse import unquote

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments.models import Adjustment, Appeal, Assessment, AssessmentFile, ManualScore, ScoreLine, SelfScore
from assessments.services.announcing import announce_assessment
from assessments.services.appeals import Decision, decide_appeal, file_appeal
from assessments.services.assessment import JOB_KIND, ensure_assessment, run_assessment
from assessments.services.publishing import revise_assessment
from assessments.services.self_scores import Window, set_self_window
from audit.models import AuditEvent
from jobs.services import queue_job
from notices.services import mark_seen
from progress.models import Report
from progress.services.review import reopen_report
from targets.models import Plan
from tests.assessments.process import Year
from tests.factories import make_user, sign_in
from tests.progress.builders import PDF, upload

pytestmark = pytest.mark.django_db

BASE = "/320700/2023/assessment/"
OWN = f"{BASE}units/320722/"

Travel = Callable[[datetime], None]


@pytest.fixture
def year(plan: Plan) -> Year:
    return Year(plan)


@pytest.fixture
def at_instant() -> Iterator[Travel]:
    """Moves the clock of the requests that follow."""
    with time_machine.travel(datetime.fromisoformat("2024-01-24T00:00+08:00"), tick=False) as clock:
        yield clock.move_to


def text_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    body = answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def browser(user: User) -> Client:
    return sign_in(user)


def refusals(user: User) -> list[AuditEvent]:
    """What the trail keeps of what the person was refused, the oldest first."""
    return list(AuditEvent.objects.filter(actor=user.username, outcome=AuditEvent.Outcome.REFUSED).order_by("pk"))


def test_first_page_says_what_is_next_and_offers_it_to_the_officer_only(year: Year, at_instant: Travel) -> None:
    words = text_of(browser(year.officer), BASE)
    assert all(each in words for each in ("没有安排自评", "自评时间", "计算考核", "考核还没有计算"))

    for person in (year.reviewer, year.leader, year.clerk):
        other = text_of(browser(person), BASE)
        assert "计算考核" not in other.replace("考核还没有计算", "")


def test_what_is_missing_is_listed_before_the_button_appears(year: Year, at_instant: Travel) -> None:
    run_assessment(year.plan, by=year.officer, at=year.at)

    words = text_of(browser(year.officer), BASE)
    assert "还缺：" in words
    assert "还有 6 项人工评分未评" in words
    assert f'action="{BASE}announce/"' not in browser(year.officer).get(BASE).content.decode()
    year.calculate()
    assert f'action="{BASE}announce/"' in browser(year.officer).get(BASE).content.decode()


def test_unit_is_led_to_its_own_scores_saves_them_and_sees_them_beside_the_computed(
    year: Year, at_instant: Travel
) -> None:
    window = Window(opens=year.at, due=year.later(days=5), closes=year.later(days=7))
    set_self_window(ensure_assessment(year.plan, at=year.at), window, by=year.officer)
    year.calculate()
    at_instant(year.later(days=1))
    clerk = browser(year.clerk)
    assert f'href="{OWN}self/"' in clerk.get(BASE).content.decode()
    assert "11.63" in text_of(clerk, f"{OWN}self/")

    answer = clerk.post(f"{OWN}self/", {"A1": "12", "A1-note": "31 个", "C4": "3"})
    assert answer.status_code == 302
    clerk.post(f"{OWN}self/A1/files/", {"file": upload(PDF, "桩.pdf")})

    assert SelfScore.objects.get(criterion_code="A1").points == Decimal(12)
    kept = AssessmentFile.objects.get()
    download = clerk.get(f"/assessment-files/{kept.file.uuid}/")
    assert b"".join(download.streaming_content) == PDF
    sheet = text_of(browser(year.officer), OWN)
    assert "12.00 11.63" in sheet
    assert "31 个" in sheet
    assert browser(make_user("reporter", "320706")).get(f"/assessment-files/{kept.file.uuid}/").status_code == 404
    assert clerk.post(f"/assessment-files/{kept.file.uuid}/delete/").status_code == 302
    assert not AssessmentFile.objects.exists()


def test_wrong_own_score_keeps_what_was_typed_and_is_named(year: Year, at_instant: Travel) -> None:
    window = Window(opens=year.at, due=year.later(days=5), closes=year.later(days=7))
    set_self_window(ensure_assessment(year.plan, at=year.at), window, by=year.officer)
    at_instant(year.later(days=1))

    for typed, said in (("16", "0 到 15"), ("很多", "不是数字")):
        answer = browser(year.clerk).post(f"{OWN}self/", {"A1": typed, "A1-note": "x"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert said in page
        assert f'value="{typed}"' in page
    assert not SelfScore.objects.exists()


def test_wrong_own_scores_of_every_kind_are_named_at_once_each_in_its_row(year: Year, at_instant: Travel) -> None:
    window = Window(opens=year.at, due=year.later(days=5), closes=year.later(days=7))
    set_self_window(ensure_assessment(year.plan, at=year.at), window, by=year.officer)
    at_instant(year.later(days=1))

    typed = {"A1": "很多", "A2": "99", "A5": "9.999", "C4": "3"}
    answer = browser(year.clerk).post(f"{OWN}self/", typed)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "3 处自评分有误，已在各行注明，没有保存任何自评分。" in page
    for code, said in (("A1", "不是数字"), ("A2", "0 到 10 之间，读到 99"), ("A5", "最多两位小数，读到 9.999")):
        assert said in page.split(f'id="{code}-error">', 1)[1].split("</p>", 1)[0]
    assert 'id="C4-error"' not in page
    assert not SelfScore.objects.exists()
    trail = refusals(year.clerk)
    assert [each.action for each in trail] == ["refused:assessments:self_scores"]
    assert all(
        each in trail[0].reason for each in ("没有保存任何自评分", "A1：“很多”不是数字", "读到 99", "读到 9.999")
    )


def test_manual_scores_list_what_is_unscored_and_stand_beside_the_units_own(year: Year, at_instant: Travel) -> None:
    window = Window(opens=year.at, due=year.later(days=5), closes=year.later(days=7))
    set_self_window(ensure_assessment(year.plan, at=year.at), window, by=year.officer)
    at_instant(year.later(days=1))
    clerk, reviewer = browser(year.clerk), browser(year.reviewer)
    clerk.post(f"{OWN}self/", {"C4": "2.8", "C4-note": "有专人"})
    clerk.post(f"{OWN}self/C4/files/", {"file": upload(PDF, "计划.pdf")})

    page = reviewer.get(f"{BASE}scores/").content.decode()
    listed = page.split('id="unscored"', 1)[1].split("</dl>", 1)[0]
    assert 'href="#320722-C4"' in listed
    assert "公示前必须评完" in listed
    assert "不评按 0 分计" in listed
    words = text_of(reviewer, f"{BASE}scores/")
    assert "自评 2.80 分：有专人" in words
    assert "计划.pdf" in words
    assert "保存后由市局管理员重新计算考核" in words
    year.score_everybody()
    assert 'href="#320722-C4"' not in reviewer.get(f"{BASE}scores/").content.decode()


def test_wrong_manual_scores_of_every_kind_are_named_at_once_each_in_its_cell(year: Year, at_instant: Travel) -> None:
    answer = browser(year.reviewer).post(f"{BASE}scores/", {"320706-C4": "9", "320703-C4": "x", "320722-C4": "2"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "2 处评分有误，已在各格注明，没有保存任何评分。" in page
    for name, said in (("320706-C4", "0 到 3 之间，读到 9"), ("320703-C4", "不是数字")):
        assert said in page.split(f'id="{name}-error">', 1)[1].split("</p>", 1)[0]
    assert 'value="x"' in page
    assert not ManualScore.objects.exists()
    trail = refusals(year.reviewer)
    assert [each.action for each in trail] == ["refused:assessments:scores"]
    assert all(each in trail[0].reason for each in ("没有保存任何评分", "读到 9。", "320703-C4：“x”不是数字"))


def test_endless_nonsense_for_a_score_is_refused_and_kept_in_the_trail_as_far_as_it_can_be(
    year: Year, at_instant: Travel
) -> None:
    answer = browser(year.reviewer).post(f"{BASE}scores/", {"320706-C4": "\0" + "九" * 5000})

    assert answer.status_code == 422
    trail = refusals(year.reviewer)
    assert len(trail) == 1
    assert "九九九" in trail[0].reason
    assert "\0" not in trail[0].reason
    assert len(trail[0].reason) < 2100


def test_cells_without_fields_are_not_led_to(year: Year, at_instant: Travel) -> None:
    run_assessment(year.plan, by=year.officer, at=year.at)
    assert 'href="#320722-D2"' in browser(year.reviewer).get(f"{BASE}scores/").text
    year.announce()

    page = browser(year.reviewer).get(f"{BASE}scores/").text

    assert "评分不能再改" in page
    assert 'id="unscored"' not in page
    assert 'href="#' not in page.split("<main", 1)[1].split("</main>", 1)[0]


def test_while_a_correction_is_open_calculating_is_not_offered_and_the_reason_is_said(
    year: Year, at_instant: Travel
) -> None:
    run_button = f'action="{BASE}run/"'
    assert run_button in browser(year.officer).get(BASE).content.decode()
    reopen_report(Report.objects.get(quarter__number=3), by=year.officer, at=year.at, reason="有误")

    assert run_button not in browser(year.officer).get(BASE).content.decode()
    assert "有未完成的更正：东海县 第3季度。" in text_of(browser(year.officer), BASE)
    year.score_everybody()
    assert run_button not in browser(year.officer).get(BASE).content.decode()


def test_every_step_says_who_does_it(year: Year, at_instant: Travel) -> None:
    for person in (year.officer, year.clerk, year.leader):
        words = text_of(browser(person), BASE)
        assert "审核员人工评分；市局管理员计算、调整" in words
        assert "市局管理员公示、处理申诉；各单位申诉" in words


def test_officer_sets_the_window_by_days(year: Year, at_instant: Travel) -> None:
    officer = browser(year.officer)

    wrong = officer.post(f"{BASE}self-scores/", {"opens": "2024-02-05", "due": "2024-02-01", "closes": "2024-02-09"})
    assert wrong.status_code == 422
    assert "依次排列" in wrong.content.decode()
    officer.post(f"{BASE}self-scores/", {"opens": "2024-02-01", "due": "2024-02-05", "closes": "2024-02-05"})

    assert "2024-02-01 00:00 起，2024-02-05 前按时" in text_of(officer, BASE)


def test_officer_adjusts_a_line_and_takes_it_back(year: Year, at_instant: Travel) -> None:
    year.calculate()
    officer = browser(year.officer)
    assert "新建充电桩 31 个 ÷ 目标 40 个" in text_of(officer, f"{OWN}lines/A1/adjust/")

    assert officer.post(f"{OWN}lines/A1/adjust/", {"amount": "1", "reason": ""}).status_code == 422
    officer.post(f"{OWN}lines/A1/adjust/", {"amount": "1.50", "reason": "现场核实"})
    assert "调整已变更，重新计算后计入得分" in text_of(officer, OWN)
    run_assessment(year.plan, by=year.officer, at=year.at)
    sheet = text_of(officer, OWN)
    assert "+1.50 调整 13.13" in sheet
    assert "现场核实" in sheet
    officer.post(f"{OWN}lines/A1/unadjust/", {"reason": "误录"})
    assert not Adjustment.objects.exists()


def test_the_way_from_announcement_over_an_upheld_appeal_to_publication(year: Year, at_instant: Travel) -> None:
    year.calculate()
    officer, clerk = browser(year.officer), browser(year.clerk)

    assert officer.post(f"{BASE}announce/").status_code == 302
    assert f'href="{OWN}lines/A1/appeal/"' in clerk.get(OWN).content.decode()
    clerk.post(f"{OWN}lines/A1/appeal/", {"reason": "少计 2 个", "file": [upload(PDF, "验收.pdf")]})
    appeal = Appeal.objects.get()
    assert all(each in text_of(officer, f"{BASE}appeals/") for each in ("少计 2 个", "验收.pdf", "处理", "11.63"))
    decide = f"{BASE}appeals/{appeal.uuid}/decide/"
    assert "少计 2 个" in text_of(officer, decide)
    assert officer.post(decide, {"outcome": "upheld", "reason": "", "adjustment": ""}).status_code == 422
    officer.post(decide, {"outcome": "upheld", "reason": "补计", "adjustment": "0.75"})

    assert "申诉成立" in text_of(clerk, f"{BASE}appeals/")
    assert year.assessment.state == Assessment.State.CALCULATED
    run_assessment(year.plan, by=year.officer, at=year.at)
    officer.post(f"{BASE}announce/")
    announcement = year.assessment.announcements.get(withdrawn_at=None)
    assert officer.post(f"{BASE}publish/").status_code == 409
    at_instant(announcement.until)
    assert browser(year.clerk).get(f"{OWN}lines/A2/appeal/").status_code == 200
    assert browser(year.clerk).post(f"{OWN}lines/A2/appeal/", {"reason": "x"}).status_code == 409
    browser(year.officer).post(f"{BASE}publish/")

    words = text_of(browser(year.officer), BASE)
    assert "结果已封存，不能再改" in words
    assert "封存校验码" in words
    assert "未阅" in words


def test_bureau_sees_who_has_seen_the_announcement_and_units_do_not(year: Year, at_instant: Travel) -> None:
    year.announce()
    mark_seen(year.clerk, at=year.at)

    words = text_of(browser(year.officer), BASE)
    assert f"{year.clerk.name} 已阅" in words
    assert "谁已看到通知" not in text_of(browser(year.clerk), BASE)


def test_while_a_revision_is_made_units_see_the_published_one_and_both_can_be_compared(
    year: Year, at_instant: Travel
) -> None:
    year.publish()
    at_instant(year.later(days=30))
    officer = browser(year.officer)
    assert officer.post(f"{BASE}revise/", {"reason": ""}).status_code == 422
    officer.post(f"{BASE}revise/", {"reason": "统计口径更正"})
    officer.post(f"{OWN}lines/A1/adjust/", {"amount": "1.00", "reason": "补计"})
    run_assessment(year.plan, by=year.officer, at=year.later(days=30))

    clerk = browser(year.clerk)
    assert "11.63" in text_of(clerk, OWN)
    assert "已发布" in text_of(clerk, BASE)
    assert clerk.get(f"{OWN}?revision=2").status_code == 404
    assert "合格 ·" in text_of(clerk, "/320700/2023/units/320722/")
    sheet = reverse("reporting:unit_form", args=("320700", 2023, "320722"))
    sheets = [client.get(sheet) for client in (clerk, officer)]
    assert ["_r1.xlsx" in unquote(each.headers["Content-Disposition"]) for each in sheets] == [True, False]
    assert "86.19" not in text_of(officer, OWN)
    assert "12.63" in text_of(officer, OWN)
    assert "11.63" in text_of(officer, f"{OWN}?revision=1")
    assert officer.get(f"{BASE}?revision=9").status_code == 404
    compared = text_of(officer, f"{BASE}compare/?from=1&to=2")
    assert "A1 新建充电桩 11.63 12.63" in compared
    assert "补计" in compared
    assert "第 1 版核验通过" in officer.post(f"{BASE}verify/", {"revision": "1"}, follow=True).content.decode()
    assert "第 2 版核验通过" in officer.post(f"{BASE}verify/", follow=True).content.decode()
    assert officer.post(f"{BASE}verify/", {"revision": "9" * 30}).status_code == 409


@pytest.mark.parametrize("page", [f"{OWN}self/", f"{OWN}lines/A1/appeal/"])
def test_points_of_a_revision_that_units_do_not_see_stand_on_no_page_of_theirs(
    page: str, year: Year, at_instant: Travel
) -> None:
    year.publish()
    revise_assessment(year.assessment, by=year.officer, at=year.at, reason="统计口径更正")
    run_assessment(year.plan, by=year.officer, at=year.at)
    ScoreLine.objects.filter(result__assessment=year.assessment, code="A1").update(computed="7.77")

    words = text_of(browser(year.clerk), page)

    assert "11.63" in words
    assert "7.77" not in words


def test_a_units_trial_counts_no_score_of_a_revision_that_it_does_not_see(year: Year) -> None:
    trial = f"/320700/2023/units/{year.county.unit.code}/what-if/"
    year.publish()
    revise_assessment(year.assessment, by=year.officer, at=year.at, reason="统计口径更正")
    before = {who: text_of(browser(who), trial) for who in (year.clerk, year.officer)}

    ManualScore.objects.filter(assessment=year.assessment, plan_unit=year.county).update(points="0.13")

    assert text_of(browser(year.clerk), trial) == before[year.clerk]
    assert text_of(browser(year.officer), trial) != before[year.officer]


def test_calculation_of_a_revision_that_units_do_not_see_is_not_shown_to_them(year: Year, at_instant: Travel) -> None:
    year.publish()
    officer, clerk = browser(year.officer), browser(year.clerk)
    officer.post(f"{BASE}revise/", {"reason": "统计口径更正"})
    queue_job(JOB_KIND, key=f"{JOB_KIND}:{year.plan.pk}", at=year.at, by=year.officer, plan=year.plan.pk)

    assert "计算考核得分" in text_of(officer, BASE)
    assert "计算考核得分" not in text_of(officer, f"{BASE}?revision=1")
    assert "计算考核得分" not in text_of(clerk, BASE)


def test_empty_pages_say_what_comes(year: Year, at_instant: Travel) -> None:
    ensure_assessment(year.plan, at=year.at)
    officer = browser(year.officer)

    assert "没有申诉" in text_of(officer, f"{BASE}appeals/")
    assert "还没有可以对比的版本" in text_of(officer, f"{BASE}compare/")
    assert "市局还没有开放自评" in text_of(browser(year.clerk), f"{OWN}self/")


@pytest.mark.parametrize(
    ("role", "url", "queries"),
    [
        ("officer", BASE, 13),
        ("reporter", BASE, 12),
        ("officer", OWN, 19),
        ("reporter", f"{OWN}self/", 16),
        ("officer", f"{BASE}appeals/", 8),
    ],
)
def test_pages_take_the_same_queries_however_much_there_is(
    role: str, url: str, queries: int, year: Year, at_instant: Travel, django_assert_num_queries: object
) -> None:
    year.announce()
    for code in ("A1", "A2", "A5"):
        file_appeal(year.line(code), reason="x", by=year.clerk, at=year.at, uploads=[upload(PDF, "x.pdf")])
    client = browser({"officer": year.officer, "reporter": year.clerk}[role])
    client.get(url)

    with django_assert_num_queries(queries):  # type: ignore[operator]
        client.get(url)


def test_page_with_everything_that_is_missing_takes_nineteen_queries(
    year: Year, at_instant: Travel, django_assert_num_queries: object
) -> None:
    run_assessment(year.plan, by=year.officer, at=year.at)
    client = browser(year.officer)
    client.get(BASE)

    with django_assert_num_queries(19):  # type: ignore[operator]
        client.get(BASE)


def test_page_in_english_has_english_words(year: Year, at_instant: Travel) -> None:
    year.publish()
    User.objects.filter(pk=year.officer.pk).update(language="en")

    words = text_of(browser(year.officer), BASE)

    assert "Published" in words
    assert "Announcement" in words


# --- my work


def test_my_work_leads_everybody_to_the_step_that_waits_for_them(year: Year, at_instant: Travel) -> None:
    window = Window(opens=year.at, due=year.later(days=1), closes=year.later(days=2))
    set_self_window(ensure_assessment(year.plan, at=year.at), window, by=year.officer)
    assert "东海县 2023 年考核自评" in text_of(browser(year.clerk), "/")
    assert "考核自评" not in text_of(browser(make_user("reporter", "320771")), "/")

    at_instant(window.closes)
    year.calculate()
    announcement = announce_assessment(year.assessment, by=year.officer, at=window.closes)
    assert "东海县 2023 年考核结果公示" in text_of(browser(year.clerk), "/")
    appeal = file_appeal(year.line("A1"), reason="少计", by=year.clerk, at=window.closes)
    assert "1 件考核申诉待处理" in text_of(browser(year.officer), "/")

    decide_appeal(appeal, Decision(upheld=False, reason="x"), by=year.officer, at=window.closes)
    at_instant(announcement.until)
    assert "2023 年考核公示期满，可以发布" in text_of(browser(year.officer), "/")
    assert "考核结果公示" not in text_of(browser(year.clerk), "/").replace("年度考核公示", "")
