"""The grid of targets from a file: what changes, what is refused, what is put back."""

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import User
from audit.models import AuditEvent
from common.errors import Conflict, Invalid, Locked, NotAllowed
from common.workbook.limits import Limits
from common.workbook.register import RegisterRead, read_register
from targets.models import Plan, Target, TargetRevision
from targets.queries.target_rows import Place, target_ground
from targets.services.target_rows import Terms, revise_targets, undo_revisions
from targets.services.workbooks import targets_workbook
from tests.factories import make_user
from tests.targets.institution_files import book_of, sheet

AT = datetime(2023, 6, 1, tzinfo=UTC)
ON = date(2023, 6, 1)
TERMS = Terms(valid_from=ON, reason="年中调整")


@pytest.fixture
def officer(plan: Plan) -> User:
    return make_user("officer")


def check(plan: Plan, by: User, header: list[str], *rows: list[Any]) -> tuple[RegisterRead, dict[Place, Any]]:
    ground = target_ground(plan, by, ON)
    read = read_register(book_of(sheet(rows, header)), ground.register, ground.world, Limits())
    return read, ground.check(read)


def in_force(plan: Plan, by: User, unit: str, indicator: str, on: date = ON) -> Decimal | None:
    return target_ground(plan, by, on).values.get((unit, indicator))


def codes_of(read: RegisterRead) -> set[tuple[int | None, str, str]]:
    return {(p.row, p.column, p.code) for p in read.problems if p.level == "error"}


def test_number_blank_and_clear_then_set_kept_and_withdrawn(plan: Plan, officer: User) -> None:
    header = ["地区", "新建充电桩", "年度新增光伏发电项目（个）", "新建建筑可安装光伏面积覆盖率"]

    read, wanted = check(plan, officer, header, ["海州区", 50, "清空", None], ["连云区", None, 3, "60%"])
    revised = revise_targets(plan, wanted, TERMS, by=officer, at=AT)

    assert codes_of(read) == set()
    assert {one.place: (one.before, one.after) for one in revised} == {
        ("320706", "CP"): (40, 50),
        ("320706", "PVX"): (2, None),
        ("320703", "PVX"): (2, 3),
        ("320703", "PVN"): (50, 60),
    }
    assert in_force(plan, officer, "320706", "CP") == 50
    assert in_force(plan, officer, "320706", "PVX") is None
    assert in_force(plan, officer, "320706", "PVN") == 50
    assert in_force(plan, officer, "320706", "CP", date(2023, 5, 31)) == 40


def test_target_that_was_not_there_then_it_is_our_breakdown(plan: Plan, officer: User) -> None:
    _read, wanted = check(plan, officer, ["单位", "新建充电桩"], ["开发区", 12])

    revise_targets(plan, wanted, TERMS, by=officer, at=AT)

    target = Target.objects.get(plan_unit__unit__code="320771", indicator__code="CP")
    assert target.origin == Target.Origin.DEFAULT
    revision = target.revisions.get()
    assert (revision.value, revision.valid_from, revision.reason) == (12, ON, "年中调整")


def test_every_wrong_cell_then_all_are_said_at_once(plan: Plan, officer: User) -> None:
    header = ["地区", "新建充电桩", "新建建筑可安装光伏面积覆盖率", "食堂全电厨房改造试点", "人均综合能耗下降率"]

    read, wanted = check(
        plan,
        officer,
        header,
        ["海州区", 40.5, 101, 3, None],
        ["全市", 0, None, None, 5],
        ["东海", 1, None, None, None],
        ["海州区", 41, None, None, None],
    )

    assert wanted == {}
    assert codes_of(read) == {
        (2, "新建充电桩（个）", "too_many_decimals"),
        (2, "新建建筑可安装光伏面积覆盖率（%）", "out_of_range"),
        (2, "食堂全电厨房改造试点（个）", "indicator_tracked"),
        (2, "地区", "duplicate_key"),
        (3, "新建充电桩（个）", "target_not_positive"),
        (3, "人均综合能耗下降率（%）", "no_city_target"),
        (4, "地区", "unknown_region"),
        (5, "地区", "duplicate_key"),
    }


def test_form_sent_back_as_it_is_then_nothing_changes(plan: Plan, officer: User) -> None:
    content = targets_workbook(plan, by=officer, on=ON, at=AT)
    ground = target_ground(plan, officer, ON)

    read = read_register(book_of(content), ground.register, ground.world, Limits())

    assert (read.problems, ground.check(read)) == ([], {})
    assert len(read.entries) == 12


def test_form_printed_then_on_pages_side_by_side_that_all_name_the_units(plan: Plan, officer: User) -> None:
    book = load_workbook(io.BytesIO(targets_workbook(plan, by=officer, on=ON, at=AT)))

    grid = book.worksheets[0]
    assert (grid.print_title_rows, grid.print_title_cols) == ("$3:$3", "$A:$A")
    assert len(grid.col_breaks.brk) == 2
    assert grid["B1"].value == "2023年年度目标任务"


def test_help_of_the_form_then_an_example_for_each_indicator(plan: Plan, officer: User) -> None:
    book = load_workbook(io.BytesIO(targets_workbook(plan, by=officer, on=ON, at=AT)))

    examples = {row[0].value: row[3].value for row in book["填写说明"].iter_rows()}
    assert examples["地区"] == "东海县"
    assert examples["新建充电桩（个）"] == "40"
    assert examples["新建建筑可安装光伏面积覆盖率（%）"] == "50"
    assert examples["超能耗定额约束值机构（未整改）（家）"] == "0"


def test_grid_then_one_event_with_every_change(plan: Plan, officer: User) -> None:
    _read, wanted = check(plan, officer, ["地区", "新建充电桩"], ["海州区", 50], ["连云区", 51])
    before = AuditEvent.objects.count()

    revise_targets(plan, wanted, TERMS, by=officer, at=AT)

    assert AuditEvent.objects.count() == before + 1
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.stream, event.reason) == ("target.import", "320700", "年中调整")
    assert json.loads(event.before) == {"320706/CP": "40", "320703/CP": "40"}
    assert json.loads(event.after)["targets"] == {"320706/CP": "50", "320703/CP": "51"}


def test_target_that_is_so_already_on_that_day_then_it_is_left_out(plan: Plan, officer: User) -> None:
    assert revise_targets(plan, {("320706", "CP"): Decimal(40)}, TERMS, by=officer, at=AT) == []

    assert not TargetRevision.objects.filter(reason="年中调整").exists()


def test_day_of_another_year_then_the_target_is_named(plan: Plan, officer: User) -> None:
    wrong = Terms(valid_from=date(2024, 1, 1), reason="年中调整")

    with pytest.raises(Invalid, match="海州区“新建充电桩”：生效日期 2024-01-01"):
        revise_targets(plan, {("320706", "CP"): Decimal(50)}, wrong, by=officer, at=AT)


def test_no_reason_then_nothing_changes(plan: Plan, officer: User) -> None:
    with pytest.raises(Invalid, match="理由"):
        revise_targets(plan, {("320706", "CP"): Decimal(50)}, Terms(valid_from=ON, reason=" "), by=officer, at=AT)


@pytest.mark.parametrize("role", ["reporter", "reviewer", "leader"])
def test_who_is_no_officer_then_nothing_changes(plan: Plan, role: str) -> None:
    with pytest.raises(NotAllowed):
        revise_targets(plan, {("320706", "CP"): Decimal(50)}, TERMS, by=make_user(role), at=AT)


def test_archived_plan_then_nothing_changes(plan: Plan, officer: User) -> None:
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.CLOSED)

    with pytest.raises(Locked):
        revise_targets(plan, {("320706", "CP"): Decimal(50)}, TERMS, by=officer, at=AT)


def queries_of(plan: Plan, by: User, units: list[str]) -> int:
    """What changing the piles and the projects of these units takes."""
    count = TargetRevision.objects.count()
    wanted = {(unit, code): Decimal(count + 7) for unit in units for code in ("CP", "PVX", "PVN")[: len(units)]}
    with CaptureQueriesContext(connection) as context:
        revise_targets(plan, {place: min(v, Decimal(99)) for place, v in wanted.items()}, TERMS, by=by, at=AT)
    return len(context)


def test_one_target_or_a_grid_then_the_same_number_of_queries(plan: Plan, officer: User) -> None:
    queries_of(plan, officer, ["SBJ"])  # the trail's stream is there now
    one = queries_of(plan, officer, ["320771"])
    many = queries_of(plan, officer, ["320706", "320703", "320722", "320723", "GXQ", "XWQ"])

    assert (one, many) == (17, 17)


def test_undo_then_what_was_in_force_is_again_and_all_stays_on_record(plan: Plan, officer: User) -> None:
    wanted: dict[Place, Decimal | None] = {("320706", "CP"): Decimal(50), ("320771", "CP"): Decimal(9)}
    revised = revise_targets(plan, wanted, TERMS, by=officer, at=AT)

    undo_revisions(plan, revised, Terms(valid_from=ON, reason="撤销导入"), by=officer, at=AT)

    assert in_force(plan, officer, "320706", "CP") == 40
    assert in_force(plan, officer, "320771", "CP") is None
    values = TargetRevision.objects.filter(target__plan_unit__unit__code="320706", target__indicator__code="CP")
    assert [one.value for one in values] == [40, 50, 40]


def test_undo_of_what_was_revised_since_then_it_is_refused_and_named(plan: Plan, officer: User) -> None:
    revised = revise_targets(plan, {("320706", "CP"): Decimal(50)}, TERMS, by=officer, at=AT)
    revise_targets(plan, {("320706", "CP"): Decimal(60)}, TERMS, by=officer, at=AT)

    with pytest.raises(Conflict, match="海州区“新建充电桩”"):
        undo_revisions(plan, revised, Terms(valid_from=ON, reason="撤销导入"), by=officer, at=AT)

    assert in_force(plan, officer, "320706", "CP") == 60
