"""The portal's addresses and one more: /look/, every piece of the pages at once. Never part of the portal itself."""

from django.urls import include, path

from tests.look import style_guide

handler404 = "lianyungang_portal.errors.page_not_found"
handler500 = "lianyungang_portal.errors.server_error"

urlpatterns = [
    path("look/", style_guide.page, name="style_guide"),
    path("look/refused/", style_guide.refused),
    path("look/broken/", style_guide.broken),
    path("", include("lianyungang_portal.urls")),
]
