"""Addresses of the notices app."""

from django.urls import path

from notices import views

app_name = "notices"

urlpatterns = [
    path("notices/", views.notice_list, name="notices"),
    path("notices/seen/", views.all_seen, name="all_seen"),
    path("notices/<uuid:uuid>/seen/", views.seen, name="seen"),
]
