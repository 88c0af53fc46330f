"""The quarterly report: its page for entering, reviewing and reading, and its printed form."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User, require
from accounts.policy import allows
from audit.services import record_refusal
from common.errors import PortalError
from progress.forms import HeaderForm, TypedLine, read_line
from progress.queries.sheet import Row, Sheet
from progress.queries.story import with_originals
from progress.services.changes import LineConflict, ReportEntry, WrongLines
from progress.services.entry import ReportHeader, ensure_report, save_entries, save_header
from progress.services.offers import offers
from progress.views.neighbours import neighbours_of
from progress.views.places import arrival, reporting_unit, sheet_of


@require_GET
def report_page(request: HttpRequest, root: str, year: int, quarter: int, unit: str) -> HttpResponse:
    """One unit's quarter: to fill in, to review or to read, as the person may."""
    user, plan_unit = reporting_unit(request, root, year, unit)
    sheet = with_originals(sheet_of(request, plan_unit, quarter, by=user))
    context = page_context(request, sheet, by=user)
    neighbours = neighbours_of(sheet, by=user) if context["offers"].may_review else None
    return render(request, "progress/report.html", context | {"neighbours": neighbours})


@require_GET
def report_checks(request: HttpRequest, root: str, year: int, quarter: int, unit: str) -> HttpResponse:
    """The checks before submitting as they are now: a part of the form."""
    user, plan_unit = reporting_unit(request, root, year, unit)
    require(user, "report.edit")
    sheet = sheet_of(request, plan_unit, quarter, by=user)
    return render(request, "progress/partials/checks.html", page_context(request, sheet, by=user))


@require_GET
def report_print(request: HttpRequest, root: str, year: int, quarter: int, unit: str) -> HttpResponse:
    """The report as a form to be printed, signed and sealed."""
    user, plan_unit = reporting_unit(request, root, year, unit)
    sheet = sheet_of(request, plan_unit, quarter, by=user)
    context = page_context(request, sheet, by=user)
    steps = [*context["steps"], (plan_unit.label, _address(sheet, quarter))]
    return render(request, "progress/report_print.html", context | {"print_steps": steps})


@require_POST
def save_report(request: HttpRequest, root: str, year: int, quarter: int, unit: str) -> HttpResponse:
    """Save every row at once: the way without JavaScript. What is wrong is shown on the page with what was typed."""
    user, plan_unit = reporting_unit(request, root, year, unit)
    require(user, "report.edit")
    sheet = sheet_of(request, plan_unit, quarter, by=user)
    posted = request.POST.dict()
    if "confirm_carried" in posted:
        posted |= {f"{row.indicator.code}-carried": "off" for row in sheet.rows}
    typed = {
        row.indicator.code: read_line(row.indicator, posted, prefix=f"{row.indicator.code}-") for row in sheet.rows
    }
    error: PortalError | None = None
    if not any(line.problems for line in typed.values()):
        entry = ReportEntry(plan_unit, sheet.quarter, [line.change for line in typed.values()])
        try:
            save_entries([entry], by=user, at=arrival(request))
        except (WrongLines, LineConflict) as refused:
            record_refusal(refused, by=user, request=request)
            error = refused
        else:
            return redirect(request.path.removesuffix("save/"))
    context = page_context(request, _as_typed(sheet, typed, error), by=user)
    return render(request, "progress/report.html", context | {"save_error": error}, status=422)


@require_POST
def save_report_header(request: HttpRequest, root: str, year: int, quarter: int, unit: str) -> HttpResponse:
    """Save the names and the telephone number; 204, or a redirect without JavaScript."""
    user, plan_unit = reporting_unit(request, root, year, unit)
    require(user, "report.edit")
    sheet = sheet_of(request, plan_unit, quarter, by=user)
    form = HeaderForm(request.POST)
    if not form.is_valid():
        return HttpResponse(_("内容太长。"), status=422)
    report = ensure_report(plan_unit, sheet.quarter, by=user, at=arrival(request))
    save_header(report, ReportHeader(**form.cleaned_data), by=user, at=arrival(request))
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect(request.path.removesuffix("header/"))


def page_context(request: HttpRequest, sheet: Sheet, *, by: User) -> dict[str, Any]:
    """What the report's page and its parts show."""
    plan = sheet.book.plan
    return {
        "sheet": sheet,
        "report": sheet.report,
        "plan": plan,
        "quarter": sheet.quarter,
        "groups": sheet.groups(),
        "offers": offers(sheet, by=by, at=arrival(request)),
        "header": HeaderForm(instance=sheet.report),
        "max_bytes": settings.EVIDENCE_MAX_BYTES,
        "max_files": settings.EVIDENCE_MAX_FILES,
        "steps": [_way_back(sheet, by)],
        "tabs": [
            (_("第 %d 季度") % number, _address(sheet, number), number == sheet.quarter.number)
            for number in sheet.book.quarters
        ],
        "back": _address(sheet, sheet.quarter.number),
        "commenting": request.GET.get("comment", ""),
        "urls": [plan.owner.code, plan.year, sheet.quarter.number, sheet.plan_unit.unit.code],
    }


def _way_back(sheet: Sheet, by: User) -> tuple[str, str]:
    plan = sheet.book.plan
    reviews = allows(by.role, "report.review")
    label, view = (_("审核"), "progress:review_queue") if reviews else (_("季度填报"), "progress:reports")
    return label, reverse(view, args=[plan.owner.code, plan.year])


def _address(sheet: Sheet, number: int) -> str:
    plan = sheet.book.plan
    return reverse("progress:report", args=[plan.owner.code, plan.year, number, sheet.plan_unit.unit.code])


def _as_typed(sheet: Sheet, typed: dict[str, TypedLine], error: PortalError | None) -> Sheet:
    """The sheet with what was typed and what is wrong with it, nothing of it stored."""
    wrong = error.problems if isinstance(error, WrongLines) else ()
    rows = []
    for row in sheet.rows:
        line = typed[row.indicator.code]
        refused = [problem for _report, indicator, problem in wrong if indicator.code == row.indicator.code]
        rows.append(_typed_row(row, line, refused))
    return replace(sheet, rows=tuple(rows))


def _typed_row(row: Row, line: TypedLine, refused: list[Any]) -> Row:
    return replace(
        row, entered=line.entered, problems=(*line.problems, *refused), typed_value=line.value, typed_base=line.base
    )
