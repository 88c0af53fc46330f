"""Rules that the notice does not state: the bureau's to change, for each plan, with a reason."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from common.errors import Invalid, Locked, NotAllowed
from targets.models import Plan
from targets.services.rules import Rules, change_rules
from tests.factories import make_user


def rules(days: int = 3, factor: int = 10, *, sealed: bool = True) -> Rules:
    return Rules(
        return_open_working_days=days,
        jump_factor=factor,
        year_jump_factor=5,
        target_factor=3,
        sealed_scan_required=sealed,
        objection_working_days=5,
    )


def stored(plan: Plan) -> tuple[object, ...]:
    return tuple(Plan.objects.values_list(*Plan.RULES).get(pk=plan.pk))


def test_a_plan_starts_with_our_defaults(plan: Plan) -> None:
    assert stored(plan) == (5, 5, 5, 3, False, 5)


def test_changed_rules_hold_for_this_plan_and_for_no_other(plan: Plan, second_plan: Plan) -> None:
    change_rules(plan, by=make_user("officer"), rules=rules(), reason="市局研究决定")

    assert stored(plan) == (3, 10, 5, 3, True, 5)
    assert (plan.return_open_working_days, plan.jump_factor, plan.sealed_scan_required) == (3, 10, True)
    assert stored(second_plan) == (5, 5, 5, 3, False, 5)


def test_the_trail_holds_what_changed_before_and_after_and_why(plan: Plan) -> None:
    officer = make_user("officer")

    change_rules(plan, by=officer, rules=rules(factor=5), reason=" 市局研究决定 ")

    event = AuditEvent.objects.get(action="plan.rules")
    assert (event.stream, event.object_key, event.reason) == ("320700", "320700/2023", "市局研究决定")
    assert event.before == '{"return_open_working_days": 5, "sealed_scan_required": false}'
    assert event.after == '{"return_open_working_days": 3, "sealed_scan_required": true}'


@pytest.mark.parametrize(
    ("wanted", "reason", "said"),
    [
        (rules(0), "x", "退回后可修改的工作日"),
        (rules(61), "x", "退回后可修改的工作日"),
        (rules(factor=1), "x", "与上季相差几倍"),
        (rules(factor=1001), "x", "与上季相差几倍"),
        (rules(), "  ", "理由"),
        (rules(5, 5, sealed=False), "x", "没有改动"),
    ],
)
def test_rules_that_cannot_hold_are_refused(wanted: Rules, reason: str, said: str, plan: Plan) -> None:
    with pytest.raises(Invalid, match=said):
        change_rules(plan, by=make_user("officer"), rules=wanted, reason=reason)

    assert stored(plan) == (5, 5, 5, 3, False, 5)
    assert not AuditEvent.objects.filter(action="plan.rules").exists()


@pytest.mark.parametrize("wanted", [rules(1, 2), rules(60, 1000)])
def test_the_bounds_themselves_are_allowed(wanted: Rules, plan: Plan) -> None:
    change_rules(plan, by=make_user("officer"), rules=wanted, reason="x")

    assert stored(plan) == (wanted.return_open_working_days, wanted.jump_factor, 5, 3, True, 5)


@pytest.mark.parametrize("wrong", [{"return_open_working_days": 61}, {"jump_factor": 1}])
def test_the_database_takes_no_rule_out_of_range_either(wrong: dict[str, int], plan: Plan) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(**wrong)


@pytest.mark.parametrize(
    "facts", [{"state": Plan.State.CLOSED}, {"announced_at": datetime(2024, 2, 1, tzinfo=UTC)}], ids=["closed", "told"]
)
def test_an_archived_or_announced_plan_keeps_its_rules(facts: dict[str, object], plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(**facts)

    with pytest.raises(Locked):
        change_rules(plan, by=make_user("officer"), rules=rules(), reason="x")

    assert stored(plan) == (5, 5, 5, 3, False, 5)


@pytest.mark.parametrize("role", ["reporter", "reviewer", "leader", "auditor", "sysadmin"])
def test_nobody_but_the_officer_changes_rules(role: str, plan: Plan) -> None:
    with pytest.raises(NotAllowed):
        change_rules(plan, by=make_user(role), rules=rules(), reason="x")

    assert stored(plan) == (5, 5, 5, 3, False, 5)
