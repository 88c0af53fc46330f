"""Addresses of the assessments app."""

from django.urls import path

from assessments.views import (
    appeals,
    assessment,
    figures,
    lines,
    manual,
    process,
    scheme,
    scheme_editor,
    self_scores,
    unit_sheet,
)

_UNIT = "<str:root>/<int:year>/assessment/units/<str:unit>"
_SCHEME = "<str:root>/<int:year>/assessment/scheme"
_APPEALS = "<str:root>/<int:year>/assessment/appeals"
app_name = "assessments"
urlpatterns = [
    path("<str:root>/<int:year>/figures/", figures.figures_partial, name="figures"),
    path("<str:root>/<int:year>/assessment/", assessment.assessment_page, name="assessment"),
    path("<str:root>/<int:year>/assessment/run/", assessment.run, name="run"),
    path("<str:root>/<int:year>/assessment/verify/", assessment.verify, name="verify"),
    path(f"{_SCHEME}/", scheme.scheme_page, name="scheme"),
    path(f"{_SCHEME}/compare/", scheme.compare, name="scheme_compare"),
    path(f"{_SCHEME}/draft/", scheme.begin, name="scheme_begin"),
    path(f"{_SCHEME}/edit/", scheme_editor.edit_scheme, name="scheme_edit"),
    path(f"{_SCHEME}/bench/", scheme_editor.bench, name="scheme_bench"),
    path(f"{_SCHEME}/in-force/", scheme.in_force, name="scheme_in_force"),
    path(f"{_SCHEME}/discard/", scheme.discard, name="scheme_discard"),
    path(f"{_SCHEME}/copy/", scheme.copy, name="scheme_copy"),
    path("<str:root>/<int:year>/assessment/scores/", manual.scores, name="scores"),
    path("<str:root>/<int:year>/assessment/self-scores/", process.self_window, name="self_window"),
    path("<str:root>/<int:year>/assessment/announce/", process.announce, name="announce"),
    path("<str:root>/<int:year>/assessment/take-back/", process.take_back, name="take_back"),
    path("<str:root>/<int:year>/assessment/publish/", process.publish, name="publish"),
    path("<str:root>/<int:year>/assessment/revise/", process.revise, name="revise"),
    path("<str:root>/<int:year>/assessment/compare/", process.compare, name="compare"),
    path(f"{_APPEALS}/", appeals.appeals, name="appeals"),
    path(f"{_APPEALS}/<uuid:uuid>/decide/", appeals.decide, name="appeal_decide"),
    path(f"{_APPEALS}/<uuid:uuid>/withdraw/", appeals.withdraw, name="appeal_withdraw"),
    path("assessment-files/<uuid:file>/", self_scores.assessment_file, name="file"),
    path("assessment-files/<uuid:file>/delete/", self_scores.self_file_remove, name="self_file_remove"),
    path(f"{_UNIT}/", unit_sheet.unit_sheet, name="unit"),
    path(f"{_UNIT}/self/", self_scores.self_scores, name="self_scores"),
    path(f"{_UNIT}/self/<str:code>/files/", self_scores.self_file_add, name="self_file_add"),
    path(f"{_UNIT}/lines/<str:code>/adjust/", lines.adjust, name="adjust"),
    path(f"{_UNIT}/lines/<str:code>/unadjust/", lines.unadjust, name="unadjust"),
    path(f"{_UNIT}/lines/<str:code>/appeal/", appeals.appeal, name="appeal"),
    path(f"{_UNIT}/flag/", manual.flag_raise, name="flag_raise"),
    path(f"{_UNIT}/flag/confirm/", manual.flag_confirm, name="flag_confirm"),
    path(f"{_UNIT}/flag/withdraw/", manual.flag_withdraw, name="flag_withdraw"),
    path(f"{_UNIT}/flag/evidence/", manual.flag_evidence, name="flag_evidence"),
]
