"""The story of a report: who did what and when, why, what changed from what to what; bounded, and for whom."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.policy import Role
from files.services import store_bytes
from progress.models import ImportBatch, Line, Report
from progress.queries.sheet import load_sheet
from progress.queries.story import Step, load_story, with_originals
from progress.services.changes import LineChange, ReportEntry
from progress.services.comments import add_comment, answer_comment
from progress.services.entry import ReportHeader, save_entries, save_header, save_lines
from progress.services.evidence import add_evidence
from progress.services.review import approve_report, discard_correction, reopen_report, return_report, submit_report
from targets.models import PlanUnit, Quarter
from tests.factories import make_user, sign_in
from tests.progress.builders import upload

DAY = timedelta(days=1)
PAGE = "/320700/2023/q1/reports/320722/history/"


@pytest.fixture
def report(county: PlanUnit, first: Quarter, clerk: User, open_at: datetime) -> Report:
    """Entered in three goes on one day, and handed in."""
    for code, value in (("NEV", 2), ("CP", 4), ("CP", 5)):
        change = LineChange(code, Decimal(value))
        (saved,) = save_entries([ReportEntry(county, first, [change])], by=clerk, at=open_at)
    submit_report(saved.report, by=clerk, at=open_at, note="其余没有进展")
    return saved.report


def steps_of(county: PlanUnit) -> list[Step]:
    """The paragraphs, the oldest first."""
    return list(reversed(load_story(county, 1).steps))


def told(step: Step) -> list[tuple[str, str, str]]:
    return [(change.code, change.old, change.new) for change in step.changes]


def test_what_one_person_entered_on_a_day_is_one_paragraph_from_first_to_last(
    report: Report, county: PlanUnit, clerk: User
) -> None:
    entered, submitted = steps_of(county)

    # In the order of the plan, not of the entering.
    assert (entered.by_name, told(entered)) == (clerk.name, [("CP", "", "5"), ("NEV", "", "2")])
    assert (submitted.move, submitted.said, submitted.reason) == ("submit", "提交", "其余没有进展")


def test_a_return_stands_with_its_comments_and_their_answers_and_what_was_changed_then(
    report: Report, county: PlanUnit, clerk: User, reviewer: User, open_at: datetime
) -> None:
    comment = add_comment(report, "CP", by=reviewer, at=open_at, text="与台账不符")
    return_report(report, by=reviewer, at=open_at + DAY, reason="请核对")
    answer_comment(comment, by=clerk, at=open_at + DAY, text="台账漏登")
    save_lines(report, [LineChange("CP", Decimal(7), note="已核对")], by=clerk, at=open_at + DAY)

    returned, answered, changed = steps_of(county)[2:]

    assert (returned.move, returned.by_name, returned.reason) == ("return", reviewer.name, "请核对")
    assert [(one.text, one.answer) for one in returned.comments] == [("与台账不符", "台账漏登")]
    assert told(answered) == [("CP", "", "台账漏登")]
    assert told(changed) == [("CP", "5", "7（已核对）")]


def test_what_was_put_back_is_not_told(report: Report, county: PlanUnit, clerk: User, reviewer: User) -> None:
    at = report.quarter.opens + DAY
    return_report(report, by=reviewer, at=at, reason="请核对")
    for value in (9, 5):
        save_lines(report, [LineChange("CP", Decimal(value))], by=clerk, at=at)

    assert steps_of(county)[-1].move == "return"


def test_corrections_are_told_with_their_number_also_discarded_ones(
    report: Report, county: PlanUnit, clerk: User, reviewer: User, officer: User, first: Quarter
) -> None:
    report.refresh_from_db()
    approve_report(report, by=reviewer, at=first.due, version=report.version)
    copy = reopen_report(report, by=officer, at=first.closes, reason="多报")
    save_lines(copy, [LineChange("CP", Decimal(3))], by=clerk, at=first.closes)
    discard_correction(copy, by=officer, at=first.closes, reason="不用更正")

    last = steps_of(county)[-3:]

    assert [(step.move, step.revision) for step in last] == [("reopen", 2), ("", 2), ("discard", 2)]
    assert told(last[1]) == [("CP", "5", "3")]


def test_files_names_and_imports_are_told_as_such(
    county: PlanUnit, first: Quarter, clerk: User, open_at: datetime
) -> None:
    entry = ReportEntry(county, first, [LineChange("CP", Decimal(4))])
    (saved,) = save_entries([entry], by=clerk, at=open_at, origin=Line.Origin.IMPORT)
    add_evidence(saved.report, "CP", upload(), by=clerk, at=open_at)
    save_header(saved.report, ReportHeader(filled_in_by="张三"), by=clerk, at=open_at)

    imported, file, names = steps_of(county)

    assert imported.is_imported
    assert [change.new for change in file.changes] == ["照片.pdf"]
    assert [(change.label, change.new) for change in names.changes] == [("填表人", "张三")]


def test_what_came_from_a_file_is_told_with_its_name(
    county: PlanUnit, first: Quarter, clerk: User, open_at: datetime
) -> None:
    file = store_bytes(b"x", name="一季度.xlsx", content_type="application/octet-stream", at=open_at)
    batch = ImportBatch.objects.create(
        plan=county.plan, unit=county.unit, file=file, by=clerk, arrived_at=open_at,
        state=ImportBatch.State.APPLIED, outcome=ImportBatch.Outcome.ACCEPTED, applied_at=open_at,
    )  # fmt: skip
    for origin, of, value in ((Line.Origin.FORM, None, 1), (Line.Origin.IMPORT, batch, 4)):
        entry = ReportEntry(county, first, [LineChange("CP", Decimal(value))])
        save_entries([entry], by=clerk, at=open_at, origin=origin, batch=of)

    typed, imported = steps_of(county)

    assert (typed.is_imported, typed.reason, told(typed)) == (False, "", [("CP", "", "1")])
    assert (imported.is_imported, imported.reason, told(imported)) == (True, "一季度.xlsx", [("CP", "1", "4")])


def test_a_story_costs_the_same_however_long_it_is(
    report: Report, county: PlanUnit, clerk: User, reviewer: User
) -> None:
    client = sign_in(reviewer)
    with CaptureQueriesContext(connection) as short:
        client.get(PAGE)
    return_report(report, by=reviewer, at=report.quarter.opens + DAY, reason="请核对")
    for value in range(30):
        save_lines(report, [LineChange("CP", Decimal(value))], by=clerk, at=report.quarter.opens + DAY)
    with CaptureQueriesContext(connection) as long:
        client.get(PAGE)

    assert (len(short), len(long)) == (9, 9)


@pytest.mark.parametrize("role", [Role.REPORTER, Role.OFFICER, Role.REVIEWER, Role.LEADER, Role.AUDITOR])
def test_everybody_who_sees_the_report_reads_its_story(role: Role, report: Report, county: PlanUnit) -> None:
    unit = county.unit if role == Role.REPORTER else None

    page = sign_in(make_user(role, unit)).get(PAGE).content.decode()

    assert "其余没有进展" in page
    assert "新建充电桩" in page


def test_what_is_not_sent_yet_is_not_in_the_story(
    report: Report, county: PlanUnit, reviewer: User, clerk: User, open_at: datetime
) -> None:
    add_comment(report, "CP", by=reviewer, at=open_at, text="还在想")

    assert "还在想" not in sign_in(clerk).get(PAGE).content.decode()


def test_another_units_story_is_not_there(report: Report, pilot: PlanUnit) -> None:
    assert sign_in(make_user(Role.REPORTER, pilot.unit)).get(PAGE).status_code == 404


def test_an_empty_story_says_so(county: PlanUnit, clerk: User) -> None:
    client = sign_in(clerk)

    assert "还没有任何记录" in client.get(PAGE).content.decode()
    assert client.get(PAGE.replace("q1", "q5")).status_code == 404


# --- marks


def test_a_line_changed_after_a_return_is_marked_with_what_it_held(
    report: Report, county: PlanUnit, clerk: User, reviewer: User, open_at: datetime
) -> None:
    return_report(report, by=reviewer, at=open_at + DAY, reason="请核对")
    for value in (6, 7):
        save_lines(report, [LineChange("CP", Decimal(value))], by=clerk, at=open_at + 2 * DAY)

    sheet = load_sheet(county, 1, at=open_at + 2 * DAY)

    assert sheet is not None
    marked = {row.indicator.code: row.was for row in with_originals(sheet).rows if row.is_changed}
    assert marked == {"CP": "5"}
    page = sign_in(reviewer).get(PAGE.removesuffix("history/")).content.decode()
    assert "已改" in page
    assert "原 5" in page
