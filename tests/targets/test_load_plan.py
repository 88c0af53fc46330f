"""Loading plans: complete, once, and without touching what was edited since."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from common.actions import SYSTEM
from common.errors import Conflict, Locked, NotAllowed
from common.instants import end_of
from targets.ledger_feeds import Feed
from targets.models import Holiday, Indicator, Plan, Target, TargetRevision, Unit, UnitAlias
from targets.plan_file import parse_plan
from targets.queries import is_required, owed_indicators, targets_on
from targets.services.plans import LoadResult, load_plan
from targets.services.quarters import open_quarter
from targets.services.revisions import TargetChange, revise_target
from tests.factories import LOADED_AT, PLAN_2023, SECOND_CITY, make_user, plan_file

YEAR_END = date(2023, 12, 31)


def load(file=None) -> LoadResult:
    return load_plan(file or plan_file(), by=SYSTEM, at=LOADED_AT)


def test_empty_database_given_the_plan_then_everything_is_there(plan: Plan) -> None:
    assert plan.state == Plan.State.ACTIVE
    assert plan.plan_units.count() == 12
    assert plan.plan_units.reporting().count() == 11
    assert plan.indicators.count() == 31
    assert plan.quarters.count() == 4
    assert len(plan.notice["clauses"]) == 21
    assert Unit.objects.get(code="320722").path == "320700/320722/"


@pytest.mark.django_db
def test_load_in_thirty_queries_and_again_in_a_dozen(django_assert_num_queries) -> None:
    file = plan_file()
    with django_assert_num_queries(28):
        load(file)
    with django_assert_num_queries(12):
        load(file)


def test_second_load_changes_nothing_and_leaves_no_trace_in_the_trail(plan: Plan, second_plan: Plan) -> None:
    events = AuditEvent.objects.count()

    results = [load(), load(plan_file(SECOND_CITY))]

    assert [(result.created, result.changed) for result in results] == [(0, 0), (0, 0)]
    assert [result.unchanged for result in results] == [288, 114]
    assert AuditEvent.objects.count() == events


def test_load_is_one_event_of_the_roots_stream(plan: Plan) -> None:
    event = AuditEvent.objects.get(stream="320700")

    assert (event.action, event.object_key) == ("plan.load", "320700/2023")
    assert '"created": 288' in event.after


def test_load_after_edits_in_the_portal_keeps_every_edit_and_names_it(plan: Plan) -> None:
    target = Target.objects.get(indicator__code="CP", plan_unit__unit__code="320722")
    change = TargetChange(value=Decimal(45), valid_from=date(2023, 7, 1), reason="市局调整")
    revise_target(target, change, by=SYSTEM, at=LOADED_AT)
    quarter = plan.quarters.get(number=2)
    open_quarter(quarter, by=SYSTEM, at=LOADED_AT)
    Unit.objects.filter(code="320722").update(name="东海")

    result = load()

    assert (result.created, result.changed) == (0, 2)
    assert [line.rsplit(": ", 1)[1] for line in result.differences] == ["name", "opens"]
    assert Unit.objects.get(code="320722").name == "东海"
    assert targets_on(plan, YEAR_END)[target.plan_unit_id, target.indicator_id] == 45
    quarter.refresh_from_db()
    assert quarter.opens == LOADED_AT


def test_load_after_something_was_lost_fills_it_in(plan: Plan) -> None:
    lost = Indicator.objects.filter(plan=plan, code__in=["CP", "KIT"])
    lost.delete()

    result = load()

    # Two indicators, the seven targets of the first and their values.
    assert (result.created, result.changed) == (2 + 7 + 7, 0)
    assert plan.indicators.count() == 31


def test_unit_that_stands_elsewhere_in_the_tree_is_refused_and_nothing_is_stored(plan: Plan) -> None:
    file = plan_file(SECOND_CITY)
    stranger = replace(file, units=(*file.units, replace(file.units[1], code="320722", name="丁区", full_name="丁区")))

    with pytest.raises(Conflict, match="320722"):
        load(replace(stranger, year=2031))

    assert not Plan.objects.filter(year=2031).exists()


@pytest.mark.parametrize("frozen", [{"state": "closed"}, {"announced_at": LOADED_AT}], ids=["archived", "announced"])
def test_frozen_plan_gets_nothing_more_from_its_file(frozen: dict[str, object], plan: Plan) -> None:
    lost = plan.indicators.filter(code="KIT")
    lost.delete()
    Plan.objects.filter(pk=plan.pk).update(**frozen)

    with pytest.raises(Locked):
        load()

    assert not lost.exists()


@pytest.mark.parametrize("role", ["reporter", "reviewer", "leader", "auditor", "sysadmin"])
def test_only_the_officer_loads_a_plan(role: str, plan: Plan) -> None:
    with pytest.raises(NotAllowed):
        load_plan(plan_file(), by=make_user(role), at=timezone.now())


# --- what was loaded


def test_targets_are_broken_down_by_the_nearest_scope_and_in_force_from_new_year(plan: Plan, second_plan: Plan) -> None:
    values = {
        (target.indicator.code, target.plan_unit.unit.code): target.revisions.get()
        for target in Target.objects.filter(indicator__plan=second_plan)
    }

    assert {code: values["TRE", code].value for code in ("990100", "990102", "990121", "LGZ")} == {
        "990100": 500,
        "990102": 150,
        "990121": 100,
        "LGZ": 60,
    }
    assert {revision.valid_from for revision in values.values()} == {date(2023, 1, 1)}
    city = Target.objects.get(indicator__code="CP", plan_unit__unit__code="320700")
    assert (city.origin, city.revisions.get().value) == (Target.Origin.NOTICE, 300)


def test_every_other_name_of_a_unit_is_an_alias(plan: Plan) -> None:
    aliases = UnitAlias.objects.filter(unit__code="320771").values_list("alias", flat=True)

    assert set(aliases) == {"连云港经济技术开发区", "经开区", "市开发区", "经济技术开发区"}
    assert UnitAlias.objects.get(alias="赣榆县").unit.code == "320707"


def test_units_are_found_by_initials_aliases_and_codes(plan: Plan) -> None:
    def found(text: str) -> list[str]:
        return list(Unit.objects.filter(search_key__contains=text).values_list("code", flat=True))

    assert found("dhx") == ["320722"]
    assert found("jkq") == ["320771"]
    assert found("320724") == ["320724"]
    assert found("donghai") == ["320722"]


def test_indicator_keeps_clause_definition_pace_and_range(plan: Plan, second_plan: Plan) -> None:
    indicator = plan.indicators.get(code="PVG")

    assert indicator.source == "N12"
    assert "灌南县" in indicator.source_text
    assert "Guannan" in indicator.source_text_en
    assert indicator.base_rule == "positive"
    assert indicator.feed == Feed("pv_projects", "area_m2", "organ")
    assert indicator.base_feed == Feed("roof_survey", "buildable_m2", "organ")
    own = second_plan.indicators.get(code="TRE")
    assert (own.pace, own.pace_shares) == ("own", ["0.1", "0.6", "0.6", "1"])


def test_holidays_of_the_years_the_quarters_touch_are_seeded(plan: Plan) -> None:
    assert Holiday.objects.get(day=date(2023, 10, 2)).name
    assert Holiday.objects.get(day=date(2024, 1, 1)).is_working is False
    assert not Holiday.objects.filter(day__year=2025).exists()


def test_holiday_moved_in_the_portal_moves_the_windows_of_the_next_plan(plan: Plan) -> None:
    Holiday.objects.create(day=date(2027, 7, 15), is_working=False, name="市里放假")

    later = load(replace(plan_file(), year=2027, quarters=())).plan

    assert later.quarters.get(number=2).due == end_of(date(2027, 7, 16))


# --- who owes what


@pytest.mark.parametrize(
    ("code", "required"),
    [
        ("320722", [19, 19, 20, 25]),  # domain.md, section 3: a county that is no pilot
        ("320707", [20, 20, 21, 26]),  # a pilot: PVG and PVP instead of PVX
        ("320771", [19, 19, 20, 25]),
        ("SBJ", [22, 22, 23, 28]),
    ],
)
def test_unit_owes_the_lines_of_its_groups_and_targets(code: str, required: list[int], plan: Plan) -> None:
    unit = plan.plan_units.get(unit__code=code)

    owed = owed_indicators(plan)[unit.pk]

    assert [sum(is_required(indicator, number) for indicator in owed) for number in (1, 2, 3, 4)] == required


def test_unit_with_a_target_owes_the_line_until_the_target_is_withdrawn(plan: Plan, django_assert_num_queries) -> None:
    target = Target.objects.get(indicator__code="EXP", plan_unit__unit__code="SBJ")
    Indicator.objects.filter(pk=target.indicator_id).update(reported_by=["targets"])
    with django_assert_num_queries(3):
        owed = owed_indicators(plan)
    assert target.indicator in owed[target.plan_unit_id]

    change = TargetChange(value=None, valid_from=date(2023, 9, 1), reason="省里已建")
    revise_target(target, change, by=SYSTEM, at=LOADED_AT)

    assert target.indicator not in owed_indicators(plan)[target.plan_unit_id]


def test_root_owes_nothing(plan: Plan) -> None:
    assert plan.plan_units.get(unit__code="320700").pk not in owed_indicators(plan)


def test_target_of_a_day_is_the_revision_in_force(plan: Plan, django_assert_num_queries) -> None:
    target = Target.objects.get(indicator__code="CP", plan_unit__unit__code="320706")
    key = target.plan_unit_id, target.indicator_id
    for month, value in ((7, Decimal(50)), (10, None)):
        TargetRevision.objects.create(
            target=target, value=value, valid_from=date(2023, month, 1), reason="调整", created_at=LOADED_AT
        )

    with django_assert_num_queries(1):
        june = targets_on(plan, date(2023, 6, 30))

    assert june[key] == 40
    assert targets_on(plan, date(2023, 7, 1))[key] == 50
    assert key not in targets_on(plan, date(2023, 10, 1))


def test_plan_of_three_levels_is_loaded_from_the_root_down(db: None) -> None:
    text = PLAN_2023.read_text(encoding="utf-8")
    below = '  - {code: "320722100", name: 牛山, full_name: 牛山街道, name_en: N, kind: county, parent: "320722"}\n'
    file = parse_plan(text.replace("# The groups of rows", f"{below}\n# The groups of rows"))

    load(file)

    assert Unit.objects.get(code="320722100").path == "320700/320722/320722100/"
