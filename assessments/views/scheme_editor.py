"""The editor of a scheme's draft, and its test bench."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import require
from accounts.requests import arrived_at, signed_in
from assessments.bench import load_bench
from assessments.drafting.edits import edit
from assessments.drafting.posted import read_posted
from assessments.drafting.reading import read_typed
from assessments.drafting.scheme_form import shown_scheme
from assessments.models import SchemeDraft
from assessments.services.scheme_drafts import indicator_names, save_draft, scheme_lock, typed_draft, used_codes
from assessments.views.scheme import standing_draft
from targets.models import Plan
from targets.queries import plan_for

SAVED = "scheme-saved"
"""The event that tells the bench to try again."""


@require_http_methods(["GET", "POST"])
def edit_scheme(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """The form of the draft; every change of a field saves it, every button saves it and then does what it says."""
    person = signed_in(request)
    plan = plan_for(person, root, year)
    require(person, "scheme.edit", over=plan.owner.path)
    draft = standing_draft(plan)
    if request.method == "GET":
        return render(request, "assessments/scheme_edit.html", _context(plan, draft))
    wish = request.POST.get("do", "")
    seen = request.POST.get("seen", "")
    typed = edit(read_posted(request.POST, typed_draft(draft)), wish, used_codes=used_codes(plan))
    draft = save_draft(draft, typed, seen=int(seen) if seen.isdecimal() else 0, by=person, at=arrived_at(request))
    if not request.headers.get("HX-Request"):
        return redirect("assessments:scheme_edit", root, year)
    name = "_form" if wish else "_saved"
    response = render(request, f"assessments/scheme_edit/{name}.html", {**_context(plan, draft), "wish": wish})
    response["HX-Trigger"] = SAVED
    if not wish:
        response["HX-Reswap"] = "none"
    return response


@require_GET
def bench(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """What the draft, or else the scheme in force, gives for a unit or for typed numbers; nothing is stored."""
    person = signed_in(request)
    plan = plan_for(person, root, year)
    require(person, "scheme.edit", over=plan.owner.path)
    fields: Mapping[str, str] = request.GET.dict()
    found = load_bench(plan, fields, as_of=arrived_at(request))
    return render(request, "assessments/scheme_edit/_bench.html", {"plan": plan, "bench": found})


def _context(plan: Plan, draft: SchemeDraft) -> dict[str, Any]:
    typed, names = typed_draft(draft), indicator_names(plan)
    form = shown_scheme(typed, read_typed(typed, names), names)
    return {"plan": plan, "draft": draft, "form": form, "presets": typed.presets, "lock": scheme_lock(plan)}
