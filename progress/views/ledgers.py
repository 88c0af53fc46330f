"""The registers: one set of pages for all of them, driven by their declarations."""

from typing import Any, Unpack
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import require
from audit.services import record_refusal
from common.errors import Invalid
from common.paging import count_up_to, page_by_key
from progress.ledger_forms import ItemForm, LedgerFilter, MoveForm, item_form
from progress.ledgers import Ledger
from progress.models import Item, Nomination
from progress.queries.ledger_rows import Words, history_words
from progress.queries.ledgers import file_counts, files_of, find_items, history_of, kinds_of, lines_resting_on
from progress.services.item_history import changes_between
from progress.services.ledgers import (
    ItemConflict,
    add_item,
    change_item,
    move_nomination,
    remove_item,
    withdraw_item,
)
from progress.views.ledger_places import LedgerAddress, Sorting, item_at, item_to_edit, ledger_at, may_edit
from progress.views.places import arrival
from targets.models import Plan
from targets.views import is_stored


@require_GET
def ledger_table(request: HttpRequest, code: str, root: str, year: int) -> HttpResponse:
    """The visible items of a register, searched, filtered and sorted, a page at a time."""
    user, plan, ledger = ledger_at(request, code, root, year)
    kinds = kinds_of(ledger, plan)
    filters = LedgerFilter(request.GET, user=user, ledger=ledger, kinds=kinds)
    found = find_items(ledger, user, filters.wanted())
    sorting = Sorting.asked(ledger, request.GET.get("sort", ""))
    order = (sorting.field, "uuid")
    page = page_by_key(found, order, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    context = {
        "plan": plan,
        "ledger": ledger,
        "filters": filters,
        "rows": Words(ledger, kinds).rows(page.rows, file_counts(page.rows)),
        "headers": sorting.headers(request.GET),
        "asked": urlencode({name: value for name, value in request.GET.items() if value}),
        "count": count_up_to(found),
        "previous_url": _neighbour(request, before=page.before),
        "next_url": _neighbour(request, after=page.after),
    }
    return render(request, "progress/ledgers/table.html", context)


@require_http_methods(["GET", "POST"])
def item_add(request: HttpRequest, code: str, root: str, year: int) -> HttpResponse:
    """A form for a new item."""
    user, plan, ledger = ledger_at(request, code, root, year)
    require(user, "ledger.edit")
    asked = {"institution": request.GET.get("institution", "")}
    form = item_form(ledger, None)(request.POST or None, user=user, plan=plan, initial=asked)
    if request.method == "POST" and is_stored(
        request, form, lambda: add_item(form.instance, by=user, at=arrival(request))
    ):
        messages.success(request, _("已登记“%s”。") % form.instance.name)
        return redirect(_address(plan, ledger, form.instance))
    return _form_page(request, plan, ledger, form)


@require_GET
def item_page(request: HttpRequest, **address: Unpack[LedgerAddress]) -> HttpResponse:
    """What the register says of an item, its files, and what happened to it."""
    user, plan, ledger, item = item_at(request, **address)
    words = Words(ledger, kinds_of(ledger, plan))
    is_editable = may_edit(user, item)
    steps = history_of(item)
    context = {
        "plan": plan,
        "ledger": ledger,
        "item": item,
        "facts": words.facts(item, viewer=user),
        "files": files_of([item]).get(item.uuid, []),
        "history": [(step, history_words(words, step.changes)) for step in steps],
        "resting": lines_resting_on(ledger, item) if ledger.measures else [],
        "may_edit": is_editable,
        "move": MoveForm(nomination=item) if is_editable and isinstance(item, Nomination) else None,
        "place": [plan.owner.code, plan.year, ledger.code, item.uuid],
        "max_bytes": settings.EVIDENCE_MAX_BYTES,
    }
    return render(request, "progress/ledgers/item.html", context)


@require_http_methods(["GET", "POST"])
def item_edit(request: HttpRequest, **address: Unpack[LedgerAddress]) -> HttpResponse:
    """A form for an item that is there already; who comes second sees both contents."""
    user, plan, ledger, item = item_to_edit(request, **address)
    form = item_form(ledger, item)(request.POST or None, instance=item, user=user, plan=plan)
    if request.method == "GET" or not form.is_valid():
        return _form_page(request, plan, ledger, form)
    try:
        change_item(item, by=user, at=arrival(request), version=form.seen_version)
    except ItemConflict as conflict:
        record_refusal(conflict, by=user, request=request)
        return _conflict_page(request, plan, ledger, form, conflict)
    except Invalid as error:
        record_refusal(error, by=user, request=request)
        form.add_error(None, str(error))
        return _form_page(request, plan, ledger, form)
    messages.success(request, _("已保存“%s”。") % item.name)
    return redirect(_address(plan, ledger, item))


@require_POST
def item_move(request: HttpRequest, **address: Unpack[LedgerAddress]) -> HttpResponse:
    """A nomination one stage on."""
    user, plan, ledger, item = item_to_edit(request, **address)
    if not isinstance(item, Nomination):
        raise Http404(ledger.code)
    form = MoveForm(request.POST, nomination=item)
    if not form.is_valid():
        raise Invalid(_("请选择阶段并填写日期。"), _("请返回后重试。"))
    move_nomination(item, **form.cleaned_data, by=user, at=arrival(request))
    messages.success(request, _("“%(item)s”已到“%(stage)s”。") % {"item": item.name, "stage": item.get_stage_display()})
    return redirect(_address(plan, ledger, item))


@require_POST
def item_remove(request: HttpRequest, **address: Unpack[LedgerAddress]) -> HttpResponse:
    """Take an item out of its register."""
    user, plan, ledger, item = item_to_edit(request, **address)
    version = request.POST.get("version", "")
    remove_item(item, by=user, at=arrival(request), version=int(version) if version.isdecimal() else 0)
    messages.success(request, _("已删除“%s”。") % item.name)
    return redirect(reverse("progress:ledger", args=[plan.owner.code, plan.year, ledger.code]))


@require_POST
def item_withdraw(request: HttpRequest, **address: Unpack[LedgerAddress]) -> HttpResponse:
    """Let an item count no more."""
    user, plan, ledger, item = item_to_edit(request, **address)
    withdraw_item(item, by=user, at=arrival(request), reason=request.POST.get("reason", ""))
    messages.success(request, _("已作废“%s”，不再计数。") % item.name)
    return redirect(_address(plan, ledger, item))


def _form_page(request: HttpRequest, plan: Plan, ledger: Ledger, form: ItemForm, **more: Any) -> HttpResponse:
    is_stored_already = form.instance.pk is not None
    back = _address(plan, ledger, form.instance) if is_stored_already else _address(plan, ledger)
    context = {"plan": plan, "ledger": ledger, "form": form, "is_new": not is_stored_already, "back": back, **more}
    status = more.get("status") or (422 if form.errors else 200)
    return render(request, "progress/ledgers/form.html", context, status=status)


def _conflict_page(
    request: HttpRequest, plan: Plan, ledger: Ledger, form: ItemForm, conflict: ItemConflict
) -> HttpResponse:
    """The form as it was typed, with what somebody else saved meanwhile beside it; saving again takes one's own."""
    mine, theirs = form.instance, conflict.theirs
    words = Words(ledger, kinds_of(ledger, plan))
    _theirs, differing = changes_between(ledger, theirs, mine)
    names = [name for name in differing if name in ledger.fields]
    both = [(words.cell(mine, name, is_whole=True), words.cell(theirs, name, is_whole=True)) for name in names]
    form.data = {**form.data.dict(), "version": str(theirs.version)}  # type: ignore[attr-defined]
    form.add_error(None, str(conflict))
    return _form_page(request, plan, ledger, form, both=both, theirs=theirs, status=409)


def _address(plan: Plan, ledger: Ledger, item: Item | None = None) -> str:
    args = [plan.owner.code, plan.year, ledger.code]
    return reverse("progress:item", args=[*args, item.uuid]) if item else reverse("progress:ledger", args=args)


def _neighbour(request: HttpRequest, **mark: str) -> str:
    """The address of the page before or after, with the same filters; empty where there is none."""
    if not any(mark.values()):
        return ""
    asked = {name: value for name, value in request.GET.items() if name not in ("after", "before") and value}
    return f"?{urlencode({**asked, **mark})}"
