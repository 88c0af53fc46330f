"""The circular's own template, in the form of an official letter; the bureau may change it and put it back."""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

SONG, HEI, FANG = "宋体", "黑体", "仿宋"
COLUMNS = (
    ("名次", 1.4, "rank"), ("单位", 2.6, "name"), ("基本分", 1.8, "base"), ("加分", 1.4, "bonus"),
    ("扣分", 1.4, "deduction"), ("总分", 1.8, "total"), ("等次", 1.6, "grade"), ("备注", 3.6, "remark"),
)  # fmt: skip
"""Head, width in centimetres, field of a row."""


def default_template() -> bytes:
    """The bytes of the .docx with its marks."""
    document = Document()
    _page(document)
    _line(document, "{{ title }}", font=HEI, size=20, align="center", after=10)
    _line(document, "{{ demo }}{{ state }}", font=SONG, size=11, align="center", after=14)
    _line(document, "各县区人民政府，各功能区管委会，市各有关单位：", indent=False)
    _line(
        document,
        "按照年度目标任务和考核评分方案，对{{ year }}年度全市公共机构绿色低碳引领行动目标任务完成情况进行了考核，"
        "现将结果通报如下。",
    )
    _heading(document, "一、考核结果")
    _line(document, "{%p for group in groups %}")
    _line(document, "{{ group.title }}：{{ group.names }}（{{ group.count }}个）。")
    _line(document, "{%p endfor %}")
    _ranking(document)
    _heading(document, "二、全市目标")
    _line(document, "达到目标的：{{ reached|join('、') or '无' }}。")
    _line(document, "未达到目标的：{{ missed|join('、') or '无' }}。")
    _heading(document, "三、表扬和批评")
    _line(document, "予以通报表扬：{{ commended or '无' }}。")
    _line(document, "予以通报批评：{{ criticised or '无' }}。")
    _line(document, "希望受到表扬的单位再接再厉，其他单位对照得分明细查找不足，切实完成下一年度目标任务。")
    _line(document, "{{ city }}机关事务管理局", align="right", indent=False, before=24)
    _line(document, "{{ date }}", align="right", indent=False)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.2), Cm(3.0)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)


def _heading(document: Any, text: str) -> None:
    _line(document, text, font=HEI, size=15, before=8)


def _line(
    document: Any,
    text: str,
    *,
    font: str = FANG,
    size: float = 15,
    align: str = "",
    **space: Any,
) -> None:
    """A paragraph; `space`: before and after in points, indent=False without the two characters at its beginning."""
    paragraph = document.add_paragraph()
    _say(paragraph, text, font, size)
    look = paragraph.paragraph_format
    look.line_spacing = Pt(28) if size >= 15 else Pt(20)
    look.space_before, look.space_after = Pt(space.get("before", 0)), Pt(space.get("after", 0))
    if align:
        paragraph.alignment = {"center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}[align]
    elif space.get("indent", True):
        look.first_line_indent = Pt(2 * size)


def _ranking(document: Any) -> None:
    """The ranking: a header, the marks that repeat a row, the row itself."""
    table = document.add_table(rows=4, cols=len(COLUMNS))
    table.style = "Table Grid"
    table.autofit = False
    marks = ("{%tr for row in rows %}", "{%tr endfor %}")
    heads, fields = [head for head, _, _ in COLUMNS], [f"{{{{ row.{name} }}}}" for _, _, name in COLUMNS]
    rows = (heads, [marks[0]], fields, [marks[1]])
    for row, texts in zip(table.rows, rows, strict=True):
        for place, (_, width, _) in enumerate(COLUMNS):
            cell = row.cells[place]
            cell.width = Cm(width)
            paragraph = cell.paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _say(paragraph, texts[place] if place < len(texts) else "", HEI if texts is rows[0] else SONG, 11)


def _say(paragraph: Any, text: str, font: str, size: float) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = font
    run.element.rPr.rFonts.set(qn("w:eastAsia"), font)
