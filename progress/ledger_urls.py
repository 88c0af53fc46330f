"""Addresses of the registers, below a plan's `ledgers/`."""

from django.urls import include, path

from progress.views import item_files, ledger_overview, ledgers

_item = [
    path("", ledgers.item_page, name="item"),
    path("edit/", ledgers.item_edit, name="item_edit"),
    path("move/", ledgers.item_move, name="item_move"),
    path("remove/", ledgers.item_remove, name="item_remove"),
    path("withdraw/", ledgers.item_withdraw, name="item_withdraw"),
    path("files/", item_files.item_file_add, name="item_file_add"),
    path("files/<uuid:file>/", item_files.item_file, name="item_file"),
    path("files/<uuid:file>/remove/", item_files.item_file_remove, name="item_file_remove"),
]

urlpatterns = [
    path("", ledger_overview.ledger_overview, name="ledgers"),
    path("<slug:code>/", ledgers.ledger_table, name="ledger"),
    path("<slug:code>/new/", ledgers.item_add, name="item_add"),
    path("<slug:code>/<uuid:uuid>/", include(_item)),
]
