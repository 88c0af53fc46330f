"""The registers in Django's admin, to be looked up only: the portal's pages change them, through services."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from common.readonly_admin import ReadOnlyAdmin
from progress.ledgers import LEDGERS
from progress.models import Item


class LedgerAdmin(ReadOnlyAdmin):
    """A register's items, seen by who may see ledgers; masked fields stay out of it."""

    view_action = "ledger.view"

    @admin.display(description=_("名称"))
    def called(self, item: Item) -> str:
        """What people call the item."""
        return item.name


for _ledger in LEDGERS:
    _shown = [name for name in _ledger.shown if name not in _ledger.masked]
    _owner = "institution" if _ledger.has_institution else "unit"
    _facts = {
        "scope_field": _ledger.model.UNIT_PATH,
        "list_display": ["called", _owner, *_shown],
        "list_select_related": ["institution__unit" if _ledger.has_institution else "unit"],
        "search_fields": ["search_key"],
        "exclude": sorted(_ledger.masked),
    }
    admin.site.register(_ledger.model, type(f"{_ledger.model.__name__}Admin", (LedgerAdmin,), _facts))
