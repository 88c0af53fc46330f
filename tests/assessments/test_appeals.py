"""Appeals: within the time, once a line, decided with a reason; upheld ones take the announcement back."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import User
from assessments.models import Adjustment, Appeal, Assessment
from assessments.services.appeals import Decision, decide_appeal, file_appeal, withdraw_appeal
from assessments.services.assessment import run_assessment
from audit.models import AuditEvent
from common.errors import Conflict, Invalid, NotAllowed, NotYet
from notices.models import Delivery, Notice
from targets.models import Plan
from tests.assessments.process import Year
from tests.factories import make_user
from tests.progress.builders import PDF, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(plan: Plan) -> Year:
    return Year(plan)


@pytest.fixture
def announced(year: Year) -> Year:
    year.announce()
    return year


def appeal_of(year: Year, code: str = "A1", reason: str = "少计 2 个", by: User | None = None) -> Appeal:
    return file_appeal(
        year.line(code), reason=reason, by=by or year.clerk, at=year.at, uploads=[upload(PDF, "验收.pdf")]
    )


def test_unit_appeals_against_a_line_with_files_and_the_bureau_is_told(announced: Year) -> None:
    appeal = appeal_of(announced)

    assert (appeal.state, appeal.points, appeal.announcement.number) == ("pending", Decimal("11.63"), 1)
    assert [kept.file.name for kept in appeal.files.all()] == ["验收.pdf"]
    notice = Notice.objects.get(kind=Notice.Kind.APPEAL)
    assert (notice.unit.code, notice.subject) == ("320700", "考核申诉：东海县 A1")
    assert Delivery.objects.filter(notice=notice, user=announced.officer).exists()
    assert AuditEvent.objects.get(action="assessment.appeal").stream == "320722"


def test_the_same_appeal_twice_is_one_and_another_on_the_line_is_refused(announced: Year) -> None:
    first = appeal_of(announced)

    assert appeal_of(announced).pk == first.pk
    with pytest.raises(Conflict, match="已提出申诉"):
        appeal_of(announced, reason="另一个理由")
    assert (Appeal.objects.count(), first.files.count()) == (1, 1)


def test_appeal_at_the_last_second_is_taken_and_one_later_refused(announced: Year) -> None:
    until = announced.assessment.announcements.get().until
    file_appeal(announced.line("A1"), reason="x", by=announced.clerk, at=until - timedelta(seconds=1))

    for late in (until, until + timedelta(seconds=1)):
        with pytest.raises(NotYet, match="公示期已经结束"):
            file_appeal(announced.line("A2"), reason="x", by=announced.clerk, at=late)


def test_before_the_announcement_nobody_appeals(year: Year) -> None:
    year.calculate()

    with pytest.raises(NotYet, match="已计算，不能提出申诉"):
        appeal_of(year)


def test_only_the_unit_itself_appeals(announced: Year) -> None:
    for person in (make_user("reporter", "320706"), announced.officer, announced.leader):
        with pytest.raises(NotAllowed):
            appeal_of(announced, by=person)


@pytest.mark.parametrize(("code", "reason", "said"), [("A1", "  ", "理由"), ("Z9", "x", "没有 Z9")])
def test_appeal_that_cannot_be_meant_is_refused(code: str, reason: str, said: str, announced: Year) -> None:
    with pytest.raises(Invalid, match=said):
        appeal_of(announced, code, reason)


def test_file_that_is_no_evidence_refuses_the_whole_appeal(announced: Year) -> None:
    with pytest.raises(Invalid):
        file_appeal(
            announced.line("A1"), reason="x", by=announced.clerk, at=announced.at, uploads=[upload(b"MZ", "a.pdf")]
        )

    assert not Appeal.objects.exists()


def test_rejected_appeal_leaves_the_announcement_and_tells_the_unit_why(announced: Year) -> None:
    appeal = appeal_of(announced)

    decide_appeal(appeal, Decision(upheld=False, reason="验收在次年"), by=announced.officer, at=announced.at)

    appeal.refresh_from_db()
    assert (appeal.state, appeal.decision, appeal.decided_by) == ("rejected", "验收在次年", announced.officer)
    assert announced.assessment.state == Assessment.State.ANNOUNCED
    notice = Notice.objects.get(key=f"appeal:{appeal.uuid}/decided")
    assert (notice.unit.code, notice.subject, notice.body) == ("320722", "申诉处理结果：A1 维持原分", "验收在次年")


def test_upheld_appeal_changes_the_line_and_takes_the_announcement_back(announced: Year) -> None:
    appeal = appeal_of(announced)
    decision = Decision(upheld=True, reason="补计 2 个", adjustment=Decimal("0.75"))

    decide_appeal(appeal, decision, by=announced.officer, at=announced.at)

    announced.plan.refresh_from_db()
    assert announced.assessment.state == Assessment.State.CALCULATED
    assert announced.assessment.is_stale
    assert announced.plan.announced_at is None
    withdrawn = announced.assessment.announcements.get()
    assert withdrawn.withdraw_reason == "东海县 A1申诉成立：补计 2 个"
    adjustment = Adjustment.objects.get()
    assert (adjustment.amount, adjustment.reason, adjustment.appeal) == (Decimal("0.75"), "补计 2 个", appeal)
    run_assessment(announced.plan, by=announced.officer, at=announced.at)
    line = announced.assessment.results.get(plan_unit=announced.county).lines.get(code="A1")
    assert line.points == Decimal("12.38")


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (Decision(upheld=True, reason=" "), "理由"),
        (Decision(upheld=False, reason="x", adjustment=Decimal(1)), "不能同时调整"),
        (Decision(upheld=True, reason="x", adjustment=Decimal("0.001")), "两位小数"),
    ],
)
def test_decision_that_cannot_be_meant_changes_nothing(decision: Decision, said: str, announced: Year) -> None:
    appeal = appeal_of(announced)

    with pytest.raises(Invalid, match=said):
        decide_appeal(appeal, decision, by=announced.officer, at=announced.at)

    appeal.refresh_from_db()
    assert appeal.state == Appeal.State.PENDING
    assert announced.assessment.state == Assessment.State.ANNOUNCED


def test_deciding_twice_alike_is_one_decision_and_otherwise_the_first_is_named(announced: Year) -> None:
    appeal, decision = appeal_of(announced), Decision(upheld=False, reason="x")
    decide_appeal(appeal, decision, by=announced.officer, at=announced.at)

    decide_appeal(appeal, decision, by=announced.officer, at=announced.at)
    with pytest.raises(Conflict, match="维持原分"):
        decide_appeal(appeal, Decision(upheld=True, reason="y"), by=make_user("officer"), at=announced.at)
    assert AuditEvent.objects.filter(action="assessment.appeal_decide").count() == 1


def test_only_officers_decide(announced: Year) -> None:
    appeal = appeal_of(announced)
    for person in (announced.reviewer, announced.leader, announced.clerk):
        with pytest.raises(NotAllowed):
            decide_appeal(appeal, Decision(upheld=False, reason="x"), by=person, at=announced.at)


def test_withdrawn_appeal_makes_room_for_another(announced: Year) -> None:
    withdraw_appeal(appeal_of(announced), by=announced.clerk, at=announced.at)

    again = appeal_of(announced, reason="换一个理由")

    assert again.state == Appeal.State.PENDING
    with pytest.raises(Conflict):
        withdraw_appeal(Appeal.objects.get(state="withdrawn"), by=announced.clerk, at=announced.at)


def test_other_appeals_stay_and_must_be_decided_before_the_next_announcement(announced: Year) -> None:
    from assessments.services.announcing import announce_assessment

    first, second = appeal_of(announced), appeal_of(announced, "A2")
    decide_appeal(first, Decision(upheld=True, reason="x"), by=announced.officer, at=announced.at)
    run_assessment(announced.plan, by=announced.officer, at=announced.at)

    with pytest.raises(NotYet, match="1 件申诉没有处理"):
        announce_assessment(announced.assessment, by=announced.officer, at=announced.at)
    decide_appeal(second, Decision(upheld=False, reason="y"), by=announced.officer, at=announced.at)
    assert announce_assessment(announced.assessment, by=announced.officer, at=announced.at).number == 2
