"""A unit's score sheet: read by somebody who has never seen the scheme, and traced down to what was handed in."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from assessments.models import FalsificationFlag, Scheme, ScoreLine, Section, UnitResult
from assessments.services.assessment import run_assessment
from assessments.services.manual import Given, Grounds, confirm_flag, raise_flag, set_manual_scores, withdraw_flag
from assessments.services.publishing import revise_assessment
from assessments.sums import extra_words, section_words, total_words
from files.services import store_bytes
from notices.models import Delivery, Notice
from notices.services import mark_seen
from progress.models import Evidence, ImportBatch, LedgerSeal, Line
from targets.models import Plan
from tests.assessments.process import Year
from tests.assessments.test_process_pages import BASE, OWN, Travel, browser, text_of
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(plan: Plan) -> Year:
    return Year(plan)


@pytest.fixture
def at_instant() -> Iterator[Travel]:
    """Moves the clock of the requests that follow."""
    with time_machine.travel(datetime.fromisoformat("2024-01-24T00:00+08:00"), tick=False) as clock:
        yield clock.move_to


def line_of(code: str, quarter: int) -> Line:
    return Line.objects.get(indicator__code=code, report__quarter__number=quarter)


# --- where the numbers came from


def test_line_is_traced_to_report_approval_import_ledger_and_evidence(year: Year, at_instant: Travel) -> None:
    line = line_of("CP", 1)
    LedgerSeal.objects.create(line=line, value=Decimal(4))
    file = store_bytes(b"x", name="一季度.xlsx", content_type="x", at=year.at)
    batch = ImportBatch.objects.create(
        plan=year.plan, unit=year.county.unit, file=file, by=year.clerk, arrived_at=year.at
    )
    Line.objects.filter(pk=line.pk).update(batch=batch)
    decider = year.reviewer
    type(line.report).objects.filter(pk=line.report_id).update(decided_by=decider)
    year.calculate()

    page = browser(year.clerk).get(OWN).content.decode()
    words = text_of(browser(year.clerk), OWN)

    evidence = Evidence.objects.get(line=line)
    assert f'href="/320700/2023/q1/reports/{year.county.unit.code}/?revision=1#row-CP"' in page
    assert f'href="/320700/2023/imports/{batch.uuid}/"' in page
    assert f'href="/evidence/{evidence.file.uuid}/view/"' in page
    assert 'href="/320700/2023/ledgers/charging_piles/?unit=320722"' in page
    assert f"{decider.name} 于 2023-06-01 00:00 审核通过" in words
    assert "审核时新建桩数 4" in words
    assert evidence.number in words


def test_import_of_the_bureau_is_named_to_the_unit_but_leads_nowhere_it_may_not_go(
    year: Year, at_instant: Travel
) -> None:
    file = store_bytes(b"x", name="全市.xlsx", content_type="x", at=year.at)
    batch = ImportBatch.objects.create(
        plan=year.plan, unit=year.plan.owner, file=file, by=year.officer, arrived_at=year.at
    )
    Line.objects.filter(pk=line_of("CP", 1).pk).update(batch=batch)
    year.calculate()
    link = f'href="/320700/2023/imports/{batch.uuid}/"'

    assert link in browser(year.officer).get(OWN).text
    assert link not in browser(year.clerk).get(OWN).text
    assert "Excel 导入" in text_of(browser(year.clerk), OWN)


def test_evidence_criterion_names_only_the_lines_that_have_some(year: Year, at_instant: Travel) -> None:
    year.calculate()
    result = UnitResult.objects.get(plan_unit=year.county)

    page = browser(year.officer).get(OWN).content.decode()

    own = page.split(f"{ScoreLine.objects.get(result=result, code='C3').why}", 1)[1].split("</tr>", 1)[0]
    assert "320722-CP-Q1-01" in own
    assert "#row-OVQ" not in own


def test_ledger_items_are_evidence_as_files_are(year: Year) -> None:
    def points() -> tuple[Decimal | None, str]:
        year.calculate()
        line = ScoreLine.objects.get(result__plan_unit=year.county, code="C3")
        return line.points, line.why

    assert points()[0] == Decimal("0.89")
    LedgerSeal.objects.create(line=line_of("OVQ", 4), value=Decimal(0), base=Decimal(9))
    LedgerSeal.objects.create(line=line_of("FWR", 4), value=Decimal(0), base=None)
    assert points() == (
        Decimal("1.11"),
        "有目标且有进展的指标 9 项，其中 5 项有佐证材料或台账条目，得 2 × 5 ÷ 9 = 1.11 分",
    )


def test_manual_score_shows_its_checklist_its_grounds_and_who_gave_it(year: Year, at_instant: Travel) -> None:
    year.calculate()

    words = text_of(browser(year.clerk), OWN)

    assert f"检查表 · {year.reviewer.name}" in words
    assert "有分管领导、牵头科室和专人负责" in words


def test_score_given_after_the_calculation_does_not_explain_points_it_is_not_in(year: Year, at_instant: Travel) -> None:
    year.calculate()
    clerk, said = browser(year.clerk), "评分已变更，重新计算后计入得分"
    again = [Given(year.county.pk, "C4", Decimal("1.00"), "复查")]
    set_manual_scores(year.assessment, again, by=year.reviewer, at=year.later(minutes=1))

    words = text_of(clerk, OWN)
    assert said in words
    assert "复查" not in words
    run_assessment(year.plan, by=year.officer, at=year.later(minutes=2))

    words = text_of(clerk, OWN)
    assert said not in words
    assert f"复查 · {year.reviewer.name}" in words


def test_score_given_while_the_calculation_waited_its_turn_explains_its_points(year: Year, at_instant: Travel) -> None:
    year.score_everybody()
    given = [Given(year.county.pk, "C4", Decimal("1.00"), "复查")]
    set_manual_scores(year.assessment, given, by=year.reviewer, at=year.later(minutes=1))

    run_assessment(year.plan, by=year.officer, at=year.at)

    assert f"复查 · {year.reviewer.name}" in text_of(browser(year.clerk), OWN)


# --- how the points add up


def test_sheet_says_how_total_grade_and_rank_come_about(year: Year, at_instant: Travel) -> None:
    year.calculate()

    words = text_of(browser(year.clerk), OWN)

    assert "基本分：51.02 + 23.58 + 11.59 = 86.19 分。" in words
    assert "总分：86.19 + 加分 1.50 − 扣分 0.50 = 87.19 分。" in words
    assert "按总分，达到 80 分，等次为良好。" in words
    assert "一票否决后，等次为合格。" in words
    assert "名次：先比等次，再比总分，第 1 名" in words
    assert "新建充电桩：完成率 100 % 得满分，低于 50 % 不得分" in words


def scored(points: str | None, most: str) -> Any:
    given = None if points is None else Decimal(points)
    return SimpleNamespace(points=given, points_max=Decimal(most), applicable=given is not None)


def test_section_with_lines_left_out_says_how_it_is_scaled() -> None:
    section = Section(code="X", points=Decimal(60))
    lines = [scored("42.69", "50"), scored(None, "10")]

    words = section_words(section, Decimal("51.23"), lines)
    assert words == "适用的评分项满分合计 50 分，折算：42.69 × 60 ÷ 50 = 51.23 分。"
    assert section_words(section, Decimal("42.69"), [scored("42.69", "60")]) == ""
    assert section_words(section, None, [scored(None, "60")]) == "本部分没有适用的评分项，不计。"


def test_bonus_above_its_cap_says_so() -> None:
    lines = [scored("6.00", "6"), scored("5.50", "6")]

    assert extra_words(Decimal(10), Decimal("10.00"), lines) == "合计 11.50 分，超过加分上限，计 10.00 分。"
    assert extra_words(Decimal(20), Decimal("11.50"), lines) == ""
    assert extra_words(None, Decimal("11.50"), lines) == ""


def test_base_is_scaled_in_words_where_a_section_dropped_out_and_no_grade_is_explained(year: Year) -> None:
    scheme = year.calculate().scheme
    assert isinstance(scheme, Scheme)
    result = UnitResult.objects.get(plan_unit=year.county)

    result.sections, result.base, result.grade = {"A": None, "B": "23.58", "C": "11.59"}, Decimal("87.93"), ""
    base, _total, grade = total_words(result, scheme)
    assert base == "基本分：有的部分不计，按其余部分折算，(23.58 + 11.59) × 100 ÷ 40 = 87.93 分。"
    assert grade == "没有下达第一部分的目标，不评等次，不排名。"
    result.base = result.total = None
    assert total_words(result, scheme) == ["没有适用的评分项，无法评定，不排名。"]


def test_total_that_is_cut_at_nought_is_said_to_be(year: Year) -> None:
    scheme = year.calculate().scheme
    assert isinstance(scheme, Scheme)
    result = UnitResult.objects.get(plan_unit=year.county)
    result.base, result.bonus, result.deduction, result.total = map(Decimal, ("3.00", "1.00", "5.00", "0.00"))

    assert "总分：3.00 + 加分 1.00 − 扣分 5.00 不足 0 分，计 0.00 分。" in total_words(result, scheme)


def test_rank_by_total_alone_is_said(year: Year) -> None:
    scheme = year.calculate().scheme
    assert scheme is not None
    scheme.rank_by = Scheme.RankBy.TOTAL

    assert "名次：比总分，第 1 名；总分相同的名次相同。" in total_words(
        UnitResult.objects.get(plan_unit=year.county), scheme
    )


# --- what the unit may do, and what it is told


def test_unit_is_told_when_it_can_appeal(year: Year, at_instant: Travel) -> None:
    year.calculate()
    assert "结果还没有公示，得分可能变动" in text_of(browser(year.clerk), OWN)
    assert "得分可能变动" not in text_of(browser(year.officer), OWN)

    announcement = year.announce()
    assert "公示至 2024-01-31 止。对某一项有异议的，点那一行的“申诉”。" in text_of(browser(year.clerk), OWN)
    at_instant(announcement.until)
    assert "公示期已于 2024-01-31 结束，不能再申诉" in text_of(browser(year.clerk), OWN)


def test_page_of_a_step_that_is_not_possible_says_why_and_has_no_form(year: Year, at_instant: Travel) -> None:
    year.calculate()
    appeal, adjust = f"{OWN}lines/A1/appeal/", f"{OWN}lines/A1/adjust/"
    assert "公示后对某一项有异议的" in text_of(browser(year.clerk), appeal)
    assert 'name="reason"' not in browser(year.clerk).get(appeal).text
    assert 'name="amount"' in browser(year.officer).get(adjust).text

    year.announce()
    assert 'name="reason"' in browser(year.clerk).get(appeal).text
    assert "公示中的先撤回公示" in text_of(browser(year.officer), adjust)
    assert 'name="amount"' not in browser(year.officer).get(adjust).text


def test_published_sheet_says_that_appeals_are_over(year: Year, at_instant: Travel) -> None:
    year.publish()

    assert "结果已发布，不能再申诉" in text_of(browser(year.clerk), OWN)


def test_unit_sees_a_falsification_before_the_announcement_and_is_told_of_it(year: Year, at_instant: Travel) -> None:
    evidence = store_bytes(b"%PDF-", name="证据.pdf", content_type="application/pdf", at=year.at)
    assessment = year.calculate()
    flag = raise_flag(assessment, year.county, Grounds("伪造台账", evidence), by=year.officer, at=year.at)
    proof = f"{OWN}flag/evidence/"

    assert "伪造台账" not in text_of(browser(year.clerk), OWN)
    assert browser(year.clerk).get(proof).status_code == 404
    assert not Notice.objects.filter(kind=Notice.Kind.FLAG).exists()
    confirm_flag(flag, by=year.other_officer(), at=year.at)

    assert "伪造台账" in text_of(browser(year.clerk), OWN)
    assert b"".join(browser(year.clerk).get(proof).streaming_content) == b"%PDF-"  # type: ignore[attr-defined]
    assert browser(make_user("reporter", "320706")).get(proof).status_code == 404
    told = Delivery.objects.get(notice__kind=Notice.Kind.FLAG)
    assert (told.user, told.notice.url) == (year.clerk, OWN)
    assert "伪造台账" in told.notice.body
    assert f"{year.clerk.name} 未阅" in text_of(browser(year.officer), OWN)
    assert "撤销认定" not in text_of(browser(year.clerk), OWN)


def test_unit_is_told_that_a_falsification_it_knew_of_was_taken_back(year: Year) -> None:
    evidence = store_bytes(b"%PDF-", name="证据.pdf", content_type="application/pdf", at=year.at)
    assessment = year.calculate()

    def raised() -> Any:
        return raise_flag(assessment, year.county, Grounds("伪造台账", evidence), by=year.officer, at=year.at)

    withdraw_flag(raised(), by=year.officer, at=year.at, reason="误会")
    assert not Notice.objects.exists()
    again = raised()
    confirm_flag(again, by=year.other_officer(), at=year.at)
    withdraw_flag(again, by=year.officer, at=year.at, reason="查无实据")

    assert [each.subject for each in Notice.objects.order_by("pk")] == ["弄虚作假认定", "弄虚作假认定已撤销"]
    assert "查无实据" in Notice.objects.order_by("pk")[1].body


def raise_and_confirm(year: Year, name: str, at: datetime) -> FalsificationFlag:
    """A finding in the newest revision, confirmed by a second officer; the evidence holds its own name."""
    evidence = store_bytes(name.encode(), name=name, content_type="application/pdf", at=at)
    flag = raise_flag(year.assessment, year.county, Grounds(f"见{name}", evidence), by=year.officer, at=at)
    confirm_flag(flag, by=year.other_officer(), at=at)
    return FalsificationFlag.objects.get(pk=flag.pk)


def revise(year: Year) -> datetime:
    """The next revision begun, a month after the year; the instant."""
    at = year.later(days=30)
    revise_assessment(year.assessment, by=year.officer, at=at, reason="统计口径更正")
    return at


def proof_of(client: Client, revision: int) -> bytes | int:
    """The evidence of the flag in a revision as the person's sheet links it; the status where there is none."""
    answer = client.get(f"{OWN}flag/evidence/?revision={revision}")
    return b"".join(answer.streaming_content) if answer.status_code == 200 else answer.status_code  # type: ignore[attr-defined]


def test_evidence_is_that_of_the_revision_shown_whatever_became_of_the_flag_in_the_next(
    year: Year, at_instant: Travel
) -> None:
    year.calculate()
    raise_and_confirm(year, "一.pdf", year.at)
    year.publish()
    at = revise(year)
    link, clerk, officer = f'href="{OWN}flag/evidence/?revision=1"', browser(year.clerk), browser(year.officer)
    assert "更正后的结果发布后生效" not in text_of(clerk, OWN)

    copied = FalsificationFlag.objects.get(assessment__revision=2)
    withdraw_flag(copied, by=year.officer, at=at, reason="查无实据")
    assert link in clerk.get(OWN).text
    assert proof_of(clerk, 1) == "一.pdf".encode()
    assert [proof_of(each, 2) for each in (clerk, officer)] == [404, 404]

    raise_and_confirm(year, "二.pdf", at)
    assert link in officer.get(f"{OWN}?revision=1").text
    assert [proof_of(officer, each) for each in (1, 2, 3)] == ["一.pdf".encode(), "二.pdf".encode(), 404]
    sheet = clerk.get(OWN).text
    assert link in sheet
    assert f'href="{OWN}flag/evidence/?revision=2"' in sheet


def test_unit_finds_the_finding_that_it_was_told_of_while_the_revision_is_in_the_making(
    year: Year, at_instant: Travel
) -> None:
    year.publish()
    at, clerk = revise(year), browser(year.clerk)
    evidence = store_bytes(b"%PDF-", name="证据.pdf", content_type="application/pdf", at=at)
    flag = raise_flag(year.assessment, year.county, Grounds("伪造台账", evidence), by=year.officer, at=at)
    assert "伪造台账" not in text_of(clerk, OWN)
    assert proof_of(clerk, 2) == 404

    confirm_flag(flag, by=year.other_officer(), at=at)

    sheet = text_of(clerk, OWN)
    assert "伪造台账" in sheet
    assert "此认定在更正中作出，更正后的结果发布后生效。" in sheet
    assert f'href="{OWN}flag/evidence/?revision=2"' in clerk.get(OWN).text
    assert proof_of(clerk, 2) == b"%PDF-"
    assert proof_of(browser(make_user("reporter", "320706")), 2) == 404
    assert "伪造台账" not in text_of(browser(year.officer), f"{OWN}?revision=1")


def test_who_has_seen_the_finding_is_said_of_this_one_and_not_of_one_taken_back(year: Year, at_instant: Travel) -> None:
    year.calculate()
    first, later = raise_and_confirm(year, "一.pdf", year.at), year.later(minutes=1)
    mark_seen(year.clerk, at=year.at)
    assert f"{year.clerk.name} 已阅" in text_of(browser(year.officer), OWN)

    withdraw_flag(first, by=year.officer, at=later, reason="查无实据")
    raise_and_confirm(year, "二.pdf", later)

    said = text_of(browser(year.officer), OWN)
    assert f"{year.clerk.name} 未阅" in said
    assert "已阅" not in said


def test_who_has_seen_a_finding_is_known_of_its_copy_in_a_revision_too(year: Year, at_instant: Travel) -> None:
    year.calculate()
    raise_and_confirm(year, "一.pdf", year.at)
    mark_seen(year.clerk, at=year.at)
    year.publish()
    revise(year)

    assert f"{year.clerk.name} 已阅" in text_of(browser(year.officer), OWN)


def test_unit_that_cannot_calculate_is_not_asked_to(year: Year, at_instant: Travel) -> None:
    year.calculate()
    year.score_everybody("2.00")

    assert "请重新计算" in text_of(browser(year.officer), BASE)
    said = text_of(browser(year.clerk), BASE)
    assert "请重新计算" not in said
    assert "市局管理员重新计算后更新" in said


def test_english_reader_has_grades_and_vetoes_in_english(year: Year, at_instant: Travel) -> None:
    run_assessment(year.plan, by=year.officer, at=year.at)
    User.objects.filter(pk=year.clerk.pk).update(language="en")

    ranking, sheet = text_of(browser(year.clerk), BASE), text_of(browser(year.clerk), OWN)

    assert "Pass" in ranking
    assert "A binding target missed by far" in ranking
    assert "Pass" in sheet
    assert "kept as they were" in sheet
    assert "合格" not in ranking.replace("不合格", "")
