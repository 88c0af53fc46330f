"""Targets change by dated revisions with a reason."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from audit.models import AuditEvent
from common.errors import Invalid, Locked, NotAllowed
from targets.models import Plan, Target, TargetRevision
from targets.queries import targets_on
from targets.services.revisions import TargetChange, revise_target, set_target
from tests.factories import make_user

NOW = datetime(2023, 8, 1, tzinfo=UTC)


def change(
    value: str | None = "50", *, valid_from: date = date(2023, 7, 1), reason: str = "上半年超额完成"
) -> TargetChange:
    return TargetChange(value=None if value is None else Decimal(value), valid_from=valid_from, reason=reason)


def target_of(indicator: str, unit: str) -> Target:
    return Target.objects.get(indicator__code=indicator, plan_unit__unit__code=unit)


def test_revision_holds_from_its_day_on_and_the_first_value_stays_for_the_days_before(plan: Plan) -> None:
    target = target_of("CP", "320722")
    key = target.plan_unit_id, target.indicator_id

    revise_target(target, change("50"), by=make_user("officer"), at=NOW)

    assert targets_on(plan, date(2023, 6, 30))[key] == 40
    assert targets_on(plan, date(2023, 7, 1))[key] == 50


def test_revision_is_in_the_units_trail_with_both_values_and_the_reason(plan: Plan) -> None:
    officer = make_user("officer")

    revision = revise_target(target_of("CP", "320722"), change("50", reason=" 调整 "), by=officer, at=NOW)

    event = AuditEvent.objects.get(action="target.revise")
    assert (event.stream, event.object_key, event.reason) == ("320722", "320700/2023/CP/320722", "调整")
    assert '"40.0000"' in event.before
    assert '"50"' in event.after
    assert (revision.by_name, revision.reason, revision.created_at) == (officer.name, "调整", NOW)


@pytest.mark.parametrize(
    ("indicator", "wrong", "match"),
    [
        ("CP", change("0"), "大于 0"),
        ("CP", change("-1"), "大于 0"),
        ("CP", change("40.5"), "小数"),
        ("CP", change("1000001"), "最大为"),
        ("CP", change("40"), "相同"),
        ("CP", change("50", reason="  "), "理由"),
        ("CP", change("50", valid_from=date(2024, 1, 1)), "计划年度"),
        ("PVN", change("100.01"), "最大为"),
        ("PVN", change("50.001"), "小数"),
        ("OVQ", change("-1"), "大于 0"),
    ],
)
def test_revision_that_cannot_hold_is_refused_and_nothing_is_stored(
    indicator: str, wrong: TargetChange, match: str, plan: Plan
) -> None:
    with pytest.raises(Invalid, match=match):
        revise_target(target_of(indicator, "320722"), wrong, by=make_user("officer"), at=NOW)

    assert TargetRevision.objects.filter(target=target_of(indicator, "320722")).count() == 1
    assert not AuditEvent.objects.filter(action="target.revise").exists()


def test_at_most_target_may_be_zero(plan: Plan) -> None:
    target, officer = target_of("OVQ", "320722"), make_user("officer")
    revise_target(target, change("2"), by=officer, at=NOW)

    revise_target(target, change("0", valid_from=date(2023, 10, 1)), by=officer, at=NOW)

    assert target.revisions.count() == 3


def test_withdrawn_target_is_none_and_can_be_set_again(plan: Plan) -> None:
    target, officer = target_of("CP", "320722"), make_user("officer")
    key = target.plan_unit_id, target.indicator_id

    revise_target(target, change(None), by=officer, at=NOW)
    revise_target(target, change("45", valid_from=date(2023, 10, 1)), by=officer, at=NOW)

    assert key not in targets_on(plan, date(2023, 7, 1))
    assert targets_on(plan, date(2023, 10, 1))[key] == 45


def test_unit_without_a_target_gets_one_marked_as_our_breakdown(plan: Plan) -> None:
    zone = plan.plan_units.get(unit__code="320771")
    indicator = plan.indicators.get(code="CP")

    set_target(indicator, zone, change("20"), by=make_user("officer"), at=NOW)

    assert target_of("CP", "320771").origin == Target.Origin.DEFAULT
    assert targets_on(plan, date(2023, 12, 31))[zone.pk, indicator.pk] == 20


def test_unit_with_a_target_keeps_it_and_its_origin_when_it_is_set_anew(plan: Plan) -> None:
    county, indicator = plan.plan_units.get(unit__code="320722"), plan.indicators.get(code="CP")

    set_target(indicator, county, change("60"), by=make_user("officer"), at=NOW)

    assert target_of("CP", "320722").origin == Target.Origin.NOTICE
    assert target_of("CP", "320722").revisions.count() == 2


def test_target_that_is_not_there_cannot_be_withdrawn(plan: Plan) -> None:
    zone, indicator = plan.plan_units.get(unit__code="320771"), plan.indicators.get(code="CP")

    with pytest.raises(Invalid, match="相同"):
        set_target(indicator, zone, change(None), by=make_user("officer"), at=NOW)

    assert not Target.objects.filter(indicator=indicator, plan_unit=zone).exists()


@pytest.mark.parametrize(
    ("indicator", "unit", "match"),
    [("KIT", "320722", "跟踪指标"), ("EPC", "320700", "全市数"), ("CP", "LGZ", "不参加")],
)
def test_target_that_means_nothing_is_refused(
    indicator: str, unit: str, match: str, plan: Plan, second_plan: Plan
) -> None:
    chosen = second_plan if unit == "LGZ" else plan

    with pytest.raises(Invalid, match=match):
        set_target(
            plan.indicators.get(code=indicator),
            chosen.plan_units.get(unit__code=unit),
            change("5"),
            by=make_user("officer"),
            at=NOW,
        )

    assert not Target.objects.filter(indicator__code=indicator, plan_unit__unit__code=unit).exists()


@pytest.mark.parametrize("role", ["reporter", "reviewer", "leader", "auditor", "sysadmin"])
def test_only_the_officer_revises_targets(role: str, plan: Plan) -> None:
    person = make_user(role)
    zone, indicator = plan.plan_units.get(unit__code="320771"), plan.indicators.get(code="CP")

    with pytest.raises(NotAllowed):
        revise_target(target_of("CP", "320722"), change(), by=person, at=NOW)
    with pytest.raises(NotAllowed):
        set_target(indicator, zone, change(), by=person, at=NOW)

    assert TargetRevision.objects.filter(created_at=NOW).count() == 0


@pytest.mark.parametrize("frozen", [{"state": "closed"}, {"announced_at": NOW}], ids=["archived", "announced"])
def test_targets_of_a_frozen_plan_stay(frozen: dict[str, object], plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(**frozen)

    with pytest.raises(Locked):
        revise_target(target_of("CP", "320722"), change(), by=make_user("officer"), at=NOW)
