"""The moves of a report: each fetches what is visible, calls its service and leads back to the page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User, require
from accounts.requests import signed_in
from common.errors import Invalid
from progress.models import Report
from progress.queries.reports import report_at
from progress.queries.review_queue import next_waiting
from progress.services.entry import ensure_report
from progress.services.review import (
    approve_report,
    discard_correction,
    reopen_report,
    return_report,
    submit_report,
    withdraw_report,
)
from progress.views.places import arrival, reporting_unit, sheet_of


@require_POST
def submit(request: HttpRequest, root: str, year: int, quarter: int, unit: str) -> HttpResponse:
    """Hand the report in."""
    user, plan_unit = reporting_unit(request, root, year, unit)
    sheet = sheet_of(request, plan_unit, quarter, by=user)
    at = arrival(request)
    report = ensure_report(plan_unit, sheet.quarter, by=user, at=at)
    submit_report(report, by=user, at=at, note=request.POST.get("note", ""))
    messages.success(request, _("已提交，等待审核。"))
    return _back(report)


@require_POST
def withdraw(request: HttpRequest, root: str, year: int, quarter: int, unit: str) -> HttpResponse:
    """Take the report back."""
    user, report = _report(request, root, year, quarter, unit)
    withdraw_report(report, by=user, at=arrival(request))
    messages.success(request, _("已撤回，可以继续修改。"))
    return _back(report)


@require_POST
def return_(request: HttpRequest, root: str, year: int, quarter: int, unit: str) -> HttpResponse:
    """Send the report back with a reason."""
    user, report = _report(request, root, year, quarter, unit)
    return_report(report, by=user, at=arrival(request), reason=request.POST.get("reason", ""))
    messages.success(request, _("已退回 %s。") % report.plan_unit.label)
    return _on(request, user, report)


@require_POST
def approve(request: HttpRequest, root: str, year: int, quarter: int, unit: str) -> HttpResponse:
    """Let the report count."""
    user, report = _report(request, root, year, quarter, unit)
    require(user, "report.review")
    version = request.POST.get("version", "")
    if not version.isdecimal():
        raise Invalid(_("缺少报告的版本号。"), _("请刷新页面后重试。"))
    comments = request.POST.get("comments", "")
    seen = int(comments) if comments.isdecimal() else None
    approve_report(report, by=user, at=arrival(request), version=int(version), comments=seen)
    messages.success(request, _("已审核通过 %s。") % report.plan_unit.label)
    return _on(request, user, report)


@require_POST
def reopen(request: HttpRequest, root: str, year: int, quarter: int, unit: str) -> HttpResponse:
    """Start a correction of an approved report."""
    user, report = _report(request, root, year, quarter, unit)
    reopen_report(report, by=user, at=arrival(request), reason=request.POST.get("reason", ""))
    messages.success(request, _("已退回更正：原报告继续计数，直到更正审核通过。"))
    return _back(report)


@require_POST
def discard(request: HttpRequest, root: str, year: int, quarter: int, unit: str) -> HttpResponse:
    """Give up a correction that was opened by mistake."""
    user, report = _report(request, root, year, quarter, unit)
    discard_correction(report, by=user, at=arrival(request), reason=request.POST.get("reason", ""))
    messages.success(request, _("已作废更正稿，原报告不变，继续计数。"))
    return _back(report)


def _report(request: HttpRequest, root: str, year: int, quarter: int, unit: str) -> tuple[User, Report]:
    user = signed_in(request)
    return user, report_at(user, root, year, quarter, unit)


def _on(request: HttpRequest, user: User, report: Report) -> HttpResponse:
    """To the report that the reviewer wanted next, if it still waits; else back to this one."""
    wanted = request.POST.get("next", "")
    plan = report.plan_unit.plan
    waiting = dict(next_waiting(user, plan, report.quarter.number)) if wanted else {}
    if wanted not in waiting:
        return _back(report)
    messages.info(request, _("接着审核 %s。") % waiting[wanted])
    return redirect(reverse("progress:report", args=[plan.owner.code, plan.year, report.quarter.number, wanted]))


def _back(report: Report) -> HttpResponse:
    plan = report.plan_unit.plan
    address = [plan.owner.code, plan.year, report.quarter.number, report.plan_unit.unit.code]
    return redirect(reverse("progress:report", args=address))
