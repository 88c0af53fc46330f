"""Addresses of the registers, below a plan's `ledgers/`."""

from django.urls import include, path

from progress.views import item_files, ledger_overview, ledger_workbooks, ledgers

_item = [
    path("", ledgers.item_page, name="item"),
    path("edit/", ledgers.item_edit, name="item_edit"),
    path("move/", ledgers.item_move, name="item_move"),
    path("remove/", ledgers.item_remove, name="item_remove"),
    path("withdraw/", ledgers.item_withdraw, name="item_withdraw"),
    path("files/", item_files.item_file_add, name="item_file_add"),
    path("files/upload/", item_files.upload_item_file, name="upload_item_file"),
    path("files/<uuid:file>/", item_files.item_file, name="item_file"),
    path("files/<uuid:file>/view/", item_files.view_item_file, name="view_item_file"),
    path("files/<uuid:file>/remove/", item_files.item_file_remove, name="item_file_remove"),
]

urlpatterns = [
    path("", ledger_overview.ledger_overview, name="ledgers"),
    path("<slug:code>/", ledgers.ledger_table, name="ledger"),
    path("<slug:code>/form.xlsx", ledger_workbooks.ledger_form_file, name="ledger_form"),
    path("<slug:code>/export.xlsx", ledger_workbooks.ledger_export, name="ledger_export"),
    path("<slug:code>/new/", ledgers.item_add, name="item_add"),
    path("<slug:code>/<uuid:uuid>/", include(_item)),
]
