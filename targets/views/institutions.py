"""The register of public institutions."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User, require
from accounts.policy import allows
from accounts.requests import signed_in
from common.paging import count_up_to, page_by_key
from targets.forms import InstitutionFilter, InstitutionForm
from targets.models import Institution
from targets.queries import LIST_ORDER, newest_plan
from targets.services.institutions import add_institution, change_institution
from targets.views import is_stored


@require_GET
def institution_list(request: HttpRequest) -> HttpResponse:
    """The visible institutions, searched and filtered, a page at a time."""
    user = signed_in(request)
    require(user, "institution.view")
    filters = InstitutionFilter(request.GET, user=user)
    chosen = filters.chosen()
    found = filters.found()
    page = page_by_key(found, LIST_ORDER, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    context = {
        "filters": filters,
        "is_filtered": any(chosen.values()),
        "rows": page.rows,
        "count": count_up_to(found),
        "previous_url": _neighbour(request, before=page.before),
        "next_url": _neighbour(request, after=page.after),
        "asked": urlencode({name: value for name, value in request.GET.items() if name in chosen and value}),
        "import_plan": newest_plan(user) if allows(user.role, "institution.edit") else None,
    }
    return render(request, "targets/institutions.html", context)


@require_http_methods(["GET", "POST"])
def institution_add(request: HttpRequest) -> HttpResponse:
    """A form for a new institution."""
    user = signed_in(request)
    require(user, "institution.edit")
    form = InstitutionForm(request.POST or None, user=user)
    if request.method == "POST" and is_stored(request, form, lambda: add_institution(form.instance, by=user)):
        messages.success(request, _("已登记“%s”。") % form.instance.name)
        return redirect("targets:institutions")
    return render(request, "targets/institution_form.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def institution_page(request: HttpRequest, credit_code: str) -> HttpResponse:
    """What the register says of an institution."""
    user = signed_in(request)
    require(user, "institution.view")
    return render(request, "targets/institution.html", {"institution": _institution(user, credit_code)})


@require_http_methods(["GET", "POST"])
def institution_edit(request: HttpRequest, credit_code: str) -> HttpResponse:
    """A form for an institution that is there already."""
    user = signed_in(request)
    require(user, "institution.edit")
    institution = _institution(user, credit_code)
    form = InstitutionForm(request.POST or None, instance=institution, user=user)
    if request.method == "POST" and is_stored(
        request, form, lambda: change_institution(institution, by=user, version=form.seen_version)
    ):
        messages.success(request, _("已保存“%s”。") % institution.name)
        return redirect("targets:institution", institution.credit_code)
    context = {"form": form, "credit_code": credit_code}
    return render(request, "targets/institution_form.html", context, status=422 if form.errors else 200)


def _institution(viewer: User, credit_code: str) -> Institution:
    visible = Institution.objects.visible_to(viewer).select_related("unit")
    return get_object_or_404(visible, credit_code=credit_code)


def _neighbour(request: HttpRequest, **mark: str) -> str:
    """The address of the page before or after, with the same filters; empty where there is none."""
    if not any(mark.values()):
        return ""
    asked = {name: value for name, value in request.GET.items() if name not in ("after", "before") and value}
    return f"?{urlencode({**asked, **mark})}"
