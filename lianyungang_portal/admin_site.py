"""Django's admin behind the portal's own door: signing in, passwords and rights are the portal's."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import NotAllowed


class PortalAdminSite(AdminSite):
    """The admin for who has a register to look up in it (`is_staff`), or to send and take away as a whole."""

    site_header = gettext_lazy("数据查询")
    site_title = gettext_lazy("数据查询")
    index_title = gettext_lazy("各类数据")
    site_url = "/"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The portal's sign-in page; NotAllowed for somebody who has signed in and has no business here."""
        if request.user.is_authenticated:
            raise NotAllowed(_("您的角色没有数据查询的权限。"), _("请从“我的工作”进入您的页面。"))
        return redirect_to_login(request.GET.get("next", "/"))

    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Back to the portal: one signs out there."""
        return redirect("/")

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The portal's own page, which knows the portal's rules of passwords."""
        return redirect("accounts:change_password")
