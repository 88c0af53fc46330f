"""Doors of the workbooks with institutions and targets: the blank form, and what stands."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import require
from accounts.requests import arrived_at, signed_in
from common.downloads import as_workbook
from common.instants import local_day
from targets.forms import InstitutionFilter
from targets.models import Institution
from targets.queries import day_in_year, plan_for
from targets.services.workbooks import institutions_workbook, targets_workbook


@require_GET
def institutions_form(request: HttpRequest) -> HttpResponse:
    """The blank form of the register."""
    person = signed_in(request)
    require(person, "institution.edit")
    content = institutions_workbook(Institution.objects.none(), by=person, at=arrived_at(request))
    return as_workbook(content, _("公共机构名录模板"))


@require_GET
def institutions_export(request: HttpRequest) -> HttpResponse:
    """The institutions of the list with its filters, in the layout in which they can be sent back."""
    person = signed_in(request)
    require(person, "institution.view")
    at = arrived_at(request)
    found = InstitutionFilter(request.GET, user=person).found().order_by("unit__path", "name", "credit_code")
    content = institutions_workbook(found, by=person, at=at)
    return as_workbook(content, f"{_('公共机构名录')}_{local_day(at).isoformat()}")


@require_GET
def targets_form(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """The plan's targets as a grid to fill in, with those in force today."""
    person = signed_in(request)
    require(person, "plan.edit")
    plan, at = plan_for(person, root, year), arrived_at(request)
    content = targets_workbook(plan, by=person, on=day_in_year(plan, at), at=at)
    return as_workbook(content, _("%d年度目标任务") % year)
