"""The matrix as HTML: its cells are built in Python, for a template loop over thousands of them would take seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from assessments.models import Compliance
from reporting.queries.dashboard import Dashboard, MatrixRow
from reporting.queries.figures import Stored, categories_of
from reporting.rounding import WHOLE, honest_places, rounded
from targets.models import Indicator, Plan, Quarter

NOTHING = '<td class="matrix-none" aria-label="—"></td>'
SHARE_PLACES = 1
"""Shares are compared at a glance: two decimals would only fill the cell."""


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
    columns = [_column(each, place[each.pk]) for each in matrix_columns(plan, board, wide=wide).indicators]
    words = _Words()
    return [BodyRow(row, _cells(row, columns, words, _way(plan, quarter, row))) for row in board.rows]


@dataclass(frozen=True, slots=True)
class _Column:
    """What all cells of a column share, escaped once."""

    place: int
    code: str
    label: str
    places: int
    sign: str
    at_most: bool


def _column(indicator: Indicator, place: int) -> _Column:
    is_share = indicator.actual_unit == "%"
    places = SHARE_PLACES if is_share else indicator.decimals
    sign = "%" if is_share else ""
    return _Column(place, escape(indicator.code), escape(indicator.label), places, sign, indicator.at_most)


class _Words:
    """What cells say, translated and escaped once."""

    def __init__(self) -> None:
        self.statuses = {str(status.value): escape(str(status.label)) for status in Compliance.Status}
        self.target = escape(_("目标 %s"))
        self.attainment = escape(_("完成率 %s%%"))
        self.incomplete = escape(_("有应报未报的行"))


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


def _cells(row: MatrixRow, columns: Sequence[_Column], words: _Words, way: str) -> SafeString:
    cells = (_cell(column, row.cells[column.place], words, way) for column in columns)
    return mark_safe("".join(cells))  # noqa: S308  # numbers, and words that were escaped in _column and _Words


def _cell(column: _Column, stored: Stored | None, words: _Words, way: str) -> str:
    if stored is None:
        return NOTHING
    word = words.statuses.get(stored.status, "")
    return (
        f'<td class="num status-cell is-{stored.status or "upcoming"}">'
        f'<a href="{way.replace("CODE", column.code)}" title="{_title(column, stored, words)}">'
        f'<span class="matrix-figure">{_figure(column, stored.actual, stored.target)}</span>'
        f'<span class="matrix-word">{word}</span></a></td>'
    )


def _figure(column: _Column, actual: Decimal | None, target: Decimal | None = None) -> str:
    if actual is None:
        return "—"
    places = honest_places(actual, target, places=column.places, at_most=column.at_most)
    return f"{rounded(actual, places):,f}{column.sign}"


def _title(column: _Column, stored: Stored, words: _Words) -> str:
    parts = [column.label]
    if stored.status:
        parts.append(words.statuses[stored.status])
    if stored.target is not None:
        parts.append(words.target % _figure(column, stored.target))
    if stored.attainment is not None:
        places = honest_places(stored.attainment, WHOLE, places=SHARE_PLACES)
        parts.append(words.attainment % f"{rounded(stored.attainment, places):,f}")
    if stored.incomplete:
        parts.append(words.incomplete)
    return " · ".join(parts)
