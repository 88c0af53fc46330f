"""The workbook counts by itself what the portal counts: caches stripped, inputs changed, a real LibreOffice.

Every figure of all ten sheets is compared. Those whose rows stand in the plan's order are compared cell by cell, the
others by the words in front of their numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO

import pytest
from openpyxl import load_workbook

from reporting.exports.assessment_workbook import build_workbook
from reporting.exports.assessment_workbook.result_formulas import ALL_SAME, NOT_ALL_SAME
from reporting.exports.assessment_workbook.styles import INPUT_INK
from tests.reporting.office import Cell, calculated_values, formulas_of, is_same, recalculate, values_of
from tests.reporting.workbook_changes import CHANGES, UNCHANGED

pytestmark = [pytest.mark.office, pytest.mark.slow, pytest.mark.timeout(600)]

Cells = dict[Cell, object]
IN_PLACE = ("得分明细", "指标完成情况", "季度进度", "加减分及否决", "台账汇总", "佐证清单", "评分方案")
"""Sheets whose rows stand in the plan's order whatever the ranks are."""
BY_WORDS = ("考核结果", "申诉及调整", "校验")
WORDS = {("指标完成情况", "I"), ("加减分及否决", "G")}
"""Columns with the portal's own sentences of the time when the workbook was made, unless they hold a formula."""
OVERWRITTEN = {
    "考核结果": "A5", "得分明细": "C9", "指标完成情况": "F5", "季度进度": "F6", "加减分及否决": "E4", "台账汇总": "I4",
    "校验": "E16",
}  # fmt: skip
"""By sheet: a formula in whose place its own value is typed."""


@dataclass(frozen=True)
class Written:
    """A workbook as the portal makes it; each way of reading it takes a while and is done once."""

    content: bytes

    @cached_property
    def values(self) -> Cells:
        return values_of(self.content)

    @cached_property
    def formulas(self) -> dict[Cell, str]:
        return formulas_of(self.content)

    def is_words(self, cell: Cell) -> bool:
        """Whether a cell holds one of the portal's sentences."""
        return (cell[0], cell[1].rstrip("0123456789")) in WORDS and cell not in self.formulas


@dataclass(frozen=True)
class Office:
    """By name: the workbook before and after a change, and its cells as LibreOffice calculates them after the change
    has been typed in."""

    before: dict[str, Written]
    made: dict[str, Written]
    calculated: dict[str, Cells]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """All workbooks, in one run of LibreOffice."""
    made = {name: Written(build_workbook(make().data())) for name, make in UNCHANGED.items()}
    before = dict(made)
    given = {name: each.content for name, each in made.items()}
    for name, (make, change) in CHANGES.items():
        year = make()
        before[name] = Written(build_workbook(year.data()))
        change(year)
        made[name] = Written(build_workbook(year.data()))
        given[name] = typed_in(before[name], made[name])
    for sheet, cell in OVERWRITTEN.items():
        given[f"over {sheet}"] = overwritten(before["the second city"], (sheet, cell))
    books = recalculate(given, tmp_path_factory.mktemp("office"))
    return Office(before, made, {name: calculated_values(book) for name, book in books.items()})


def typed_in(before: Written, after: Written) -> bytes:
    """The workbook `before` with every number typed in that is another one in `after`; its formulas and words stay.

    Only what is offered as an input, by its colour, may differ: anything else should have been a formula.
    """
    book = load_workbook(BytesIO(before.content))
    inputs = differences(in_place(before, before.values), in_place(after, after.values))
    typed = {cell: goal for cell, (_, goal) in inputs.items() if cell not in before.formulas | after.formulas}
    for (sheet, place), goal in typed.items():
        cell = book[sheet][place]
        assert cell.font.color.rgb == f"FF{INPUT_INK[1:]}", f"{sheet} {place} is no input"
        cell.value = goal
    assert typed, "the change must change an input"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def overwritten(written: Written, place: Cell) -> bytes:
    """The workbook with a formula's own value typed in its place."""
    book, (sheet, cell) = load_workbook(BytesIO(written.content)), place
    assert place in written.formulas
    book[sheet][cell].value = written.values[place]
    out = BytesIO()
    book.save(out)
    return out.getvalue()


# --- what is compared


def in_place(written: Written, cells: Cells) -> Cells:
    """The cells of the sheets whose rows stand in the plan's order, but for the portal's sentences."""
    return {cell: value for cell, value in cells.items() if cell[0] in IN_PLACE and not written.is_words(cell)}


def differences(expected: Cells, found: Cells) -> dict[Cell, tuple[object, object]]:
    return {
        cell: (expected.get(cell), found.get(cell))
        for cell in expected.keys() | found.keys()
        if not is_same(expected.get(cell), found.get(cell))
    }


def rows_of(cells: Cells, sheet: str, columns: str) -> Iterator[list[object]]:
    """The cells of a sheet's rows in these columns."""
    last = max(int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for name, cell in cells if name == sheet)
    for row in range(1, last + 1):
        yield [cells.get((sheet, f"{column}{row}")) for column in columns]


def results(cells: Cells) -> dict[object, list[object]]:
    """考核结果 by the unit's name: rank, sections, sums, vetoes, grade, remark; what the sections are worth."""
    rows = [row for row in rows_of(cells, "考核结果", "BACDEFGHIJKLMN") if row[0] is not None]
    found = {row[0]: [_rounded(each) for each in row[1:]] for row in rows}
    assert len(found) > 3
    return found


def checks(cells: Cells) -> dict[tuple[object, object], tuple[object, object, object]]:
    """校验 by unit and item: the portal's number, the workbook's, the verdict."""
    rows = rows_of(cells, "校验", "ABCDE")
    found = {(row[0], row[1]): (_rounded(row[2]), _rounded(row[3]), row[4]) for row in rows if row[4] is not None}
    del found["单位", "项目"]
    assert len(found) > 20
    return found


def decisions(cells: Cells) -> dict[tuple[object, object], object]:
    """申诉及调整 by unit and criterion: the points of the adjustments."""
    return {(row[0], row[2]): _rounded(row[4]) for row in rows_of(cells, "申诉及调整", "ABCDE") if row[1] == "调整"}


def _rounded(value: object) -> object:
    return round(value, 9) if isinstance(value, float | int) else value


def test_an_adjustment_is_among_what_is_changed() -> None:
    make, change = CHANGES["another scheme"]
    year = make()

    before = decisions(values_of(build_workbook(year.data())))
    change(year)

    assert before
    assert decisions(values_of(build_workbook(year.data()))).keys() == before.keys()


# --- nothing changed


@pytest.mark.parametrize("name", UNCHANGED)
def test_every_cell_is_as_the_portal_wrote_it(office: Office, name: str) -> None:
    stored, formulas = office.made[name].values, office.made[name].formulas

    assert len(formulas) > 1000
    assert differences(stored, office.calculated[name]) == {}
    assert set(stored) >= set(formulas)
    assert {sheet for sheet, _ in stored} == {*IN_PLACE, *BY_WORDS}


@pytest.mark.parametrize("name", UNCHANGED)
def test_the_check_sheet_finds_nothing(office: Office, name: str) -> None:
    assert {verdict for _, _, verdict in checks(office.calculated[name]).values()} == {"一致"}
    assert ALL_SAME in office.calculated[name].values()


# --- inputs changed


@pytest.mark.parametrize("name", CHANGES)
def test_changed_inputs_give_the_portals_figures_on_every_sheet(office: Office, name: str) -> None:
    expected, found = office.made[name].values, office.calculated[name]

    assert differences(in_place(office.made[name], expected), in_place(office.before[name], found)) == {}
    assert results(found) == results(expected)
    adjusted = decisions(expected)
    assert decisions(found) == {key: adjusted[key] for key in decisions(found)}


@pytest.mark.parametrize("name", CHANGES)
def test_the_check_sheet_says_what_is_no_longer_the_portals(office: Office, name: str) -> None:
    before, after = checks(office.before[name].values), checks(office.made[name].values)
    found = checks(office.calculated[name])

    told = {
        key: (portal, after[key][0], "一致" if portal == after[key][0] else "不一致")
        for key, (portal, _, _) in before.items()
    }
    assert found == told
    wrong = sum(verdict == "不一致" for _, _, verdict in found.values())
    assert wrong > 0
    assert f"{wrong} 项不一致" in office.calculated[name].values()
    assert NOT_ALL_SAME in office.calculated[name].values()


def test_ranks_move_with_the_numbers(office: Office) -> None:
    before, after = (results(office.calculated[name]) for name in ("the whole plan", "many"))

    assert {unit: row[0] for unit, row in before.items()} != {unit: row[0] for unit, row in after.items()}


# --- a formula overwritten


@pytest.mark.parametrize("sheet", OVERWRITTEN)
def test_the_check_sheet_misses_a_formula_that_was_overwritten_by_its_own_value(office: Office, sheet: str) -> None:
    found = checks(office.calculated[f"over {sheet}"])

    told = {key for key, (_, _, verdict) in found.items() if verdict == "不一致"}
    counted = "公式个数（以上各行）" if sheet == "校验" else "公式个数"
    assert told == {(sheet, counted)}
    assert found[sheet, counted][1] == found[sheet, counted][0] - 1  # type: ignore[operator]
    assert "1 项不一致" in office.calculated[f"over {sheet}"].values()
