"""Doors of the registers' workbooks: the blank form, and what stands."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import require
from common.downloads import as_workbook
from common.instants import local_day
from progress.ledger_forms import LedgerFilter
from progress.queries.ledgers import find_items, kinds_of
from progress.services.ledger_workbook import ledger_workbook
from progress.views.ledger_places import ledger_at, may_edit
from progress.views.places import arrival


@require_GET
def ledger_form_file(request: HttpRequest, code: str, root: str, year: int) -> HttpResponse:
    """The blank form of a register."""
    user, plan, ledger = ledger_at(request, code, root, year)
    require(user, "ledger.edit")
    content = ledger_workbook(ledger, [], plan=plan, by=user, at=arrival(request))
    return as_workbook(content, _("%s模板") % ledger.label)


@require_GET
def ledger_export(request: HttpRequest, code: str, root: str, year: int) -> HttpResponse:
    """The items of the table with its filters, in the layout in which they can be sent back.

    Of a register with masked fields only what the person keeps: a file has no place to mask them in.
    """
    user, plan, ledger = ledger_at(request, code, root, year)
    filters = LedgerFilter(request.GET, user=user, ledger=ledger, kinds=kinds_of(ledger, plan))
    items = list(find_items(ledger, user, filters.wanted()).order_by("day", "uuid"))
    if ledger.masked:
        items = [item for item in items if may_edit(user, item)]
    at = arrival(request)
    content = ledger_workbook(ledger, items, plan=plan, by=user, at=at)
    return as_workbook(content, f"{ledger.label}_{local_day(at).isoformat()}")
