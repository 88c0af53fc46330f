"""Files to books: every kind of file, and agreement with other programs about the same bytes."""

import io
import time
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from common.workbook.book import Area, Book, Cell, Kind, Sheet, from_json, to_json
from common.workbook.limits import MEGABYTE, Limits
from common.workbook.problems import FileRefused
from common.workbook.read import read_book
from common.workbook.reading import read_file
from tests.hostile.corpus import ALL, BY_FILE, HEAVY, Case
from tests.hostile.fuzz import mutants
from tests.hostile.gen import raw_parts, sheet_xml
from tests.office import CSV, saved_by_office
from tests.progress_import.files import HEADER, row, workbook
from tests.spending import spent_reading

LIMITS = Limits()
UNBOUND = replace(LIMITS, memory=2000 * MEGABYTE, seconds=60, wall_seconds=120)
MOST_SECONDS = 10  # of the processor, for any file


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def cells(sheet: Sheet) -> dict[tuple[int, int], Cell]:
    return {(row.number, column): cell for row in sheet.rows for column, cell in row.cells.items()}


def refusal(content: bytes, name: str = "报表.xlsx", limits: Limits = LIMITS) -> str:
    with pytest.raises(FileRefused) as caught:
        read_book(content, name, limits)
    return caught.value.problem.code


# --- the same bytes as others read them


texts = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cn", "Co"]), max_size=20)
values = st.one_of(
    st.none(),
    st.integers(-(10**14), 10**14),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
    texts,
)


@settings(deadline=None)
@given(st.lists(st.lists(values, min_size=1, max_size=6), min_size=1, max_size=8))
def test_workbook_of_openpyxl_then_its_own_reading_agrees(table: list[list[Any]]) -> None:
    book = Workbook()
    assert book.active is not None
    for number, record in enumerate(table, start=1):
        for column, value in enumerate(record, start=1):
            cell = book.active.cell(number, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    content = saved(book)

    ours = cells(read_book(content, "a.xlsx", LIMITS).sheets[0])

    theirs = {
        (cell.row, cell.column): cell.value
        for line in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()
        for cell in line
        if cell.value is not None and not (isinstance(cell.value, str) and not cell.value.strip())
    }
    assert {place: plain(cell) for place, cell in ours.items()} == {
        place: clean(value) for place, value in theirs.items() if clean(value) != ""
    }


def plain(cell: Cell) -> Any:
    """A cell's value in Python's own types."""
    if cell.kind is Kind.NUMBER:
        return float(cell.text)
    return cell.text == "TRUE" if cell.kind is Kind.BOOLEAN else cell.text


def clean(value: Any) -> Any:
    from common.workbook.cell_text import clean_text, unescape

    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        kept = clean_text(unescape(value))
        return "" if kept.isspace() else kept
    return float(value)


def test_workbook_of_xlsxwriter_then_formulas_formats_merges_and_hidden_parts_are_seen() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet("数据")
    sheet.write_formula("A1", "=1+1", None, 2)
    sheet.write_number("B1", 0.5, book.add_format({"num_format": "0%"}))
    sheet.write_datetime("C1", datetime(2023, 3, 31), book.add_format({"num_format": "yyyy-mm-dd"}))  # noqa: DTZ001
    sheet.merge_range("D1:D3", "合并")
    sheet.write_rich_string("E1", "富", book.add_format({"bold": True}), "文本")
    sheet.set_row(4, None, None, {"hidden": True})
    sheet.write_string("A5", "隐藏")
    sheet.set_column(6, 7, None, None, {"hidden": True})
    book.add_worksheet("藏").hide()
    book.close()

    read = read_book(target.getvalue(), "a.xlsx", LIMITS)

    data, hidden = read.sheets
    assert (hidden.name, hidden.hidden, hidden.rows) == ("藏", True, [])
    assert cells(data)[1, 1] == Cell(Kind.NUMBER, "2", formula=True)
    assert cells(data)[1, 2] == Cell(Kind.NUMBER, "0.5", percent=True)
    assert cells(data)[1, 3] == Cell(Kind.DATE, "2023-03-31")
    assert data.merges == [Area(1, 4, 3, 4)]
    assert cells(data)[1, 5].text == "富文本"
    assert [row.number for row in data.rows if row.hidden] == [5]
    assert data.hidden_columns == [(7, 8)]


@pytest.mark.office
@pytest.mark.parametrize("kind", ["xlsx", "xls", CSV], ids=["xlsx", "xls", "csv"])
def test_workbook_saved_by_libreoffice_then_the_same_rows(kind: str, tmp_path: Path) -> None:
    book = load_workbook(
        io.BytesIO(workbook([row(value=3.25, note="第一行\n第二行"), row("连云区", value=-5, base=7)]))
    )
    book.worksheets[0]["D4"] = "=1+0.5"
    name = f"报表.{kind.partition(':')[0]}"

    read = cells(read_file(saved_by_office(saved(book), kind, tmp_path), name, LIMITS).sheets[0])

    said = {place: cell.text.removesuffix(".0") for place, cell in read.items()}
    assert [said[1, column] for column in range(1, 7)] == HEADER
    assert (said[2, 4], said[2, 6], said[3, 4], said[3, 5]) == ("3.25", "第一行\n第二行", "-5", "7")
    assert said[4, 4] == "1.5"
    assert read[4, 4].formula is (not name.endswith("csv"))


def test_formula_with_an_empty_result_then_blank_and_one_without_result_is_uncalculated() -> None:
    parts = raw_parts(sheet_xml('<row r="1"><c r="A1" t="str"><f>""</f><v></v></c><c r="B1"><f>1+1</f></c></row>'))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, body in parts.items():
            package.writestr(name, body)

    (sheet,) = read_book(target.getvalue(), "a.xlsx", LIMITS).sheets

    assert cells(sheet) == {(1, 2): Cell(Kind.UNCALCULATED, "", formula=True)}


# --- text files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_its_encodings_then_the_same_rows(encoding: str) -> None:
    content = '地区,完成值\r\n海州区,"1\n2"\r\n\r\n连云区,𠮷\r\n'.encode(encoding)

    (sheet,) = read_book(content, "a.csv", LIMITS).sheets

    assert [(row.number, row.width) for row in sheet.rows] == [(1, 2), (2, 2), (4, 2)]
    assert (cells(sheet)[2, 2].text, cells(sheet)[4, 2].text) == ("1\n2", "𠮷")


def test_csv_that_names_its_separator_then_excels_row_numbers_count_that_line() -> None:
    (sheet,) = read_book("sep=;\n地区;完成值\n海州区;1,5\n".encode(), "a.csv", LIMITS).sheets

    assert cells(sheet)[3, 2].text == "1,5"


# --- limits


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(columns=5), "too_many_columns"),
        (Limits(cells=10), "too_many_cells"),
        (Limits(rows=1, header_rows=1), "too_many_rows"),
        (Limits(part=100), "unpacked_too_large"),
        (Limits(unpacked=1000), "unpacked_too_large"),
        (Limits(entries=3), "too_many_parts"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_one_more_than_allowed_then_refused(limits: Limits, code: str) -> None:
    assert refusal(workbook([row(base=1, note="注")] * 3), limits=limits) == code


def test_text_longer_than_a_cell_then_cut_and_marked() -> None:
    content = workbook([row(note="长" * 30)])

    cell = cells(read_book(content, "a.xlsx", Limits(characters=29)).sheets[0])[2, 6]

    assert cell.cut == 29


def test_file_named_as_another_kind_then_refused() -> None:
    assert refusal(workbook([row()]), "报表.xls") == "name_mismatch"
    assert refusal(b"a,b\n1,2\n", "报表.xlsx") == "not_xlsx"


# --- the old format


def test_old_xls_then_its_rows_are_read() -> None:
    (sheet,) = read_book(BY_FILE["real.xls"].content, "a.xls", LIMITS).sheets

    assert cells(sheet)[1, 1].text == "地区"
    assert cells(sheet)[2, 4] == Cell(Kind.NUMBER, "1.5")


@pytest.mark.parametrize("cut", [600, 1500, 2600, 3000])
def test_old_xls_broken_off_then_refused_or_read_but_no_crash(cut: int) -> None:
    content = BY_FILE["real.xls"].content[:cut]

    assert refusal(content, "a.xls") in ("damaged", "not_xlsx")


# --- the child


def test_child_reads_then_the_book_comes_back_whole() -> None:
    content = workbook([row(note="\t=1+2"), row("连云区", value="50%")])

    assert read_file(content, "a.xlsx", LIMITS) == read_book(content, "a.xlsx", LIMITS)


def test_book_through_the_pipe_then_the_same() -> None:
    book = read_book(BY_FILE["layout_merged_region.xlsx"].content, "a.xlsx", LIMITS)

    assert from_json(to_json(book)) == book


def test_reader_out_of_memory_then_one_clear_reason_and_the_portal_lives() -> None:
    with pytest.raises(FileRefused) as caught:
        read_file(BY_FILE["csv_one_line_8mb.csv"].content, "a.csv", Limits(memory=70 * MEGABYTE))

    assert caught.value.problem.code in ("unpacked_too_large", "damaged")


def test_reader_that_takes_too_long_then_it_is_ended() -> None:
    started = time.monotonic()

    with pytest.raises(FileRefused) as caught:
        read_file(BY_FILE["scale_20001_rows.xlsx"].content, "a.xlsx", Limits(wall_seconds=0))

    assert caught.value.problem.code == "took_too_long"
    assert time.monotonic() - started < 5


@pytest.mark.slow
@pytest.mark.parametrize("case", [*ALL, *HEAVY], ids=str)
def test_corpus_file_in_an_unbound_child_then_it_keeps_the_bars_by_itself(case: Case) -> None:
    spent = spent_reading(case.content, case.file, UNBOUND)

    assert spent.seconds <= MOST_SECONDS
    assert spent.megabytes <= case.max_rss_mb


@pytest.mark.slow
@pytest.mark.parametrize("case", ALL, ids=str)
def test_corpus_file_in_a_child_confined_to_its_bars_then_the_answer_of_an_unbound_one(case: Case) -> None:
    confined = Limits(memory=case.max_rss_mb * MEGABYTE, seconds=MOST_SECONDS)

    assert answer_of(case, confined) == answer_of(case, UNBOUND)


def answer_of(case: Case, limits: Limits) -> Book | str:
    """The book, or the code of the reason why there is none."""
    try:
        return read_file(case.content, case.file, limits)
    except FileRefused as refused:
        return refused.problem.code


# --- mutants


@pytest.mark.slow
def test_mutants_of_good_files_then_read_or_refused_but_no_crash() -> None:
    for _name, content in mutants(2023, 3000):
        try:
            book = read_book(content, "a.xlsx", LIMITS)
        except FileRefused:
            continue
        assert isinstance(book, Book)
