"""Entering lines: whole reports at once, each line with its own optimistic lock."""

from datetime import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.policy import Role
from audit.models import AuditEvent
from common.errors import Invalid, Locked, NotAllowed
from progress.models import Line, Report, ReportContributor
from progress.services.changes import LineChange, LineConflict, ReportEntry, WrongLines
from progress.services.entry import ReportHeader, ensure_report, save_entries, save_header, save_lines
from targets.models import Plan, PlanUnit, Quarter
from tests.factories import make_report, make_user, plan_unit_of

D = Decimal


def change(code: str, value: str | None = None, base: str | None = None, **rest: object) -> LineChange:
    numbers = [None if number is None else D(number) for number in (value, base)]
    return LineChange(code, *numbers, **rest)  # type: ignore[arg-type]


def test_a_first_save_makes_the_draft_and_its_line(
    county: PlanUnit, first: Quarter, clerk: User, open_at: datetime
) -> None:
    (saved,) = save_entries([ReportEntry(county, first, [change("CP", "4", note="一期")])], by=clerk, at=open_at)

    line = Line.objects.get()
    assert (line.value, line.note, line.version, line.origin, line.changed_by) == (4, "一期", 1, "form", clerk.name)
    assert (saved.created, saved.changed, saved.unchanged) == (["CP"], [], [])
    assert (saved.report.state, saved.report.revision) == (Report.State.DRAFT, 1)
    assert ReportContributor.objects.get().user == clerk


def test_a_note_with_control_characters_is_stored_without(
    county: PlanUnit, first: Quarter, clerk: User, open_at: datetime
) -> None:
    save_entries([ReportEntry(county, first, [change("CP", "4", note="一期\x00\t完工\r\n\x1b")])], by=clerk, at=open_at)

    assert Line.objects.get().note == "一期\t完工\n"


def test_a_report_is_made_once(county: PlanUnit, first: Quarter, clerk: User, open_at: datetime) -> None:
    one = ensure_report(county, first, by=clerk, at=open_at)

    again = ensure_report(county, first, by=clerk, at=open_at)

    assert again == one
    assert AuditEvent.objects.get(stream=county.unit.code).action == "report.create"


def test_saving_again_says_what_changed(county: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(county, 1, {"CP": (4, None), "NEV": (2, None)})

    saved = save_lines(report, [change("CP", "5"), change("NEV", "2.0"), change("CSO", "1")], by=clerk, at=open_at)

    assert (saved.created, saved.changed, saved.unchanged) == (["CSO"], ["CP"], ["NEV"])
    assert {line.indicator.code: line.version for line in Line.objects.select_related("indicator")} == {
        "CP": 2,
        "NEV": 1,
        "CSO": 1,
    }
    event = AuditEvent.objects.get(action="report.save_lines")
    assert (
        '"CP": {"base": null, "not_applicable": false, "note": "", "origin": "form", "value": "4.0000"}' in event.before
    )
    assert '"value": "5"' in event.after
    assert "NEV" not in event.after


def test_one_wrong_line_stores_none_and_all_problems_are_said(county: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(county, 1, {})

    with pytest.raises(WrongLines) as refused:
        save_lines(report, [change("CP", "4"), change("NEV", "1.5"), change("EPC", "200")], by=clerk, at=open_at)

    assert [(indicator.code, problem.code) for _, indicator, problem in refused.value.problems] == [
        ("NEV", "too_many_decimals"),
        ("EPC", "out_of_range"),
    ]
    assert not Line.objects.exists()
    assert not AuditEvent.objects.filter(action="report.save_lines").exists()


def test_a_draft_may_lack_something_but_an_import_may_not(
    county: PlanUnit, first: Quarter, clerk: User, open_at: datetime
) -> None:
    half = ReportEntry(county, first, [change("PVN", "1200")])

    with pytest.raises(WrongLines):
        save_entries([half], by=clerk, at=open_at, origin=Line.Origin.IMPORT)
    (saved,) = save_entries([half], by=clerk, at=open_at)

    assert [problem.code for problem in saved.problems["PVN"]] == ["base_missing"]
    assert Line.objects.get().value == 1200


def test_an_indicator_of_others_is_refused(county: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(county, 1, {})

    with pytest.raises(Invalid, match="本单位不填报指标 PVG"):
        save_lines(report, [change("PVG", "1", "2")], by=clerk, at=open_at)


# --- carried over


def test_a_new_report_carries_over_what_stands_still(
    county: PlanUnit, first: Quarter, second: Quarter, clerk: User
) -> None:
    lines = {"CP": (4, None), "OVQ": (9, 9), "FWR": "n.a.", "PLA": (30, None)}
    make_report(county, 1, lines, state=Report.State.APPROVED)

    ensure_report(county, second, by=clerk, at=second.opens)

    carried = Line.objects.filter(report__quarter=second).select_related("indicator")
    assert {line.indicator.code: (line.value, line.base, line.not_applicable, line.note) for line in carried} == {
        "OVQ": (9, 9, False, ""),
        "FWR": (None, None, True, "没有"),
        "PLA": (30, None, False, ""),
    }
    assert {line.origin for line in carried} == {Line.Origin.CARRIED}


def test_a_carried_line_that_was_only_seen_can_be_changed(county: PlanUnit, second: Quarter, clerk: User) -> None:
    make_report(county, 1, {"PLA": (30, None)}, state=Report.State.APPROVED)
    seen = change("PLA", "60", expected_version=0)

    (saved,) = save_entries([ReportEntry(county, second, [seen])], by=clerk, at=second.opens)

    line = saved.lines["PLA"]
    assert (line.value, line.origin) == (60, Line.Origin.FORM)
    assert Line.objects.filter(report__quarter=second).count() == 1


def test_one_save_of_two_quarters_carries_from_the_first_to_the_second(
    county: PlanUnit, first: Quarter, second: Quarter, clerk: User
) -> None:
    first.closes = second.closes
    first.save()
    entries = [ReportEntry(county, second, []), ReportEntry(county, first, [change("PLA", "30")])]

    saved = save_entries(entries, by=clerk, at=second.opens)

    assert [one.report.quarter.number for one in saved] == [2, 1]
    assert Line.objects.get(report=saved[0].report).value == 30


def test_a_year_is_judged_with_all_its_quarters(county: PlanUnit, first: Quarter, second: Quarter, clerk: User) -> None:
    make_report(county, 1, {"CP": (3, None)}, state=Report.State.APPROVED)

    with pytest.raises(WrongLines, match="全年累计不能小于 0，其他季度合计 3"):
        save_entries([ReportEntry(county, second, [change("CP", "-4", note="冲减")])], by=clerk, at=second.opens)
    (saved,) = save_entries([ReportEntry(county, second, [change("CP", "-3", note="冲减")])], by=clerk, at=second.opens)

    assert saved.lines["CP"].value == -3


def test_only_an_officer_changes_a_fixed_base(county: PlanUnit, second: Quarter, clerk: User, officer: User) -> None:
    make_report(county, 1, {"OVQ": (9, 9)}, state=Report.State.APPROVED)
    entry = [ReportEntry(county, second, [change("OVQ", "2", "8", note="名单核减")])]

    with pytest.raises(WrongLines, match="基数在年初已确定为 9"):
        save_entries(entry, by=clerk, at=second.opens)
    (saved,) = save_entries(entry, by=officer, at=second.opens)

    assert saved.lines["OVQ"].base == 8


# --- two people, one line


def test_a_stale_version_is_refused_with_the_winners_values(county: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(county, 1, {"CP": (4, None)})
    other = make_user(Role.REPORTER, county.unit)
    save_lines(report, [change("CP", "5", note="我的", expected_version=1)], by=other, at=open_at)

    with pytest.raises(LineConflict) as refused:
        save_lines(report, [change("CP", "6", expected_version=1)], by=clerk, at=open_at)

    theirs = refused.value.line
    assert (theirs.value, theirs.note, theirs.changed_by, theirs.version) == (5, "我的", other.name, 2)
    assert other.name in str(refused.value)
    assert Line.objects.get().value == 5


def test_without_the_expected_version_the_last_one_wins(county: PlanUnit, clerk: User, open_at: datetime) -> None:
    """The negative control: the version is what protects."""
    report = make_report(county, 1, {"CP": (4, None)})
    save_lines(report, [change("CP", "5")], by=make_user(Role.REPORTER, county.unit), at=open_at)

    save_lines(report, [change("CP", "6")], by=clerk, at=open_at)

    assert Line.objects.get().value == 6


def test_a_line_that_appeared_meanwhile_is_a_conflict(county: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(county, 1, {"CP": (4, None)})

    with pytest.raises(LineConflict):
        save_lines(report, [change("CP", "6", expected_version=0)], by=clerk, at=open_at)


def test_saying_the_same_again_is_no_conflict(county: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(county, 1, {"CP": (4, None)})
    save_lines(report, [change("CP", "5", expected_version=1)], by=clerk, at=open_at)

    saved = save_lines(report, [change("CP", "5", expected_version=1)], by=clerk, at=open_at)

    assert saved.unchanged == ["CP"]
    assert Line.objects.get().version == 2


# --- who, when


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEADER, Role.AUDITOR])
def test_who_does_not_enter_is_refused(role: Role, county: PlanUnit, first: Quarter, open_at: datetime) -> None:
    with pytest.raises(NotAllowed):
        save_entries([ReportEntry(county, first, [])], by=make_user(role), at=open_at)


def test_a_reporter_cannot_enter_for_another_unit(plan: Plan, pilot: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(pilot, 1, {})

    with pytest.raises(Locked, match="无权限"):
        save_lines(report, [change("CP", "1")], by=clerk, at=open_at)


def test_an_officer_enters_on_a_units_behalf(county: PlanUnit, officer: User, open_at: datetime) -> None:
    report = make_report(county, 1, {})

    save_lines(report, [change("CP", "1")], by=officer, at=open_at)

    assert AuditEvent.objects.get(action="report.save_lines").actor == officer.username


# --- cost


def queries_of_saving(plan: Plan, units: int, officer: User, at: datetime) -> int:
    owing = [plan_unit_of(plan, code) for code in ("320706", "320703", "320723", "320722")[:units]]
    quarter = plan.quarters.get(number=1)
    codes = ("CP", "NEV", "CSO", "DEM", "WST", "NAT", "CAS")
    entries = [
        ReportEntry(plan_unit, quarter, [change(code, "1") for code in codes[: 2 * units - 1]]) for plan_unit in owing
    ]
    with CaptureQueriesContext(
        connection,
    ) as captured:
        save_entries(entries, by=officer, at=at)
    return len(captured)


def test_the_cost_of_saving_does_not_grow(plan: Plan, officer: User, open_at: datetime) -> None:
    make_report(plan_unit_of(plan, "320707"), 1, {})

    assert queries_of_saving(plan, 1, officer, open_at) == 19
    Report.objects.all().delete()
    assert queries_of_saving(plan, 4, officer, open_at) == 19


def test_the_names_on_the_form_are_kept(county: PlanUnit, clerk: User, open_at: datetime) -> None:
    report = make_report(county, 1, {})

    save_header(report, ReportHeader("张三", "李四", " 王五 ", "0518-1"), by=clerk, at=open_at)

    report.refresh_from_db()
    assert (report.filled_in_by, report.checked_by, report.responsible, report.phone) == (
        "张三",
        "李四",
        "王五",
        "0518-1",
    )
    assert (report.version, AuditEvent.objects.filter(action="report.save_header").count()) == (2, 1)
