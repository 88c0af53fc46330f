"""Signing in and out, one's own password and language."""

from datetime import timedelta
from typing import Any

from axes.helpers import get_client_ip_address
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import ChangePasswordForm, ContactForm, SignInForm
from accounts.models import User
from accounts.queries import has_demo_data
from accounts.requests import signed_in
from accounts.services import DEMO_PASSWORD, change_own_password, record_failed_sign_in, record_sign_in
from accounts.services import set_language as store_language
from accounts.services.contact import change_contact
from audit.services import record_refusal
from common.errors import Invalid


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; in demo mode with the demo accounts listed."""
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if isinstance(user, User):
            login(request, user)
            request.session["shows_demo"] = has_demo_data()
            record_sign_in(user, at=timezone.now())
            return redirect(_next_page(request))
        record_failed_sign_in(form.cleaned_data["username"])
        form.add_error(None, _("用户名或密码不对，或账号已停用。连续输错 5 次将锁定 15 分钟。"))
    context = {
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "demo": _demo_accounts(),
        "demo_password": DEMO_PASSWORD,
    }
    return render(request, "accounts/sign_in.html", context, status=200 if not form.errors else 422)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and tell the browser to forget what it kept."""
    logout(request)
    response = redirect("accounts:sign_in")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@never_cache
@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """The page on which a person chooses a new password."""
    user = signed_in(request)
    form = ChangePasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            change_own_password(user, password=form.cleaned_data["new"], at=timezone.now())
        except Invalid as error:
            record_refusal(error, by=user, request=request)
            form.add_error("new", str(error.message))
        else:
            update_session_auth_hash(request, user)
            return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "accounts/change_password.html", {"form": form}, status=200 if not form.errors else 422)


@never_cache
@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """The page on which a person says how they can be reached."""
    user = signed_in(request)
    form = ContactForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        change_contact(user, **form.cleaned_data)
        messages.success(request, _("联系方式已保存。"))
        return redirect("accounts:contact")
    return render(request, "accounts/contact.html", {"form": form}, status=200 if not form.errors else 422)


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Switch between Chinese and English and come back to the same page."""
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        request.session["language"] = language
        if isinstance(request.user, User):
            store_language(request.user, language=language)
    return redirect(_next_page(request))


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """The page after five wrong passwords: until when the account is locked from this address."""
    name = (credentials or {}).get("username") or request.POST.get("username", "")
    here = get_client_ip_address(request)
    last = AccessAttempt.objects.filter(username=name, ip_address=here).order_by("-attempt_time").first()
    cool_off: timedelta = settings.AXES_COOLOFF_TIME
    until = (last.attempt_time if last else timezone.now()) + cool_off
    minutes = max(1, -(-int((until - timezone.now()).total_seconds()) // 60))
    return render(request, "errors/locked_out.html", {"until": until, "minutes": minutes}, status=429)


def _next_page(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def _demo_accounts() -> list[User]:
    if not settings.DEMO_MODE:
        return []
    return list(User.objects.filter(is_demo=True, is_active=True).select_related("unit").order_by("pk"))
