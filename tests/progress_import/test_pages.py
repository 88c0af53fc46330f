"""The import pages: send a file, read what became of it, take the form and the file back."""

import io
import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from accounts.models import User
from accounts.policy import Role
from progress.models import ImportBatch, Line, Report
from progress.queries.import_pages import history_page
from targets.models import Plan, Unit
from tests.factories import make_report, make_user, plan_unit_of, sign_in
from tests.progress_import.files import (
    COUNT,
    HEADER,
    QUARTER,
    RATE,
    TWELVE_MISTAKES,
    import_events,
    last_batch,
    problems_of,
    row,
    send,
    stored_counts,
    upload,
    workbook,
)

Outcome = ImportBatch.Outcome

TWELVE_IN_ENGLISH = [
    "Row 2: the unit “火星县” is not in the list. Copy the name from the list.",
    "Row 3: the indicator “人均快乐指数” is not in the list. Copy the name from the list.",
    "Row 4: the quarter “2023年3月” is not understood. Write it like “2023年第1季度” or “2023Q1”.",
    "Row 5: the quarter “2022年第1季度” cannot be reported now (not a quarter of this year). Check the year",
    "Row 6, “完成值”: should be a number; read “约12”. Enter only the number.",
    "Row 7, “完成值”: Whole numbers only; check and enter it again (read “2.5”).",
    "Row 8, “完成值”: Must not be more than 100; check the number and its unit (read “101”).",
    "Row 9, “完成值”: the unit written is not the indicator's (个); read “5千瓦”. Convert it",
    "Row 10, “基数”: The base is missing; enter it.",
    "Row 11, “完成值”: the error value “#DIV/0!”. Correct the formula or enter the number.",
    "Row 12 lacks “地区”. Fill it in.",
    "Row 13, “基数”: This indicator has no base; clear it (read “4”).",
]


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


# --- sending


def test_good_file_sent_then_the_page_says_what_was_stored(plan: Plan, client: Client) -> None:
    answer = send(client, plan, workbook([row(), row("连云区", value=5, note="含新建")]))

    text = text_of(answer)
    assert answer.redirect_chain[-1][1] == 302
    assert "已全部导入" in text
    assert "含新建" in text
    assert set(Line.objects.values_list("value", "note")) == {(3, ""), (5, "含新建")}


def test_twelve_different_mistakes_then_all_twelve_are_listed_with_row_and_column(plan: Plan, client: Client) -> None:
    before = stored_counts()

    answer = send(client, plan, workbook(TWELVE_MISTAKES))

    assert problems_of(last_batch()) == {
        (2, "地区", "unknown_region"),
        (3, "指标", "unknown_indicator"),
        (4, "季度", "bad_quarter"),
        (5, "季度", "quarter_not_open"),
        (6, "完成值", "not_a_number"),
        (7, "完成值", "too_many_decimals"),
        (8, "完成值", "out_of_range"),
        (9, "完成值", "unit_mismatch"),
        (10, "基数", "base_missing"),
        (11, "完成值", "excel_error"),
        (12, "地区", "required"),
        (13, "基数", "base_not_used"),
    }
    text = text_of(answer)
    assert "没有导入，原有数据没有任何改动" in text
    assert all(f"Sheet!</span>{place}</td>" in text for place in ("A2", "C3", "B4", "D6", "E13"))
    assert all(f">{code}</code>" in text for _row, _column, code in problems_of(last_batch()))
    assert stored_counts() == before


def test_several_mistakes_in_one_row_then_each_is_said(plan: Plan, client: Client) -> None:
    send(client, plan, workbook([["火星县", "上半年", "人均快乐指数", "约12", "x", None]]))

    assert {code for _row, _column, code in problems_of(last_batch())} == {
        "unknown_region", "bad_quarter", "unknown_indicator", "not_a_number",
    }  # fmt: skip
    assert len(problems_of(last_batch())) == 5


def test_unknown_name_then_the_nearest_is_offered(plan: Plan, client: Client) -> None:
    answer = send(client, plan, workbook([row("海州")]))

    assert "最接近的是“海州区”" in text_of(answer)


def test_refused_file_read_in_english_then_the_messages_are_english(plan: Plan, officer: User) -> None:
    officer.language = "en"
    officer.save()

    answer = send(sign_in(officer), plan, workbook(TWELVE_MISTAKES))

    assert answer.headers["Content-Language"] == "en"
    text = unescape(text_of(answer))
    assert [message for message in TWELVE_IN_ENGLISH if message not in text] == []


def test_no_file_chosen_then_the_form_stands_there_again_with_advice(plan: Plan, client: Client) -> None:
    answer = client.post(reverse("progress:imports", args=["320700", 2023]))

    assert answer.status_code == 422
    assert "请先选择要导入的工作簿" in said_at_field(answer)


def test_several_files_at_once_then_none_is_read_and_the_form_says_so(plan: Plan, client: Client) -> None:
    files = [SimpleUploadedFile(name, workbook([row()])) for name in ("一.xlsx", "二.xlsx")]

    answer = client.post(reverse("progress:imports", args=["320700", 2023]), {"file": files})

    assert answer.status_code == 422
    assert "一次只能上传一个文件" in said_at_field(answer)
    assert not ImportBatch.objects.exists()


def test_file_larger_than_allowed_then_the_form_and_the_history_stand_there_again_with_advice(
    plan: Plan, client: Client, settings: Any
) -> None:
    send(client, plan, workbook([row()]), "先前.xlsx")
    settings.IMPORT_MAX_BYTES = 1024**2

    answer = client.post(
        reverse("progress:imports", args=["320700", 2023]) + "?kind=progress",
        {"file": SimpleUploadedFile("太大.xlsx", b"x" * (1024**2 + 1))},
    )

    assert answer.status_code == 422
    assert said_at_field(answer) == "文件超过 1 MB，未接收。 请删去图片和无关的工作表，或分成几个文件后重试。"
    assert "先前.xlsx" in text_of(answer)
    assert 'aria-invalid="true"' in text_of(answer)
    assert ImportBatch.objects.count() == 1


def test_upload_page_then_it_says_what_may_be_sent_in_numbers_as_they_are_written(plan: Plan, client: Client) -> None:
    answer = client.get(reverse("progress:imports", args=["320700", 2023]))

    assert "不超过 10 MB，20,000 行" in text_of(answer)
    assert said_at_field(answer) == ""


def said_at_field(answer: Any) -> str:
    """What the form says of the file that was chosen."""
    found = re.search(r'<p [^>]*id="file-problem"[^>]*>([^<]*)</p>', text_of(answer))
    assert found
    return found[1]


def test_every_attempt_leaves_its_file_and_one_event(plan: Plan, client: Client) -> None:
    good, bad = workbook([row()]), workbook([row("火星县")])

    send(client, plan, good, "好.xlsx")
    send(client, plan, bad, "坏.xlsx")

    kept = []
    for batch in ImportBatch.objects.order_by("pk"):
        with batch.file.content.open("rb") as stored:
            kept.append(stored.read())
    assert kept == [good, bad]
    assert import_events() == ["import.check", "import.apply", "import.refuse"]


# --- what stands


def test_line_that_stands_changed_then_old_and_new_are_shown(plan: Plan, client: Client) -> None:
    send(client, plan, workbook([row(value=3)]))

    answer = upload(client, plan, workbook([row(value=7)]))

    assert (last_batch().created, last_batch().changed) == (0, 1)
    assert last_batch().changes[0]["old"]["value"] == "3"
    assert last_batch().changes[0]["new"]["value"] == "7"
    assert '<del class="was">3</del>' in text_of(answer)
    assert '<ins class="now">7</ins>' in text_of(answer)
    assert Line.objects.get().value == 3, "a preview changes nothing"


def test_blank_base_and_note_then_what_stands_stays(plan: Plan, client: Client) -> None:
    ratio = "新建建筑可安装光伏面积覆盖率"
    send(client, plan, workbook([row(indicator=ratio, value=5, base=10, note="首批")]))

    send(client, plan, workbook([row(indicator=ratio, value=6)]))

    line = Line.objects.get()
    assert (line.value, line.base, line.note) == (6, 10, "首批")


@pytest.mark.parametrize(
    ("value", "note", "expected"),
    [("不涉及", "没有新建建筑", (None, True)), ("清空", None, (None, False))],
    ids=["not applicable", "cleared"],
)
def test_word_in_the_value_then_it_is_done(
    value: str, note: str | None, expected: tuple[Any, bool], plan: Plan, client: Client
) -> None:
    ratio = "新建建筑可安装光伏面积覆盖率"
    send(client, plan, workbook([row(indicator=ratio, value=5, base=10)]))

    send(client, plan, workbook([row(indicator=ratio, value=value, note=note)]))

    line = Line.objects.get()
    assert (line.value, line.not_applicable) == expected
    assert line.base is None


def test_approved_report_then_a_reporters_row_is_refused(plan: Plan) -> None:
    county = plan_unit_of(plan, "320706")
    make_report(county, lines={"CSO": (3, None)}, state=Report.State.APPROVED, by=make_user())
    reporter = make_user(Role.REPORTER, county.unit)

    send(sign_in(reporter), plan, workbook([row(value=3)]))

    assert problems_of(last_batch()) == {(2, "季度", "report_approved")}


def test_approved_report_then_an_officers_equal_row_is_unchanged_and_another_a_conflict(
    plan: Plan, client: Client
) -> None:
    county = plan_unit_of(plan, "320706")
    make_report(county, lines={"CSO": (3, None)}, state=Report.State.APPROVED, by=make_user())

    upload(client, plan, workbook([row(value=3)]))
    equal = last_batch()
    upload(client, plan, workbook([row(value=4)]))

    assert (equal.outcome, equal.unchanged, equal.conflicts) == (Outcome.ACCEPTED, 1, 0)
    assert (last_batch().outcome, last_batch().conflicts) == (Outcome.ACCEPTED, 1)


def test_submitted_report_then_its_row_is_refused(plan: Plan, client: Client) -> None:
    make_report(plan_unit_of(plan, "320706"), lines={"CSO": (3, None)}, state=Report.State.SUBMITTED, by=make_user())

    send(client, plan, workbook([row(value=4)]))

    assert problems_of(last_batch()) == {(2, "季度", "report_submitted")}


# --- who


def test_other_units_row_then_refused_without_saying_what_stands_there(plan: Plan) -> None:
    make_report(plan_unit_of(plan, "320703"), lines={"CSO": (987654, None)})
    reporter = make_user(Role.REPORTER, "320706")

    answer = send(sign_in(reporter), plan, workbook([row(), row("连云区", value=5)]))

    assert problems_of(last_batch()) == {(3, "地区", "region_not_yours")}
    assert "987654" not in text_of(answer)


def test_reporter_sees_own_imports_only(plan: Plan, client: Client) -> None:
    send(client, plan, workbook([row()]), "市局的.xlsx")
    reporter = sign_in(make_user(Role.REPORTER, "320706"))

    listed = reporter.get(reverse("progress:imports", args=["320700", 2023]))
    opened = reporter.get(reverse("progress:import_batch", args=["320700", 2023, last_batch().uuid]))

    assert "市局的.xlsx" not in text_of(listed)
    assert opened.status_code == 404


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEADER, Role.AUDITOR])
def test_who_may_not_import_is_refused(role: Role, plan: Plan) -> None:
    answer = upload(sign_in(make_user(role)), plan, workbook([row()]))

    assert answer.status_code == 403
    assert not ImportBatch.objects.exists()


# --- history, files


def test_history_of_many_imports_then_it_goes_by_pages(plan: Plan, client: Client) -> None:
    content = workbook([row()])
    for number in range(23):
        send(client, plan, content, f"第{number:02}份.xlsx")

    first = text_of(client.get(reverse("progress:imports", args=["320700", 2023])))
    key = first.split("&amp;after=")[1].split('"')[0]
    second = text_of(client.get(reverse("progress:imports", args=["320700", 2023]), {"after": key}))

    assert [name for name in range(23) if f"第{name:02}份" in first] == list(range(3, 23))
    assert [name for name in range(23) if f"第{name:02}份" in second] == [0, 1, 2]


def test_history_then_it_counts_errors_and_warnings_without_reading_the_problems(
    plan: Plan, client: Client, officer: User, django_assert_num_queries: Any
) -> None:
    said = '{"level":"error"}'
    upload(client, plan, workbook([row("火星县", note=said), row("连云区", value="5个"), row(said, value=said)]))
    upload(client, plan, workbook([row()]))
    batches = list(ImportBatch.objects.order_by("-pk"))

    with django_assert_num_queries(2):
        page = history_page(plan, viewer=officer, kind="progress")

    counted = [(len(problems_of(one, "error")), len(problems_of(one, "warning"))) for one in batches]
    assert [(errors, warnings) for _batch, errors, warnings in page.rows] == counted
    assert counted[0] == (0, 0)
    assert counted[1][0] >= 2
    text = " ".join(text_of(client.get(reverse("progress:imports", args=["320700", 2023]))).split())
    assert f'<td class="num">{counted[1][0]}</td> <td class="num">{counted[1][1]}</td>' in text


def test_refused_rows_then_the_marked_workbook_itself_may_be_mended(plan: Plan, client: Client) -> None:
    assert "直接在里面改好，保存后上传" in text_of(upload(client, plan, workbook([row("火星县")])))
    assert "重新上传同一个文件" in text_of(upload(client, plan, workbook([row()[:3]], HEADER[:3])))


def test_quarters_that_a_reporter_cannot_enter_then_they_are_named_beside_the_forms(plan: Plan, client: Client) -> None:
    county = plan_unit_of(plan, "320706")
    make_report(county, lines={"CSO": (3, None)}, state=Report.State.APPROVED, by=make_user())
    reporter = sign_in(make_user(Role.REPORTER, county.unit))
    address = reverse("progress:imports", args=["320700", 2023])

    said = [str(one.reason) for one in reporter.get(address).context["locked"]]
    text = " ".join(text_of(reporter.get(address)).split())

    assert said == ["已审核", "已过截止时间", "已过截止时间", "已过截止时间"]
    assert "<li>第 1 季度：已审核</li>" in text
    assert reverse("progress:download_unit", args=["320700", 2023, 1, "320706"]) in text
    assert "现在不能导入的季度" not in text_of(client.get(address))


def test_clerk_of_one_unit_then_the_unit_of_an_institution_is_not_required(plan: Plan, client: Client) -> None:
    address = reverse("progress:imports", args=["320700", 2023])
    clerk = sign_in(make_user(Role.REPORTER, "320706"))

    required = [
        browser.get(address, {"kind": "institutions"}).context["help"]["columns"][0].is_required
        for browser in (client, clerk)
    ]

    assert required == [True, False]


def test_rows_of_preview_and_problems_then_each_cell_names_its_column_for_narrow_screens(
    plan: Plan, client: Client
) -> None:
    preview = text_of(upload(client, plan, workbook([row(note="说明")])))
    problems = text_of(upload(client, plan, workbook([row("火星县")])))

    assert [f'data-label="{name}"' in preview for name in ("地区", "指标", "完成值", "备注", "基数")] == [True] * 4 + [
        False
    ]
    assert all(f'data-label="{name}"' in problems for name in ("位置", "列", "读到", "问题和改法"))


def test_sent_file_taken_back_then_it_is_the_very_bytes_as_a_download(plan: Plan, client: Client) -> None:
    content = workbook([row("火星县")])
    send(client, plan, content, "报表.xlsx")

    answer: Any = client.get(reverse("progress:import_file", args=["320700", 2023, last_batch().uuid]))

    assert b"".join(answer.streaming_content) == content
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"


def test_problems_by_level_then_only_those_are_listed(plan: Plan, client: Client) -> None:
    send(client, plan, workbook([row("火星县"), row("连云区", value="5个")]))
    address = reverse("progress:import_batch", args=["320700", 2023, last_batch().uuid])

    errors = text_of(client.get(address, {"level": "error"}))
    warnings = text_of(client.get(address, {"level": "warning"}))

    assert ("火星县" in errors, "5个" in errors) == (True, False)
    assert ("火星县" in warnings, "5个" in warnings) == (False, True)


def test_rows_of_a_submitted_report_then_the_page_says_it_once_and_keeps_every_row(plan: Plan, client: Client) -> None:
    make_report(plan_unit_of(plan, "320706"), lines={"CSO": (3, None)}, state=Report.State.SUBMITTED, by=make_user())
    upload(client, plan, workbook([row("连云区", value="5个"), row(value=4), row(indicator=RATE, value=5)]))
    address = reverse("progress:import_batch", args=["320700", 2023, last_batch().uuid])

    text = " ".join(text_of(client.get(address)).split())

    assert problems_of(last_batch()) == {(3, "季度", "report_submitted"), (4, "季度", "report_submitted")}
    assert text.count("的报告已提交待审") == 1
    assert "第 3–4 行：" in text
    assert "Sheet!</span>B3、B4</td>" in text
    assert text.index("的报告已提交待审") < text.index("5个"), "errors stand before hints"


def test_mistake_of_many_rows_then_the_first_cells_are_named_and_how_many(plan: Plan, client: Client) -> None:
    answer = send(client, plan, workbook([row("火星县") for _number in range(5)]))

    assert "Sheet!</span>A2、A3、A4 等 5 处</td>" in text_of(answer)


def test_blank_rows_then_one_line_says_how_many(plan: Plan, client: Client) -> None:
    answer = send(client, plan, workbook([row(value=None), row("连云区", value=5), row("赣榆区", value=None)]))

    text = text_of(answer)
    assert problems_of(last_batch(), "warning") == {(2, "完成值", "blank_value"), (4, "完成值", "blank_value")}
    assert "2 行未填，保持原值（第 2、4 行）。" in text
    assert 'class="btn btn-primary" href="/320700/2023/q1/reports/320703/"' in text


# --- the form


def download(client: Client, quarter: int = 1) -> bytes:
    answer = client.get(reverse("progress:download_long", args=["320700", 2023, quarter]))
    assert answer.status_code == 200
    return bytes(answer.content)


def test_form_downloaded_and_sent_back_then_nothing_changes(plan: Plan, client: Client) -> None:
    report = make_report(plan_unit_of(plan, "320706"))
    before = list(Line.objects.order_by("pk").values())

    send(client, plan, download(client))

    batch = last_batch()
    assert batch.outcome == Outcome.WARNINGS
    assert {code for _row, _column, code in problems_of(batch, "warning")} == {"blank_value"}
    assert (batch.created, batch.changed, batch.unchanged) == (0, 0, report.lines.count())
    assert list(Line.objects.order_by("pk").values()) == before


def test_form_downloaded_by_a_reporter_then_it_holds_own_lines_only(plan: Plan) -> None:
    reporter = sign_in(make_user(Role.REPORTER, "320707"))

    sheet = load_workbook(io.BytesIO(download(reporter))).worksheets[0]

    rows = list(sheet.iter_rows(min_row=2, max_col=8, values_only=True))
    assert [cell.value for cell in sheet[1]][:6] == HEADER
    assert {row[0] for row in rows} == {"赣榆区"}
    assert len(rows) == len({row[2] for row in rows}) > 20
    assert sheet.freeze_panes == "D2"


def test_form_filled_in_then_its_rows_are_stored(plan: Plan) -> None:
    reporter = sign_in(make_user(Role.REPORTER, "320706"))
    book = load_workbook(io.BytesIO(download(reporter)))
    sheet = book.worksheets[0]
    for number in range(2, sheet.max_row + 1):
        if sheet.cell(number, 3).value in (COUNT, RATE):
            sheet.cell(number, 4).value = 2

    send(reporter, plan, saved(book))

    assert last_batch().outcome == Outcome.WARNINGS
    assert set(Line.objects.values_list("indicator__name", "value")) == {(COUNT, 2), (RATE, 2)}


def test_form_of_another_year_then_it_is_refused(plan: Plan, client: Client) -> None:
    book = load_workbook(io.BytesIO(download(client)))
    mark = book.worksheets[0].cell(1, len(HEADER) + 3)
    assert str(mark.value).startswith("template:2023-long-v1:t")
    mark.value = "template:2022-long-v1"

    send(client, plan, saved(book))

    assert [problem["code"] for problem in last_batch().problems] == ["wrong_template_version"]


def test_note_that_looks_like_a_formula_then_it_is_text_in_the_form(plan: Plan, client: Client) -> None:
    send(client, plan, workbook([row(note="'=1+2")]))
    Line.objects.update(note="=cmd|' /C calc'!A0")

    sheet = load_workbook(io.BytesIO(download(client))).worksheets[0]

    cells = [cell for line in sheet.iter_rows() for cell in line if isinstance(cell.value, str)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "=cmd|' /C calc'!A0" in {cell.value for cell in cells}


def test_form_of_a_quarter_that_is_not_there_then_404(plan: Plan, client: Client) -> None:
    assert client.get("/320700/2023/q5/long.xlsx").status_code == 404


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_alias_of_a_unit_then_it_is_read_and_told(plan: Plan, client: Client) -> None:
    send(client, plan, workbook([row("赣榆县"), row("连云港经济技术开发区")]))

    assert problems_of(last_batch(), "warning") == {(2, "地区", "alias_used"), (3, "地区", "alias_used")}
    assert set(Line.objects.values_list("report__plan_unit__unit__code", flat=True)) == {"320707", "320771"}
    assert Unit.objects.get(code="320707").name == "赣榆区"


# --- the error workbook


def error_book(client: Client) -> bytes:
    answer = client.get(reverse("progress:error_book", args=["320700", 2023, last_batch().uuid]))
    assert answer.status_code == 200
    return bytes(answer.content)


def test_refused_file_then_it_comes_back_with_its_cells_marked(plan: Plan, client: Client) -> None:
    send(client, plan, workbook(TWELVE_MISTAKES))

    book = load_workbook(io.BytesIO(error_book(client)))

    sheet = book.worksheets[0]
    assert sheet["A2"].fill.fgColor.rgb == "FFF4B6B6"
    assert "火星县" in sheet["A2"].comment.text
    assert sheet["G1"].value == "问题"
    assert all(sheet.cell(number, 7).value for number in range(2, 14))
    assert sheet["D7"].value == 2.5
    assert book.sheetnames[-1] == "问题汇总"
    summary = book["问题汇总"]
    assert summary.max_row == 4 + 12
    assert summary["G4"].value == "代码"
    codes = sorted(code for _row, _column, code in problems_of(last_batch()))
    assert sorted(summary.cell(number, 7).value for number in range(5, 17)) == codes


def test_refused_file_then_rows_are_high_enough_for_what_is_said_of_them(plan: Plan, client: Client) -> None:
    send(client, plan, workbook([row("火星县", "人均快乐指数", value="约12"), row()]))

    book = load_workbook(io.BytesIO(error_book(client)))

    sheet, summary = book.worksheets[0], book["问题汇总"]
    # A Chinese character is two wide; a line of a row is 15 points high.
    lines = 2 * len(sheet["G2"].value) / sheet.column_dimensions["G"].width
    assert lines > 3
    assert 15 * lines <= sheet.row_dimensions[2].height <= 30 * lines
    assert sheet.row_dimensions[3].height is None
    wide = max((2 * len(summary.cell(number, 6).value), number) for number in range(5, 8))
    assert summary.row_dimensions[wide[1]].height >= 15 * wide[0] / summary.column_dimensions["F"].width / 2
    assert all(summary.cell(number, 6).alignment.wrap_text for number in range(5, 8))


def test_returned_file_mended_and_sent_again_then_it_is_imported(plan: Plan, client: Client) -> None:
    send(client, plan, workbook([row(), row("火星县"), row("连云区", value="约12")]))
    book = load_workbook(io.BytesIO(error_book(client)))
    sheet = book.worksheets[0]
    sheet["A3"].value = "赣榆区"
    sheet["D4"].value = 12

    send(client, plan, saved(book))

    assert (last_batch().outcome, last_batch().created) == (Outcome.ACCEPTED, 3)


def test_refused_csv_then_a_workbook_made_from_it_comes_back(plan: Plan, client: Client) -> None:
    content = f"地区,季度,指标,完成值,备注\n火星县,{QUARTER},{COUNT},3,=1+2\n".encode("gb18030")
    send(client, plan, content, "报表.csv")

    sheet = load_workbook(io.BytesIO(error_book(client))).worksheets[0]

    assert (sheet["A2"].value, sheet["E2"].value, sheet["E2"].data_type) == ("火星县", "=1+2", "s")
    assert sheet["A2"].comment is not None
    assert sheet["F1"].value == "问题"


def test_imported_file_then_there_is_no_error_workbook(plan: Plan, client: Client) -> None:
    send(client, plan, workbook([row()]))

    assert client.get(reverse("progress:error_book", args=["320700", 2023, last_batch().uuid])).status_code == 404
