"""The auditor's page: the trail, filtered, and as CSV."""

import csv
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from audit.forms import TrailFilter
from audit.models import AuditEvent, AuditQuerySet
from common.errors import NotAllowed

PAGE = 50
COLUMNS = [
    "stream", "seq", "at", "actor", "actor_name", "role", "unit_code", "address", "action", "outcome", "object_key",
    "object_name", "before", "after", "reason", "hash",
]  # fmt: skip


@require_GET
def trail(request: HttpRequest) -> HttpResponse:
    """The newest events that match, fifty a page; `before` is the last id of the page before."""
    form = TrailFilter(request.GET)
    events = _matching(request, form).order_by("-pk")
    before = request.GET.get("before", "")
    if before.isdecimal():
        events = events.filter(pk__lt=int(before))
    page = list(events[: PAGE + 1])
    older = page[PAGE - 1].pk if len(page) > PAGE else None
    context = {"form": form, "events": page[:PAGE], "older": older, "query": _without_page(request)}
    return render(request, "audit/trail.html", context)


@require_GET
def trail_csv(request: HttpRequest) -> StreamingHttpResponse:
    """All matching events as CSV (UTF-8 with BOM), oldest first."""
    events = _matching(request, TrailFilter(request.GET)).order_by("pk")
    response = StreamingHttpResponse(_csv_lines(events), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="trail-{timezone.localdate():%Y%m%d}.csv"'
    return response


def _matching(request: HttpRequest, form: TrailFilter) -> AuditQuerySet:
    user: Any = request.user
    if not user.has_perm("trail.view"):
        raise NotAllowed("只有审计员可以查看审计记录。", "")
    events = AuditEvent.objects.visible_to(user)
    return form.apply(events) if form.is_valid() else events.none()


def _without_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("before", None)
    return query.urlencode()


class _Echo:
    def write(self, value: str) -> str:
        return value


def _csv_lines(events: AuditQuerySet) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for event in events.iterator(chunk_size=2000):
        yield writer.writerow([_plain(getattr(event, column)) for column in COLUMNS])


def _plain(value: object) -> str:
    # A leading = + - @ would be run as a formula by a spreadsheet.
    text = str(value)
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
