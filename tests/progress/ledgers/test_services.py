"""Items of every register are added, changed, withdrawn and removed in one way."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from accounts.policy import Role
from audit.models import AuditEvent
from common.errors import Conflict, Invalid, NotAllowed
from progress.ledgers import LEDGERS, ledger_of
from progress.models import ItemChange, Nomination, Report
from progress.services.ledgers import (
    ItemConflict,
    add_item,
    change_item,
    move_nomination,
    remove_item,
    withdraw_item,
)
from targets.ledger_feeds import VOCABULARY
from targets.models import Institution, Plan, PlanUnit
from tests.factories import make_report, make_user
from tests.progress.ledgers.builders import AT, CODES, DAY, OF_INSTITUTIONS, make_item, new_item

DAY_AT = AT.date()


def owner_of(code: str, institution: Institution) -> Any:
    return institution if code in OF_INSTITUTIONS else institution.unit


def approve_first(county: PlanUnit, code: str = "CP") -> Report:
    return make_report(county, 1, {code: (4, None)}, state=Report.State.APPROVED)


def test_registers_answer_exactly_what_a_plan_may_ask() -> None:
    asked = {code: set(known.measures) for code, known in VOCABULARY.items()}

    assert asked == {ledger.code: set(ledger.measures) for ledger in LEDGERS if ledger.measures}
    for ledger in LEDGERS:
        if ledger.measures:
            known = VOCABULARY[ledger.code]  # type: ignore[index]
            own = {str(code) for code, _label in ledger.field(ledger.kind).choices or ()} if known.kinds else set()
            assert (set(known.kinds), known.own_kinds) == (own, ledger.kinds_of_plan)


@pytest.mark.parametrize("code", CODES)
def test_add_item_given_a_valid_one_then_stored_with_history_and_one_event(
    code: str, institution: Institution, clerk: User
) -> None:
    item = add_item(new_item(code, owner_of(code, institution)), by=clerk, at=AT)

    assert type(item).objects.visible_to(clerk).get() == item
    assert (item.version, item.created_by, item.changed_at) == (1, clerk.name, AT)
    assert [step.step for step in ItemChange.objects.filter(item=item.uuid)] == ["add"]
    event = AuditEvent.objects.get(action="ledger.add")
    assert (event.stream, event.actor) == ("320722", "clerk")
    assert event.object_key == f"ledgers/{ledger_of(item).code}/{item.uuid}"


@pytest.mark.parametrize("code", CODES)
def test_add_item_given_the_same_again_then_refused_in_words(code: str, institution: Institution, clerk: User) -> None:
    make_item(code, owner_of(code, institution))

    with pytest.raises(Invalid, match="已"):
        add_item(new_item(code, owner_of(code, institution)), by=clerk, at=AT)

    assert ledger_of(new_item(code, owner_of(code, institution))).model.objects.count() == 1


@pytest.mark.parametrize("code", CODES)
def test_add_item_given_the_same_after_withdrawing_then_stored(
    code: str, institution: Institution, clerk: User
) -> None:
    withdraw_item(make_item(code, owner_of(code, institution)), by=clerk, at=AT, reason="登记错了")

    again = add_item(new_item(code, owner_of(code, institution)), by=clerk, at=AT)

    assert list(type(again).objects.standing()) == [again]


@pytest.mark.parametrize("code", CODES)
def test_add_item_given_a_day_to_come_then_refused(code: str, institution: Institution, clerk: User) -> None:
    with pytest.raises(Invalid, match="不能晚于今天"):
        add_item(new_item(code, owner_of(code, institution), day=DAY_AT + timedelta(days=1)), by=clerk, at=AT)


@pytest.mark.parametrize(
    ("code", "facts", "words"),
    [
        ("charging_piles", {"connectors": 3}, "枪数不能少于桩数"),
        ("charging_piles", {"piles": 0, "connectors": 0}, "桩数（个）：.*大于或等于 *1"),
        ("charging_piles", {"power_kw": Decimal(-1)}, "总功率（kW）：.*大于或等于 *0"),
        ("new_buildings", {"installed_m2": Decimal("2000.01")}, "已安装面积不能大于可安装面积"),
        ("over_quota", {"intensity_at_start": Decimal(12)}, "必须高于约束值"),
        ("over_quota", {"rectified_on": DAY}, "最近能耗应填写"),
        ("over_quota", {"rectified_on": DAY, "intensity_now": Decimal("12.01")}, "不高于约束值"),
        ("over_quota", {"rectified_on": date(2023, 1, 1), "intensity_now": Decimal(9)}, "不能早于列入日期"),
        ("over_quota", {"rectified_on": date(2023, 9, 1), "intensity_now": Decimal(9)}, "不能晚于今天"),
        ("projects", {"quantity": 0}, "数量：.*大于或等于 *1"),
        ("projects", {"kind": "XYZ"}, "没有这个类别：XYZ"),
        ("nominations", {"scheme": "KIT"}, "没有这个类别：KIT"),
        ("nominations", {"reviewed_on": DAY}, "要先填“已申报”的日期"),
        ("pv_projects", {"title": ""}, "项目名称：此字段不能为空"),
        ("pv_projects", {"roof_class": "barn"}, "屋顶类别：.*barn"),
    ],
)
def test_add_item_given_what_cannot_be_then_refused_in_words(
    code: str, facts: dict[str, Any], words: str, institution: Institution, clerk: User
) -> None:
    with pytest.raises(Invalid, match=words):
        add_item(new_item(code, institution, **facts), by=clerk, at=AT)


def test_add_item_given_a_kind_of_the_second_citys_plan_then_stored(
    second_plan: Plan, institution: Institution, clerk: User
) -> None:
    item = add_item(new_item("projects", institution, kind="trees"), by=clerk, at=AT)

    assert item.pk


def test_add_item_given_another_countys_institution_then_refused(foreign: Institution, clerk: User) -> None:
    with pytest.raises(NotAllowed, match="本单位机构"):
        add_item(new_item("charging_piles", foreign), by=clerk, at=AT)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEADER, Role.AUDITOR, Role.SYSADMIN])
def test_add_item_given_a_role_without_the_right_then_refused(role: Role, institution: Institution) -> None:
    with pytest.raises(NotAllowed):
        add_item(new_item("charging_piles", institution), by=make_user(role), at=AT)


def test_change_item_given_what_is_new_then_only_that_is_said(institution: Institution, clerk: User) -> None:
    item = make_item("charging_piles", institution)
    item.piles, item.connectors = 5, 8

    change_item(item, by=clerk, at=AT, version=1)

    item.refresh_from_db()
    assert (item.piles, item.version, item.changed_by) == (5, 2, clerk.name)
    assert ItemChange.objects.get().changes == {"piles": [4, 5], "connectors": [6, 8]}
    event = AuditEvent.objects.get(action="ledger.change")
    assert (event.before, event.after) == ('{"connectors": 6, "piles": 4}', '{"connectors": 8, "piles": 5}')


def test_change_item_given_nothing_new_then_nothing_is_said(institution: Institution, clerk: User) -> None:
    item = make_item("charging_piles", institution)

    change_item(item, by=clerk, at=AT, version=1)

    assert not AuditEvent.objects.filter(action="ledger.change").exists()
    assert type(item).objects.get().version == 1


def test_change_item_given_a_version_of_before_then_conflict_with_what_stands(
    institution: Institution, clerk: User, officer: User
) -> None:
    item = make_item("charging_piles", institution)
    theirs = type(item).objects.get(pk=item.pk)
    theirs.piles = 6
    change_item(theirs, by=officer, at=AT, version=1)
    item.piles = 2

    with pytest.raises(ItemConflict, match="officer") as refused:
        change_item(item, by=clerk, at=AT, version=1)

    assert refused.value.theirs.piles == 6  # type: ignore[attr-defined]
    assert type(item).objects.get().piles == 6


def test_change_item_given_another_countys_institution_then_refused(
    institution: Institution, foreign: Institution, clerk: User
) -> None:
    item = make_item("charging_piles", institution)
    item.institution = foreign

    with pytest.raises(NotAllowed):
        change_item(item, by=clerk, at=AT, version=1)


def test_change_item_given_a_stranger_who_names_their_own_institution_then_refused(
    institution: Institution, foreign: Institution, clerk: User
) -> None:
    theirs = make_item("charging_piles", foreign)
    theirs.institution = institution

    with pytest.raises(NotAllowed):
        change_item(theirs, by=clerk, at=AT, version=1)


def test_move_nomination_given_each_stage_then_dates_and_history(institution: Institution, clerk: User) -> None:
    nomination: Nomination = make_item("nominations", institution, day=date(2023, 3, 1))

    for month, stage in enumerate(("applied", "reviewed", "inspected", "publicised"), start=4):
        move_nomination(nomination, to=stage, on=date(2023, month, 1), by=clerk, at=AT)

    nomination.refresh_from_db()
    assert (nomination.stage, nomination.applied_on, nomination.publicised_on) == (
        "publicised",
        date(2023, 4, 1),
        date(2023, 7, 1),
    )
    assert nomination.version == 5
    assert AuditEvent.objects.filter(action="ledger.move").count() == 4
    assert ItemChange.objects.order_by("id")[0].changes == {
        "stage": ["planned", "applied"],
        "applied_on": [None, "2023-04-01"],
    }


@pytest.mark.parametrize(
    ("to", "on", "words"),
    [
        ("reviewed", DAY, "“拟申报”之后不能直接到“初审”"),
        ("failed", DAY, "不能直接到“未通过”"),
        ("planned", DAY, "不能直接到“拟申报”"),
        ("applied", DAY - timedelta(days=1), "“已申报”的日期不能早于“拟申报”"),
        ("applied", DAY_AT + timedelta(days=1), "不能晚于今天"),
    ],
)
def test_move_nomination_given_a_way_that_is_none_then_refused(
    to: str, on: date, words: str, institution: Institution, clerk: User
) -> None:
    nomination = make_item("nominations", institution)

    with pytest.raises(Invalid, match=words):
        move_nomination(nomination, to=to, on=on, by=clerk, at=AT)

    assert Nomination.objects.get().stage == "planned"


def test_move_nomination_given_that_somebody_moved_it_then_they_are_named(
    institution: Institution, clerk: User, officer: User
) -> None:
    nomination = make_item("nominations", institution)
    move_nomination(Nomination.objects.get(), to="applied", on=DAY, by=officer, at=AT)

    with pytest.raises(Conflict, match="officer"):
        move_nomination(nomination, to="revoked", on=DAY, by=clerk, at=AT)

    assert Nomination.objects.get().stage == "applied"


def test_change_item_given_a_nomination_without_its_date_then_refused(institution: Institution, clerk: User) -> None:
    nomination = make_item("nominations", institution, applied_on=DAY)
    nomination.applied_on = None

    with pytest.raises(Invalid, match="不能清空"):
        change_item(nomination, by=clerk, at=AT, version=1)


def test_remove_item_given_no_approved_report_then_gone_and_the_trail_keeps_what_it_said(
    institution: Institution, clerk: User, county: PlanUnit
) -> None:
    make_report(county, 1, {"CP": (4, None)}, state=Report.State.SUBMITTED)
    item = make_item("charging_piles", institution, day=date(2023, 2, 1))

    remove_item(item, by=clerk, at=AT, version=1)

    assert not type(item).objects.exists()
    assert '"piles": 4' in AuditEvent.objects.get(action="ledger.remove").before


def test_remove_item_given_an_approved_line_on_it_then_refused_and_withdrawing_offered(
    institution: Institution, clerk: User, county: PlanUnit
) -> None:
    approve_first(county)
    item = make_item("charging_piles", institution, day=date(2023, 2, 1))

    with pytest.raises(Conflict, match=r"新建充电桩 Q1.*作废"):
        remove_item(item, by=clerk, at=AT, version=1)
    withdraw_item(item, by=clerk, at=AT, reason="重复登记")

    item.refresh_from_db()
    assert (item.is_withdrawn, item.withdrawn_reason) == (True, "重复登记")
    assert AuditEvent.objects.get(action="ledger.withdraw").reason == "重复登记"


@pytest.mark.parametrize(
    ("day", "facts", "line"),
    [(DAY, {}, "CP"), (date(2022, 2, 1), {}, "CP"), (date(2023, 2, 1), {}, "KIT")],
    ids=["later", "another year", "another indicator"],
)
def test_remove_item_given_that_the_approved_line_does_not_hold_it_then_gone(
    day: date, facts: dict[str, Any], line: str, institution: Institution, clerk: User, county: PlanUnit
) -> None:
    approve_first(county, line)
    item = make_item("charging_piles", institution, day=day, **facts)

    remove_item(item, by=clerk, at=AT, version=1)

    assert not type(item).objects.exists()


def test_remove_item_given_a_version_of_before_then_conflict(institution: Institution, clerk: User) -> None:
    item = make_item("charging_piles", institution, version=2)

    with pytest.raises(Conflict):
        remove_item(item, by=clerk, at=AT, version=1)

    assert type(item).objects.exists()


def test_withdraw_item_given_no_reason_or_again_then_refused(institution: Institution, clerk: User) -> None:
    item = make_item("charging_piles", institution)
    with pytest.raises(Invalid, match="理由"):
        withdraw_item(item, by=clerk, at=AT, reason="  ")
    withdraw_item(item, by=clerk, at=AT, reason="错")

    with pytest.raises(Conflict):
        withdraw_item(item, by=clerk, at=AT, reason="错")


def test_change_item_given_a_withdrawn_one_then_refused(institution: Institution, clerk: User) -> None:
    item = make_item("charging_piles", institution)
    withdraw_item(item, by=clerk, at=AT, reason="错")
    item.refresh_from_db()

    with pytest.raises(Conflict, match="已作废"):
        change_item(item, by=clerk, at=AT, version=item.version)


def test_pool_of_the_city_is_there_for_its_counties_and_contacts_stay_out_of_the_trail(
    officer: User, clerk: User, institution: Institution
) -> None:
    assert officer.unit is not None
    expert = add_item(new_item("experts", officer.unit), by=officer, at=AT)
    own = make_item("experts", institution.unit, title="县专家")

    assert set(type(expert).objects.visible_to(clerk)) == {expert, own}
    assert set(type(expert).objects.visible_to(make_user(Role.REPORTER, "320706"))) == {expert}
    assert "13900001234" not in AuditEvent.objects.get(action="ledger.add").after
    with pytest.raises(NotAllowed):
        change_item(expert, by=clerk, at=AT, version=1)
