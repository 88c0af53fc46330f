"""One row of the quarterly form: what it would come to while one types, and saving it. Both answer JSON."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import wraps
from typing import Any, Unpack

from django.http import Http404, HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User, require
from accounts.policy import allows
from accounts.requests import signed_in
from audit.services import record_refusal
from common.errors import PortalError
from progress.forms import TypedLine, read_line
from progress.line_checks import LineProblem, LineRules, check_line, number_words
from progress.models import Line
from progress.queries.rows import Row, name_boxes
from progress.queries.year import reported_indicator
from progress.services.changes import LineConflict, ReportEntry, WrongLines
from progress.services.entry import save_entries
from progress.views.places import UnitAddress, arrival, reporting_unit, sheet_of
from targets.models import Quarter

Answer = Callable[..., JsonResponse]


def answers_json(view: Answer) -> Answer:
    """A refusal becomes JSON `{code, message, hint}` with its status, and an entry of the trail like any other."""

    @wraps(view)
    def wrapped(request: HttpRequest, **address: Any) -> JsonResponse:
        try:
            return view(request, **address)
        except PortalError as error:
            record_refusal(error, by=signed_in(request), request=request)
            body = {"code": error.code, "message": str(error.message), "hint": str(error.hint)}
            return JsonResponse(body | _details(error), status=error.status)

    return wrapped


@require_POST
@answers_json
def preview_line(request: HttpRequest, code: str, quarter: int, **of: Unpack[UnitAddress]) -> JsonResponse:
    """`{problems, figures}` of a row with what was typed; nothing is stored."""
    user, plan_unit = reporting_unit(request, **of)
    require(user, "report.edit")
    row = sheet_of(request, plan_unit, quarter, by=user).row(code)
    if row is None:
        raise Http404(code)
    typed = read_line(row.indicator, request.POST.dict())
    now = replace(row, entered=typed.entered, problems=tuple(line_problems(row, typed, user)))
    figures = render_to_string("progress/partials/figures.html", {"row": now})
    return JsonResponse({"figures": figures, "problems": said(now.problems)})


@require_POST
@answers_json
def save_line(request: HttpRequest, code: str, quarter: int, **of: Unpack[UnitAddress]) -> JsonResponse:
    """Save one row: `{version, saved_at, problems}`; 409 with the other's values, 422 with what is wrong."""
    user, plan_unit = reporting_unit(request, **of)
    require(user, "report.edit")
    place = Quarter.objects.filter(plan=plan_unit.plan, number=quarter).first()
    indicator = reported_indicator(plan_unit, code)
    if place is None or indicator is None:
        raise Http404(code)
    typed = read_line(indicator, request.POST.dict())
    if typed.problems:
        return JsonResponse({"problems": said(typed.problems)}, status=422)
    (saved,) = save_entries([ReportEntry(plan_unit, place, [typed.change])], by=user, at=arrival(request))
    line = saved.lines.get(code)
    return JsonResponse(
        {
            "version": line.version if line else 0,
            "saved_at": f"{localtime(arrival(request)):%H:%M}",
            "problems": said(name_boxes(saved.problems.get(code, ()), indicator)),
        }
    )


def line_problems(row: Row, typed: TypedLine, user: User) -> list[LineProblem]:
    """What is wrong with a row as it was typed: what cannot be read, else what the checks of its line say."""
    if typed.problems:
        return list(typed.problems)
    may_fix_base = allows(user.role, "report.fix_base")
    problems = check_line(LineRules.of(row.indicator), typed.entered, row.context, may_fix_base=may_fix_base)
    return name_boxes(problems, row.indicator)


def said(problems: Iterable[LineProblem]) -> list[dict[str, Any]]:
    """Problems as the page's scripts read them."""
    return [
        {"code": one.code, "field": one.field, "text": one.text(_), "incomplete": one.incomplete} for one in problems
    ]


def _details(error: PortalError) -> dict[str, Any]:
    if isinstance(error, LineConflict):
        return {"theirs": _theirs(error.line)}
    if isinstance(error, WrongLines):
        return {"problems": said(problem for _report, _indicator, problem in error.problems)}
    return {}


def _theirs(line: Line) -> dict[str, Any]:
    return {
        "row": line.indicator.code,
        "value": "" if line.value is None else number_words(line.value),
        "base": "" if line.base is None else number_words(line.base),
        "not_applicable": line.not_applicable,
        "note": line.note,
        "version": line.version,
        "by": line.changed_by,
        "at": f"{localtime(line.changed_at):%m-%d %H:%M}",
    }
