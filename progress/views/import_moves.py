"""The moves of an import: decide, confirm, discard, try again, undo; each leads back to the page of the batch."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import arrived_at, signed_in
from audit.services import record_refusal
from common.errors import Invalid, PortalError
from progress.forms import read_choice
from progress.models import ImportBatch
from progress.services.imports import confirm_import, discard_import, retry_import, save_decisions, undo_import
from progress.views.imports import batch_at, batch_page

State = ImportBatch.State


@require_POST
def decide(request: HttpRequest, root: str, year: int, uuid: UUID) -> HttpResponse:
    """Keep what was decided on this page of the preview, and show another."""
    batch = batch_at(request, root, year, uuid)
    save_decisions(batch, read_choice(batch, request.POST), by=signed_in(request))
    asked = {name: request.POST.get(name, "") for name in ("conflicts", "rows", "page")}
    return _back(batch, {name: said for name, said in asked.items() if said.isdecimal()})


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, root: str, year: int, uuid: UUID) -> HttpResponse:
    """Write the file as its preview says; a refusal stands at this address, which so leads to the batch."""
    if request.method == "GET":
        return _back(batch_at(request, root, year, uuid))
    batch, person = batch_at(request, root, year, uuid), signed_in(request)
    choice, seen = read_choice(batch, request.POST), request.POST.get("seen", "")
    try:
        confirm_import(batch, choice, seen=seen, by=person, at=arrived_at(request))
    except Invalid as refused:
        save_decisions(batch, choice, by=person)
        record_refusal(refused, by=person, request=request)
        return batch_page(request, batch, refused=refused)
    if batch.state == State.APPLIED:
        said = {"created": batch.created, "changed": batch.changed}
        messages.success(request, _("已导入：新增 %(created)d 行，修改 %(changed)d 行。") % said)
    return _back(batch)


@require_POST
def discard(request: HttpRequest, root: str, year: int, uuid: UUID) -> HttpResponse:
    """Give the file up."""
    batch = batch_at(request, root, year, uuid)
    discard_import(batch, by=signed_in(request))
    messages.info(request, _("已放弃，没有导入任何内容。"))
    return redirect(reverse("progress:imports", args=[root, year]) + f"?kind={batch.kind}")


@require_POST
def retry(request: HttpRequest, root: str, year: int, uuid: UUID) -> HttpResponse:
    """Let a job that has failed try again."""
    batch = batch_at(request, root, year, uuid)
    retry_import(batch, by=signed_in(request), at=arrived_at(request))
    return _back(batch)


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, root: str, year: int, uuid: UUID) -> HttpResponse:
    """Put back what stood before, or show the batch with what depends on it by now; see `confirm` for GET."""
    if request.method == "GET":
        return _back(batch_at(request, root, year, uuid))
    batch, person = batch_at(request, root, year, uuid), signed_in(request)
    try:
        undo_import(batch, by=person, at=arrived_at(request))
    except PortalError as refused:
        record_refusal(refused, by=person, request=request)
        return batch_page(request, batch_at(request, root, year, uuid, whole=True), refused=refused)
    messages.success(request, _("已撤销，数据恢复到导入之前。"))
    return _back(batch)


def _back(batch: ImportBatch, asked: dict[str, str] | None = None) -> HttpResponse:
    address = reverse("progress:import_batch", args=[batch.plan.owner.code, batch.plan.year, batch.uuid])
    return redirect(address + (f"?{urlencode(asked)}" if asked else ""))
