"""The native charts of the workbook; they follow the cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from reporting.exports.assessment_workbook.book import RESULTS, Book, Sheet
from reporting.exports.assessment_workbook.score_layouts import ResultLayout
from reporting.exports.assessment_workbook.styles import HEI, INK, RULE, SONG

T = TypeVar("T")
PIXELS_PER_WIDTH, PIXELS_PER_COLUMN = 7, 5
ROW_POINTS, POINTS_TO_PIXELS = 15.0, 4 / 3
LEAST_HEIGHT, MOST_HEIGHT = 150.0, 315.0
"""Below the least a chart cannot be read, in points."""
COLOURS = ("#2F6F9F", "#E0A030", "#4C9A6A", "#8A6BB0")


def spread(tones: Sequence[T], count: int) -> list[T]:
    """The tones over `count` grades from best to worst: the ends are the first and the last tone."""
    if count < 2:
        return list(tones[:count])
    return [tones[round(place * (len(tones) - 1) / (count - 1))] for place in range(count)]


def write(book: Book, sheet: Sheet, row: int, room: tuple[float, float]) -> int:
    """The totals by unit, and beside them the attainment of the binding counts; the first row after the charts.

    `room`: the width of the printed columns, and how many points of height there are.
    """
    layout = book.at.results
    if not layout.assessed:
        return row
    made = [_totals(book, layout)]
    if layout.charted:
        made.append(_attainments(book, layout))
    rows = int(min(room[1], MOST_HEIGHT) / ROW_POINTS)
    height = rows * ROW_POINTS * POINTS_TO_PIXELS
    each = (room[0] * PIXELS_PER_WIDTH + (layout.last + 1) * PIXELS_PER_COLUMN) / len(made)
    for number, chart in enumerate(made):
        chart.set_size({"width": each - 12, "height": height - 10})
        options = {"x_offset": 6 + each * number, "y_offset": 6, "object_position": 2}
        sheet.page.insert_chart(row, 0, chart, options)
    for place in range(row, row + rows):
        sheet.height(place, ROW_POINTS)
    return row + rows


def _totals(book: Book, layout: ResultLayout) -> Any:
    chart = _column_chart(book, f"{book.data.year}年度考核总分")
    series = _series(layout, layout.column("total"), COLOURS[0])
    labels = {"value": True, "num_format": "0.00", "font": _font(9)}
    chart.add_series({**series, "name": "总分", "data_labels": labels})
    chart.set_legend({"none": True})
    chart.set_y_axis(_axis("分"))
    return chart


def _attainments(book: Book, layout: ResultLayout) -> Any:
    chart = _column_chart(book, "约束性目标完成率（%）")
    for number, block in enumerate(layout.charted):
        series = _series(layout, layout.charted_column(number), COLOURS[number % len(COLOURS)])
        labels = {"value": True, "num_format": "0;-0;;", "font": _font(8)}
        chart.add_series({**series, "name": block.indicator.name, "data_labels": labels})
    chart.set_legend({"position": "bottom", "font": _font(9)})
    chart.set_y_axis(_axis("%"))
    return chart


def _column_chart(book: Book, title: str) -> Any:
    chart = book.workbook.add_chart({"type": "column"})
    chart.set_title(
        {"name": title, "name_font": {"name": HEI, "size": 12, "bold": False, "color": INK}, "overlay": False}
    )
    chart.set_x_axis({"num_font": _font(9), "line": {"color": RULE}})
    chart.set_chartarea({"border": {"color": RULE}})
    return chart


def _series(layout: ResultLayout, column: int, colour: str) -> dict[str, Any]:
    first, last = layout.first_row, layout.end - 1
    return {
        "categories": [RESULTS, first, layout.UNIT, last, layout.UNIT],
        "values": [RESULTS, first, column, last, column],
        "fill": {"color": colour},
        "gap": 80,
    }


def _axis(unit: str) -> dict[str, Any]:
    return {
        "min": 0,
        "num_format": "0",
        "num_font": _font(9),
        "name": unit,
        "name_font": {**_font(9), "bold": False, "rotation": 0},
        "line": {"none": True},
        "major_gridlines": {"visible": True, "line": {"color": "#D9DEE3", "width": 0.5}},
    }


def _font(size: int) -> dict[str, Any]:
    return {"name": SONG, "size": size, "color": INK}
