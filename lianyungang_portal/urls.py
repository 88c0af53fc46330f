"""Addresses: natural keys only, e.g. /320700/2023/q3/reports/320722/."""

from django.contrib import admin
from django.urls import include, path

from lianyungang_portal import health

handler404 = "lianyungang_portal.errors.page_not_found"
handler500 = "lianyungang_portal.errors.server_error"

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("audit.urls")),
    path("", include("files.urls")),
    path("", include("jobs.urls")),
    path("", include("notices.urls")),
    path("", include("targets.urls")),
    path("", include("progress.urls")),
    path("", include("assessments.urls")),
    path("", include("reporting.urls")),
]
