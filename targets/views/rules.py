"""The rules that the notice does not state: read by everybody, changed by the officer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import require
from targets.forms import PlanRulesForm
from targets.models import Plan
from targets.queries import rules_shown
from targets.services.rules import change_rules
from targets.views import is_stored, reader_of_plan


@require_http_methods(["GET", "POST"])
def plan_rules(request: HttpRequest, root: str, year: int) -> HttpResponse:
    """The plan's rules, each marked while it is our default, and for an officer the form that changes them."""
    user, plan = reader_of_plan(request, root, year)
    form = PlanRulesForm(request.POST or None, initial={name: getattr(plan, name) for name in Plan.RULES})
    if request.method == "POST":
        require(user, "plan.edit", over=plan.owner.path)
        if is_stored(
            request,
            form,
            lambda: change_rules(plan, by=user, rules=form.rules(), reason=form.cleaned_data["reason"]),
        ):
            messages.success(request, _("规则已保存，从现在起有效。"))
            return redirect("targets:plan_rules", root, year)
    context = {"plan": plan, "rules": rules_shown(plan), "form": form}
    return render(request, "targets/rules.html", context, status=422 if form.errors else 200)
