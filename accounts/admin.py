"""Accounts in Django's admin, for the system administrator: looked up there, and sent and taken away as a sheet."""

import base64
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from import_export.results import RowResult

from accounts.exports import write_handout
from accounts.models import User
from accounts.resources import AccountResource
from common.register_admin.admin import RegisterAdmin
from common.register_admin.resource import RegisterResult

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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

    def answer_import(self, result: RegisterResult, request: HttpRequest) -> HttpResponse:
        """The one-time passwords of the new accounts, on a page and in a workbook on it: once, and stored nowhere."""
        made: list[tuple[User, str]] = result.saved
        if not made:
            return super().answer_import(result, request)
        context: dict[str, Any] = {
            "made": made,
            "changed": result.totals[RowResult.IMPORT_TYPE_UPDATE],
            # In the page itself: kept nowhere, it cannot be fetched a second time or by somebody else.
            "workbook": f"data:{_WORKBOOK};base64,{base64.b64encode(write_handout(made)).decode()}",
        }
        return render(request, "accounts/handout.html", context)
