"""The blank and prefilled workbooks that people take away, fill in and send back."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import require
from accounts.requests import arrived_at, signed_in
from common.downloads import as_workbook
from progress.excel.long_form import write_long_form
from progress.excel.matrix_form import write_matrix_form
from progress.excel.unit_form import FormHead, write_unit_form
from progress.queries.form_lines import load_form_lines
from targets.models import Plan, Quarter
from targets.queries import plan_for


@require_GET
def download_long(request: HttpRequest, root: str, year: int, quarter: int) -> HttpResponse:
    """The long layout of a quarter for the person's units, with what stands."""
    person = signed_in(request)
    require(person, "report.view")
    found, at = _quarter(plan_for(person, root, year), quarter), arrived_at(request)
    content = write_long_form(load_form_lines(found, viewer=person, at=at), year=year, quarter=quarter, at=at)
    return as_workbook(content, _("%(year)s年第%(quarter)s季度明细表") % {"year": year, "quarter": quarter})


@require_GET
def download_matrix(request: HttpRequest, root: str, year: int, quarter: int) -> HttpResponse:
    """The matrix of a quarter for the person's units: with what stands, or with `?blank=1` to be filled in."""
    person = signed_in(request)
    require(person, "report.view")
    found, at = _quarter(plan_for(person, root, year), quarter), arrived_at(request)
    lines, name = load_form_lines(found, viewer=person, at=at), _("%(year)s年第%(quarter)s季度汇总表")
    if request.GET.get("blank"):
        lines, name = [line.emptied for line in lines], _("%(year)s年第%(quarter)s季度空白汇总表")
    content = write_matrix_form(lines, year=year, quarter=quarter, at=at)
    return as_workbook(content, name % {"year": year, "quarter": quarter})


@require_GET
def download_unit(request: HttpRequest, root: str, year: int, quarter: int, unit: str) -> HttpResponse:
    """One unit's form of a quarter, prefilled and protected."""
    person = signed_in(request)
    require(person, "report.view")
    found, at = _quarter(plan_for(person, root, year), quarter), arrived_at(request)
    plan_units = found.plan.plan_units.visible_to(person).reporting()
    plan_unit = get_object_or_404(plan_units, unit__code=unit)
    lines = load_form_lines(found, viewer=person, at=at, unit=unit)
    content = write_unit_form(lines, FormHead(plan_unit.name, unit, year, quarter), at=at)
    said = {"unit": plan_unit.name, "year": year, "quarter": quarter}
    return as_workbook(content, _("%(unit)s%(year)s年第%(quarter)s季度报表") % said)


def _quarter(plan: Plan, number: int) -> Quarter:
    found = plan.quarters.filter(number=number).first()
    if found is None:
        raise Http404
    found.plan = plan
    return found
