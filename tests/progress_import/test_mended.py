"""The returned workbook is mended in place and sent again: only what is still wrong is marked in it."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from accounts.models import User
from progress.models import ImportBatch, Line
from targets.models import Plan
from tests.factories import sign_in
from tests.office import saved_by_office
from tests.progress_import.files import (
    COUNT,
    HEADER,
    QUARTER,
    RATE,
    TWELVE_MISTAKES,
    last_batch,
    move,
    row,
    upload,
    workbook,
)

Outcome = ImportBatch.Outcome


def returned(client: Client) -> Any:
    """The newest batch's error workbook, opened."""
    address = reverse("progress:error_book", args=["320700", 2023, last_batch().uuid])
    return load_workbook(io.BytesIO(client.get(address).content))


def sent(client: Client, plan: Plan, book: Workbook) -> ImportBatch:
    target = io.BytesIO()
    book.save(target)
    upload(client, plan, target.getvalue())
    return last_batch()


def problem_texts(book: Workbook, header_row: int = 1) -> dict[int, str]:
    """What the column 问题 says, by row; there is one such column."""
    sheet = book.worksheets[0]
    (place,) = [cell.column for cell in sheet[header_row] if str(cell.value).startswith("问题")]
    return {
        cell.row: str(cell.value) for (cell,) in sheet.iter_rows(min_col=place, max_col=place) if cell.value is not None
    }


def test_returned_file_mended_in_part_then_only_what_is_still_wrong_is_marked(plan: Plan, client: Client) -> None:
    upload(client, plan, workbook([row("海州县"), row(indicator=RATE, value="多"), row("连云区")]))
    book = returned(client)
    assert set(problem_texts(book)) == {1, 2, 3}
    book.worksheets[0]["A2"].value = "海州区"

    assert sent(client, plan, book).outcome == Outcome.REJECTED_ROWS

    again = returned(client)
    sheet = again.worksheets[0]
    assert (sheet["A2"].comment, sheet["A2"].fill.fill_type) == (None, None)
    assert sheet["D3"].comment is not None
    assert set(problem_texts(again)) == {1, 3}
    assert again.sheetnames.count("问题汇总") == 1
    sheet["D3"].value = 1.5
    batch = sent(client, plan, again)
    assert batch.outcome == Outcome.ACCEPTED, batch.problems
    move(client, "confirm", batch)
    assert Line.objects.count() == 3


def test_file_of_twelve_mistakes_mended_where_it_is_marked_then_it_is_imported(plan: Plan, client: Client) -> None:
    upload(client, plan, workbook(TWELVE_MISTAKES))
    book = returned(client)
    sheet = book.worksheets[0]
    right: dict[str, Any] = {
        "A2": "海州区", "C3": COUNT, "B4": QUARTER, "B5": QUARTER, "D6": 12, "D7": 2, "D8": 10.1, "D9": 5, "E10": 10,
        "D11": 0, "A12": "海州区", "C12": RATE, "E13": None,
    }  # fmt: skip
    marked = {cell.coordinate for line in sheet.iter_rows() for cell in line if cell.comment}
    assert marked >= set(right) - {"A12", "C12", "E10"}
    for address, value in right.items():
        sheet[address].value = value

    batch = sent(client, plan, book)

    assert batch.outcome == Outcome.ACCEPTED, batch.problems
    move(client, "confirm", batch)
    assert Line.objects.count() == len(TWELVE_MISTAKES)


def test_headers_written_otherwise_then_the_column_has_its_header(plan: Plan, client: Client) -> None:
    header = ["单位", "季 度", "指标名称", "完成数（本季）", "分母", "说明"]
    upload(client, plan, workbook([row("海州县")], header=header))

    assert problem_texts(returned(client))[1] == "问题"


def test_senders_own_comment_on_a_wrong_cell_then_it_stays_behind_ours_and_ours_goes_when_mended(
    plan: Plan, client: Client
) -> None:
    book = load_workbook(io.BytesIO(workbook([row("海州县", value="多"), row("连云区", RATE, "少")])))
    book.worksheets[0]["D2"].comment = Comment("王：待核实\n再报", "王五")
    sent(client, plan, book)
    marked = returned(client)
    first = marked.worksheets[0]["D2"].comment.text
    assert first.endswith("\n王：待核实\n再报")

    sent(client, plan, marked)

    again = returned(client)
    sheet = again.worksheets[0]
    assert sheet["D2"].comment.text == first
    assert problem_texts(again).keys() == {1, 2, 3}
    sheet["D2"].value = 3
    sent(client, plan, again)
    mended = returned(client).worksheets[0]["D2"].comment
    assert (mended.text, mended.author) == ("王：待核实\n再报", "王五")


def test_sender_colours_a_marked_cell_then_the_colour_stays(plan: Plan, client: Client) -> None:
    upload(client, plan, workbook([row("海州县"), row("连云区", RATE, "多")]))
    book = returned(client)
    cell = book.worksheets[0]["A2"]
    cell.value, cell.fill = "海州区", PatternFill("solid", fgColor="FFC6EFCE")

    sent(client, plan, book)

    mended = returned(client).worksheets[0]["A2"]
    assert (mended.comment, mended.fill.fgColor.rgb) == (None, "FFC6EFCE")


OWN_HEADER = [*HEADER, "问题"]
OWN_TEXTS = ["问题", "已与统计局核对", "待核"]


def own_and_ours(book: Workbook) -> list[list[Any]]:
    """The texts of every column 问题, from left to right."""
    columns = [list(column) for column in book.worksheets[0].iter_cols(max_row=3, values_only=True)]
    return [column for column in columns if str(column[0]).startswith("问题")]


def with_own_column(*, first: str = "海州区") -> bytes:
    """A file with two rows and the sender's own column 问题."""
    rows = [[*row(first), OWN_TEXTS[1]], [*row("连云区", RATE, "多"), OWN_TEXTS[2]]]
    return workbook(rows, header=OWN_HEADER)


def test_senders_own_column_of_that_name_then_it_stays_and_ours_is_beside_it(plan: Plan, client: Client) -> None:
    upload(client, plan, with_own_column(first="海州县"))
    book = returned(client)
    own, ours = own_and_ours(book)
    assert own == OWN_TEXTS
    assert all(ours)
    book.worksheets[0]["A2"].value = "海州区"

    assert sent(client, plan, book).outcome == Outcome.REJECTED_ROWS

    again = returned(client)
    own, ours = own_and_ours(again)
    assert own == OWN_TEXTS
    assert (ours[0], ours[1]) == ("问题", None)
    assert ours[2]
    again.worksheets[0]["D3"].value = 1.5
    assert sent(client, plan, again).outcome == Outcome.ACCEPTED, last_batch().problems


@pytest.mark.office
def test_returned_file_saved_as_xls_then_our_column_is_still_known(plan: Plan, client: Client, tmp_path: Path) -> None:
    upload(client, plan, with_own_column(first="海州县"))
    book = returned(client)
    book.worksheets[0]["A2"].value = "海州区"
    target = io.BytesIO()
    book.save(target)

    upload(client, plan, saved_by_office(target.getvalue(), "xls", tmp_path), "报表.xls")

    own, ours = own_and_ours(returned(client))
    assert own == OWN_TEXTS
    assert (ours[0], ours[1]) == ("问题", None)


def test_value_merged_over_rows_then_the_cell_that_is_seen_is_marked(plan: Plan, client: Client) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for one in (["地区", "季度", "指标", "完成值", "基数", "备注"], row(), row(indicator="新建充电桩", value=None)):
        sheet.append(one)
    sheet.merge_cells("D2:D3")

    assert sent(client, plan, book).outcome == Outcome.REJECTED_ROWS

    assert returned(client).worksheets[0]["D2"].comment is not None


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_error_workbook_then_all_of_it_is_in_the_readers_language(language: str, plan: Plan, officer: User) -> None:
    officer.language = language
    officer.save()
    client = sign_in(officer)
    upload(client, plan, workbook([row("海州县")]))

    book = returned(client)

    summary = book["问题汇总"]
    said = [str(cell.value) for line in summary.iter_rows(max_row=5) for cell in line if cell.value]
    is_chinese = language == "zh-hans"
    assert ("错误" in said) is is_chinese
    assert ("Error" in said) is not is_chinese
    assert problem_texts(book)[1] == ("问题" if is_chinese else "问题 (Problem)")
    sheet = book.worksheets[0]
    sheet["A2"].value = "海州区"
    assert sent(client, plan, book).outcome == Outcome.ACCEPTED, last_batch().problems


@pytest.mark.parametrize("layout", ["unit", "matrix"])
def test_returned_form_mended_then_it_is_imported(layout: str, plan: Plan, client: Client) -> None:
    arguments = ["320700", 2023, 1, *(["320706"] if layout == "unit" else [])]
    address = reverse(f"progress:download_{layout}", args=arguments)
    book = load_workbook(io.BytesIO(client.get(address).content))
    sheet = book.worksheets[0]
    place = (
        next(line[5] for line in sheet.iter_rows(min_row=4) if line[1].value == COUNT)
        if layout == "unit"
        else next(sheet.cell(4, cell.column) for cell in sheet[3] if str(cell.value).startswith(f"{COUNT}（"))
    )
    place.value = "多"
    assert sent(client, plan, book).outcome == Outcome.REJECTED_ROWS

    mended = returned(client)
    assert mended.worksheets[0][place.coordinate].comment is not None
    mended.worksheets[0][place.coordinate].value = 3
    batch = sent(client, plan, mended)

    assert batch.outcome == Outcome.WARNINGS, batch.problems
    move(client, "confirm", batch)
    assert Line.objects.get().value == 3
