"""Addresses of the progress app."""

from django.urls import include, path

from progress import api
from progress.views import (
    comments,
    evidence,
    forms_out,
    import_moves,
    imports,
    ledger_take,
    lines,
    moves,
    pasting,
    reminders,
    report,
    review,
    sealed_scans,
    story,
)

app_name = "progress"

_report = [
    path("", report.report_page, name="report"),
    path("print/", report.report_print, name="report_print"),
    path("checks/", report.report_checks, name="report_checks"),
    path("save/", report.save_report, name="save_report"),
    path("header/", report.save_report_header, name="save_header"),
    path("sealed-scan/", sealed_scans.upload_sealed_scan, name="upload_sealed_scan"),
    path("submit/", moves.submit, name="submit"),
    path("withdraw/", moves.withdraw, name="withdraw"),
    path("return/", moves.return_, name="return"),
    path("approve/", moves.approve, name="approve"),
    path("reopen/", moves.reopen, name="reopen"),
    path("discard/", moves.discard, name="discard"),
    path("history/", story.report_story, name="report_story"),
    path("lines/", pasting.save_rows, name="save_rows"),
    path("paste/", pasting.place_paste, name="place_paste"),
    path("lines/<str:code>/", lines.save_line, name="save_line"),
    path("lines/<str:code>/preview/", lines.preview_line, name="preview_line"),
    path("lines/<str:code>/ledger/", ledger_take.take_ledger_figure, name="take_ledger_figure"),
    path("lines/<str:code>/comments/", comments.comment_on_line, name="comment_on_line"),
    path("lines/<str:code>/evidence/", evidence.line_evidence, name="line_evidence"),
    path("lines/<str:code>/evidence/files/", evidence.upload_evidence, name="upload_evidence"),
]

_api = [
    path("<uuid:uuid>/", api.batch, name="api_batch"),
    path("<uuid:uuid>/confirm/", api.confirm, name="api_confirm"),
    path("<str:kind>/", api.send, name="api_send"),
    path("<str:kind>/columns/", api.columns, name="api_columns"),
]

urlpatterns = [
    path("api/<str:root>/<int:year>/imports/", include(_api)),
    path("evidence/<uuid:file>/", evidence.evidence_file, name="evidence"),
    path("evidence/<uuid:file>/view/", evidence.view_evidence, name="view_evidence"),
    path("evidence/<uuid:file>/delete/", evidence.delete_evidence, name="delete_evidence"),
    path("sealed-scans/<uuid:file>/", sealed_scans.sealed_scan, name="sealed_scan"),
    path("sealed-scans/<uuid:file>/view/", sealed_scans.view_sealed_scan, name="view_sealed_scan"),
    path("comments/<uuid:uuid>/answer/", comments.answer, name="answer_comment"),
    path("comments/<uuid:uuid>/take-back/", comments.take_back, name="take_back"),
    path("<str:root>/<int:year>/review/", review.review_queue, name="review_queue"),
    path("<str:root>/<int:year>/q<int:quarter>/review/", review.review_queue, name="review_quarter"),
    path("<str:root>/<int:year>/q<int:quarter>/review/approve/", review.approve_ticked, name="approve_ticked"),
    path("<str:root>/<int:year>/q<int:quarter>/missing/", review.missing_reports, name="missing_reports"),
    path("<str:root>/<int:year>/reports/", review.report_list, name="reports"),
    path("<str:root>/<int:year>/reminders/", reminders.reminders, name="reminders"),
    path("<str:root>/<int:year>/reminders/send/", reminders.remind, name="remind"),
    path("<str:root>/<int:year>/reminders/rules/", reminders.reminder_rules, name="reminder_rules"),
    path("<str:root>/<int:year>/q<int:quarter>/reports/<str:unit>/", include(_report)),
    path("<str:root>/<int:year>/ledgers/", include("progress.ledger_urls")),
    path("<str:root>/<int:year>/imports/", imports.imports, name="imports"),
    path("<str:root>/<int:year>/imports/<uuid:uuid>/", imports.import_batch, name="import_batch"),
    path("<str:root>/<int:year>/imports/<uuid:uuid>/file/", imports.import_file, name="import_file"),
    path("<str:root>/<int:year>/imports/<uuid:uuid>/problems.xlsx", imports.error_book, name="error_book"),
    path("<str:root>/<int:year>/imports/<uuid:uuid>/receipt.xlsx", imports.receipt, name="import_receipt"),
    path("<str:root>/<int:year>/imports/<uuid:uuid>/decide/", import_moves.decide, name="import_decide"),
    path("<str:root>/<int:year>/imports/<uuid:uuid>/confirm/", import_moves.confirm, name="import_confirm"),
    path("<str:root>/<int:year>/imports/<uuid:uuid>/discard/", import_moves.discard, name="import_discard"),
    path("<str:root>/<int:year>/imports/<uuid:uuid>/retry/", import_moves.retry, name="import_retry"),
    path("<str:root>/<int:year>/imports/<uuid:uuid>/undo/", import_moves.undo, name="import_undo"),
    path("<str:root>/<int:year>/q<int:quarter>/long.xlsx", forms_out.download_long, name="download_long"),
    path("<str:root>/<int:year>/q<int:quarter>/matrix.xlsx", forms_out.download_matrix, name="download_matrix"),
    path("<str:root>/<int:year>/q<int:quarter>/forms/<str:unit>.xlsx", forms_out.download_unit, name="download_unit"),
]
