"""佐证清单: every file behind the approved numbers, with what proves that it is the same file."""

from __future__ import annotations

from reporting.exports.assessment_workbook.book import EVIDENCE as NAME
from reporting.exports.assessment_workbook.book import Book, moment_words
from reporting.exports.assessment_workbook.list_sheet import Column, ListSheet

COLUMNS = (
    Column("编号", 24.0, "center"),
    Column("单位", 14.0, "center"),
    Column("指标", 30.0),
    Column("文件名", 44.0),
    Column("SHA-256", 34.0, "code"),
    Column("上传人", 16.0, "center"),
    Column("上传时间", 22.0, "center"),
)
NOTES = (
    "编号为 单位-指标-季度-序号；只列计入考核的报告所附的文件。",
    "SHA-256 是文件内容的指纹：重新计算的值与表中相同，文件就没有改动过。",
)


def write(book: Book) -> None:
    """The whole sheet."""
    data = book.data
    units = {each.code: each.name for each in data.units}
    indicators = {each.code: each.name for each in data.indicators}
    rows = [
        (
            each.number,
            units.get(each.unit, each.unit),
            indicators.get(each.indicator, each.indicator),
            each.name,
            each.sha256,
            each.uploaded_by,
            moment_words(each.uploaded_at),
        )
        for each in data.evidence
    ]
    title = f"{data.year}年度考核佐证材料清单"
    ListSheet(NAME, title, COLUMNS, rows, "计入考核的报告没有附佐证材料。", NOTES, measure="份").write(book)
