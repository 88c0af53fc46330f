"""Django's admin as a place to look things up: nothing can be added, changed or deleted there."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from common.scope import within


class ReadOnlyAdmin(admin.ModelAdmin[Model]):
    """A register that shows the rows of a person's subtree to who may do `view_action`.

    `scope_field` leads to the path of the row's unit; empty: the rows belong to no unit, and everybody who may do
    `view_action` sees all of them.
    """

    view_action = ""
    scope_field = ""
    actions: Sequence[str] | None = None
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        rows = super().get_queryset(request)
        if not self.scope_field:
            return rows
        return rows.filter(within(request.user, self.scope_field))  # type: ignore[arg-type]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.view_action) and request.user.has_perm(self.view_action)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
