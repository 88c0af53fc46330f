"""台账汇总: what every ledger counts for a unit, beside what the unit reported."""

from __future__ import annotations

from fractions import Fraction

from calculations.rounding import exact
from reporting.exports.assessment_workbook.addresses import near
from reporting.exports.assessment_workbook.book import LEDGERS as NAME
from reporting.exports.assessment_workbook.book import Book
from reporting.exports.assessment_workbook.data import LedgerFigure, Pair
from reporting.exports.assessment_workbook.figure_layouts import AttainmentLayout
from reporting.exports.assessment_workbook.figures import Row
from reporting.exports.assessment_workbook.formulas import INPUT_PLACES, text
from reporting.exports.assessment_workbook.list_sheet import FIRST_ROW, Column, Formula, ListSheet, Number
from reporting.exports.assessment_workbook.styles import decimals_format
from reporting.exports.assessment_workbook.titles import decimals_of
from reporting.exports.assessment_workbook.words import DIFFERENT, NONE, SAME

NOT_REPORTED, NOT_OWED = "未填报", "不承担"
COLUMNS = (
    Column("台账", 18.0),
    Column("单位", 14.0, "strong"),
    Column("指标", 34.0),
    Column("数值", 11.0, "center"),
    Column("计量单位", 11.0, "center"),
    Column("台账条数", 11.0, "number"),
    Column("台账数", 17.0, "input"),
    Column("填报数", 17.0, "number"),
    Column("差额\n（填报 − 台账）", 18.0, "number"),
    Column("核对", 12.0, "center"),
)
_COUNTED, _REPORTED, _GAP, AGREES = 6, 7, 8, 9
NOTES = (
    "台账数按台账条目截至考核日计算，蓝色；填报数取自“指标完成情况”。不一致的，填报时须说明理由，考核以审核通过的填报数为准。",
    "“不承担”：台账里有登记，但单位没有填报这项指标的任务。台账数或季度报告的数改动后，填报数、差额和核对自动重算。",
)


def write(book: Book) -> None:
    """The whole sheet."""
    reported = _reported_rows(book)
    rows = [
        _row(book, figure, place, reported.get((figure.unit.code, figure.indicator)))
        for place, figure in enumerate(book.data.ledgers, start=FIRST_ROW)
    ]
    ListSheet(
        NAME,
        f"{book.data.year}年度台账汇总",
        COLUMNS,
        rows,
        "本年度没有登记台账。",
        NOTES,
        measure="见各行",
        tones=((DIFFERENT, "fair"), (SAME, "good"), (NOT_REPORTED, "quiet"), (NOT_OWED, "quiet")),
    ).write(book)


def differences(book: Book) -> int:
    """How many of the ledgers' numbers are not those that were reported."""
    rows = _reported_rows(book)
    said = ((each, _said(each, rows.get((each.unit.code, each.indicator)))) for each in book.data.ledgers)
    return sum(number is not None and number != exact(each.figure) for each, number in said)


def _reported_rows(book: Book) -> dict[Pair, tuple[Row, int]]:
    """By unit and indicator: its row on 指标完成情况, and that row's number."""
    return {(row.unit.code, block.indicator.code): (row, at) for block, row, at in book.at.attainment.rows()}


def _row(book: Book, figure: LedgerFigure, place: int, found: tuple[Row, int] | None) -> tuple[object, ...]:
    """`found`: the unit's row on 指标完成情况, and its number."""
    said, counted = _said(figure, found), exact(figure.figure)
    digits = decimals_format(max(decimals_of(each) for each in (counted, said or Fraction(0))))
    gap = None if said is None else said - counted
    of_counted, of_reported, of_gap = (near(place, column) for column in (_COUNTED, _REPORTED, _GAP))
    silent = NOT_REPORTED if figure.is_owed else NOT_OWED
    agrees = f"IF(ABS({of_gap})<0.00005,{text(SAME)},{text(DIFFERENT)})"
    return (
        figure.register,
        figure.unit.name,
        figure.indicator_name,
        "基数" if figure.is_base else "完成值",
        figure.measure,
        figure.items,
        Number(figure.figure, digits),
        _reported(book, figure, found, digits),
        Formula(
            f"IF(ISNUMBER({of_reported}),ROUND({of_reported}-{of_counted},{INPUT_PLACES}),{text(NONE)})",
            NONE if gap is None else gap,
            digits,
        ),
        Formula(
            f"IF(ISNUMBER({of_reported}),{agrees},{text(silent)})",
            silent if gap is None else SAME if gap == 0 else DIFFERENT,
        ),
    )


def _said(figure: LedgerFigure, found: tuple[Row, int] | None) -> Fraction | None:
    """The year's number as it was reported."""
    numbers = found[0].year_end if found else None
    return None if numbers is None else numbers[figure.is_base]


def _reported(book: Book, figure: LedgerFigure, found: tuple[Row, int] | None, digits: str) -> Formula | str:
    """The cell that takes the reported number from 指标完成情况; — for a unit that does not stand there."""
    if found is None:
        return NONE
    column = AttainmentLayout.BASE if figure.is_base else AttainmentLayout.VALUE
    said = _said(figure, found)
    return Formula(book.at.attainment.far(found[1], column), NONE if said is None else said, digits)
