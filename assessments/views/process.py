"""The steps of the assessment: its self-score window, announced, taken back, published, revised, compared."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import arrived_at
from assessments.comparing import compare_revisions
from assessments.models import Assessment
from assessments.process_forms import WindowForm
from assessments.services.announcing import announce_assessment, take_back_announcement
from assessments.services.assessment import ensure_assessment
from assessments.services.publishing import publish_assessment, revise_assessment
from assessments.services.self_scores import set_self_window
from assessments.shown import shown_assessment
from assessments.views.places import newest_of, person_and_plan, send_mail
from targets.views import is_stored


@require_http_methods(["GET", "POST"])
def self_window(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """The days on which units score themselves."""
    person, plan = person_and_plan(request, root, year, "assessment.run")
    newest = plan.assessments.first()
    initial = WindowForm.initial_of(newest.self_opens, newest.self_due, newest.self_closes) if newest else {}
    form = WindowForm(request.POST or None, initial=initial)
    if request.method == "POST" and is_stored(
        request,
        form,
        lambda: set_self_window(ensure_assessment(plan, at=arrived_at(request)), form.window(), by=person),
    ):
        messages.success(request, _("自评时间已保存。"))
        return redirect("assessments:assessment", root, year)
    context = {"plan": plan, "form": form}
    return render(request, "assessments/self_window.html", context, status=422 if form.errors else 200)


@require_POST
def announce(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """Announce the results: units are told and may appeal."""
    person, plan = person_and_plan(request, root, year, "assessment.announce")
    announce_assessment(newest_of(plan), by=person, at=arrived_at(request))
    send_mail(request)
    messages.success(request, _("考核结果已公示，并已通知各单位。"))
    return redirect("assessments:assessment", root, year)


@require_POST
def take_back(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """Take the announcement back, with a reason."""
    person, plan = person_and_plan(request, root, year, "assessment.announce")
    reason = request.POST.get("reason", "")
    take_back_announcement(newest_of(plan), by=person, at=arrived_at(request), reason=reason)
    messages.success(request, _("公示已撤回，可修改后重新计算、再次公示。"))
    return redirect("assessments:assessment", root, year)


@require_POST
def publish(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """Publish and freeze the announced results."""
    person, plan = person_and_plan(request, root, year, "assessment.publish")
    publish_assessment(newest_of(plan), by=person, at=arrived_at(request))
    send_mail(request)
    messages.success(request, _("考核结果已发布并封存，已通知各单位和领导。"))
    return redirect("assessments:assessment", root, year)


@require_POST
def revise(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """Begin the next revision of a published assessment, with a reason."""
    person, plan = person_and_plan(request, root, year, "assessment.revise")
    reason = request.POST.get("reason", "")
    revision = revise_assessment(newest_of(plan), by=person, at=arrived_at(request), reason=reason)
    messages.success(request, _("已新建第 %d 版；原版在新版发布前继续有效。") % revision.revision)
    return redirect("assessments:assessment", root, year)


@require_GET
def compare(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """Two revisions beside each other: what differs, per unit and line, and why."""
    person, plan = person_and_plan(request, root, year)
    revisions = [each for each in shown_assessment(person, plan).revisions if each.results_sha256]
    context: dict[str, Any] = {"plan": plan, "revisions": revisions}
    if len(revisions) > 1:
        before = _chosen(revisions, request.GET.get("from", ""), revisions[1])
        after = _chosen(revisions, request.GET.get("to", ""), revisions[0])
        context |= {"before": before, "after": after, "rows": compare_revisions(person, before, after)}
    return render(request, "assessments/compare.html", context)


def _chosen(revisions: list[Assessment], asked: str, default: Assessment) -> Assessment:
    return next((each for each in revisions if str(each.revision) == asked), default)
