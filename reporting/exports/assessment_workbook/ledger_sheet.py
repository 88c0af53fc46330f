"""台账汇总: what every ledger counts for a unit, beside what the unit reported."""

from __future__ import annotations

from reporting.exports.assessment_workbook.addresses import near
from reporting.exports.assessment_workbook.book import LEDGERS as NAME
from reporting.exports.assessment_workbook.book import Book
from reporting.exports.assessment_workbook.data import LedgerFigure
from reporting.exports.assessment_workbook.list_sheet import FIRST_ROW, Column, Formula, ListSheet
from reporting.exports.assessment_workbook.words import NONE

SAME, DIFFERENT, NOT_REPORTED = "一致", "不一致", "未填报"
COLUMNS = (
    Column("台账", 18.0),
    Column("单位", 14.0, "strong"),
    Column("指标", 34.0),
    Column("数值", 16.0, "center"),
    Column("计量单位", 12.0, "center"),
    Column("台账条数", 12.0, "number"),
    Column("台账数", 16.0, "input"),
    Column("填报数", 16.0, "input"),
    Column("差额（填报 − 台账）", 16.0, "number"),
    Column("核对", 12.0, "center"),
)
_COUNTED, _REPORTED, _GAP = 6, 7, 8
NOTES = (
    "台账数按台账条目截至考核日计算，填报数是审核通过的年度数；不一致的，填报时须说明理由，考核以审核通过的填报数为准。",
    "蓝色的数改动后，差额和核对自动重算。",
)


def write(book: Book) -> None:
    """The whole sheet."""
    rows = [_row(figure, row) for row, figure in enumerate(book.data.ledgers, start=FIRST_ROW)]
    ListSheet(
        NAME,
        f"{book.data.year}年度台账汇总",
        COLUMNS,
        rows,
        "本年度没有登记台账。",
        NOTES,
        measure="见各行",
        tones=((DIFFERENT, "fair"), (SAME, "good"), (NOT_REPORTED, "quiet")),
    ).write(book)


def _row(figure: LedgerFigure, row: int) -> tuple[object, ...]:
    counted, reported = near(row, _COUNTED), near(row, _REPORTED)
    gap = None if figure.reported is None else figure.reported - figure.figure
    return (
        figure.register,
        figure.unit_name,
        figure.indicator_name,
        figure.what,
        figure.measure,
        figure.items,
        figure.figure,
        figure.reported,
        Formula(f'IF(ISNUMBER({reported}),{reported}-{counted},"{NONE}")', NONE if gap is None else gap),
        Formula(
            f'IF(ISNUMBER({reported}),IF(ABS({near(row, _GAP)})<0.00005,"{SAME}","{DIFFERENT}"),"{NOT_REPORTED}")',
            NOT_REPORTED if gap is None else SAME if gap == 0 else DIFFERENT,
        ),
    )
