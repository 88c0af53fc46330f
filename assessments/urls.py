"""Addresses of the assessments app."""

from django.urls import path

from assessments.views import assessment, figures, manual

_UNIT = "<str:root>/<int:year>/assessment/units/<str:unit>"
app_name = "assessments"
urlpatterns = [
    path("<str:root>/<int:year>/figures/", figures.figures_partial, name="figures"),
    path("<str:root>/<int:year>/assessment/", assessment.assessment_page, name="assessment"),
    path("<str:root>/<int:year>/assessment/run/", assessment.run, name="run"),
    path("<str:root>/<int:year>/assessment/verify/", assessment.verify, name="verify"),
    path("<str:root>/<int:year>/assessment/scheme/", assessment.scheme_page, name="scheme"),
    path("<str:root>/<int:year>/assessment/scores/", manual.scores, name="scores"),
    path(f"{_UNIT}/", assessment.unit_sheet, name="unit"),
    path(f"{_UNIT}/flag/", manual.flag_raise, name="flag_raise"),
    path(f"{_UNIT}/flag/confirm/", manual.flag_confirm, name="flag_confirm"),
    path(f"{_UNIT}/flag/withdraw/", manual.flag_withdraw, name="flag_withdraw"),
    path(f"{_UNIT}/flag/evidence/", manual.flag_evidence, name="flag_evidence"),
]
