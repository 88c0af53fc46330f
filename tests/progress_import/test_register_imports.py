"""Institutions and targets through the import pages: preview, confirmation, undo, rights."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from audit.models import AuditEvent
from progress.models import ImportBatch
from targets.models import Institution, Plan, TargetRevision, Unit
from targets.services.institution_rows import save_institutions
from tests.credit_codes import credit_code
from tests.factories import make_user, sign_in
from tests.hostile.corpus import ALL, Case
from tests.progress_import.files import confirm, do_jobs, last_batch, move, problems_of, sheet_file, workbook
from tests.targets.institution_files import HEADER, line, row, sheet

State = ImportBatch.State
AT = datetime(2023, 6, 1, tzinfo=UTC)


@pytest.fixture
def clerk(plan: Plan) -> User:
    return make_user("reporter", "320722")


def address(plan: Plan, kind: str) -> str:
    return reverse("progress:imports", args=[plan.owner.code, plan.year]) + f"?kind={kind}"


def upload(client: Client, plan: Plan, content: bytes, kind: str = "institutions", name: str = "名录.xlsx") -> Any:
    answer = client.post(address(plan, kind), {"file": SimpleUploadedFile(name, content)}, follow=True)
    return client.get(answer.redirect_chain[-1][0]) if do_jobs() and answer.redirect_chain else answer


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


# --- institutions


def test_clerk_sends_institutions_then_the_preview_shows_them_and_nothing_is_stored(plan: Plan, clerk: User) -> None:
    answer = upload(sign_in(clerk), plan, sheet([line(1), line(2, 机构类别="医院")]))

    text = text_of(answer)
    assert (last_batch().state, last_batch().kind, last_batch().created) == (State.CHECKED, "institutions", 2)
    assert "第2小学" in text
    assert credit_code(1) in text
    assert "卫生类事业单位" in text
    assert not Institution.objects.exists()


def test_new_and_changed_rows_then_the_new_ones_stand_in_one_line_each(plan: Plan, clerk: User) -> None:
    client = sign_in(clerk)
    upload(client, plan, sheet([line(1)]))
    confirm(client)

    text = text_of(upload(client, plan, sheet([line(1, 用能人数=99), line(2)])))

    changed, new = (one.partition("</tr>")[0] for one in text.split('<td class="fit">')[1:3])
    assert ("新增" in changed, "in-line" in changed, "用能人数" in changed) == (False, False, True)
    # Every value of the nine columns but the name and the code that stand before, and the day of leaving.
    assert ("新增" in new, new.count('<div class="in-line">')) == (True, 7)
    assert "填报期截止" not in text


def test_clerk_confirms_then_the_institutions_are_registered(plan: Plan, clerk: User) -> None:
    client = sign_in(clerk)
    upload(client, plan, sheet([line(1), line(2)]))

    answer = confirm(client)

    assert answer.status_code == 200
    assert last_batch().state == State.APPLIED
    assert set(Institution.objects.values_list("name", "unit__code")) == {("第1小学", "320722"), ("第2小学", "320722")}
    actions = AuditEvent.objects.filter(stream="320722").values_list("action", flat=True)
    assert list(actions) == ["import.check", "institution.import", "import.apply"]


def test_change_then_the_preview_says_old_and_new(plan: Plan, clerk: User) -> None:
    client = sign_in(clerk)
    upload(client, plan, sheet([line(1)]))
    confirm(client)

    upload(client, plan, sheet([[credit_code(1), 99]], ["统一社会信用代码", "用能人数"]))

    change = last_batch().changes[0]
    assert (change["old"]["headcount"], change["new"]["headcount"]) == ("80", "99")
    assert (last_batch().created, last_batch().changed) == (0, 1)


def test_undo_then_the_register_is_as_before(plan: Plan, clerk: User) -> None:
    client = sign_in(clerk)
    upload(client, plan, sheet([line(1)]))
    confirm(client)
    upload(client, plan, sheet([line(1, 用能人数=99), line(2)]))
    confirm(client)

    move(client, "undo")

    assert last_batch().state == State.UNDONE
    assert list(Institution.objects.values_list("name", "headcount")) == [("第1小学", 80)]


def test_changed_by_hand_after_the_import_then_undo_is_refused_and_says_why(plan: Plan, clerk: User) -> None:
    client = sign_in(clerk)
    upload(client, plan, sheet([line(1)]))
    confirm(client)
    Institution.objects.update(version=2, headcount=7)

    answer = move(client, "undo")

    assert "<li>“第1小学”：后来手工改过</li>" in text_of(answer)
    assert "请逐个修改这些机构。" in text_of(answer)
    assert last_batch().state == State.APPLIED
    assert Institution.objects.count() == 1


def test_earlier_of_two_imports_undone_then_the_later_one_is_named_and_goes_first(plan: Plan, clerk: User) -> None:
    client = sign_in(clerk)
    batches = []
    for content, name in ((sheet([line(1), line(2)]), "一月.xlsx"), (sheet([line(1, 用能人数=99)]), "二月.xlsx")):
        upload(client, plan, content, name=name)
        confirm(client)
        batches.append(last_batch())
    first, second = batches

    answer = move(client, "undo", first)

    assert answer.status_code == 409
    assert f"<li>“二月.xlsx”（{clerk.name} 于 " in text_of(answer)
    assert " 导入）后来改过其中 1 行，请先撤销“二月.xlsx”。</li>" in text_of(answer)
    assert "然后再撤销这一次导入。" in text_of(answer)
    assert [move(client, "undo", one).status_code for one in (second, first)] == [200, 200]
    assert not Institution.objects.exists()


def test_registered_by_another_between_preview_and_confirmation_then_nothing_is_written(
    plan: Plan, clerk: User
) -> None:
    client = sign_in(clerk)
    upload(client, plan, sheet([line(1), line(2)]))
    save_institutions([row(2, unit="320703")], by=make_user("officer"), at=AT)

    confirm(client)

    assert last_batch().state != State.APPLIED
    assert list(Institution.objects.values_list("unit__code", flat=True)) == ["320703"]


def test_wrong_file_then_it_comes_back_with_the_wrong_cells_marked(plan: Plan, clerk: User) -> None:
    client = sign_in(clerk)
    upload(client, plan, sheet([line(1, 机构类别="小卖部"), line(2, unit="海州区")]))

    batch = last_batch()
    book = client.get(reverse("progress:error_book", args=[plan.owner.code, plan.year, batch.uuid]))

    assert problems_of(batch) == {(2, "机构类别", "unknown_choice"), (3, "所属单位", "region_not_yours")}
    sheet_back = load_workbook(io.BytesIO(book.content)).worksheets[0]
    assert sheet_back["D2"].comment is not None
    assert sheet_back["A3"].comment is not None
    assert sheet_back.cell(1, len(HEADER) + 1).value == "问题"


def test_three_thousand_institutions_then_all_are_registered(plan: Plan, officer: User) -> None:
    client = sign_in(officer)

    upload(client, plan, sheet(line(number) for number in range(3_000)))
    confirm(client)

    assert last_batch().state == State.APPLIED
    assert Institution.objects.count() == 3_000


@pytest.mark.parametrize("role", ["reviewer", "leader", "auditor", "sysadmin"])
def test_who_may_not_edit_the_register_then_no_such_import(plan: Plan, role: str) -> None:
    answer = upload(sign_in(make_user(role)), plan, sheet([line(1)]))

    assert answer.status_code in (403, 404)
    assert not ImportBatch.objects.exists()


# A sample always, the rest in the slow stage.
HOSTILE = [case if number % 9 == 0 else pytest.param(case, marks=pytest.mark.slow) for number, case in enumerate(ALL)]


@pytest.mark.parametrize("case", HOSTILE, ids=str)
def test_hostile_file_then_it_is_refused_in_words_and_nothing_is_stored(case: Case, plan: Plan, clerk: User) -> None:
    answer = upload(sign_in(clerk), plan, case.content, name=case.file)

    assert answer.status_code in (200, 422)
    assert not Institution.objects.exists()


# --- targets


def grid(*rows: list[Any]) -> bytes:
    return workbook(rows, header=["地区", "新建充电桩", "年度新增光伏发电项目"])


def test_officer_sends_targets_then_the_preview_shows_each_target_and_asks_from_when_and_why(
    plan: Plan, client: Client
) -> None:
    answer = upload(client, plan, grid(["海州区", 50, None], ["连云区", 40, "清空"]), kind="targets")

    text = text_of(answer)
    assert [(one["key"], one["old"], one["new"]) for one in last_batch().changes] == [
        (["320706", "CP"], {"value": "40"}, {"value": "50"}),
        (["320703", "PVX"], {"value": "2"}, {"value": None}),
    ]
    assert last_batch().unchanged == 1
    assert "生效日期" in text
    assert "调整理由" in text
    assert "不再设目标" in text


def test_officer_confirms_with_day_and_reason_then_the_targets_are_revised(plan: Plan, client: Client) -> None:
    upload(client, plan, grid(["海州区", 50, None]), kind="targets")

    confirm(client, **{"answer-valid_from": "2023-07-01", "answer-reason": "年中调整"})

    assert last_batch().state == State.APPLIED
    revision = TargetRevision.objects.latest("pk")
    assert (revision.value, str(revision.valid_from), revision.reason) == (Decimal(50), "2023-07-01", "年中调整")


@pytest.mark.parametrize("day", ["", "2024-01-01", "morgen"])
def test_officer_confirms_without_a_day_of_the_year_then_nothing_is_revised(
    plan: Plan, client: Client, day: str
) -> None:
    before = TargetRevision.objects.count()
    upload(client, plan, grid(["海州区", 50, None]), kind="targets")

    confirm(client, **{"answer-valid_from": day, "answer-reason": "年中调整"})

    assert last_batch().state == State.CHECKED
    assert TargetRevision.objects.count() == before


def test_officer_confirms_without_day_and_reason_then_both_fields_say_so_and_nothing_typed_is_lost(
    plan: Plan, client: Client
) -> None:
    upload(client, plan, grid(["海州区", 50, None]), kind="targets")

    said = text_of(confirm(client, **{"answer-valid_from": "", "answer-reason": ""}))
    confirm(client, **{"answer-valid_from": "", "answer-reason": "年中调整"})
    place = [plan.owner.code, plan.year, last_batch().uuid]
    again = client.get(reverse("progress:import_confirm", args=place), follow=True)

    assert '<p class="field-error" id="answer-valid_from-error">没有写明生效日期。</p>' in said
    assert '<p class="field-error" id="answer-reason-error">没有写明理由。</p>' in said
    assert again.redirect_chain == [(reverse("progress:import_batch", args=place), 302)]
    assert ">年中调整</textarea>" in text_of(again)
    assert "field-error" not in text_of(again)


def test_refused_undo_loaded_again_then_the_batch(plan: Plan, client: Client) -> None:
    upload(client, plan, grid(["海州区", 50, None]), kind="targets")
    place = [plan.owner.code, plan.year, last_batch().uuid]

    again = client.get(reverse("progress:import_undo", args=place), follow=True)

    assert again.redirect_chain == [(reverse("progress:import_batch", args=place), 302)]


def test_undo_of_targets_then_what_was_in_force_is_again(plan: Plan, client: Client) -> None:
    upload(client, plan, grid(["海州区", 50, None]), kind="targets")
    confirm(client, **{"answer-valid_from": "2023-07-01", "answer-reason": "年中调整"})

    move(client, "undo")

    assert last_batch().state == State.UNDONE
    revision = TargetRevision.objects.latest("pk")
    assert (revision.value, revision.reason) == (Decimal(40), "撤销导入“名录.xlsx”")


def test_misspelt_indicator_over_numbers_then_its_header_is_refused_with_the_nearest(
    plan: Plan, client: Client
) -> None:
    content = workbook([["海州区", 50, 4]], header=["地区", "新建充电桩", "年度新增光伏项目"])

    said = text_of(upload(client, plan, content, kind="targets"))

    batch = last_batch()
    assert batch.outcome == ImportBatch.Outcome.REJECTED_ROWS
    (problem,) = [one for one in batch.problems if one["level"] == "error"]
    found = (problem["code"], problem["row"], problem["column"], problem["cell"], problem["read"])
    assert found == ("unknown_indicator", 1, "指标", "C1", "年度新增光伏项目")
    assert problem["values"]["nearest"].startswith("年度新增光伏发电项目")
    assert "第 1 行的表头“年度新增光伏项目”不是指标，下面却填有数" in said
    User.objects.filter(pk=batch.by.pk).update(language="en")
    place = [plan.owner.code, plan.year, batch.uuid]
    page = text_of(client.get(reverse("progress:import_batch", args=place)))
    assert "The header “年度新增光伏项目” in row 1 names no indicator" in page
    book = load_workbook(io.BytesIO(client.get(reverse("progress:error_book", args=place)).content))
    cell = book.worksheets[0]["C1"]
    assert "年度新增光伏项目" in str(cell.comment.text)
    assert cell.fill.fill_type == "solid"


@pytest.mark.parametrize(("header", "cell"), [("年度新增光伏项目", None), ("联系人", "张三"), ("合计", 54)])
def test_column_that_is_no_indicators_and_loses_no_target_then_a_warning(
    plan: Plan, client: Client, header: str, cell: Any
) -> None:
    upload(client, plan, workbook([["海州区", 50, cell]], header=["地区", "新建充电桩", header]), kind="targets")

    assert (None, header, "column_ignored") in problems_of(last_batch(), "warning")
    assert [one["key"] for one in last_batch().changes] == [["320706", "CP"]]


def test_targets_one_below_the_other_then_the_grid_is_explained(plan: Plan, client: Client) -> None:
    answer = upload(client, plan, sheet_file([["地区", "指标", "目标值"], ["东海县", "新建充电桩", 45]]), "targets")

    assert "第 1 行只认出了“地区”，没有认出其他要读取的列。请按模板的表头填写。" in text_of(answer)


def test_reporter_then_no_import_of_targets(plan: Plan, clerk: User) -> None:
    answer = upload(sign_in(clerk), plan, grid(["东海县", 50, None]), kind="targets")

    assert answer.status_code == 404
    assert not ImportBatch.objects.exists()


# --- nothing above the header is lost


@pytest.mark.parametrize(
    "rows",
    [
        [line(1), list(HEADER), line(2)],
        [line(1), [*HEADER[:-1], None], [None] * 9 + [HEADER[-1]], line(2)],
    ],
)
def test_institution_above_the_header_then_refused_with_both_rows_named(
    rows: list[list[Any]], plan: Plan, clerk: User
) -> None:
    answer = upload(sign_in(clerk), plan, sheet_file(rows))

    assert [problem["code"] for problem in last_batch().problems] == ["several_data_sheets"]
    assert "第 1 行在表头（第" in text_of(answer)


def test_institutions_below_a_second_header_in_fewer_rows_then_all_are_read(plan: Plan, clerk: User) -> None:
    upper, lower = [*HEADER[:-2], "日期"], [None] * 8 + list(HEADER[-2:])
    rows = [upper, lower, line(1), list(HEADER), line(2)]

    upload(sign_in(clerk), plan, sheet_file(rows, "I1:J1"))

    assert (last_batch().created, last_batch().skipped) == (2, 1)


def test_second_block_of_targets_then_refused(plan: Plan, client: Client) -> None:
    rows = [["地区", "新建充电桩"], ["海州区", 50], [], ["地区", "年度新增光伏发电项目"], ["连云区", 3]]

    upload(client, plan, sheet_file(rows), kind="targets")

    assert last_batch().state == State.REFUSED


# --- out, and in again


def test_exported_register_sent_back_then_nothing_changes(plan: Plan, officer: User) -> None:
    client = sign_in(officer)
    left = {"active_to": date(2023, 6, 30), "separately_metered": True}
    save_institutions([row(1, name="=1+1"), row(2, **left)], by=officer, at=AT)

    export = client.get(reverse("targets:institutions_export"))
    upload(client, plan, export.content)

    assert (last_batch().changes, last_batch().unchanged) == ([], 2)
    assert last_batch().problems == []
    cell = load_workbook(io.BytesIO(export.content)).worksheets[0]["B4"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_export_with_a_filter_then_only_what_the_list_shows(plan: Plan, officer: User) -> None:
    client = sign_in(officer)
    upload(client, plan, sheet([line(1), line(2, unit="海州区")]))
    confirm(client)

    export = client.get(reverse("targets:institutions_export") + "?unit=320706")

    rows = list(load_workbook(io.BytesIO(export.content)).worksheets[0].iter_rows(min_row=4, values_only=True))
    assert [found[1] for found in rows if found[1]] == ["第2小学"]


def test_reporter_exports_then_only_their_own(plan: Plan, clerk: User, officer: User) -> None:
    client = sign_in(officer)
    upload(client, plan, sheet([line(1), line(2, unit="海州区")]))
    confirm(client)

    export = sign_in(clerk).get(reverse("targets:institutions_export"))

    rows = list(load_workbook(io.BytesIO(export.content)).worksheets[0].iter_rows(min_row=4, values_only=True))
    assert [found[1] for found in rows if found[1]] == ["第1小学"]


def test_blank_form_then_it_offers_the_units_and_says_how_to_fill_in(plan: Plan, officer: User) -> None:
    answer = sign_in(officer).get(reverse("targets:institutions_form"))

    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["公共机构名录", "填写说明"]
    first = book.worksheets[0]
    assert [first.cell(3, place).value for place in (1, 2, 3)] == ["所属单位*", "机构名称*", "统一社会信用代码*"]
    lists = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in first.data_validations.dataValidation}
    assert "东海县" in str(lists["A4"])
    assert "国家机关" in str(lists["D4"])
    assert Unit.objects.filter(parent__isnull=False).count() == str(lists["A4"]).count(",") + 1


def test_help_then_every_column_is_explained(plan: Plan, clerk: User) -> None:
    text = text_of(sign_in(clerk).get(address(plan, "institutions")))

    assert "18 位" in text
    assert "退出日期" in text
    assert reverse("targets:institutions_form") in text


def test_help_of_targets_then_the_form_and_what_a_blank_means(plan: Plan, client: Client) -> None:
    text = text_of(client.get(address(plan, "targets")))

    assert "空格不改动原有目标" in text
    assert "新登记" not in text
    assert reverse("targets:targets_form", args=[plan.owner.code, plan.year]) in text
