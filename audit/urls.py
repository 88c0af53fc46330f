"""Addresses of the audit app."""

from django.urls import path

from audit import views

app_name = "audit"
urlpatterns = [
    path("trail/", views.trail, name="trail"),
    path("trail/trail.csv", views.trail_csv, name="trail_csv"),
]
