"""Comments on single lines: written and taken back by who reviews, answered by who reports.

With htmx the answer is what stands under the line; without, the way back to the line.
"""

from typing import Unpack
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User, require
from accounts.requests import signed_in
from progress.models import LineComment
from progress.queries.reports import report_at
from progress.services.comments import add_comment, answer_comment, delete_comment
from progress.views.places import UnitAddress, arrival, reporting_unit, sheet_of
from progress.views.report import page_context
from targets.models import PlanUnit


@require_POST
def comment_on_line(request: HttpRequest, code: str, quarter: int, **of: Unpack[UnitAddress]) -> HttpResponse:
    """Say something of a line."""
    user = signed_in(request)
    require(user, "report.review")
    report = report_at(user, of["root"], of["year"], quarter, of["unit"])
    add_comment(report, code, by=user, at=arrival(request), text=request.POST.get("text", ""))
    return _talk(request, user, report.plan_unit, quarter, code)


@require_POST
def take_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Delete a comment that was not sent yet."""
    user = signed_in(request)
    require(user, "report.review")
    comment = _comment(user, uuid)
    delete_comment(comment, by=user)
    return _talk(request, user, comment.report.plan_unit, comment.report.quarter.number, comment.indicator.code)


@require_POST
def answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Answer a comment."""
    user = signed_in(request)
    require(user, "report.edit")
    comment = _comment(user, uuid)
    # The answer's field has a name of its own: it stands in the form of the whole report.
    answer_comment(comment, by=user, at=arrival(request), text=request.POST.get(f"answer-{uuid}", ""))
    return _talk(request, user, comment.report.plan_unit, comment.report.quarter.number, comment.indicator.code)


def _comment(user: User, uuid: UUID) -> LineComment:
    """The comment, which must be the person's to see; Http404 otherwise. One query."""
    visible = LineComment.objects.visible_to(user)
    found = visible if user.has_perm("report.review") else visible.sent()
    comment = (
        found.filter(uuid=uuid)
        .select_related("indicator", "report__quarter", "report__plan_unit__plan__owner", "report__plan_unit__unit")
        .first()
    )
    if comment is None:
        raise Http404(str(uuid))
    comment.report.quarter.plan = comment.report.plan_unit.plan
    return comment


def _talk(request: HttpRequest, user: User, plan_unit: PlanUnit, quarter: int, code: str) -> HttpResponse:
    """What is said of the line now."""
    plan = plan_unit.plan
    _user, fresh = reporting_unit(request, plan.owner.code, plan.year, plan_unit.unit.code)
    sheet = sheet_of(request, fresh, quarter, by=user)
    context = page_context(request, sheet, by=user)
    if not getattr(request, "htmx", False):
        return redirect(f"{context['back']}#row-{code}")
    row = sheet.row(code)
    if row is None:
        raise Http404(code)
    said = {"row": row, "code": code, "saved": _("已保存")}
    return render(request, "progress/partials/talk.html", context | said)
