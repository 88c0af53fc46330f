"""The matrix as HTML: its cells are built in Python, for a template loop over thousands of them would take seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from assessments.models import Compliance
from calculations.rounding import round_half_up
from reporting.queries.dashboard import Dashboard, MatrixRow
from reporting.queries.figures import Stored, categories_of
from targets.models import Indicator, Plan, Quarter

NOTHING = '<td class="matrix-none" aria-label="—"></td>'


@dataclass(frozen=True, slots=True)
class Columns:
    """The head of the matrix: categories over indicators."""

    categories: list[tuple[str, int]]
    indicators: list[Indicator]


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A row: the unit, and all its cells as one piece of HTML."""

    row: MatrixRow
    cells: SafeString


def matrix_columns(plan: Plan, board: Dashboard, *, wide: bool) -> Columns:
    """All indicators, or only those for which the city or a shown unit has a target."""
    shown = _shown(board, wide=wide)
    grouped = categories_of(plan, shown)
    categories = [(category, len(within)) for category, within in grouped]
    return Columns(categories, [indicator for _category, within in grouped for indicator in within])


def matrix_rows(plan: Plan, board: Dashboard, quarter: Quarter, *, wide: bool) -> list[BodyRow]:
    """The rows of the matrix in the order of its columns."""
    place = {indicator.pk: place for place, indicator in enumerate(board.indicators)}
    columns = [(indicator, place[indicator.pk]) for indicator in matrix_columns(plan, board, wide=wide).indicators]
    words = {str(status.value): str(status.label) for status in Compliance.Status}
    return [BodyRow(row, _cells(row, columns, words, _way(plan, quarter, row))) for row in board.rows]


def _shown(board: Dashboard, *, wide: bool) -> list[Indicator]:
    if wide:
        return board.indicators
    return [
        indicator
        for place, indicator in enumerate(board.indicators)
        if any(cell.target is not None for row in board.rows if (cell := row.cells[place]))
    ]


def _way(plan: Plan, quarter: Quarter, row: MatrixRow) -> str:
    """Where a cell of the row leads: the unit's report, at the indicator's line; for the node the indicator's page."""
    root = plan.owner.code
    if row.is_node or not row.plan_unit.is_reporting:
        return reverse("targets:indicator", args=(root, plan.year, "CODE"))
    return reverse("progress:report", args=(root, plan.year, quarter.number, row.plan_unit.unit.code)) + "#row-CODE"


def _cells(row: MatrixRow, columns: Sequence[tuple[Indicator, int]], words: dict[str, str], way: str) -> SafeString:
    cells = (_cell(indicator, row.cells[place], words, way) for indicator, place in columns)
    return mark_safe("".join(cells))  # noqa: S308  # only codes, numbers and our own words, all escaped in _cell


def _cell(indicator: Indicator, stored: Stored | None, words: dict[str, str], way: str) -> str:
    if stored is None:
        return NOTHING
    word = escape(words.get(stored.status, ""))
    figure = _figure(indicator, stored.actual)
    link = way.replace("CODE", escape(indicator.code))
    title = escape(_title(indicator, stored, word))
    return (
        f'<td class="num status-cell is-{stored.status or "upcoming"}"><a href="{link}" title="{title}">'
        f'<span class="matrix-figure">{figure}</span><span class="matrix-word">{word}</span></a></td>'
    )


def _figure(indicator: Indicator, actual: Any) -> str:
    if actual is None:
        return "—"
    if indicator.actual_unit == "%":
        return f"{round_half_up(actual, 1):,f}%"
    return f"{round_half_up(actual, indicator.decimals):,f}"


def _title(indicator: Indicator, stored: Stored, word: str) -> str:
    parts = [indicator.label, word]
    if stored.target is not None:
        parts.append(_("目标 %s") % _figure(indicator, stored.target))
    if stored.attainment is not None:
        parts.append(_("完成率 %s") % f"{round_half_up(stored.attainment, 1):,f}%")
    if stored.incomplete:
        parts.append(_("有应报未报的行"))
    return " · ".join(part for part in parts if part)
