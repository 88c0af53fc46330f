"""Doors of the imports: send a file, see what became of it, take the form and the file back."""

from pathlib import PurePath
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User, require
from accounts.requests import arrived_at, signed_in
from common.errors import Invalid
from files.services import read_upload
from progress.excel.long_form import write_long_form
from progress.excel.matrix_form import write_matrix_form
from progress.excel.unit_form import FormHead, write_unit_form
from progress.models import ImportBatch
from progress.queries.form_lines import load_form_lines
from progress.queries.import_pages import history_page, shown_batch
from progress.services.imports import import_progress_file, mark_batch
from targets.models import Plan, Quarter
from targets.queries import plan_for

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """The place to send a file of progress, and what became of earlier ones."""
    person = signed_in(request)
    require(person, "report.import")
    plan = plan_for(person, root, year)
    if request.method == "POST":
        batch = _receive(request, plan, person)
        return redirect("progress:import_batch", root=root, year=year, uuid=batch.uuid)
    history = history_page(plan, viewer=person, after=request.GET.get("after", ""))
    context = {
        "plan": plan,
        "quarters": plan.quarters.order_by("number"),
        "own_unit": plan.plan_units.reporting()
        .filter(unit=person.unit_id)
        .values_list("unit__code", flat=True)
        .first(),
        "history": history,
        "next_url": f"?after={history.next_key}" if history.next_key else "",
        "max_megabytes": settings.IMPORT_MAX_BYTES // 1024**2,
    }
    return render(request, "progress/imports.html", context)


@require_GET
def import_batch(request: HttpRequest, root: str, year: int, uuid: UUID) -> HttpResponse:
    """What became of one file: every problem by row and column, or every change old → new."""
    person = signed_in(request)
    require(person, "report.view")
    batch = _batch(person, plan_for(person, root, year), uuid)
    shown = shown_batch(batch, level=request.GET.get("level", ""), page=request.GET.get("page", ""))
    steps = [(_("导入"), reverse("progress:imports", args=[root, year]))]
    return render(request, "progress/import_batch.html", {"plan": batch.plan, "shown": shown, "steps": steps})


@require_GET
def import_file(request: HttpRequest, root: str, year: int, uuid: UUID) -> HttpResponseBase:
    """The very bytes that were sent, always as a download."""
    person = signed_in(request)
    require(person, "report.view")
    stored = _batch(person, plan_for(person, root, year), uuid).file
    return FileResponse(
        stored.content.open("rb"), as_attachment=True, filename=stored.name, content_type="application/octet-stream"
    )


@require_GET
def error_book(request: HttpRequest, root: str, year: int, uuid: UUID) -> HttpResponse:
    """The refused file itself, its wrong cells coloured and commented."""
    person = signed_in(request)
    require(person, "report.view")
    batch = _batch(person, plan_for(person, root, year), uuid)
    if batch.outcome != ImportBatch.Outcome.REJECTED_ROWS:
        raise Http404
    return _workbook(mark_batch(batch), _("有问题的%s") % PurePath(batch.file.name).stem)


@require_GET
def download_long(request: HttpRequest, root: str, year: int, quarter: int) -> HttpResponse:
    """The long layout of a quarter for the person's units, with what stands."""
    person = signed_in(request)
    require(person, "report.view")
    found, at = _quarter(plan_for(person, root, year), quarter), arrived_at(request)
    content = write_long_form(load_form_lines(found, viewer=person, at=at), year=year, quarter=quarter, at=at)
    return _workbook(content, _("%(year)s年第%(quarter)s季度明细表") % {"year": year, "quarter": quarter})


@require_GET
def download_matrix(request: HttpRequest, root: str, year: int, quarter: int) -> HttpResponse:
    """The matrix of a quarter for the person's units, with what stands."""
    person = signed_in(request)
    require(person, "report.view")
    found, at = _quarter(plan_for(person, root, year), quarter), arrived_at(request)
    content = write_matrix_form(load_form_lines(found, viewer=person, at=at), year=year, quarter=quarter, at=at)
    return _workbook(content, _("%(year)s年第%(quarter)s季度汇总表") % {"year": year, "quarter": quarter})


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
    return _workbook(content, _("%(unit)s%(year)s年第%(quarter)s季度报表") % said)


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return response


def _receive(request: HttpRequest, plan: Plan, person: User) -> ImportBatch:
    upload = request.FILES.get("file")
    if upload is None:
        raise Invalid(_("没有选择文件。"), _("请先选择要导入的工作簿。"))
    content = read_upload(upload, max_bytes=settings.IMPORT_MAX_BYTES)
    batch = import_progress_file(content, upload.name or "", plan=plan, by=person, at=arrived_at(request))
    if batch.state == ImportBatch.State.APPLIED:
        messages.success(request, _("已导入：新增 %d 行，修改 %d 行。") % (batch.created, batch.changed))
    return batch


def _batch(person: User, plan: Plan, uuid: UUID) -> ImportBatch:
    batches = ImportBatch.objects.visible_to(person).select_related("plan__owner", "file", "by", "unit")
    return get_object_or_404(batches, plan=plan, uuid=uuid)


def _quarter(plan: Plan, number: int) -> Quarter:
    found = plan.quarters.filter(number=number).first()
    if found is None:
        raise Http404
    found.plan = plan
    return found
