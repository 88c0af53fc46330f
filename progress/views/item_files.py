"""The files behind an item: adding some, showing and downloading one, taking one away."""

from typing import Unpack
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.errors import Invalid
from progress.models import Item, ItemFile
from progress.services.item_files import add_item_file, remove_item_file
from progress.views.downloads import as_download, as_shown
from progress.views.ledger_places import LedgerAddress, item_at, item_to_edit
from progress.views.lines import answers_json
from progress.views.places import arrival


@require_POST
def item_file_add(request: HttpRequest, **address: Unpack[LedgerAddress]) -> HttpResponse:
    """Keep the files that were sent behind an item."""
    user, _of, _in, item = item_to_edit(request, **address)
    uploads = request.FILES.getlist("file")
    if not uploads:
        raise Invalid(_("没有选择文件。"), _("请先选择文件再上传。"))
    for upload in uploads:
        add_item_file(item, upload, by=user, at=arrival(request))
    messages.success(request, _("已上传 %d 份附件。") % len(uploads))
    return redirect(reverse("progress:item", kwargs=dict(address)))


@require_POST
@answers_json
def upload_item_file(request: HttpRequest, **address: Unpack[LedgerAddress]) -> JsonResponse:
    """Keep one file, for a page that uploads by itself: `{number, name}`; files of items have no number."""
    user, _of, _in, item = item_to_edit(request, **address)
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        raise Invalid(_("没有选择文件。"), _("请先选择文件再上传。"))
    kept = add_item_file(item, upload, by=user, at=arrival(request))
    return JsonResponse({"number": "", "name": kept.file.name}, status=201)


@require_GET
def view_item_file(request: HttpRequest, file: UUID, **address: Unpack[LedgerAddress]) -> FileResponse:
    """A PDF or picture to be shown in the page, for those who see its item."""
    _who, _of, _in, item = item_at(request, **address)
    stored = _kept(item, file).file
    return as_shown(stored, name=stored.name)


@require_GET
def item_file(request: HttpRequest, file: UUID, **address: Unpack[LedgerAddress]) -> FileResponse:
    """A file's bytes as a download, for those who see its item."""
    _who, _of, _in, item = item_at(request, **address)
    stored = _kept(item, file).file
    return as_download(stored, name=stored.name)


@require_POST
def item_file_remove(request: HttpRequest, file: UUID, **address: Unpack[LedgerAddress]) -> HttpResponse:
    """Take a file away from an item."""
    user, _of, _in, item = item_to_edit(request, **address)
    remove_item_file(_kept(item, file), item, by=user, at=arrival(request))
    messages.success(request, _("已删除附件。"))
    return redirect(reverse("progress:item", kwargs=dict(address)))


def _kept(item: Item, file: UUID) -> ItemFile:
    kept = ItemFile.objects.filter(item=item.uuid, file__uuid=file).select_related("file").first()
    if kept is None:
        raise Http404(str(file))
    return kept
