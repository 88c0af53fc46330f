"""Addresses of the jobs app."""

from django.urls import path

from jobs import views

app_name = "jobs"
urlpatterns = [
    path("jobs/", views.job_list, name="list"),
    path("jobs/<uuid:uuid>/", views.job_page, name="job"),
    path("jobs/<uuid:uuid>/file/", views.job_file, name="file"),
]
