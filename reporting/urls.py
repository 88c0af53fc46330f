"""Addresses of the reporting app."""

from django.urls import path

from reporting.views import dashboard, exports, home, indicator, unit

app_name = "reporting"
urlpatterns = [
    path("", home.home, name="home"),
    path("<str:root>/<int:year>/", dashboard.dashboard, name="dashboard"),
    path("<str:root>/<int:year>/q<int:quarter>/", dashboard.dashboard, name="dashboard"),
    path("<str:root>/<int:year>/units/<str:unit>/", unit.unit_page, name="unit"),
    path("<str:root>/<int:year>/indicators/<str:code>/figures/", indicator.indicator_figures, name="indicator_figures"),
    path("<str:root>/<int:year>/exports/", exports.exports, name="exports"),
    path("<str:root>/<int:year>/exports/workbook/", exports.make_workbook, name="workbook"),
    path("<str:root>/<int:year>/exports/<uuid:uuid>/", exports.export_file, name="export_file"),
]
