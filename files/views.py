"""Doors of stored files that belong to nobody's page: the changes of a bulk write, for the auditor."""

import json
from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from audit.models import AuditEvent
from common.errors import NotAllowed
from files.models import StoredFile


@require_GET
def changes(request: HttpRequest, stream: str, seq: int) -> FileResponse:
    """What stood and what stands after one event that changed many rows: the file that the event names."""
    user: Any = request.user
    if not user.has_perm("trail.view"):
        raise NotAllowed(_("只有审计员可以查看审计记录。"), "")
    event = get_object_or_404(AuditEvent.objects.visible_to(user), stream=stream, seq=seq)
    if not event.has_changes_file:
        raise Http404(f"{event} names no file")
    stored = get_object_or_404(StoredFile, uuid=json.loads(event.after)["changes"]["file"])
    name = f"{event.action}-{stream}-{seq}.json"
    return FileResponse(
        stored.content.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream"
    )
