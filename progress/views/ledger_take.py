"""取台账数: the ledger's figure into a line, by the same way as everything that is typed."""

from typing import Unpack

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import require
from common.errors import Invalid
from progress.forms import read_line
from progress.queries.sheet import Sheet
from progress.services.changes import LineChange, ReportEntry
from progress.services.entry import save_entries
from progress.services.ledger_figures import figure_for
from progress.views.places import UnitAddress, arrival, reporting_unit, sheet_of


@require_POST
def take_ledger_figure(request: HttpRequest, code: str, quarter: int, **of: Unpack[UnitAddress]) -> HttpResponse:
    """Save the ledger's figure in a line, and with it what else the form holds: nothing that was typed is lost."""
    user, plan_unit = reporting_unit(request, **of)
    require(user, "report.edit")
    sheet = sheet_of(request, plan_unit, quarter, by=user)
    row = sheet.row(code)
    if row is None:
        raise Http404(code)
    change = figure_for(row)
    others = _typed(sheet, request.POST.dict(), but=code)
    save_entries([ReportEntry(plan_unit, sheet.quarter, [*others, change])], by=user, at=arrival(request))
    messages.success(request, _("已取台账数：%s。") % row.indicator.label)
    address = [of["root"], of["year"], quarter, of["unit"]]
    return redirect(f"{reverse('progress:report', args=address)}#row-{code}")


def _typed(sheet: Sheet, posted: dict[str, str], *, but: str) -> list[LineChange]:
    """The other rows of the form, where it was sent along."""
    codes = [row.indicator.code for row in sheet.rows if f"{row.indicator.code}-version" in posted]
    rows = {row.indicator.code: row.indicator for row in sheet.rows}
    typed = [read_line(rows[code], posted, prefix=f"{code}-") for code in codes if code != but]
    wrong = next((line.problems[0] for line in typed if line.problems), None)
    if wrong is not None:
        raise Invalid(wrong.text(_), _("请先改正其他行，再取台账数。"))
    return [line.change for line in typed]
