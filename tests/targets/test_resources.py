"""Institutions and units' other names as whole registers, through Django's admin."""

import io
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import cast
from urllib.parse import unquote

import openpyxl
import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.policy import Role
from audit.models import AuditEvent
from common.workbook.register import Register
from targets.excel.institutions import INSTITUTIONS
from targets.models import Institution, Plan, Unit, UnitAlias
from tests.admin_imports import Answer, confirm, csv_file, problems_of, send, send_and_confirm, xlsx_file
from tests.factories import make_user, sign_in
from tests.hostile.gen import biff8, cfb
from tests.targets.test_institutions import credit_code, institution

BODIES, ALIASES = "targets/institution", "targets/unitalias"
HEADER = INSTITUTIONS.headers
ALIAS_HEADER = ("单位", "别名")


@pytest.fixture
def officer_user(plan: Plan) -> User:
    return make_user(Role.OFFICER, username="officer")


@pytest.fixture
def officer(officer_user: User) -> Client:
    return sign_in(officer_user)


def lines(count: int, *, start: int = 1, people: int = 12) -> list[tuple[object, ...]]:
    """Rows of valid institutions."""
    return [
        ("东海县", f"机构{n}", credit_code(n), "国家机关", "党政机关", "100.5", people, "是", "2020-01-01", "")
        for n in range(start, start + count)
    ]


def bodies(count: int, *, start: int = 1, people: int = 12) -> bytes:
    """A sheet of valid institutions."""
    return csv_file(HEADER, lines(count, start=start, people=people))


# --- institutions


def test_institutions_sent_and_confirmed_then_stored_with_one_event(officer: Client) -> None:
    answer = send_and_confirm(officer, BODIES, bodies(30), "bodies.csv")

    assert answer.status_code == 302
    assert Institution.objects.filter(unit__code="320722", separately_metered=True).count() == 30
    event = AuditEvent.objects.get(action="institution.import")
    assert (event.actor, event.stream) == ("officer", "320700")
    said = json.loads(event.after)
    assert (said["added"], said["changed"], said["file"]) == (30, 0, "bodies.csv")
    assert "已导入：新增 30 行" in officer.get(answer["Location"]).content.decode()


def test_one_wrong_code_among_good_rows_then_none_is_stored(officer: Client) -> None:
    good = bodies(5).decode("utf-8-sig")
    wrong = good.replace(credit_code(3), credit_code(3)[:-1] + "0" if credit_code(3)[-1] != "0" else "1")

    said = problems_of(send(officer, BODIES, wrong.encode()))

    assert "第 4 行“统一社会信用代码”：校验位不对" in said
    assert not Institution.objects.exists()
    assert default_storage.listdir("waiting")[1] == []


def test_other_citys_units_and_institutions_then_refused(officer: Client, second_plan: Plan) -> None:
    foreign = Unit.objects.filter(path__startswith=second_plan.owner.path, parent__isnull=False)[0]
    institution(foreign.code, number=1).save()
    rows = [
        (foreign.name, "机构", credit_code(2), "国家机关", "党政机关", "1", "1", "是", "2020-01-01", ""),
        ("东海县", "机构", credit_code(1), "国家机关", "党政机关", "1", "1", "是", "2020-01-01", ""),
    ]

    said = problems_of(send(officer, BODIES, csv_file(HEADER, rows)))

    assert "第 2 行" in said
    assert "已由其他单位登记" in said
    assert Institution.objects.count() == 1


def test_institution_changed_after_the_preview_then_conflict(officer: Client) -> None:
    send_and_confirm(officer, BODIES, bodies(2))
    preview = send(officer, BODIES, bodies(2, people=99))
    Institution.objects.filter(credit_code=credit_code(2)).update(headcount=7, version=2)

    answer = confirm(officer, BODIES, preview)

    assert answer.status_code == 409
    assert not Institution.objects.filter(headcount=99).exists()


def test_queries_are_the_same_for_10_and_1000_institutions(officer: Client) -> None:
    send_and_confirm(officer, BODIES, bodies(1, start=90_000))  # the trail's stream begins
    counts = []
    for number, start in ((10, 1), (1_000, 1_000)):
        for people in (12, 13):
            with CaptureQueriesContext(connection) as previewing:
                preview = send(officer, BODIES, bodies(number, start=start, people=people))
            with CaptureQueriesContext(connection) as importing:
                confirm(officer, BODIES, preview)
            counts.append((len(previewing), len(importing)))
        assert Institution.objects.filter(headcount=13).count() == number + (10 if start > 1 else 0)

    assert counts == [(17, 26)] * 4


def test_institutions_exported_and_sent_back_then_nothing_changes_and_numbers_are_numbers(officer: Client) -> None:
    send_and_confirm(officer, BODIES, bodies(3))

    taken = officer.get(f"/admin/{BODIES}/export/?q=jg2")
    everything = officer.get(f"/admin/{BODIES}/export/")

    found = openpyxl.load_workbook(io.BytesIO(taken.content)).worksheets[0]
    assert [row[1] for row in found.iter_rows(min_row=4, values_only=True)] == ["机构2"]
    area, people = (
        found.cell(4, INSTITUTIONS.headers.index(name) + 1) for name in ("建筑面积（m²）", "用能人数（人）")
    )
    assert (area.value, people.value) == (100.5, 12)
    preview = send(officer, BODIES, everything.content, "back.xlsx")
    assert "新增 0 行，更改 0 行，没有变化 3 行" in preview.content.decode()


def test_queries_of_an_export_are_the_same_for_10_and_1000_institutions(officer: Client) -> None:
    counts = []
    for number, start in ((10, 1), (1_000, 1_000)):
        send_and_confirm(officer, BODIES, bodies(number, start=start))
        with CaptureQueriesContext(connection) as exporting:
            officer.get(f"/admin/{BODIES}/export/")
        counts.append(len(exporting))

    assert counts == [5, 5]


def test_export_by_an_unknown_filter_then_refused_in_words(officer: Client) -> None:
    answer = officer.get(f"/admin/{BODIES}/export/?colour=green")

    assert answer.status_code == 422
    assert "筛选条件" in answer.content.decode()


def test_names_that_look_like_formulas_leave_as_texts(officer: Client) -> None:
    institution(name="=HYPERLINK(1)").save()
    institution(name="+1", number=2).save()
    institution(name="@SUM(A1)", number=3).save()

    sheet = openpyxl.load_workbook(io.BytesIO(officer.get(f"/admin/{BODIES}/export/").content)).worksheets[0]

    names = [sheet.cell(row, 2) for row in (4, 5, 6)]
    assert {str(cell.value) for cell in names} == {"=HYPERLINK(1)", "+1", "@SUM(A1)"}
    assert {cell.data_type for cell in names} == {"s"}


def test_names_of_what_is_taken_away_are_chinese_with_the_local_day(officer: Client) -> None:
    with time_machine.travel(datetime(2023, 4, 5, 20, 0, tzinfo=UTC), tick=False):
        names = [download_name(officer.get(f"/admin/{BODIES}/{door}/")) for door in ("export", "blank")]
        names.append(download_name(officer.get(f"/admin/{ALIASES}/export/")))

    assert names == ["公共机构名录_2023-04-06.xlsx", "公共机构名录模板.xlsx", "单位别名_2023-04-06.xlsx"]


def test_names_of_what_is_taken_away_are_in_the_readers_language(officer: Client) -> None:
    officer.post("/accounts/language/", {"language": "en"})

    name = download_name(officer.get(f"/admin/{BODIES}/blank/"))

    assert name.isascii()
    assert name.endswith(" form.xlsx")


def download_name(answer: Answer) -> str:
    """The name under which a browser saves an answer (RFC 5987)."""
    said = answer["Content-Disposition"]
    assert said.isascii()
    charset, _, name = said.removeprefix("attachment; filename*=").partition("''")
    assert charset == "UTF-8"
    return unquote(name)


# --- what every register's import reads and refuses


def old_workbook(rows: Iterable[Sequence[object]]) -> bytes:
    """An .xls as Excel 97 and WPS save it."""
    return cast("bytes", cfb({"Workbook": biff8([list(row) for row in rows])}))


@pytest.mark.parametrize("name", ["别名.xls", "别名.et", "别名.XLS"])
def test_old_workbook_then_imported(name: str, officer: Client) -> None:
    answer = send_and_confirm(officer, ALIASES, old_workbook([ALIAS_HEADER, ("东海县", "东海旧称")]), name)

    assert answer.status_code == 302
    assert UnitAlias.objects.filter(unit__code="320722", alias="东海旧称").exists()


def test_old_workbook_with_a_mistake_then_it_comes_back_marked_under_its_own_name(officer: Client) -> None:
    answer = send(officer, ALIASES, old_workbook([ALIAS_HEADER, ("火星县", "火星")]), "别名.xls")

    assert "火星县" in problems_of(answer)
    assert 'download="有问题的别名.xlsx"' in answer.content.decode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_in_any_encoding_then_imported(encoding: str, officer: Client) -> None:
    text = csv_file(ALIAS_HEADER, [("东海县", "东海㼆")]).decode("utf-8-sig")

    send_and_confirm(officer, ALIASES, text.encode(encoding), "别名.csv")

    assert UnitAlias.objects.filter(unit__code="320722", alias="东海㼆").exists()


def test_page_of_the_import_names_what_it_takes(officer: Client) -> None:
    page = officer.get(f"/admin/{BODIES}/import/").content.decode()

    assert 'accept=".xlsx,.csv,.xls,.et"' in page
    assert ".xlsx / .csv / .xls / .et，最大 10 MB" in page


def test_rows_refused_then_the_trail_says_which_file_and_why(officer: Client) -> None:
    send_and_confirm(officer, BODIES, bodies(2))
    wrong = csv_file(HEADER, [("火星县", *line[1:]) if n else line for n, line in enumerate(lines(3))])

    send(officer, BODIES, wrong, "名录.csv")

    event = AuditEvent.objects.get(action="import.refuse")
    assert (event.actor, event.stream, event.outcome) == ("officer", "320700", "refused")
    assert (event.object_name, event.object_key) == ("名录.csv", sha256(wrong).hexdigest())
    assert event.reason == "unknown_region"
    said = json.loads(event.after)
    assert datetime.fromisoformat(said.pop("arrived_at")) <= event.at
    assert said == {
        "kind": "institutions",
        "outcome": "rejected_rows",
        "sha256": sha256(wrong).hexdigest(),
        "created": 0,
        "changed": 0,
        "unchanged": 1,
        "skipped": 0,
        "refused": 2,
    }


def test_queries_of_a_refused_file_are_the_same_for_10_and_1000_rows(officer: Client) -> None:
    send(officer, BODIES, b"x")  # the trail's stream begins
    counts = []
    for number in (10, 1_000):
        wrong = csv_file(HEADER, [("火星县", *line[1:]) for line in lines(number)])
        with CaptureQueriesContext(connection) as refusing:
            assert send(officer, BODIES, wrong).status_code == 422
        counts.append(len(refusing))

    assert counts == [22, 22]


def test_preview_that_can_be_confirmed_then_no_entry_and_the_import_leaves_one(officer: Client) -> None:
    before = set(AuditEvent.objects.values_list("pk", flat=True))

    preview = send(officer, ALIASES, csv_file(ALIAS_HEADER, [("东海县", "东海旧称")]), "别名.csv")
    assert set(AuditEvent.objects.values_list("pk", flat=True)) == before
    confirm(officer, ALIASES, preview)

    (event,) = AuditEvent.objects.exclude(pk__in=before)
    assert (event.action, event.outcome, event.object_name) == ("alias.import", "done", "别名.csv")


def refusals() -> list[tuple[str, dict[str, object]]]:
    """Codes and facts of every refused file in the trail."""
    told = AuditEvent.objects.filter(action="import.refuse").order_by("pk").values_list("reason", "after")
    return [(codes, {name: json.loads(after)[name] for name in ("kind", "outcome")}) for codes, after in told]


def test_file_over_the_limit_then_refused(officer: Client, settings: object) -> None:
    settings.IMPORT_MAX_BYTES = 1024 * 1024  # type: ignore[attr-defined]

    answer = send(officer, BODIES, b"x" * (1024 * 1024 + 1))

    assert answer.status_code == 422
    assert "文件超过 1 MB" in answer.content.decode()
    assert refusals() == [("file_too_large", {"kind": "institutions", "outcome": "rejected_file"})]


def test_sheet_of_another_register_then_its_missing_columns_are_named(officer: Client) -> None:
    said = problems_of(send(officer, BODIES, csv_file(("a", "b"), [("1", "2")])))

    assert "统一社会信用代码" in said


def test_post_without_a_file_then_the_page_again(officer: Client) -> None:
    answer = officer.post(f"/admin/{BODIES}/import/", {"resource": "0"})

    assert answer.status_code == 422
    assert "该字段是必填项" in answer.content.decode()
    assert refusals() == []


@pytest.mark.parametrize("table", [BODIES, ALIASES])
@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.OFFICER])
def test_only_an_officer_sends_or_takes_registers(role: str, table: str, officer: Client) -> None:
    person = sign_in(make_user(role))

    for path in ("import/", "export/", "blank/"):
        assert person.get(f"/admin/{table}/{path}", follow=True).status_code == 403
    assert send(person, table, bodies(1)).status_code in (302, 403)
    assert person.post(f"/admin/{table}/process_import/", follow=True).status_code in (403, 405)
    assert not Institution.objects.exists()


@pytest.mark.parametrize("table", ["targets/unit", "targets/plan", "targets/quarter"])
def test_other_tables_have_no_import(table: str, officer: Client) -> None:
    assert officer.get(f"/admin/{table}/import/").status_code in (302, 404)
    assert "import/" not in officer.get(f"/admin/{table}/").content.decode()


# --- units' other names


def test_aliases_then_imports_and_searches_find_the_unit(officer: Client) -> None:
    answer = send_and_confirm(officer, ALIASES, csv_file(ALIAS_HEADER, [("东海县", "东海"), ("320723", "灌云县区")]))

    assert answer.status_code == 302
    assert UnitAlias.objects.filter(unit__code="320723", alias="灌云县区").exists()
    assert "灌云县区" in Unit.objects.get(code="320723").search_key
    said = json.loads(AuditEvent.objects.get(action="alias.import").after)
    assert ["320723", "灌云县区"] in said["added"]


def test_aliases_that_mean_another_unit_then_refused(officer: Client, second_plan: Plan) -> None:
    UnitAlias.objects.create(unit=Unit.objects.get(code="320722"), alias="旧东海")
    foreign = Unit.objects.filter(path__startswith=second_plan.owner.path)[0]
    rows = [
        ("东海县", "灌云县"),
        ("灌云县", "旧东海"),
        ("东海县", "河东片区"),
        ("灌云县", "河东片区"),
        (foreign.code, "别处"),
    ]
    before = UnitAlias.objects.count()

    said = problems_of(send(officer, ALIASES, csv_file(ALIAS_HEADER, rows)))

    assert "第 2 行“别名”：“灌云县”已是灌云县的名称或别名" in said
    assert "第 3 行“别名”：“旧东海”已是东海县的名称或别名" in said
    assert "第 4 行“别名”" in said
    assert "文件里另一行把“河东片区”写给了" in said
    assert "第 6 行" in said
    assert UnitAlias.objects.count() == before


def test_same_aliases_again_then_nothing_is_added_and_no_event_written(officer: Client) -> None:
    taken = officer.get(f"/admin/{ALIASES}/export/")
    count = UnitAlias.objects.count()

    send_and_confirm(officer, ALIASES, taken.content, "aliases.xlsx")

    assert count > 0
    assert UnitAlias.objects.count() == count
    assert not AuditEvent.objects.filter(action="alias.import").exists()


def test_queries_are_the_same_for_10_and_1000_aliases(officer: Client) -> None:
    send_and_confirm(officer, ALIASES, csv_file(ALIAS_HEADER, [("东海县", "起")]))
    counts = []
    for number in (10, 1_000):
        rows = [("东海县", f"又名{number}之{n}") for n in range(number)]
        with CaptureQueriesContext(connection) as previewing:
            preview = send(officer, ALIASES, xlsx_file(ALIAS_HEADER, rows), "aliases.xlsx")
        with CaptureQueriesContext(connection) as importing:
            confirm(officer, ALIASES, preview)
        counts.append((len(previewing), len(importing)))

    assert counts == [(18, 25), (18, 25)]


def test_register_of_the_blank_form_is_the_one_that_is_read(officer: Client) -> None:
    content = officer.get(f"/admin/{BODIES}/blank/").content

    words = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0][3]]
    register: Register = INSTITUTIONS
    assert [str(word).rstrip("*") for word in words if word][: len(register.columns)] == list(register.headers)
