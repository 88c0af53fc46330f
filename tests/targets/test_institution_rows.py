"""The register of institutions from files: read against what stands, stored all or none, taken back."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from audit.models import AuditEvent
from common.errors import Conflict, Invalid, NotAllowed
from common.workbook.register import Type
from targets.excel.institutions import INSTITUTIONS
from targets.models import Institution, Plan, Unit
from targets.services.institution_rows import save_institutions, undo_institutions
from tests.credit_codes import credit_code
from tests.factories import make_user
from tests.targets.institution_files import HEADER, check, codes_of, line, row

AT = datetime(2023, 6, 1, tzinfo=UTC)


@pytest.fixture
def clerk(plan: Plan) -> User:
    return make_user("reporter", "320722")


@pytest.fixture
def officer(plan: Plan) -> User:
    return make_user("officer")


# --- the declaration and the model say the same


def test_declaration_then_its_choices_are_the_models() -> None:
    columns = INSTITUTIONS.by_name

    for name, choices in (("kind", Institution.Kind), ("roof_class", Institution.RoofClass)):
        assert [(one.code, one.label) for one in columns[name].choices] == [(str(c), c.label) for c in choices]


def test_declaration_then_its_limits_are_the_models() -> None:
    for column in INSTITUTIONS.columns:
        stored = Institution._meta.get_field(column.name)
        if column.type is Type.TEXT:
            assert stored.max_length == column.max_length
        if column.type is Type.NUMBER:
            assert getattr(stored, "decimal_places", 0) == column.decimals
        if column.type in (Type.DATE, Type.CHOICE, Type.NAME):
            assert column.required is not stored.null


# --- reading against what stands


def test_new_institutions_then_they_are_stored_as_the_file_says(clerk: User) -> None:
    read, rows = check(clerk, [line(1), line(2, 独立计量="是", 退出日期="2023年3月31日", 机构类别="医院")])

    saved = save_institutions(rows, by=clerk, at=AT)

    assert codes_of(read) == set()
    assert (saved.added, saved.changed) == (2, 0)
    stored = Institution.objects.get(credit_code=credit_code(2))
    assert stored.unit.code == "320722"
    assert (stored.name, stored.kind, stored.roof_class) == ("第2小学", "024", "other")
    assert (stored.floor_area_m2, stored.headcount) == (Decimal("1200.50"), 80)
    assert stored.separately_metered
    assert (stored.active_from, stored.active_to, stored.version) == (date(2020, 1, 1), date(2023, 3, 31), 1)
    assert stored.search_key == f"第2小学 d2xx {credit_code(2).lower()}"


def test_reporter_without_a_column_of_units_then_it_is_their_own(clerk: User) -> None:
    _read, rows = check(clerk, [line(1)[1:]], HEADER[1:])

    save_institutions(rows, by=clerk, at=AT)

    assert Institution.objects.get().unit.code == "320722"


def test_officer_without_a_column_of_units_then_it_is_said_once(officer: User) -> None:
    read, rows = check(officer, [line(1)[1:], line(2)[1:]], HEADER[1:])

    assert codes_of(read) == {(None, "所属单位", "missing_column")}
    assert rows == []


def test_column_missing_beside_a_code_that_cannot_be_read_then_it_is_told_as_needed_for_new_rows(officer: User) -> None:
    read, _rows = check(officer, [["东海县", "123", *line(1)[3:]]], [HEADER[0], *HEADER[2:]])

    assert codes_of(read) == {(2, "统一社会信用代码", "bad_credit_code")}
    told = [problem for problem in read.problems if problem.level == "warning"]
    assert [(problem.column, problem.code) for problem in told] == [("机构名称", "missing_column")]
    assert "新登记的行必须填写" in told[0].text(str)


def test_blank_cells_of_a_known_institution_then_they_stay(clerk: User) -> None:
    save_institutions([row(1, active_to=date(2023, 3, 31))], by=clerk, at=AT)

    read, rows = check(clerk, [[credit_code(1), 99]], ["统一社会信用代码", "用能人数"])
    save_institutions(rows, by=clerk, at=AT)

    assert codes_of(read) == set()
    stored = Institution.objects.get()
    assert (stored.headcount, stored.name, stored.active_to) == (99, "第1小学", date(2023, 3, 31))
    assert stored.version == 2


def test_the_word_clear_then_what_may_be_blank_is_cleared_and_nothing_else(clerk: User) -> None:
    save_institutions([row(1, active_to=date(2023, 3, 31))], by=clerk, at=AT)

    read, rows = check(clerk, [[credit_code(1), "清空"]], ["统一社会信用代码", "退出日期"])
    refused, _rows = check(clerk, [[credit_code(1), "清空"]], ["统一社会信用代码", "机构名称"])
    save_institutions(rows, by=clerk, at=AT)

    assert Institution.objects.get().active_to is None
    assert codes_of(read) == set()
    assert codes_of(refused) == {(2, "机构名称", "required")}


def test_twelve_mistakes_then_all_are_said_at_once(clerk: User) -> None:
    save_institutions([row(8, unit="320703")], by=make_user("officer"), at=AT)
    wrong = [
        line(1, 统一社会信用代码=credit_code(1)[:-1]),  # 2: too short
        line(2, 统一社会信用代码=credit_code(2)[:-1] + ("1" if credit_code(2)[-1] != "1" else "2")),  # 3: check digit
        line(3, unit="海州区"),  # 4: another unit's
        line(4, unit="东海市"),  # 5: unknown
        line(5, 机构类别="小卖部", 屋顶类别=None),  # 6: two
        line(6, 建筑面积="很大", 用能人数=1.5),  # 7: two
        line(7, 独立计量="也许", 纳入日期="2020年1月"),  # 8: two
        line(8),  # 9: registered by another unit
        line(9, 退出日期="2019-12-31"),  # 10: leaves before it enters
        line(10, name=""),
        line(10, name="重复小学"),  # 11, 12: the same code
        line(11, 机构名称=None, 建筑面积=-1),  # 13: two
    ]

    read, rows = check(clerk, wrong)

    assert rows == []
    assert codes_of(read) == {
        (2, "统一社会信用代码", "bad_credit_code"),
        (3, "统一社会信用代码", "bad_credit_code"),
        (4, "所属单位", "region_not_yours"),
        (5, "所属单位", "unknown_region"),
        (6, "机构类别", "unknown_choice"),
        (6, "屋顶类别", "required"),
        (7, "建筑面积（m²）", "not_a_number"),
        (7, "用能人数（人）", "too_many_decimals"),
        (8, "独立计量", "not_yes_or_no"),
        (8, "纳入日期", "bad_date"),
        (9, "统一社会信用代码", "code_taken"),
        (10, "退出日期", "active_span"),
        (11, "统一社会信用代码", "duplicate_key"),
        (12, "统一社会信用代码", "duplicate_key"),
        (13, "机构名称", "required"),
        (13, "建筑面积（m²）", "out_of_range"),
    }


def test_code_of_another_unit_then_its_institution_is_not_named(clerk: User, officer: User) -> None:
    save_institutions([row(1, unit="320703", name="秘密机构")], by=officer, at=AT)

    read, _rows = check(clerk, [line(1)])

    said = [problem.text(str) for problem in read.problems]
    assert any("已由其他单位登记" in text for text in said)
    assert not any("秘密机构" in text or "连云区" in text for text in said)


def test_name_that_is_registered_already_then_it_is_told(clerk: User) -> None:
    save_institutions([row(1)], by=clerk, at=AT)

    read, rows = check(clerk, [line(2, name="第1小学")])

    assert [(p.row, p.code) for p in read.problems] == [(2, "same_name")]
    assert len(rows) == 1


def test_officer_names_another_unit_then_the_institution_moves(officer: User) -> None:
    save_institutions([row(1)], by=officer, at=AT)

    _read, rows = check(officer, [[credit_code(1), "连云区"]], ["统一社会信用代码", "单位"])
    save_institutions(rows, by=officer, at=AT)

    assert Institution.objects.get().unit.code == "320703"


# --- storing


def test_same_rows_again_then_nothing_changes(clerk: User) -> None:
    _read, rows = check(clerk, [line(1), line(2)])
    save_institutions(rows, by=clerk, at=AT)

    read, again = check(clerk, [line(1), line(2)])

    assert (again, len(read.unchanged)) == ([], 2)


def test_row_of_another_unit_then_nothing_is_stored(clerk: User) -> None:
    with pytest.raises(NotAllowed):
        save_institutions([row(1), row(2, unit="320703")], by=clerk, at=AT)

    assert not Institution.objects.exists()


def test_wrong_value_then_nothing_is_stored(clerk: User) -> None:
    with pytest.raises(Invalid, match="校验位"):
        save_institutions([row(1), row(2, credit_code="113207220000000108")], by=clerk, at=AT)

    assert not Institution.objects.exists()


def test_leader_then_nothing_is_stored(plan: Plan) -> None:
    with pytest.raises(NotAllowed):
        save_institutions([row(1)], by=make_user("leader"), at=AT)

    assert not Institution.objects.exists()


def test_code_registered_meanwhile_then_nothing_is_stored(clerk: User) -> None:
    save_institutions([row(2)], by=clerk, at=AT)

    with pytest.raises(Conflict, match="第2小学"):
        save_institutions([row(1), row(2)], by=clerk, at=AT)

    assert Institution.objects.count() == 1


def test_rows_that_differ_in_one_column_then_only_that_column_is_written(clerk: User) -> None:
    save_institutions([row(1), row(2)], by=clerk, at=AT)

    with CaptureQueriesContext(connection) as queries:
        save_institutions([row(n, version=1, headcount=Decimal(7)) for n in (1, 2)], by=clerk, at=AT)

    (update,) = (one["sql"] for one in queries if one["sql"].startswith('UPDATE "targets_institution"'))
    assert '"headcount" = ' in update
    assert '"name" = ' not in update
    assert set(Institution.objects.values_list("headcount", "version")) == {(7, 2)}


def test_rows_of_a_file_then_they_have_been_judged_and_others_have_not(clerk: User) -> None:
    _read, rows = check(clerk, [line(1)])

    assert [one.is_sound for one in (*rows, row(2))] == [True, False]


def test_institution_changed_meanwhile_then_nothing_is_stored(clerk: User) -> None:
    save_institutions([row(1), row(2)], by=clerk, at=AT)
    save_institutions([row(2, version=1, headcount=Decimal(7))], by=clerk, at=AT)

    with pytest.raises(Conflict, match="“第2小学”。本次"):
        save_institutions([row(1, 1, headcount=Decimal(1)), row(2, 1, headcount=Decimal(1))], by=clerk, at=AT)

    assert list(Institution.objects.order_by("credit_code").values_list("headcount", flat=True)) == [80, 7]


def test_institution_that_one_does_not_see_then_its_version_is_no_key(clerk: User, officer: User) -> None:
    save_institutions([row(1, unit="320703")], by=officer, at=AT)

    with pytest.raises(Conflict):
        save_institutions([row(1, version=1)], by=clerk, at=AT)

    assert Institution.objects.get().unit.code == "320703"


def test_many_rows_then_the_trail_has_one_event_with_all_changes_in_a_file(clerk: User) -> None:
    save_institutions([row(1)], by=clerk, at=AT)
    before = AuditEvent.objects.count()

    saved = save_institutions(
        [row(1, version=1, headcount=Decimal(7)), row(2)], by=clerk, at=AT, source={"file": "名录.xlsx"}
    )

    assert AuditEvent.objects.count() == before + 1
    event = AuditEvent.objects.latest("pk")
    said = json.loads(event.after)
    assert (event.action, event.stream) == ("institution.import", "320722")
    assert (said["added"], said["changed"], said["file"]) == (1, 1, "名录.xlsx")
    assert said["changes"] == {"file": str(saved.changes.uuid), "sha256": saved.changes.sha256}
    with saved.changes.content.open("rb") as stored:
        stood, stands = json.load(stored)
    assert {code: (one["headcount"], one["version"]) for code, one in stood.items()} == {credit_code(1): ("80", 1)}
    assert {code: (one["headcount"], one["version"]) for code, one in stands.items()} == {
        credit_code(1): ("7", 2),
        credit_code(2): ("80", 1),
    }


def queries_of(by: User, numbers: range) -> tuple[int, int]:
    """What checking and storing so many institutions takes, half of them known."""
    save_institutions([row(number) for number in numbers if number % 2], by=by, at=AT)
    lines = [line(number, 用能人数=number) for number in numbers]
    with CaptureQueriesContext(
        connection,
    ) as checked:
        _read, rows = check(by, lines)
    with CaptureQueriesContext(connection) as stored:
        save_institutions(rows, by=by, at=AT)
    return len(checked), len(stored)


def test_three_thousand_rows_then_no_more_queries_than_for_ten(officer: User) -> None:
    few = queries_of(officer, range(10))
    many = queries_of(officer, range(10_000, 13_000))

    # Two of the latter are the savepoint that the transaction is inside a test's.
    assert (few, many) == ((5, 12), (5, 12))
    assert Institution.objects.count() == 3010


# --- taking back


def test_undo_then_what_stood_stands_again(clerk: User) -> None:
    save_institutions([row(1)], by=clerk, at=AT)
    saved = save_institutions([row(1, version=1, name="改名"), row(2)], by=clerk, at=AT)

    undo_institutions(saved.changes, by=clerk, at=AT)

    stored = Institution.objects.get()
    assert (stored.name, stored.version, stored.search_key) == ("第1小学", 3, f"第1小学 d1xx {credit_code(1).lower()}")
    event = AuditEvent.objects.latest("pk")
    assert event.action == "institution.undo"
    assert json.loads(event.after)["undoes"] == str(saved.changes.uuid)


def test_undo_of_what_was_changed_since_then_it_is_refused_and_named(clerk: User) -> None:
    saved = save_institutions([row(1), row(2)], by=clerk, at=AT)
    save_institutions([row(2, version=1, headcount=Decimal(7))], by=clerk, at=AT)

    with pytest.raises(Conflict, match="“第2小学”"):
        undo_institutions(saved.changes, by=clerk, at=AT)

    assert Institution.objects.count() == 2


def test_undo_by_somebody_who_does_not_see_them_then_it_is_refused(clerk: User, officer: User) -> None:
    saved = save_institutions([row(1)], by=clerk, at=AT)
    Institution.objects.update(unit=Unit.objects.get(code="320703"))

    with pytest.raises(Conflict):
        undo_institutions(saved.changes, by=clerk, at=AT)

    assert Institution.objects.count() == 1
