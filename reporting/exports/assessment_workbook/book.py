"""One workbook while it is written: its data, its sheets, its looks, and where everything stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from xlsxwriter.worksheet import Worksheet

from calculations.actual import Kind
from reporting.exports.assessment_workbook.data import WorkbookData
from reporting.exports.assessment_workbook.figure_layouts import AttainmentLayout, QuarterLayout
from reporting.exports.assessment_workbook.figures import Block, blocks_of
from reporting.exports.assessment_workbook.score_layouts import (
    ResultLayout,
    SchemeLayout,
    ScoreLayout,
    in_order_of_rank,
)
from reporting.exports.assessment_workbook.styles import Styles, height_for

LOCAL_TIME = ZoneInfo("Asia/Shanghai")
A4 = 9
PRINTED_WIDTH, PRINTED_HEIGHT = 770.0, 508.0
"""Points of an A4 page, landscape, within the margins."""
SAFETY = 0.97
"""How much of a page is filled by rows that stay together: every program measures a little differently."""
NOTES_GAP, ROW_HEIGHT = 6.0, 16.0

RESULTS, SCORES, ATTAINMENT, QUARTERS, EXTRAS, LEDGERS, EVIDENCE, SCHEME, DECISIONS, CHECK = (
    "考核结果", "得分明细", "指标完成情况", "季度进度", "加减分及否决",
    "台账汇总", "佐证清单", "评分方案", "申诉及调整", "校验",
)  # fmt: skip


class PlainWorksheet(Worksheet):  # type: ignore[misc]
    """A worksheet that writes formulas as they are.

    The library looks in each for thirty functions that need a prefix, which is half of the time that a workbook takes.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: FBT001, FBT002
        return formula.removeprefix("=")


@dataclass(frozen=True)
class Layouts:
    """The layouts that sheets look up in each other."""

    results: ResultLayout
    scores: ScoreLayout
    attainment: AttainmentLayout
    quarters: QuarterLayout
    scheme: SchemeLayout


@dataclass(frozen=True)
class Book:
    """What every sheet's module writes with."""

    data: WorkbookData
    blocks: tuple[Block, ...]
    at: Layouts
    styles: Styles
    workbook: Any
    sheets: dict[str, Any]
    written: dict[str, Sheet] = field(default_factory=dict)
    """The sheets written so far, by name."""

    def sheet(self, name: str, title: str, *, last_column: int, header_rows: int, measure: str = "分") -> Sheet:
        """The sheet of a name, with its title, its line below, and set for print; `measure`: of its numbers."""
        sheet = Sheet(self.sheets[name], self.styles, last_column)
        sheet.set_up(self.data, title, header_rows=header_rows)
        sheet.line_below_title(self.data, measure)
        self.written[name] = sheet
        return sheet


@dataclass
class Sheet:
    """A worksheet with the few ways in which we write cells: text is never a formula, formulas have their values."""

    page: Any
    styles: Styles
    last_column: int
    formulas: list[tuple[int, int]] = field(default_factory=list)
    """Row and column of every formula written so far."""
    heights: dict[int, float] = field(default_factory=dict)
    header_rows: int = 0

    def set_up(self, data: WorkbookData, title: str, *, header_rows: int) -> None:
        """Title, line and print settings; the first `header_rows` rows are repeated on every page."""
        page = self.page
        self.header_rows = header_rows
        page.set_landscape()
        page.set_paper(A4)
        page.set_margins(left=0.5, right=0.5, top=0.55, bottom=0.65)
        page.center_horizontally()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0, header_rows - 1)
        page.hide_gridlines(2)
        page.set_default_row(ROW_HEIGHT)
        page.set_footer(_footer(data))
        self.height(0, 30)
        self.height(1, 20)
        self.merge(0, (0, self.last_column), title, "title")

    def line_below_title(self, data: WorkbookData, measure: str) -> None:
        """Who assesses and in what the numbers are; the day on the right."""
        made = data.provenance.generated_at
        middle = self.last_column // 2
        mark = "　　【示例数据】" if data.provenance.is_demo else ""
        self.merge(1, (0, middle), f"考核单位：{data.root.name}　　计量单位：{measure}{mark}", "line")
        self.merge(1, (middle + 1, self.last_column), f"制表日期：{day_words(made)}", "line_right")

    def height(self, row: int, points: float, *, hidden: bool = False) -> None:
        """The height of a row."""
        self.heights[row] = 0.0 if hidden else points
        self.page.set_row(row, points, None, {"hidden": hidden})

    def keep_together(self, blocks: Iterable[range], *, width: float) -> None:
        """Page breaks that part no block of rows, one after the other; `width`: of the printed columns."""
        room = self.page_height(width) - self.height_of(range(self.header_rows))
        breaks, filled = [], 0.0
        for block in blocks:
            height = self.height_of(block)
            if filled and filled + height > room:
                breaks.append(block.start)
                filled = 0.0
            filled += height
        self.page.set_h_pagebreaks(breaks)

    def page_height(self, width: float) -> float:
        """How much fits on a page that is as wide as the printed columns, in points of the sheet."""
        points = (width * 7 + (self.last_column + 1) * 5) * 0.75
        return PRINTED_HEIGHT / min(1.0, PRINTED_WIDTH / points) * SAFETY

    def height_of(self, rows: range) -> float:
        """The height of some rows in points."""
        return sum(self.heights.get(row, ROW_HEIGHT) for row in rows)

    def widths(self, widths: Sequence[float], *, first: int = 0) -> None:
        """The widths of columns from `first` on."""
        for offset, width in enumerate(widths):
            self.page.set_column(first + offset, first + offset, width)

    def text(self, row: int, column: int, text: str, look: str = "text", **more: Any) -> None:
        self.page.write_string(row, column, text, self.styles(look, **more))

    def number(self, row: int, column: int, number: Any, look: str = "number", **more: Any) -> None:
        """A number; None leaves a formatted blank."""
        if number is None:
            self.page.write_blank(row, column, None, self.styles(look, **more))
        else:
            self.page.write_number(row, column, as_float(number), self.styles(look, **more))

    def formula(self, place: tuple[int, int], formula: str, value: Any, look: str = "number", **more: Any) -> None:
        """A formula with the portal's value: a number, a word, never nothing."""
        cached = value if isinstance(value, str) else as_float(value)
        self.page.write_formula(*place, f"={formula}", self.styles(look, **more), cached)
        self.formulas.append(place)

    def merge(self, row: int, columns: tuple[int, int], text: str, look: str, **more: Any) -> None:
        """A text over columns of a row, from first to last."""
        self.merge_block((row, columns[0]), (row, columns[1]), text, look, **more)

    def merge_block(self, first: tuple[int, int], last: tuple[int, int], text: str, look: str, **more: Any) -> None:
        """A text over a block of cells."""
        style = self.styles(look, **more)
        if first == last:
            self.page.write_string(*first, text, style)
            return
        self.page.merge_range(*first, *last, "", style)
        self.page.write_string(*first, text, style)

    def notes(self, row: int, notes: Sequence[str], *, width: float) -> int:
        """After a little space, numbered notes over the printed width, "注："; the first row after them."""
        self.height(row, NOTES_GAP)
        row += 1
        for number, note in enumerate(notes, start=1):
            text = f"{'注：' if number == 1 else '　　'}{number}．{note}"
            self.merge(row, (0, self.last_column), text, "note")
            self.height(row, height_for(text, width * 1.1, line=12.5))
            row += 1
        return row

    def colour_words(self, first: tuple[int, int], last: tuple[int, int], tones: dict[Any, str]) -> None:
        """Colours for cells that hold one of these words."""
        for word, tone in tones.items():
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": self.styles.tone(tone)}
            self.page.conditional_format(*first, *last, rule)


def make_layouts(data: WorkbookData, blocks: tuple[Block, ...]) -> Layouts:
    """Where everything stands in the workbook of these data."""
    has_groups = len({each.inputs.rank_group for each in data.assessed}) > 1
    charted = tuple(block for block in blocks if block.indicator.spec.kind is Kind.COUNT and _is_binding(block))
    return Layouts(
        results=ResultLayout(RESULTS, data.scheme, in_order_of_rank(data), 4, has_groups, charted),
        scores=ScoreLayout(SCORES, data.scheme, data.assessed, 5),
        attainment=AttainmentLayout(ATTAINMENT, blocks, 3),
        quarters=QuarterLayout(QUARTERS, blocks, 4),
        scheme=SchemeLayout(SCHEME, data.scheme, 3),
    )


def make_book(data: WorkbookData, workbook: Any, names: Sequence[str]) -> Book:
    """The book with its empty sheets, in the order of `names`."""
    blocks = blocks_of(data)
    sheets = {name: workbook.add_worksheet(name, PlainWorksheet) for name in names}
    return Book(data, blocks, make_layouts(data, blocks), Styles(workbook), workbook, sheets)


def as_float(number: Any) -> float:
    """A number as Excel keeps it; fractions to the nearest."""
    return float(number)


def moment_words(instant: datetime) -> str:
    """An instant in Asia/Shanghai: 2024年1月12日 09:30."""
    local = instant.astimezone(LOCAL_TIME)
    return f"{day_words(instant)} {local:%H:%M}"


def day_words(instant: datetime) -> str:
    """An instant's day in Asia/Shanghai: 2024年1月12日."""
    local = instant.astimezone(LOCAL_TIME)
    return f"{local.year}年{local.month}月{local.day}日"


def _is_binding(block: Block) -> bool:
    """Whether at least two assessed units have a binding target of this indicator."""
    return sum(row.scored is not None and row.scored.binding and row.target is not None for row in block.rows) > 1


def _footer(data: WorkbookData) -> str:
    made = data.provenance
    left = f"第 {made.revision} 次修订　结果摘要 {made.results_sha256[:12]}"
    # A digit right after the size would be read as part of it.
    return f"&L&8 {left}&C&9 第 &P 页　共 &N 页&R&8 {moment_words(made.generated_at)} 生成"
