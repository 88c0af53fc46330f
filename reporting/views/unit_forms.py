"""One unit's score sheet as a file, for those who see the unit."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.requests import arrived_at, signed_in
from jobs.services import queue_job
from jobs.tasks import send_on_commit
from reporting.services.unit_form import JOB_KIND, unit_form
from reporting.services.workbook import XLSX, newest_assessment
from reporting.views.exports import attachment
from targets.models import PlanUnit
from targets.queries import plan_for


@require_GET
def workbook(request: HttpRequest, root: str, year: int, unit: str) -> HttpResponse:
    """The score sheet as .xlsx."""
    person = signed_in(request)
    sheet = unit_form(_plan_unit(person, root, year, unit), by=person, at=arrived_at(request))
    return attachment(sheet.content, f"{sheet.name}.xlsx", XLSX)


@require_POST
def pdf(request: HttpRequest, root: str, year: int, unit: str) -> HttpResponse:
    """Ask for the score sheet as PDF; the job's page shows how far it is and keeps it."""
    person = signed_in(request)
    plan_unit = _plan_unit(person, root, year, unit)
    newest_assessment(plan_unit.plan)
    key, about = f"{JOB_KIND}:{plan_unit.pk}:{person.pk}", {"plan": plan_unit.plan_id, "plan_unit": plan_unit.pk}
    job = queue_job(JOB_KIND, key=key, at=arrived_at(request), by=person, **about)
    send_on_commit(job)
    return redirect("jobs:job", job.uuid)


def _plan_unit(person: User, root: str, year: int, unit: str) -> PlanUnit:
    plan = plan_for(person, root, year)
    found = get_object_or_404(plan.plan_units.visible_to(person).select_related("unit"), unit__code=unit)
    found.plan = plan
    return found
