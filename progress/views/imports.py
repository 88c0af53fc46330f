"""Doors of the imports: send a file, see its preview or its receipt, take the file back."""

from pathlib import PurePath
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import arrived_at, signed_in
from common.downloads import as_workbook
from common.errors import Invalid, NotAllowed, PortalError, SeveralFiles, TooLarge
from files.services import read_upload
from jobs.registry import label_of
from progress.models import ImportBatch
from progress.queries.import_pages import find_batch, history_page
from progress.services.import_kinds import ImportKind, kinds_for
from progress.services.imports import SentFile, mark_batch, receive_file
from progress.services.imports.hints import locked_quarters
from progress.services.imports.pages import shown_batch
from progress.services.imports.receipt import write_receipt
from progress.views.downloads import as_download
from targets.queries import plan_for


@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """The place to send a file, and what became of earlier ones; `kind` says of what."""
    person = signed_in(request)
    kinds = kinds_for(person)
    kind = _kind(request, kinds)
    plan = plan_for(person, root, year)
    refused: Invalid | None = None
    if request.method == "POST":
        try:
            sent = _sent(request)
        except Invalid as problem:
            refused = problem
        else:
            batch = receive_file(sent, kind=kind, plan=plan, by=person, at=arrived_at(request))
            return redirect("progress:import_batch", root=root, year=year, uuid=batch.uuid)
    history = history_page(plan, viewer=person, kind=kind.code, after=request.GET.get("after", ""))
    context = {
        "plan": plan,
        "kind": kind,
        "kinds": kinds,
        "help": kind.help(plan, by=person),
        "locked": locked_quarters(plan, viewer=person, at=arrived_at(request)) if kind.keeps_time else (),
        "history": history,
        "next_url": f"?kind={kind.code}&after={history.next_key}" if history.next_key else "",
        "refused": refused,
        "max_bytes": settings.IMPORT_MAX_BYTES,
        "max_megabytes": settings.IMPORT_MAX_BYTES // 1024**2,
        "too_large": TooLarge(settings.IMPORT_MAX_BYTES),
        "several_files": SeveralFiles(),
        "max_rows": kind.limits().rows,
    }
    return render(request, "progress/imports.html", context, status=refused.status if refused else 200)


@require_GET
def import_batch(request: HttpRequest, root: str, year: int, uuid: UUID) -> HttpResponse:
    """One file: its preview, every problem by row and column, or what was written."""
    return batch_page(request, batch_at(request, root, year, uuid, whole=True))


@require_GET
def import_file(request: HttpRequest, root: str, year: int, uuid: UUID) -> HttpResponseBase:
    """The very bytes that were sent, always as a download."""
    stored = batch_at(request, root, year, uuid).file
    return FileResponse(
        stored.content.open("rb"), as_attachment=True, filename=stored.name, content_type="application/octet-stream"
    )


@require_GET
def error_book(request: HttpRequest, root: str, year: int, uuid: UUID) -> HttpResponseBase:
    """The refused file itself, its wrong cells coloured and commented: as a job has kept it, or made now."""
    batch = batch_at(request, root, year, uuid)
    if batch.outcome != ImportBatch.Outcome.REJECTED_ROWS:
        raise Http404
    name = _("有问题的%s") % PurePath(batch.file.name).stem
    if batch.error_book:
        return as_download(batch.error_book, name=f"{name}.xlsx")
    return as_workbook(mark_batch(batch), name)


@require_GET
def receipt(request: HttpRequest, root: str, year: int, uuid: UUID) -> HttpResponse:
    """What an import created, changed, kept and skipped, as a workbook."""
    batch = batch_at(request, root, year, uuid, whole=True)
    if batch.applied_at is None:
        raise Http404
    return as_workbook(write_receipt(batch), _("导入回执_%s") % PurePath(batch.file.name).stem)


# --- what the doors share


def batch_at(request: HttpRequest, root: str, year: int, uuid: UUID, *, whole: bool = False) -> ImportBatch:
    """The batch of an address, which must be the person's to see; Http404 otherwise.

    Its changes, which may be thousands, are read only where they are asked for, or at once where it is wanted `whole`.
    """
    return find_batch(signed_in(request), root, year, uuid, whole=whole)


def batch_page(request: HttpRequest, batch: ImportBatch, *, refused: PortalError | None = None) -> HttpResponse:
    """The page of a batch, with what was just refused about it."""
    plan = batch.plan
    shown = shown_batch(batch, viewer=signed_in(request), asked=request.GET, refused=refused)
    back = reverse("progress:imports", args=[plan.owner.code, plan.year]) + f"?kind={batch.kind}"
    context = {
        "plan": plan,
        "shown": shown,
        "batch": batch,
        "refused": refused,
        "job_label": label_of(batch.job.kind) if batch.job else "",
        "back": back,
        "steps": [(_("导入"), back)],
    }
    return render(request, "progress/import_batch.html", context, status=refused.status if refused else 200)


def _kind(request: HttpRequest, kinds: list[ImportKind]) -> ImportKind:
    """The kind that was asked for, or the first one that the person may import."""
    if not kinds:
        raise NotAllowed(_("您的角色不能导入。"), _("请联系系统管理员。"))
    asked = request.GET.get("kind", "") or kinds[0].code
    kind = next((one for one in kinds if one.code == asked), None)
    if kind is None:
        raise Http404(f"No kind {asked}")
    return kind


def _sent(request: HttpRequest) -> SentFile:
    """The file that came; Invalid where none did, or several, or one that is too large."""
    uploads = request.FILES.getlist("file")
    if not uploads:
        raise Invalid(_("没有选择文件。"), _("请先选择要导入的工作簿。"))
    if len(uploads) > 1:
        raise SeveralFiles
    (upload,) = uploads
    return SentFile(read_upload(upload, max_bytes=settings.IMPORT_MAX_BYTES), upload.name or "")
