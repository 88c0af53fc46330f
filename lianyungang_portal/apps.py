from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class PortalConfig(AppConfig):
    default = True
    name = "lianyungang_portal"

    def ready(self) -> None:
        from lianyungang_portal import sqlite  # noqa: F401 - its receiver connects when it is read


class PortalAdminConfig(admin_apps.AdminConfig):
    """Django's admin with the portal's own site."""

    default = False
    default_site = "lianyungang_portal.admin_site.PortalAdminSite"
