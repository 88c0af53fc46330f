"""The dashboard: the year at a glance."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import require
from accounts.requests import arrived_at, signed_in
from assessments.models import Compliance
from assessments.queries import figures_state
from reporting.charts import trend_data
from reporting.glance import glance
from reporting.matrix import matrix_columns, matrix_rows
from reporting.queries.dashboard import load_dashboard, trend_lines
from reporting.views.asked import basis_asked
from targets.models import Quarter
from targets.queries import plan_for

FEW_ROWS = 6
"""So many rows need no scroll box of their own."""


@require_GET
def dashboard(request: HttpRequest, root: str, year: int, quarter: int | None = None) -> HttpResponse:
    """One quarter of a plan: targets with pace, matrix, who has reported; by default the newest that has opened."""
    user = signed_in(request)
    require(user, "dashboard.view")
    plan = plan_for(user, root, year)
    as_of = arrived_at(request)
    quarters = list(plan.quarters.order_by("number"))
    shown = _shown(quarters, quarter, as_of=as_of)
    basis = basis_asked(request)
    board = load_dashboard(user, plan, shown, basis=basis, as_of=as_of)
    wide = request.GET.get("columns") == "all"
    context = {
        "plan": plan,
        "quarter": shown,
        "quarters": quarters,
        "basis": basis,
        "bases": Compliance.Basis,
        "board": board,
        "glance": glance(board),
        "wide": wide,
        "figures": figures_state(plan),
        "trend": trend_data(trend_lines(board), _trend_words(quarters)),
        "columns": matrix_columns(plan, board, wide=wide),
        "matrix": matrix_rows(plan, board, shown, wide=wide),
        "matrix_kind": "tall" if len(board.rows) > FEW_ROWS else "",
        "statuses": Compliance.Status,
        "is_upcoming": as_of < shown.opens,
    }
    return render(request, "reporting/dashboard.html", context)


def _trend_words(quarters: list[Quarter]) -> dict[str, Any]:
    return {
        "quarters": [_("第 %d 季度") % each.number for each in quarters],
        "actual": _("实际"),
        "expected": _("序时应达"),
        "target": _("目标"),
    }


def _shown(quarters: list[Quarter], number: int | None, *, as_of: datetime) -> Quarter:
    if number is not None:
        found = [each for each in quarters if each.number == number]
    else:
        found = [each for each in quarters if each.opens <= as_of][-1:] or quarters[:1]
    if not found:
        raise Http404(f"No quarter {number}")
    return found[0]
