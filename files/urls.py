"""Addresses of stored files."""

from django.urls import path

from files import views

app_name = "files"
urlpatterns = [path("trail/<str:stream>/<int:seq>/changes.json", views.changes, name="changes")]
