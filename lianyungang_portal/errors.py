"""The one handler of refusals: a page, an htmx fragment or JSON, and an entry in the trail."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from rest_framework.response import Response
from rest_framework.views import exception_handler

from audit.services import record_refusal
from common.errors import NotAllowed, PortalError


def refusal(request: HttpRequest, error: PortalError) -> HttpResponse:
    """What a person sees of a PortalError: what happened, what to do next."""
    if request.user.is_authenticated:
        record_refusal(error, by=request.user, request=request)
    fragment = bool(getattr(request, "htmx", False))
    template = "components/refusal.html" if fragment else "errors/refused.html"
    return render(request, template, {"error": error}, status=error.status)


def api_errors(error: Exception, context: dict[str, Any]) -> Response | None:
    """The same family as JSON: `{code, message, hint}`."""
    if not isinstance(error, PortalError):
        return exception_handler(error, context)
    request = context["request"]
    if request.user.is_authenticated:
        record_refusal(error, by=request.user, request=request)
    body = {"code": error.code, "message": str(error.message), "hint": str(error.hint)}
    return Response(body, status=error.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a missing or stale form token; a write that was refused like any other."""
    error = NotAllowed(_("页面已失效，未作任何更改。"), _("请返回上一页，刷新后重试。"))
    if request.user.is_authenticated:
        record_refusal(error, by=request.user, request=request)
    return render(request, "errors/refused.html", {"error": error}, status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: also for what exists but is not the person's to see."""
    return render(request, "errors/404.html", status=404)


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    """405 for a person: led here by the address of a form, mostly after signing in again; nothing was done."""
    return render(request, "errors/405.html", status=405)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: says that nothing was stored and whom to call; no details."""
    return render(request, "errors/500.html", status=500)
