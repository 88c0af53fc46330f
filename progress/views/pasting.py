"""Several rows of the quarterly form at once: where pasted cells go, and saving rows all or none. Both answer JSON."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Unpack

from django.http import Http404, HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import require
from common.errors import Invalid
from common.workbook.names import Names
from common.workbook.values import Asks, Measure, known_units
from progress.excel.pasted import FIELDS, Cells, Focus, Grid, GridRow, Patch, place_cells
from progress.forms import TypedLine, read_line
from progress.line_checks import number_words
from progress.models import Line
from progress.queries.rows import Row, name_boxes
from progress.queries.sheet import Sheet
from progress.services.changes import ReportEntry, SavedLines
from progress.services.entry import save_entries
from progress.views.lines import answers_json, line_problems, said
from progress.views.places import UnitAddress, arrival, reporting_unit, sheet_of

_CELLS_MAX_CHARACTERS = 2_000_000


@require_POST
@answers_json
def place_paste(request: HttpRequest, quarter: int, **of: Unpack[UnitAddress]) -> JsonResponse:
    """`{rows: {code: {value, base, note, not_applicable, clears}}, told}`: where pasted cells go; nothing is stored.

    `told` says which rows were passed over, empty where none was.
    `cells` are the rows of texts as JSON, `code` and `field` name the field they were pasted into.
    """
    user, plan_unit = reporting_unit(request, **of)
    require(user, "report.edit")
    sheet = sheet_of(request, plan_unit, quarter, by=user)
    placed = place_cells(_cells(request), _grid(sheet), _focus(request))
    if placed.problems:
        reasons = [*(problem.text(_) for problem in placed.problems), *_unreadable(placed.held, sheet)]
        raise Invalid("\n".join(dict.fromkeys(reasons)), _("没有粘贴任何内容，表格里的内容不受影响。"))
    rows = {code: _patch(patch) for code, patch in placed.patches.items()}
    totals = _("、").join(dict.fromkeys(placed.skipped))
    told = _("合计行没有粘贴（%(read)s）。") % {"read": totals} if totals else ""
    return JsonResponse({"rows": rows, "told": told})


@require_POST
@answers_json
def save_rows(request: HttpRequest, quarter: int, **of: Unpack[UnitAddress]) -> JsonResponse:
    """Save the rows named by `code`, all or none: `{saved_at, rows}` with each row as it is stored now.

    422 with the problems of each row, 409 with the other's values of the first row that somebody else changed.
    """
    user, plan_unit = reporting_unit(request, **of)
    require(user, "report.edit")
    sheet = sheet_of(request, plan_unit, quarter, by=user)
    typed = _typed(request, sheet)
    rows = {
        code: replace(row, entered=line.entered, problems=tuple(line_problems(row, line, user)))
        for code, (row, line) in typed.items()
    }
    if any(not problem.incomplete for row in rows.values() for problem in row.problems):
        problems = {code: {"problems": said(row.problems)} for code, row in rows.items()}
        return JsonResponse({"rows": problems}, status=422)
    changes = [line.change for _row, line in typed.values()]
    (saved,) = save_entries([ReportEntry(plan_unit, sheet.quarter, changes)], by=user, at=arrival(request))
    stored = {code: _stored(row, saved) for code, row in rows.items()}
    return JsonResponse({"saved_at": f"{localtime(arrival(request)):%H:%M}", "rows": stored})


# --- what was sent


def _cells(request: HttpRequest) -> Cells:
    text = request.POST.get("cells", "")
    try:
        cells = json.loads(text) if len(text) <= _CELLS_MAX_CHARACTERS else None
    except (ValueError, RecursionError):
        cells = None
    if not isinstance(cells, list) or not all(_is_row(row) for row in cells):
        raise Invalid(_("粘贴的内容读不懂。"), _("请从 Excel 或 WPS 里重新复制一块单元格，再粘贴。"))
    return cells


def _is_row(row: object) -> bool:
    return isinstance(row, list) and all(isinstance(cell, str) for cell in row)


def _focus(request: HttpRequest) -> Focus:
    name = request.POST.get("field", "")
    field = next((field for field in FIELDS if field == name), None)
    if field is None:
        raise Http404(name)
    return Focus(request.POST.get("code", ""), field)


def _grid(sheet: Sheet) -> Grid:
    """The rows as the page shows them, from top to bottom."""
    plan = sheet.book.plan
    indicators = list(plan.indicators.all())
    units = known_units(unit for one in indicators for unit in (one.value_unit, one.base_unit))
    rows = [
        GridRow(
            row.indicator.code,
            row.indicator.label,
            Measure(row.indicator.value_unit, units),
            Measure(row.indicator.base_unit, units) if row.indicator.has_base else None,
        )
        for group in sheet.groups()
        for row in group.rows
    ]
    return Grid(rows, Names.of((one.code, one.name, [one.name_en, *one.aliases]) for one in indicators))


def _typed(request: HttpRequest, sheet: Sheet) -> dict[str, tuple[Row, TypedLine]]:
    posted = request.POST.dict()
    typed = {}
    for code in request.POST.getlist("code"):
        row = sheet.row(code)
        if row is None:
            raise Http404(code)
        typed[code] = row, read_line(row.indicator, posted, prefix=f"{code}-")
    if not typed:
        raise Invalid(_("没有要保存的行。"), _("请刷新页面后重试。"))
    return typed


# --- what is answered


def _unreadable(held: Mapping[str, Patch], sheet: Sheet) -> list[str]:
    """What cannot be read in the rows that were found, so that it is said along with the names that were not."""
    reasons = []
    for code, patch in held.items():
        if (row := sheet.row(code)) is None:
            continue
        typed = read_line(row.indicator, {"value": patch.value or "", "base": patch.base or ""})
        reasons += [
            _("“%(name)s”：%(problem)s") % {"name": row.indicator.label, "problem": problem.text(_)}
            for problem in typed.problems
        ]
    return reasons


def _patch(patch: Patch) -> dict[str, Any]:
    texts = {name: text for name in FIELDS if (text := getattr(patch, name)) is not None}
    asks = {"not_applicable": patch.asks is Asks.NOT_APPLICABLE, "clears": patch.asks is Asks.CLEAR}
    return texts | asks


def _stored(row: Row, saved: SavedLines) -> dict[str, Any]:
    """A row as it is stored now, as the page's scripts read it."""
    line = saved.lines.get(row.indicator.code)
    entered = row.entered
    problems = name_boxes(saved.problems.get(row.indicator.code, ()), row.indicator)
    return {
        "version": line.version if line else 0,
        "value": "" if entered.value is None else number_words(entered.value),
        "base": "" if entered.base is None else number_words(entered.base),
        "not_applicable": entered.not_applicable,
        "note": entered.note,
        "carried": line is not None and line.origin == Line.Origin.CARRIED,
        "problems": said(problems),
        "figures": render_to_string("progress/partials/figures.html", {"row": row}),
    }
