"""A correction that was opened by mistake is given up: it is kept, and nothing of it has an effect."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.policy import Role
from audit.models import AuditEvent
from common.errors import Conflict, Invalid, Locked, NotAllowed, NotYet
from progress.models import Report
from progress.queries.reports import report_at, years_of_units
from progress.queries.sheet import load_sheet
from progress.services.changes import LineChange
from progress.services.entry import ensure_report, save_lines
from progress.services.review import discard_correction, reopen_report, return_report, submit_report
from targets.models import Plan, PlanUnit, Quarter
from tests.factories import make_report, make_user, sign_in
from tests.progress.builders import add_file

DAY = timedelta(days=1)
State = Report.State


@pytest.fixture
def approved(county: PlanUnit, clerk: User) -> Report:
    report = make_report(county, 1, {"CP": (4, None)}, state=State.APPROVED, by=clerk)
    add_file(report, "CP")
    return report


@pytest.fixture
def correction(approved: Report, officer: User, first: Quarter) -> Report:
    return reopen_report(approved, by=officer, at=first.closes, reason="多报")


def test_a_discarded_correction_changes_nothing_of_the_approved_report(
    approved: Report, correction: Report, county: PlanUnit, clerk: User, officer: User, first: Quarter
) -> None:
    save_lines(correction, [LineChange("CP", Decimal(9))], by=clerk, at=first.closes)

    discard_correction(correction, by=officer, at=first.closes + DAY, reason="不用更正")

    correction.refresh_from_db()
    approved.refresh_from_db()
    assert (correction.state, correction.is_effective) == (State.DISCARDED, False)
    assert (approved.state, approved.is_effective, approved.version) == (State.APPROVED, True, 1)
    assert approved.lines.get(indicator__code="CP").value == 4
    assert correction.lines.get(indicator__code="CP").value == 9
    assert not Report.objects.of_plan(county.plan).open_corrections().exists()
    event = AuditEvent.objects.get(action="report.discard")
    assert (event.reason, event.object_key) == ("不用更正", "320722/2023/q1/r2")
    assert [move.move for move in correction.moves.all()] == ["reopen", "discard"]


def test_everybody_sees_the_approved_report_again(
    approved: Report, correction: Report, county: PlanUnit, plan: Plan, clerk: User, officer: User, first: Quarter
) -> None:
    discard_correction(correction, by=officer, at=first.closes, reason="不用更正")

    sheet = load_sheet(county, 1, at=first.closes)
    ((unit,),) = [years_of_units(plan, [county], as_of=first.closes)]
    assert sheet is not None
    assert sheet.report == approved
    assert not sheet.is_old
    assert sheet.revisions == [1, 2]
    assert unit.quarters[0].report == approved
    assert ensure_report(county, first, by=clerk, at=first.closes) == approved
    assert report_at(officer, "320700", 2023, 1, "320722") == approved
    old = load_sheet(county, 1, at=first.closes, revision=2)
    assert old is not None
    assert old.is_old


def test_nothing_more_is_entered_into_it(
    approved: Report, correction: Report, clerk: User, officer: User, first: Quarter
) -> None:
    discard_correction(correction, by=officer, at=first.closes, reason="不用更正")

    with pytest.raises(Locked, match="已审核"):
        save_lines(correction, [LineChange("CP", Decimal(9))], by=clerk, at=first.closes)
    with pytest.raises(Locked, match="已审核"):
        submit_report(correction, by=clerk, at=first.closes, note="说明")


def test_the_report_can_be_corrected_again_under_the_next_number(
    approved: Report, correction: Report, officer: User, first: Quarter
) -> None:
    discard_correction(correction, by=officer, at=first.closes, reason="不用更正")

    again = reopen_report(approved, by=officer, at=first.closes + DAY, reason="确实多报")

    assert again.revision == 3
    assert again.lines.count() == approved.lines.count()


def test_discarding_twice_is_once(correction: Report, officer: User, first: Quarter) -> None:
    discard_correction(correction, by=officer, at=first.closes, reason="不用更正")

    discard_correction(correction, by=officer, at=first.closes + DAY, reason="不用更正")

    assert correction.moves.filter(move="discard").count() == 1


def test_one_that_waits_for_review_is_returned_first(
    correction: Report, clerk: User, officer: User, reviewer: User, first: Quarter
) -> None:
    submit_report(correction, by=clerk, at=first.closes, note="说明")
    with pytest.raises(Conflict, match="已提交待审"):
        discard_correction(correction, by=officer, at=first.closes, reason="不用更正")

    return_report(correction, by=reviewer, at=first.closes, reason="不必更正")
    discard_correction(correction, by=officer, at=first.closes, reason="不用更正")

    correction.refresh_from_db()
    assert correction.state == State.DISCARDED


def test_a_first_report_is_no_correction(county: PlanUnit, officer: User, open_at: datetime) -> None:
    report = make_report(county, 1)
    with pytest.raises(NotYet, match="只有更正稿可以作废"):
        discard_correction(report, by=officer, at=open_at, reason="不用")

    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(state=State.DISCARDED)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.REPORTER, Role.LEADER])
def test_only_an_officer_discards(role: Role, correction: Report, county: PlanUnit, first: Quarter) -> None:
    with pytest.raises(NotAllowed):
        discard_correction(correction, by=make_user(role, county.unit), at=first.closes, reason="不用")


def test_it_wants_a_reason(correction: Report, officer: User, first: Quarter) -> None:
    with pytest.raises(Invalid, match="理由"):
        discard_correction(correction, by=officer, at=first.closes, reason=" ")


@pytest.mark.parametrize("facts", [{"announced_at": "2024-02-01T00:00+08:00"}, {"state": Plan.State.CLOSED}])
def test_an_announced_or_archived_year_stands(
    facts: dict[str, str], correction: Report, officer: User, first: Quarter
) -> None:
    Plan.objects.filter(pk=correction.plan_unit.plan_id).update(**facts)

    with pytest.raises(Locked):
        discard_correction(correction, by=officer, at=first.closes, reason="不用")


def test_the_page_offers_it_to_the_officer_and_shows_the_old_report_afterwards(
    correction: Report, officer: User, clerk: User
) -> None:
    client = sign_in(officer)
    page = "/320700/2023/q1/reports/320722/"
    assert "作废更正稿" in client.get(page).content.decode()
    assert "作废更正稿" not in sign_in(clerk).get(page).content.decode()

    client.post(f"{page}discard/", {"reason": "不用更正"})

    after = client.get(page).content.decode()
    assert "已审核" in after
    assert "作废更正稿" in after  # in its story
    assert f'action="{page}discard/"' not in after
    assert "这一版更正稿已作废" in client.get(f"{page}?revision=2").content.decode()
