"""What the person was told."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import arrived_at, signed_in
from notices.queries import told
from notices.services import mark_seen


@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """Everything that the person was told, the newest first."""
    before = request.GET.get("before", "")
    rows, older = told(signed_in(request), before=int(before) if before.isdecimal() else None)
    return render(request, "notices/notices.html", {"rows": rows, "older": older})


@require_POST
def seen(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take one notice as seen and go to what it is about, or back."""
    mark_seen(signed_in(request), uuid=uuid, at=arrived_at(request))
    return redirect(_way_on(request))


@require_POST
def all_seen(request: HttpRequest) -> HttpResponse:
    """Take every notice as seen."""
    mark_seen(signed_in(request), at=arrived_at(request))
    return redirect(_way_on(request))


def _way_on(request: HttpRequest) -> str:
    url = request.POST.get("next", "")
    return url if url_has_allowed_host_and_scheme(url, allowed_hosts=None) else "notices:notices"
