"""The forms that we hand out: what is taken out comes back unchanged, whatever the layout."""

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from accounts.policy import Role
from progress.models import ImportBatch, Line, Report
from targets.models import Plan
from tests.factories import make_report, make_user, plan_unit_of, sign_in
from tests.progress_import.files import COUNT, RATE, last_batch, problems_of, send

Outcome = ImportBatch.Outcome
LAYOUTS = ["long", "unit", "matrix"]


def form(client: Client, layout: str, quarter: int = 1, unit: str = "320706") -> bytes:
    arguments = ["320700", 2023, quarter, *([unit] if layout == "unit" else [])]
    answer = client.get(reverse(f"progress:download_{layout}", args=arguments))
    assert answer.status_code == 200
    return bytes(answer.content)


def opened(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content)).worksheets[0]


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_form_taken_out_and_sent_back_then_nothing_changes(layout: str, plan: Plan, client: Client) -> None:
    report = make_report(plan_unit_of(plan, "320706"))
    before = list(Line.objects.order_by("pk").values())

    send(client, plan, form(client, layout))

    batch = last_batch()
    assert (batch.layout, batch.outcome) == (layout, Outcome.WARNINGS), batch.problems
    assert {code for _row, _column, code in problems_of(batch, "warning")} <= {"blank_value", "skipped_note"}
    assert (batch.created, batch.changed, batch.unchanged) == (0, 0, report.lines.count())
    assert list(Line.objects.order_by("pk").values()) == before


def test_unit_form_then_only_the_cells_to_fill_in_are_open(plan: Plan) -> None:
    reporter = sign_in(make_user(Role.REPORTER, "320706"))

    sheet = opened(form(reporter, "unit"))

    assert sheet.protection.sheet
    headers = [cell.value for cell in sheet[3]][:8]
    assert headers == ["序号", "指标", "计量单位", "年度目标", "上季累计", "本季完成值", "基数", "备注"]
    row = next(row for row in sheet.iter_rows(min_row=4) if row[1].value == COUNT)
    assert [cell.protection.locked for cell in row[:8]] == [True] * 5 + [False, True, False]
    assert sheet.print_title_rows == "$3:$3"
    assert sheet["A2"].value.replace("\u3000", " ").split() == ["填报单位：海州区", "季度：2023年第一季度"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_form_then_value_and_base_cells_warn_of_what_the_import_would_refuse(
    layout: str, plan: Plan, client: Client
) -> None:
    sheet = opened(form(client, layout))

    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    header = {"long": 1, "unit": 3, "matrix": 3}[layout]
    open_ = {
        cell.coordinate
        for row in sheet.iter_rows(min_row=header + 1)
        for cell in row
        if not cell.protection.locked and cell.number_format.startswith("0")
    }
    assert set(rules) == open_
    assert {rule.errorTitle for rule in rules.values()} == {"请核对完成值", "请核对基数"}
    for place, rule in rules.items():
        assert f"ISNUMBER({place})" in rule.formula1
        assert '="清空"' in rule.formula1


@pytest.mark.parametrize("layout", LAYOUTS)
def test_form_then_each_cell_says_what_to_enter_and_whether_the_year_so_far(
    layout: str, plan: Plan, client: Client
) -> None:
    sheet = opened(form(client, layout))

    rules = sheet.data_validations.dataValidation
    said = {(rule.promptTitle, *str(rule.prompt).split("。")[:2]) for rule in rules if rule.showInputMessage}
    quarter = ("只填本季度的数，不填累计数；全年数由各季相加得出", "只填本季度完成值对应的数；全年基数由各季相加得出")
    so_far = "填截至本季度末的累计数或最新数，不是本季新增数；各季不相加，以最近一季为准"
    assert {
        ("完成值", "本季新建数（个）", quarter[0]),
        ("完成值", "已安装面积（m²）", quarter[0]),
        ("基数", "可安装面积（m²）", quarter[1]),
        ("完成值", "累计完成进度（%）", so_far),
        ("完成值", "季末未整改家数（家）", so_far),
        ("基数", "2022年超约束值家数（家）", "年初确定，全年不变，只有市局可以更改"),
        ("基数", "上年同期高峰负荷（kW）", "填截至本季度末的最新数；各季不相加，以最近一季为准"),
    } <= said
    assert all(len(rule.promptTitle) <= 32 and len(rule.prompt) <= 255 for rule in rules)


def test_indicator_with_the_longest_labels_then_the_form_still_says_what_to_enter(plan: Plan, client: Client) -> None:
    longest = {"value_label": "值" * 80, "value_unit": "量" * 20, "base_label": "基" * 80, "base_unit": "量" * 20}
    plan.indicators.update(**longest)

    sheet = opened(form(client, "unit"))

    prompts = {str(rule.prompt).partition("（")[0] for rule in sheet.data_validations.dataValidation}
    assert prompts == {longest["value_label"], longest["base_label"]}


def test_unit_form_then_its_mark_is_hidden(plan: Plan, client: Client) -> None:
    sheet = opened(form(client, "unit"))

    assert str(sheet["I1"].value).startswith("template:")
    assert sheet.column_dimensions["I"].hidden


def test_blank_matrix_then_only_units_and_indicators_stand_in_it(plan: Plan, client: Client) -> None:
    make_report(plan_unit_of(plan, "320706"), lines={"CP": (12, None), "PVN": (5, 10)})
    address = reverse("progress:download_matrix", args=["320700", 2023, 1])

    filled, blank = (opened(bytes(client.get(address, asked).content)) for asked in ({}, {"blank": "1"}))

    def entered(sheet: Any) -> list[Any]:
        return [cell.value for row in sheet.iter_rows(min_row=4, min_col=2) for cell in row if cell.value is not None]

    assert sorted(entered(filled)) == [5, 10, 12]
    assert entered(blank) == []
    for sheet in (filled, blank):
        sheet["A2"].value = None  # the mark names the second in which the form was made
    for which in ("A", 3):
        assert [cell.value for cell in blank[which]] == [cell.value for cell in filled[which]]
    assert f"{address}?blank=1" in client.get(reverse("progress:imports", args=["320700", 2023])).content.decode()


def test_matrix_printed_then_full_size_on_pages_side_by_side_none_between_a_value_and_its_base(
    plan: Plan, client: Client
) -> None:
    sheet = opened(form(client, "matrix"))

    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$3:$3", "$A:$A")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert not (sheet.sheet_properties.pageSetUpPr and sheet.sheet_properties.pageSetUpPr.fitToPage)
    first_of_pages = [int(one.id) + 1 for one in sheet.col_breaks.brk]
    assert first_of_pages
    assert all(not str(sheet.cell(3, column).value).endswith("（基数）") for column in first_of_pages)
    pages = zip([2, *first_of_pages], [*first_of_pages, sheet.max_column + 1], strict=True)
    assert all(7 <= last - first <= 8 or last > sheet.max_column for first, last in pages)
    assert sheet.oddFooter.left.text == "2023年第1季度公共机构绿色低碳引领行动汇总表"


@pytest.mark.parametrize("layout", ["long", "unit"])
def test_form_with_a_long_note_then_its_row_is_as_high_as_the_note(layout: str, plan: Plan, client: Client) -> None:
    report = make_report(plan_unit_of(plan, "320706"), lines={"CP": (12, None)})
    note = "新浦、海州两处停车场各六台，均已并网投用并通过验收。" * 4
    report.lines.update(note=note)

    sheet = opened(form(client, layout))

    row = next(cell.row for row in sheet.iter_rows() for cell in row if cell.value == note)
    assert sheet.row_dimensions[row].height >= 6 * 15


def test_unit_form_of_a_later_quarter_then_target_and_what_came_before_stand_as_numbers(plan: Plan) -> None:
    make_report(plan_unit_of(plan, "320706"), lines={"CP": (12, None), "PVN": (5, 10)}, state=Report.State.APPROVED)
    reporter = sign_in(make_user(Role.REPORTER, "320706"))

    sheet = opened(form(reporter, "unit", quarter=2))

    said = {row[1].value: row for row in sheet.iter_rows(min_row=4, max_col=8)}
    piles, roofs = (said[name] for name in ("新建充电桩", "新建建筑可安装光伏面积覆盖率"))
    assert [cell.value for cell in piles[3:5]] == [40, 12]
    assert (roofs[2].value, roofs[3].value, roofs[3].number_format) == ("m²", 50, 'General"%"')
    assert (roofs[4].value, roofs[4].number_format) == (5, '0.00" / 10.00"')
    assert said["年度新增光伏发电项目"][4].value is None


def test_unit_form_of_another_unit_then_404_for_a_reporter(plan: Plan) -> None:
    reporter = sign_in(make_user(Role.REPORTER, "320706"))

    answer = reporter.get(reverse("progress:download_unit", args=["320700", 2023, 1, "320703"]))

    assert answer.status_code == 404


def test_unit_form_whose_unit_was_overwritten_then_the_mark_tells(plan: Plan, client: Client) -> None:
    book = load_workbook(io.BytesIO(form(client, "unit")))
    sheet = book.worksheets[0]
    sheet["A2"].value = "填报单位：连云区　季度：2023年第一季度"
    sheet["F4"].value = 1

    send(client, plan, saved(book))

    assert (None, "地区", "mark_differs") in problems_of(last_batch())
    assert not Line.objects.exists()


def test_matrix_filled_in_then_its_cells_are_stored(plan: Plan, client: Client) -> None:
    book = load_workbook(io.BytesIO(form(client, "matrix")))
    sheet = book.worksheets[0]
    columns = {str(cell.value).partition("（")[0]: cell.column for cell in sheet[3]}
    sheet.cell(4, columns[COUNT]).value = 3
    sheet.cell(5, columns[RATE]).value = 1.5

    send(client, plan, saved(book))

    assert set(Line.objects.values_list("report__plan_unit__name", "indicator__name", "value")) == {
        ("海州区", COUNT, 3), ("连云区", RATE, 1.5),
    }  # fmt: skip


def test_form_of_a_reporter_then_the_import_page_offers_it(plan: Plan) -> None:
    reporter = sign_in(make_user(Role.REPORTER, "320706"))

    page = reporter.get(reverse("progress:imports", args=["320700", 2023])).content.decode()

    assert reverse("progress:download_unit", args=["320700", 2023, 1, "320706"]) in page
    assert reverse("progress:download_matrix", args=["320700", 2023, 1]) not in page
