"""The files behind an item: adding one, reading one, taking one away."""

from typing import Unpack
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.errors import Invalid
from progress.models import Item, ItemFile
from progress.services.item_files import add_item_file, remove_item_file
from progress.views.downloads import as_download
from progress.views.ledger_places import LedgerAddress, item_at, item_to_edit
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


@require_GET
def item_file(request: HttpRequest, file: UUID, **address: Unpack[LedgerAddress]) -> FileResponse:
    """A file's bytes, for those who see its item: always as a download, never run by the browser."""
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
