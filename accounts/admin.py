"""Accounts in Django's admin, for the system administrator: looked up there, and sent and taken away as a sheet."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from import_export.results import RowResult

from accounts.exports import write_handout
from accounts.models import User, UserQuerySet
from accounts.requests import signed_in
from accounts.resources import AccountResource
from accounts.services.roster import renew_passwords
from common.register_admin.admin import RegisterAdmin
from common.register_admin.formats import as_link
from common.register_admin.resource import RegisterResult


@admin.register(User)
class AccountAdmin(RegisterAdmin):
    """The accounts; passwords and their hashes are shown nowhere."""

    view_action = edit_action = "account.manage"
    resource_classes = [AccountResource]
    fields = [
        "username",
        "display_name",
        "role",
        "unit",
        "is_active",
        "must_change_password",
        "last_login",
        "date_joined",
    ]
    list_display = ["username", "display_name", "role", "unit", "is_active", "last_login"]
    list_select_related = ["unit"]
    list_filter = ["role", "is_active"]
    search_fields = ["username", "display_name"]
    ordering = ["unit__path", "username"]
    actions = ["renew_passwords"]

    def answer_import(self, result: RegisterResult, request: HttpRequest) -> HttpResponse:
        """The one-time passwords of the new accounts."""
        made: list[tuple[User, str]] = result.saved
        if not made:
            return super().answer_import(result, request)
        return _handout(request, made, changed=result.totals[RowResult.IMPORT_TYPE_UPDATE])

    @admin.action(description=_("为所选账号中从未登录过的重新生成一次性密码"))
    def renew_passwords(self, request: HttpRequest, queryset: UserQuerySet) -> HttpResponse | None:
        """New one-time passwords for accounts that nobody has used yet."""
        renewed = renew_passwords(queryset, by=signed_in(request))
        if renewed:
            return _handout(request, renewed, is_renewal=True)
        messages.warning(request, _("所选账号都已登录过或已停用，密码没有改变。如需重置，请在账号页操作。"))
        return None


def _handout(request: HttpRequest, given: list[tuple[User, str]], **said: Any) -> HttpResponse:
    """One-time passwords, on a page and in a workbook on it: once, and stored nowhere."""
    workbook = as_link(write_handout(given))
    return render(request, "accounts/handout.html", {"given": given, "workbook": workbook, **said})
