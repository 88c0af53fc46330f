"""The workbook counts by itself what the portal counts: caches stripped, inputs changed, a real LibreOffice."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from io import BytesIO

import pytest
from openpyxl import load_workbook

from calculations.actual import LineValue
from calculations.inputs import Adjustment
from reporting.exports.assessment_workbook import build_workbook
from tests.reporting.office import calculated_values, formulas_of, is_same, recalculate, values_of
from tests.reporting.workbook_year import PLAN_2023, PLAN_SECOND, SCHEME_2023, SCHEME_SECOND, Year, make_year

pytestmark = [pytest.mark.office, pytest.mark.slow]

Make = Callable[[], Year]
Change = Callable[[Year], None]
Cells = dict[tuple[str, str], object]
CHECKED = ("得分明细", "指标完成情况", "季度进度")
"""Sheets whose rows stand in the plan's order whatever the ranks are."""


def lianyungang() -> Year:
    return make_year(PLAN_2023, SCHEME_2023)


def scored_only() -> Year:
    return make_year(PLAN_2023, SCHEME_2023, only_scored=True)


def second_city() -> Year:
    return make_year(PLAN_SECOND, SCHEME_SECOND)


# --- changes: each of one kind of input


def another_value(year: Year) -> None:
    year.lines["320722", "CP"][3] = LineValue(Fraction(31))


def a_tie_that_binary_fractions_miss(year: Year) -> None:
    """31 of 40 piles are 77.5 %: 11.625 points, which must make 11.63."""
    year.lines["320722", "CP"] = [LineValue(Fraction(value)) for value in (4, 9, 10, 8)]


def a_base_of_nothing(year: Year) -> None:
    year.lines["320722", "PVN"] = [LineValue(Fraction(0), Fraction(0))] * 4


def a_line_that_is_missing(year: Year) -> None:
    year.lines["320706", "CP"] = [None] * 4


def a_line_declared_not_applicable(year: Year) -> None:
    year.lines["320706", "RET"] = [LineValue.of(None, not_applicable=True)] * 4
    year.lines["320706", "CLP"][3] = LineValue.of(None, not_applicable=True)


def another_target(year: Year) -> None:
    year.targets["320706", "CP"] = Fraction(17)
    year.targets["320703", "LDS"] = Fraction("7.5")


def a_target_withdrawn(year: Year) -> None:
    del year.targets["320706", "PVX"]


def every_target_of_the_first_section_withdrawn(year: Year) -> None:
    for code in ("CP", "PVN", "PVG", "PVP", "PVX", "LDS", "LDW", "OVQ"):
        year.targets.pop(("320706", code), None)


def nothing_left_to_rectify(year: Year) -> None:
    year.lines["320706", "OVQ"] = [LineValue(Fraction(0), Fraction(0))] * 4


def more_to_rectify_than_at_the_start(year: Year) -> None:
    year.lines["320703", "OVQ"][3] = LineValue(Fraction(12), Fraction(9))


def late_and_incomplete_reports(year: Year) -> None:
    first, second, third, fourth = year.facts["320706"]
    year.facts["320706"] = (
        replace(first, on_time=False, filled=7),
        replace(second, counted=False),
        replace(third, returned=(5,)),
        replace(fourth, required=19, returned=(2,)),
    )


def no_quarter_counted(year: Year) -> None:
    year.facts["320722"] = tuple(replace(each, counted=False) for each in year.facts["320722"])


def other_hands(year: Year) -> None:
    """Manual scores, adjustments and flags."""
    year.manual["320706"] = {"C4": Fraction("2.25"), "P4": Fraction(3), "D2": Fraction(4)}
    year.adjustments["320703"] = {"A1": Adjustment(Fraction(-2), "复核"), "B1": Adjustment(Fraction(9), "复核")}
    year.flags["320723"] = ("V1",)


def other_evidence(year: Year) -> None:
    year.evidence ^= {("320722", "CP"), ("320722", "PVN"), ("320722", "OVQ"), ("320703", "CP")}


def a_year_of_zeal(year: Year) -> None:
    """Everything far over the target: caps, maxima and over-fulfilment."""
    for unit in year.assessed:
        year.lines[unit.code, "CP"] = [LineValue(Fraction(30))] * 4
        year.lines[unit.code, "NAT"] = [LineValue(Fraction(7))] * 4


def two_that_are_equal(year: Year) -> None:
    """The same numbers for two units of a group: they share a rank, and the next place stays free."""
    for entry in year.plan.indicators:
        year.lines["320703", entry.code] = list(year.lines.get(("320706", entry.code), [None] * 4))
        year.evidence -= {("320703", entry.code)}
        if ("320706", entry.code) in year.evidence:
            year.evidence.add(("320703", entry.code))
    year.manual["320703"] = year.manual["320706"]
    for unit in ("320706", "320703"):
        year.facts[unit] = tuple(
            replace(own, on_time=True, filled=own.required, returned=(0,) * len(own.returned))
            for own in year.facts[unit]
        )


def many_changes(seed: int) -> Change:
    """A random tenth of all numbers, with as many decimals as the indicator has."""

    def change(year: Year) -> None:
        chance = random.Random(seed)
        decimals = {entry.code: entry.decimals for entry in year.plan.indicators}
        for (_, code), lines in sorted(year.lines.items()):
            for place, line in enumerate(lines):
                if line is not None and not line.not_applicable and chance.random() < 0.1:
                    value = Fraction(
                        round(float(line.value) * chance.uniform(0.2, 2.5), decimals[code])
                    ).limit_denominator(10 ** decimals[code])
                    lines[place] = LineValue(value, line.base)
        for unit in [each.code for each in year.assessed]:
            year.facts[unit] = tuple(replace(each, filled=chance.randint(0, 20)) for each in year.facts[unit])

    return change


def steps_and_totals(year: Year) -> None:
    """Another step, another place: the second city ranks by the total alone."""
    year.lines["990102", "LED"][3] = LineValue(Fraction(300), Fraction(1000))
    year.lines["990121", "TRE"] = [LineValue(Fraction(55))] * 4
    year.lines["LGZ", "RWU"] = [LineValue(Fraction("27.9"), Fraction(100))] * 4


def all_of(*changes: Change) -> Change:
    """One change after the other: each touches numbers of its own."""

    def change(year: Year) -> None:
        for each in changes:
            each(year)

    return change


CHANGES: dict[str, tuple[Make, Change]] = {
    "one value": (scored_only, another_value),
    "lines": (
        scored_only,
        all_of(
            a_tie_that_binary_fractions_miss,
            a_base_of_nothing,
            a_line_that_is_missing,
            a_line_declared_not_applicable,
            more_to_rectify_than_at_the_start,
            nothing_left_to_rectify,
            other_evidence,
        ),
    ),
    "targets, reports and hands": (
        scored_only,
        all_of(another_target, a_target_withdrawn, late_and_incomplete_reports, no_quarter_counted, other_hands),
    ),
    "no target": (scored_only, every_target_of_the_first_section_withdrawn),
    "zeal and equals": (scored_only, all_of(a_year_of_zeal, two_that_are_equal)),
    "many": (scored_only, many_changes(1)),
    "many others": (scored_only, many_changes(2)),
    "second city": (second_city, all_of(many_changes(4), steps_and_totals)),
    "second city again": (second_city, many_changes(5)),
}
UNCHANGED: dict[str, Make] = {"the whole plan": lianyungang, "the second city": second_city}


@dataclass(frozen=True)
class Office:
    """By name: the workbook as the portal makes it, and its cells as LibreOffice calculates them."""

    made: dict[str, bytes]
    calculated: dict[str, Cells]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """All workbooks, in one run of LibreOffice; the changed ones with the changes typed into the unchanged one."""
    made = {name: build_workbook(make().data()) for name, make in UNCHANGED.items()}
    given = dict(made)
    before = {make: build_workbook(make().data()) for make in {make for make, _ in CHANGES.values()}}
    for name, (make, change) in CHANGES.items():
        year = make()
        change(year)
        made[name] = build_workbook(year.data())
        given[name] = typed_in(before[make], made[name])
    books = recalculate(given, tmp_path_factory.mktemp("office"))
    return Office(made, {name: calculated_values(book) for name, book in books.items()})


def typed_in(before: bytes, after: bytes) -> bytes:
    """The workbook `before` with every input typed in that is another one in `after`; its formulas stay."""
    book, goal = load_workbook(BytesIO(before)), load_workbook(BytesIO(after))
    typed = 0
    for name in (*CHECKED, "评分方案"):
        for row in goal[name].iter_rows():
            for cell in row:
                old = book[name][cell.coordinate]
                is_formula = any(isinstance(each.value, str) and each.value.startswith("=") for each in (old, cell))
                if not is_formula and old.value != cell.value:
                    old.value = cell.value
                    typed += 1
    assert typed, "the change must change an input"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("name", UNCHANGED)
def test_every_formula_carries_the_value_that_a_recalculation_gives(office: Office, name: str) -> None:
    cached, formulas = values_of(office.made[name]), formulas_of(office.made[name])

    wrong = {
        cell: (cached.get(cell), office.calculated[name].get(cell))
        for cell in formulas
        if cell not in cached or not is_same(cached[cell], office.calculated[name].get(cell))
    }
    assert formulas
    assert wrong == {}


@pytest.mark.parametrize("name", CHANGES)
def test_changed_inputs_give_what_the_portal_gives(office: Office, name: str) -> None:
    expected, formulas = values_of(office.made[name]), formulas_of(office.made[name])

    wrong = {
        cell: (expected[cell], office.calculated[name].get(cell))
        for cell in formulas
        if cell[0] in CHECKED and not is_same(expected[cell], office.calculated[name].get(cell))
    }
    assert wrong == {}
    assert results_by_unit(office.calculated[name]) == results_by_unit(expected)


def results_by_unit(cells: Cells) -> dict[object, list[object]]:
    """The printed columns of 考核结果 by the unit's name: rank, sections, sums, vetoes, grade, remark."""
    rows = range(5, 5 + len([cell for cell in cells if cell[0] == "考核结果" and cell[1].startswith("B")]))
    units = {cells.get(("考核结果", f"B{row}")): row for row in rows}
    found = {
        unit: [_rounded(cells.get(("考核结果", f"{column}{row}"))) for column in "ACDEFGHIJKLM"]
        for unit, row in units.items()
        if unit is not None
    }
    assert len(found) > 1
    return found


def _rounded(value: object) -> object:
    return round(value, 9) if isinstance(value, float) else value


def test_a_change_is_seen_by_the_check_sheet(office: Office) -> None:
    def verdicts(name: str) -> set[object]:
        return {value for (sheet, _), value in office.calculated[name].items() if sheet == "校验"}

    assert "不一致" in verdicts("one value")
    assert "不一致" not in verdicts("the whole plan")


def test_ranks_move_with_the_numbers(office: Office) -> None:
    before, after = (results_by_unit(values_of(office.made[name])) for name in ("the whole plan", "many"))

    assert {unit: row[0] for unit, row in before.items()} != {unit: row[0] for unit, row in after.items()}
