"""The scheme's versions: reading and comparing them, beginning a draft, putting it in force, copying, discarding."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User, require
from accounts.requests import arrived_at, signed_in
from assessments.drafting.changes import scheme_changes
from assessments.drafting.entries import typed_of
from assessments.drafting.reading import read_typed
from assessments.forms import ReasonForm
from assessments.models import Scheme, SchemeDraft
from assessments.rule_words import scheme_parts, veto_words
from assessments.services.scheme_drafts import (
    begin_draft,
    discard_draft,
    indicator_names,
    outgrown_scores,
    put_in_force,
    scheme_lock,
    typed_draft,
)
from assessments.services.schemes import scheme_of
from audit.services import record_refusal
from common.errors import Conflict, Invalid
from targets.models import Plan
from targets.queries import plan_for


@require_GET
def scheme_page(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """A version of the scheme, by default the one in force, readable by somebody who has never seen one."""
    person = signed_in(request)
    require(person, "assessment.view")
    plan = plan_for(person, root, year)
    if person.has_perm("scheme.edit") and not plan.schemes.exists():
        return render(request, "assessments/scheme_none.html", {"plan": plan, "draft": _draft(plan)})
    in_force = scheme_of(plan)
    scheme = _version(plan, request.GET.get("version", "")) or in_force
    names = indicator_names(plan)
    context: dict[str, Any] = {
        "plan": plan,
        "scheme": scheme,
        "in_force": in_force,
        "versions": list(plan.schemes.all()),
    }
    context |= {"parts": scheme_parts(scheme, names), "vetoes": veto_words(scheme)}
    if person.has_perm("scheme.edit"):
        context |= {"draft": _draft(plan), "lock": scheme_lock(plan), "later_plans": _later_plans(person, plan)}
    return render(request, "assessments/scheme.html", context)


@require_GET
def compare(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """What changed from one version to another, in words."""
    person = signed_in(request)
    require(person, "assessment.view")
    plan = plan_for(person, root, year)
    newest = scheme_of(plan)
    later = _version(plan, request.GET.get("to", "")) or newest
    earlier = _version(plan, request.GET.get("from", "")) or _before(plan, later)
    changes = scheme_changes(typed_of(earlier), typed_of(later), indicator_names(plan))
    context = {"plan": plan, "earlier": earlier, "later": later, "changes": changes}
    return render(request, "assessments/scheme_compare.html", context | {"versions": list(plan.schemes.all())})


@require_POST
def begin(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """Begin a draft from a version, by default the one in force."""
    person, plan = _editor(request, root, year)
    base = _version(plan, request.POST.get("version", "")) or plan.schemes.first()
    begin_draft(plan, base, by=person, at=arrived_at(request))
    return redirect("assessments:scheme_edit", root, year)


@require_POST
def discard(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """Throw the draft away."""
    person, plan = _editor(request, root, year)
    discard_draft(standing_draft(plan), by=person)
    messages.success(request, _("草稿已放弃，启用中的版本没有变。"))
    return redirect("assessments:scheme", root, year)


@require_http_methods(["GET", "POST"])
def in_force(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """What the draft changes, what is still wrong with it, and the reason with which it is put in force."""
    person, plan = _editor(request, root, year)
    draft = standing_draft(plan)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason, seen = form.cleaned_data["reason"], _seen(request)
        try:
            scheme = put_in_force(draft, seen=seen, reason=reason, by=person, at=arrived_at(request))
        except Invalid as error:
            record_refusal(error, by=person, request=request)
            form.add_error(None, str(error))
        else:
            messages.success(request, _("第 %d 版已启用。已计算的考核请重新计算。") % scheme.version)
            return redirect("assessments:scheme", root, year)
    typed, names = typed_draft(draft), indicator_names(plan)
    standing = plan.schemes.prefetch_related("sections", "criteria").first()
    context = {"plan": plan, "draft": draft, "typed": typed, "form": form, "standing": standing}
    reading = read_typed(typed, names)
    context["problems"] = [(each.name, each.words(_)) for each in reading.problems]
    context["outgrown"] = outgrown_scores(plan, reading.formulas)
    context["changes"] = scheme_changes(typed_of(standing), typed, names) if standing else []
    return render(request, "assessments/scheme_in_force.html", context, status=422 if form.errors else 200)


@require_POST
def copy(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """Begin a draft in another year's plan of the same owner from this plan's scheme in force."""
    person, plan = _editor(request, root, year)
    asked = request.POST.get("to", "")
    later = _later_plans(person, plan).filter(year=int(asked) if asked.isdecimal() else 0).first()
    if later is None:
        raise Invalid(_("没有可以复制到的计划。"), _("请先建立以后年度的计划，再复制方案。"))
    begin_draft(later, scheme_of(plan), by=person, at=arrived_at(request))
    messages.success(request, _("已复制到 %d 年度计划的草稿，请核对指标后启用。") % later.year)
    return redirect("assessments:scheme_edit", root, later.year)


def standing_draft(plan: Plan) -> SchemeDraft:
    """The plan's draft; Conflict where there is none any more."""
    draft = _draft(plan)
    if draft is None:
        raise Conflict(_("没有正在修改的草稿。"), _("它可能已被启用或放弃，请回到评分方案查看。"))
    return draft


def _editor(request: HttpRequest, root: str, year: int) -> tuple[User, Plan]:
    person = signed_in(request)
    plan = plan_for(person, root, year)
    require(person, "scheme.edit", over=plan.owner.path)
    return person, plan


def _draft(plan: Plan) -> SchemeDraft | None:
    draft = SchemeDraft.objects.filter(plan=plan).select_related("based_on").first()
    if draft is not None:
        draft.plan = plan
    return draft


def _version(plan: Plan, asked: str) -> Scheme | None:
    """The version that was asked for; Http404 for one that is not there, None where none was."""
    if not asked:
        return None
    versions = plan.schemes.prefetch_related("sections", "criteria")
    found: Scheme = get_object_or_404(versions, version=int(asked) if asked.isdecimal() else 0)
    return found


def _before(plan: Plan, scheme: Scheme) -> Scheme:
    versions = plan.schemes.prefetch_related("sections", "criteria").filter(version__lt=scheme.version)
    return versions.order_by("-version").first() or scheme


def _later_plans(person: User, plan: Plan) -> Any:
    """The owner's plans of later years, whose scheme may begin as this one's."""
    plans = Plan.objects.visible_to(person).filter(owner=plan.owner, year__gt=plan.year)
    return plans.exclude(state=Plan.State.CLOSED).order_by("year")


def _seen(request: HttpRequest) -> int:
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isdecimal() else 0
