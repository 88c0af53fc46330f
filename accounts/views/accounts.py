"""The system administrator's page: accounts made, changed, disabled, reset."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms import AccountForm
from accounts.models import User, UserQuerySet, require
from accounts.requests import signed_in
from accounts.services import change_account, create_account, reset_password, set_active
from audit.services import record_refusal
from common.errors import PortalError


@require_GET
def account_list(request: HttpRequest) -> HttpResponse:
    """All accounts with role, unit, last sign-in and state."""
    sysadmin = signed_in(request)
    require(sysadmin, "account.manage")
    accounts = User.objects.visible_to(sysadmin).select_related("unit").order_by("-is_active", "role", "username")
    query = request.GET.get("q", "").strip()
    if query:
        accounts = accounts.filter(username__icontains=query) | accounts.filter(display_name__icontains=query)
    return render(request, "accounts/account_list.html", {"accounts": accounts, "query": query})


@require_http_methods(["GET", "POST"])
def account_create(request: HttpRequest) -> HttpResponse:
    """A form for a new account; its one-time password is shown once."""
    sysadmin = signed_in(request)
    require(sysadmin, "account.manage")
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            user, password = create_account(
                data["username"], role=data["role"], unit=data["unit"], by=sysadmin, display_name=data["display_name"]
            )
        except PortalError as error:
            record_refusal(error, by=sysadmin, request=request)
            form.add_error(None, str(error))
        else:
            return render(request, "accounts/one_time_password.html", {"account": user, "password": password})
    return render(request, "accounts/account_form.html", {"form": form}, status=200 if not form.errors else 422)


@require_http_methods(["GET", "POST"])
def account_edit(request: HttpRequest, username: str) -> HttpResponse:
    """A form for an account's role, unit and name."""
    sysadmin = signed_in(request)
    require(sysadmin, "account.manage")
    account = _account(sysadmin, username)
    form = AccountForm(request.POST or None, instance=account)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            change_account(
                account, by=sysadmin, role=data["role"], unit=data["unit"], display_name=data["display_name"]
            )
        except PortalError as error:
            record_refusal(error, by=sysadmin, request=request)
            form.add_error(None, str(error))
        else:
            messages.success(request, _("已保存 %s。") % account.name)
            return redirect("accounts:list")
    context = {"form": form, "account": account}
    return render(request, "accounts/account_form.html", context, status=200 if not form.errors else 422)


@require_POST
def account_set_active(request: HttpRequest, username: str) -> HttpResponse:
    """Disable or enable an account."""
    sysadmin = signed_in(request)
    require(sysadmin, "account.manage")
    account = _account(sysadmin, username)
    active = request.POST.get("active") == "yes"
    set_active(account, by=sysadmin, active=active)
    messages.success(request, (_("已启用 %s。") if active else _("已停用 %s。")) % account.name)
    return redirect("accounts:list")


@require_POST
def account_reset(request: HttpRequest, username: str) -> HttpResponse:
    """Reset an account's password; the new one is shown once."""
    sysadmin = signed_in(request)
    require(sysadmin, "account.manage")
    account = _account(sysadmin, username)
    password = reset_password(account, by=sysadmin)
    return render(request, "accounts/one_time_password.html", {"account": account, "password": password, "reset": True})


def _account(viewer: User, username: str) -> User:
    accounts: UserQuerySet = User.objects.visible_to(viewer)
    return get_object_or_404(accounts.select_related("unit"), username=username)
