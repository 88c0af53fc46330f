"""Addresses of the reporting app."""

from django.urls import path

from reporting.views import circulars, dashboard, exports, home, indicator, unit, unit_forms, what_if

app_name = "reporting"
urlpatterns = [
    path("", home.home, name="home"),
    path("<str:root>/<int:year>/", dashboard.dashboard, name="dashboard"),
    path("<str:root>/<int:year>/q<int:quarter>/", dashboard.dashboard, name="dashboard"),
    path("<str:root>/<int:year>/units/<str:unit>/", unit.unit_page, name="unit"),
    path("<str:root>/<int:year>/units/<str:unit>/what-if/", what_if.what_if, name="what_if"),
    path("<str:root>/<int:year>/indicators/<str:code>/figures/", indicator.indicator_figures, name="indicator_figures"),
    path("<str:root>/<int:year>/exports/", exports.exports, name="exports"),
    path("<str:root>/<int:year>/exports/workbook/", exports.make_workbook, name="workbook"),
    path("<str:root>/<int:year>/exports/circular/", circulars.make, name="circular"),
    path("<str:root>/<int:year>/exports/circular/template/", circulars.template, name="circular_template"),
    path("<str:root>/<int:year>/exports/circular/template/drop/", circulars.drop, name="drop_circular_template"),
    path("<str:root>/<int:year>/exports/results.csv", exports.results_csv, name="results_csv"),
    path("<str:root>/<int:year>/assessment/units/<str:unit>/form.xlsx", unit_forms.workbook, name="unit_form"),
    path("<str:root>/<int:year>/assessment/units/<str:unit>/form/pdf/", unit_forms.pdf, name="unit_form_pdf"),
    path("<str:root>/<int:year>/exports/<uuid:uuid>/", exports.export_file, name="export_file"),
]
