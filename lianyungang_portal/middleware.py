"""What happens to every request: arrival stamped, language set, refusals told and recorded."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from axes.helpers import get_client_ip_address
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from audit.services import current_address
from common.errors import PortalError
from lianyungang_portal.errors import method_not_allowed, refusal

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def stamp_arrival(get_response: GetResponse) -> GetResponse:
    """Set `request.arrived_at`, the only clock that deadlines know, and the address for the trail."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.arrived_at = timezone.now()  # type: ignore[attr-defined]
        token = current_address.set(get_client_ip_address(request) or "")
        try:
            return get_response(request)
        finally:
            current_address.reset(token)

    return middleware


def speak_the_users_language(get_response: GetResponse) -> GetResponse:
    """Use the signed-in person's language; before signing in, Chinese."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        language = request.user.language if request.user.is_authenticated else request.session.get("language")
        with translation.override(language or "zh-hans"):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language or "zh-hans")
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def know_no_nul(get_response: GetResponse) -> GetResponse:
    """Nothing has an address with a NUL in it, and PostgreSQL cannot even be asked for one: 404."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path_info:
            raise Http404
        return get_response(request)

    return middleware


def ask_for_password_change(get_response: GetResponse) -> GetResponse:
    """Lead a person with a one-time password to the page that replaces it, and nowhere else."""
    open_to_them = {"accounts:change_password", "accounts:sign_out", "accounts:set_language"}

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_view(request: HttpRequest, *_: object) -> HttpResponse | None:
        user, match = request.user, request.resolver_match
        if user.is_authenticated and user.must_change_password and match and match.view_name not in open_to_them:
            return redirect(reverse("accounts:change_password"))
        return None

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


class SignInRequired(LoginRequiredMiddleware):
    """Django's own, and for a fragment of a page whose session has ended: lead the whole page to the sign-in."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponse:
        """A redirect to the sign-in page; 401 with `HX-Redirect` for htmx."""
        if not request.headers.get("HX-Request"):
            return super().handle_no_permission(request, view_func)
        back = urlsplit(request.headers.get("HX-Current-URL", "")).path
        sign_in = reverse("accounts:sign_in")
        return HttpResponse(status=401, headers={"HX-Redirect": f"{sign_in}?{urlencode({'next': back})}"})


def explain_wrong_method(get_response: GetResponse) -> GetResponse:
    """Where an address takes forms only, tell whoever opens it, instead of showing an empty page."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.method != "GET" or not isinstance(response, HttpResponseNotAllowed):
            return response
        page = method_not_allowed(request)
        page["Allow"] = response["Allow"]
        return page

    return middleware


class PortalErrors:
    """Answers a PortalError with its page, after the view's transaction has rolled back, and records it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page of a refusal; None leaves any other exception to Django."""
        return refusal(request, exception) if isinstance(exception, PortalError) else None
