"""Announcing: what it needs, what it locks, whom it tells; taking it back; the units' own scores before it."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from assessments.models import Announcement, Assessment, SelfScore
from assessments.services.adjustments import adjust_line
from assessments.services.announcing import announce_assessment, take_back_announcement
from assessments.services.assessment import ensure_assessment, run_assessment
from assessments.services.manual import Given, Grounds, raise_flag, set_manual_scores
from assessments.services.self_scores import OwnScore, Window, add_self_file, save_self_scores, set_self_window
from audit.models import AuditEvent
from common.errors import Conflict, Invalid, Locked, NotAllowed, NotYet
from common.instants import end_of, local_day
from files.services import store_bytes
from notices.models import Delivery, Notice
from progress.models import Report
from progress.services.review import reopen_report
from targets.models import Plan
from targets.services.guards import check_open_to_changes
from targets.services.quarters import ExtensionTerms, grant_extension
from tests.assessments.process import Year
from tests.factories import make_report, make_user
from tests.progress.builders import PDF, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(plan: Plan) -> Year:
    return Year(plan)


def test_announcing_locks_the_year_for_five_working_days_and_tells_every_unit(year: Year) -> None:
    announcement = year.announce()

    year.plan.refresh_from_db()
    assert year.assessment.state == Assessment.State.ANNOUNCED
    assert year.plan.announced_at == year.at
    assert announcement.number == 1
    # A Wednesday, 24 January 2024: five working days later is the Wednesday after.
    assert (local_day(year.at).isoformat(), announcement.until) == ("2024-01-24", end_of(local_day(year.later(days=7))))
    notices = Notice.objects.filter(kind=Notice.Kind.ANNOUNCED)
    assert notices.count() == 6
    told = notices.get(unit__code="320722")
    assert "88.19" in told.body or "总分" in told.body
    assert told.key == "announced:320700/2023/r1/a1/320722"
    assert Delivery.objects.filter(notice=told, user=year.clerk).exists()


def test_announced_year_refuses_every_change_with_its_own_reason(year: Year) -> None:
    year.announce()

    with pytest.raises(Locked, match="考核已公示"):
        check_open_to_changes(year.plan)
    with pytest.raises(Locked, match="考核已公示"):
        reopen_report(Report.objects.all()[0], by=year.officer, at=year.at, reason="x")
    with pytest.raises(Conflict, match="公示中"):
        run_assessment(year.plan, by=year.officer, at=year.at)
    given = [Given(year.county.pk, "C4", Decimal(1))]
    with pytest.raises(NotYet, match="公示中"):
        set_manual_scores(year.assessment, given, by=year.reviewer, at=year.at)
    with pytest.raises(NotYet, match="公示中"):
        adjust_line(year.line("A1"), Decimal(1), reason="x", by=year.officer, at=year.at)


def test_before_it_is_calculated_it_cannot_be_announced(year: Year) -> None:
    ensure_assessment(year.plan, at=year.at)

    with pytest.raises(NotYet, match="还没有计算"):
        announce_assessment(year.assessment, by=year.officer, at=year.at)


def test_everything_that_is_missing_is_said_at_once(year: Year) -> None:
    run_assessment(year.plan, by=year.officer, at=year.at)
    evidence = store_bytes(b"%PDF-", name="x.pdf", content_type="application/pdf", at=year.at)
    raise_flag(year.assessment, year.county, Grounds("x", evidence), by=year.officer, at=year.at)
    reopen_report(Report.objects.get(quarter__number=3), by=year.officer, at=year.at, reason="有误")
    set_manual_scores(year.assessment, [Given(year.county.pk, "C4", Decimal(1))], by=year.reviewer, at=year.at)

    with pytest.raises(NotYet) as refused:
        announce_assessment(year.assessment, by=year.officer, at=year.at)

    said = str(refused.value)
    assert "须重新计算" in said
    assert "5 项人工评分未评" in said
    assert "东海县 第3季度" in said
    assert "认定待另一名管理员确认或撤销：东海县" in said
    assert not Announcement.objects.exists()
    year.plan.refresh_from_db()
    assert year.plan.announced_at is None


def test_unit_that_was_given_more_time_is_waited_for_until_its_report_counts(year: Year) -> None:
    year.calculate()
    quarter = year.plan.quarters.select_related("plan__owner").get(number=4)
    late, filed = year.plan.plan_units.get(unit__code="320724"), year.county
    for unit in (late, filed):
        terms = ExtensionTerms(due=year.later(days=3), closes=year.later(days=3), counts_as_late=False, reason="汛期")
        grant_extension(quarter, unit, terms, by=year.officer, at=year.at)
    run_assessment(year.plan, by=year.officer, at=year.at)

    with pytest.raises(NotYet, match="填报期还没有截止：灌南县第4季度（延期中）。"):
        announce_assessment(year.assessment, by=year.officer, at=year.later(days=2))
    assert announce_assessment(year.assessment, by=year.officer, at=year.later(days=3))


def test_report_that_its_unit_may_send_again_is_waited_for_until_that_time_is_over(year: Year) -> None:
    make_report(
        year.plan.plan_units.get(unit__code="320706"),
        4,
        state=Report.State.RETURNED,
        return_open_until=year.later(days=2),
    )
    year.calculate()

    with pytest.raises(NotYet, match="还有 1 份报告退回修改中：海州区 第4季度。"):
        announce_assessment(year.assessment, by=year.officer, at=year.later(days=1))
    assert announce_assessment(year.assessment, by=year.officer, at=year.later(days=2))


def test_the_same_officer_twice_announces_once_and_another_is_told_who_was_first(year: Year) -> None:
    first = year.announce()

    assert announce_assessment(year.assessment, by=year.officer, at=year.later(minutes=1)).pk == first.pk
    with pytest.raises(Conflict, match=year.officer.name):
        announce_assessment(year.assessment, by=make_user("officer"), at=year.later(minutes=1))
    assert Announcement.objects.count() == 1
    assert AuditEvent.objects.filter(action="assessment.announce").count() == 1


def test_only_officers_announce_and_take_back(year: Year) -> None:
    year.calculate()
    for person in (year.reviewer, year.leader, year.clerk, make_user("auditor"), make_user("sysadmin")):
        with pytest.raises(NotAllowed):
            announce_assessment(year.assessment, by=person, at=year.at)
        with pytest.raises(NotAllowed):
            take_back_announcement(year.assessment, by=person, at=year.at, reason="x")


def test_archived_plan_is_not_announced(year: Year) -> None:
    year.calculate()
    Plan.objects.filter(pk=year.plan.pk).update(state=Plan.State.CLOSED)

    with pytest.raises(Locked, match="年度已归档"):
        announce_assessment(year.assessment, by=year.officer, at=year.at)


def test_taken_back_it_can_be_changed_again_and_the_next_announcement_says_what_and_why(year: Year) -> None:
    year.announce()
    with pytest.raises(Invalid, match="理由"):
        take_back_announcement(year.assessment, by=year.officer, at=year.at, reason="  ")

    take_back_announcement(year.assessment, by=year.officer, at=year.at, reason="数据核对有误")

    year.plan.refresh_from_db()
    assert year.plan.announced_at is None
    assert (year.assessment.state, year.assessment.is_stale) == (Assessment.State.CALCULATED, True)
    adjust_line(year.line("A1"), Decimal("1.50"), reason="现场核实", by=year.officer, at=year.at)
    run_assessment(year.plan, by=year.officer, at=year.at)
    again = announce_assessment(year.assessment, by=year.officer, at=year.later(days=1))
    assert again.number == 2
    changed = Notice.objects.get(key="announced:320700/2023/r1/a2/320722").body
    assert "A1 11.63 → 13.13" in changed
    assert "变更原因：数据核对有误" in changed
    same = Notice.objects.exclude(unit__code="320722").filter(key__contains="/a2/")
    assert all("没有变化" in notice.body for notice in same)


# --- adjustments


def test_adjustment_moves_the_line_and_stands_in_its_sentence_and_in_the_digest(year: Year) -> None:
    before = year.calculate().results_sha256

    adjust_line(year.line("A1"), Decimal("-1.63"), reason="两根桩未通电", by=year.officer, at=year.at)
    assert year.assessment.is_stale
    run_assessment(year.plan, by=year.officer, at=year.at)

    line = year.assessment.results.get(plan_unit=year.county).lines.get(code="A1")
    assert (line.computed, line.adjustment, line.points) == (Decimal("11.63"), Decimal("-1.63"), Decimal("10.00"))
    assert "两根桩未通电" in line.why
    assert year.assessment.results_sha256 != before


@pytest.mark.parametrize(
    ("code", "amount", "reason", "said"),
    [
        ("A1", "1", " ", "理由"),
        ("A1", "0", "x", "不等于 0"),
        ("A1", "0.125", "x", "两位小数"),
        ("A1", "15.01", "x", "满分"),
        ("Z9", "1", "x", "没有 Z9"),
        ("A3", "1", "x", "不计分"),
    ],
)
def test_adjustment_that_cannot_be_meant_is_refused(code: str, amount: str, reason: str, said: str, year: Year) -> None:
    year.calculate()

    with pytest.raises(Invalid, match=said):
        adjust_line(year.line(code), Decimal(amount), reason=reason, by=year.officer, at=year.at)

    assert not year.assessment.adjustments.exists()


# --- own scores


@pytest.fixture
def window(year: Year) -> Window:
    window = Window(opens=year.at, due=year.later(days=5), closes=year.later(days=7))
    set_self_window(ensure_assessment(year.plan, at=year.at), window, by=year.officer)
    return window


def own(year: Year, *given: OwnScore, seconds: int = 0, days: int = 0) -> int:
    at = year.later(days=days, seconds=seconds)
    return save_self_scores(year.assessment, year.county, list(given), by=year.clerk, at=at)


def test_unit_scores_itself_within_the_window_and_the_same_again_leaves_no_trace(year: Year, window: Window) -> None:
    given = [OwnScore("A1", Decimal("12.00"), "31 个"), OwnScore("C4", Decimal(3))]

    assert own(year, *given) == 2
    assert own(year, *given) == 0

    assert set(SelfScore.objects.values_list("criterion_code", "points", "is_late")) == {
        ("A1", Decimal("12.00"), False),
        ("C4", Decimal("3.00"), False),
    }
    event = AuditEvent.objects.filter(action="assessment.self_score").earliest("pk")
    assert (event.stream, json.loads(event.after)["points"]) == ("320722", "12.00")
    assert AuditEvent.objects.filter(action="assessment.self_score").count() == 2


@pytest.mark.parametrize(("days", "seconds", "late"), [(0, 0, False), (5, -1, False), (5, 0, True), (7, -1, True)])
def test_own_score_at_the_edges_of_the_window(days: int, seconds: int, late: bool, year: Year, window: Window) -> None:
    own(year, OwnScore("A1", Decimal(1)), days=days, seconds=seconds)

    assert SelfScore.objects.get().is_late is late


@pytest.mark.parametrize(("days", "seconds", "said"), [(0, -1, "没有开始"), (7, 0, "截止"), (7, 1, "截止")])
def test_own_score_outside_the_window_is_refused(
    days: int, seconds: int, said: str, year: Year, window: Window
) -> None:
    with pytest.raises(NotYet, match=said):
        own(year, OwnScore("A1", Decimal(1)), days=days, seconds=seconds)


def test_wrong_own_scores_are_all_named_and_none_is_stored(year: Year, window: Window) -> None:
    with pytest.raises(Invalid) as refused:
        own(year, OwnScore("A1", Decimal("15.01")), OwnScore("A2", Decimal("0.001")), OwnScore("B1", Decimal(1)))

    assert all(each in str(refused.value) for each in ("0 到 15", "两位小数"))
    assert not SelfScore.objects.exists()


def test_unit_scores_no_other_unit_and_nobody_else_scores_for_it(year: Year, window: Window) -> None:
    for person in (make_user("reporter", "320706"), year.officer, year.reviewer):
        with pytest.raises(NotAllowed):
            save_self_scores(year.assessment, year.county, [OwnScore("A1", Decimal(1))], by=person, at=year.at)


def test_files_behind_an_own_score_are_kept_once(year: Year, window: Window) -> None:
    kept = add_self_file(year.line("A1"), upload(PDF, "桩.pdf"), by=year.clerk, at=year.at)

    assert (kept.file.name, kept.criterion_code) == ("桩.pdf", "A1")
    with pytest.raises(Invalid, match="已经上传过"):
        add_self_file(year.line("A1"), upload(PDF, "桩.pdf"), by=year.clerk, at=year.at)
    with pytest.raises(NotYet):
        add_self_file(year.line("A1"), upload(PDF + b"y", "桩2.pdf"), by=year.clerk, at=window.closes)


def test_while_units_score_themselves_nothing_is_announced(year: Year, window: Window) -> None:
    year.calculate()

    with pytest.raises(NotYet, match="自评还没有截止"):
        announce_assessment(year.assessment, by=year.officer, at=window.closes - timedelta(seconds=1))
    announce_assessment(year.assessment, by=year.officer, at=window.closes)
