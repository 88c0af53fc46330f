"""Editing a scheme: the form's fields, every wish of a button, what is wrong where, versions, and who may."""

from dataclasses import MISSING, fields, replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.policy import Role
from assessments.drafting.changes import scheme_changes
from assessments.drafting.edits import edit
from assessments.drafting.entries import typed_of
from assessments.drafting.posted import read_posted
from assessments.drafting.reading import read_typed
from assessments.drafting.scheme_form import shown_scheme
from assessments.drafting.shown import ShownPart, ShownScheme
from assessments.drafting.typed import TypedCriterion, TypedScheme, TypedSection, TypedStep
from assessments.models import Assessment, Scheme, SchemeDraft, ScoreLine
from assessments.services.assessment import run_assessment
from assessments.services.scheme_drafts import (
    begin_draft,
    discard_draft,
    indicator_names,
    put_in_force,
    save_draft,
    typed_draft,
    used_codes,
)
from assessments.services.schemes import formulas_of, scheme_of
from audit.models import AuditEvent
from calculations.rule_parameters import RULE_DECLARATIONS
from calculations.rules import RULES
from common.errors import Conflict, Invalid, Locked, NotAllowed
from targets.models import Plan
from tests.assessments.assessed import file_donghai, give_scheme, score_donghai, year_is_over
from tests.factories import make_plan, make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(db: None) -> Plan:
    plan = make_plan()
    give_scheme(plan)
    return Plan.objects.select_related("owner").get(pk=plan.pk)


@pytest.fixture
def officer(plan: Plan) -> User:
    return make_user(Role.OFFICER)


@pytest.fixture
def draft(plan: Plan, officer: User) -> SchemeDraft:
    return begin_draft(plan, scheme_of(plan), by=officer, at=year_is_over(plan))


def default(plan: Plan) -> TypedScheme:
    return typed_of(scheme_of(plan))


def problems_of(typed: TypedScheme, plan: Plan) -> list[str]:
    return [str(each) for each in read_typed(typed, indicator_names(plan)).problems]


def first_criterion(scheme: TypedScheme, **changes: Any) -> TypedScheme:
    """The scheme with other values in its first criterion."""
    section = scheme.sections[0]
    changed = replace(section, criteria=(replace(section.criteria[0], **changes), *section.criteria[1:]))
    return replace(scheme, sections=(changed, *scheme.sections[1:]))


def fields_of(form: ShownScheme) -> QueryDict:
    """The form as a browser would post it."""
    posted = QueryDict(mutable=True)

    def take(part: ShownPart, *, has_code: bool) -> None:
        if has_code:
            posted[f"{part.place}-code"] = part.key
        for shown in (*part.fields.values(), *part.parameters):
            posted.setlist(shown.name, list(shown.values))
        for member in part.members:
            take(member, has_code=part.place != "bands")
        for step in part.steps:
            take(step, has_code=False)

    take(form.own, has_code=False)
    for part in form.parts:
        take(part, has_code=part.place.startswith("sections"))
    take(form.bands, has_code=False)
    take(form.vetoes, has_code=False)
    return posted


def posted(plan: Plan, typed: TypedScheme, draft: SchemeDraft, **more: str) -> dict[str, Any]:
    """What the browser sends for a typed scheme."""
    names = indicator_names(plan)
    fields = fields_of(shown_scheme(typed, read_typed(typed, names), names))
    return {**{name: fields.getlist(name) for name in fields}, "seen": str(draft.edits), **more}


def address(plan: Plan, view: str) -> str:
    return reverse(f"assessments:{view}", args=[plan.owner.code, plan.year])


# --- one declaration of every rule


def test_every_rule_declares_exactly_its_own_parameters() -> None:
    assert list(RULE_DECLARATIONS) == list(RULES)
    for tag, rule in RULES.items():
        declared = [each.name for each in RULE_DECLARATIONS[tag].parameters]
        assert declared == [each.name for each in fields(rule)], tag


def test_required_parameters_are_those_without_a_default() -> None:
    for tag, rule in RULES.items():
        for each in fields(rule):
            is_required = each.default is MISSING
            assert RULE_DECLARATIONS[tag].parameter(each.name).is_required is is_required, (tag, each.name)


# --- the form


def test_form_that_is_sent_back_untouched_changes_nothing(plan: Plan) -> None:
    typed, names = default(plan), indicator_names(plan)

    again = read_posted(fields_of(shown_scheme(typed, read_typed(typed, names), names)), typed)

    assert again == typed


def test_default_scheme_has_no_problem_and_scores_as_before(plan: Plan) -> None:
    reading = read_typed(default(plan), indicator_names(plan))

    assert reading.problems == ()
    assert reading.formulas == formulas_of(scheme_of(plan))


def test_rule_that_is_chosen_gets_its_own_fields(plan: Plan) -> None:
    typed, names = first_criterion(default(plan), rule="steps", params={}), indicator_names(plan)

    form = shown_scheme(typed, read_typed(typed, names), names)

    criterion = form.parts[0].members[0]
    assert criterion.parameters == ()
    assert criterion.notes["steps"] == "yes"
    assert criterion.slot.problems == ("没有设定档次",)


def test_indicators_beyond_what_the_new_rule_looks_at_are_dropped(plan: Plan) -> None:
    typed, names = default(plan), indicator_names(plan)
    fields = fields_of(shown_scheme(typed, read_typed(typed, names), names))
    fields["sections-0-criteria-0-rule"] = "timeliness"

    again = read_posted(fields, typed)

    assert again.sections[0].criteria[0].indicators == ()


def test_criterion_goes_to_the_part_that_was_chosen(plan: Plan) -> None:
    typed, names = default(plan), indicator_names(plan)
    fields = fields_of(shown_scheme(typed, read_typed(typed, names), names))
    fields["sections-0-criteria-0-part"] = "bonus"
    fields["sections-0-criteria-1-part"] = "sections-1"

    again = read_posted(fields, typed)

    assert again.sections[0].criteria == typed.sections[0].criteria[2:]
    assert again.bonus[-1] == typed.sections[0].criteria[0]
    assert again.sections[1].criteria[-1] == typed.sections[0].criteria[1]


# --- the wishes of buttons


def small() -> TypedScheme:
    criteria = (TypedCriterion("X1", steps=(TypedStep("100", "5"), TypedStep("80", "3"))), TypedCriterion("X2"))
    return TypedScheme(sections=(TypedSection("X", criteria=criteria), TypedSection("Y")))


def test_parts_move_up_and_down_and_stop_at_the_ends() -> None:
    scheme = small()

    assert [each.code for each in edit(scheme, "down sections-0").sections] == ["Y", "X"]
    assert [each.code for each in edit(scheme, "up sections-1").sections] == ["Y", "X"]
    assert edit(scheme, "up sections-0") == scheme
    assert edit(scheme, "down sections-1") == scheme
    assert [each.code for each in edit(scheme, "up sections-0-criteria-1").sections[0].criteria] == ["X2", "X1"]
    assert [
        each.bound for each in edit(scheme, "down sections-0-criteria-0-steps-0").sections[0].criteria[0].steps
    ] == [
        "80",
        "100",
    ]


def test_parts_are_removed() -> None:
    scheme = small()

    assert [each.code for each in edit(scheme, "remove sections-0").sections] == ["Y"]
    assert edit(scheme, "remove sections-0-criteria-0").sections[0].criteria == (TypedCriterion("X2"),)
    assert len(edit(scheme, "remove sections-0-criteria-0-steps-1").sections[0].criteria[0].steps) == 1


def test_new_criterion_gets_a_code_that_no_version_has_used() -> None:
    added = edit(small(), "add-criterion sections-0", used_codes={"X7", "Z9"})

    assert added.sections[0].criteria[-1] == TypedCriterion("X8")


def test_new_parts_of_every_kind_are_added_empty() -> None:
    scheme = small()

    assert edit(scheme, "add-section").sections[-1] == TypedSection("A")
    assert edit(scheme, "add-criterion bonus").bonus == (TypedCriterion("P1"),)
    assert edit(scheme, "add-criterion deduction").deduction == (TypedCriterion("D1"),)
    assert edit(scheme, "add-step sections-0-criteria-1").sections[0].criteria[1].steps == (TypedStep(),)
    assert [each.code for each in edit(scheme, "add-veto").vetoes] == ["V1"]
    assert len(edit(scheme, "add-band").bands) == 1


def test_preset_replaces_the_grades_and_marks_rename_them(plan: Plan) -> None:
    typed = default(plan)

    preset = edit(typed, "preset good_from_70")
    marks = edit(preset, "marks")

    assert [(each.name, each.lower) for each in preset.bands] == [
        ("优秀", "90"), ("良好", "70"), ("合格", "60"), ("不合格", "0"),
    ]  # fmt: skip
    assert [each.name for each in marks.bands] == ["90分以上", "70分以上", "60分以上", "60分以下"]
    assert problems_of(marks, plan) == []


@pytest.mark.parametrize(
    "wish",
    [
        "up sections-9",
        "remove name-0",
        "up sections-x",
        "add-criterion sections-5",
        "preset nothing",
        "up ",
        "add-step sections-0",
        "add-criterion sections-0-criteria-0",
    ],
)
def test_wish_of_a_page_that_is_out_of_date_is_refused(wish: str) -> None:
    with pytest.raises(Conflict):
        edit(small(), wish)


def test_unknown_wish_changes_nothing() -> None:
    assert edit(small(), "show") == small()


# --- what is wrong, at its place


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"max": ""}, "A1 新建充电桩：没有填写"),
        ({"max": "十五"}, "A1 新建充电桩：“十五”不是数字，或小数超过四位"),
        ({"max": "15.555"}, "A1 新建充电桩：分数最多五位整数、两位小数"),
        ({"max": "0"}, "A1 新建充电桩：满分应大于 0"),
        ({"name": ""}, "A1：没有填写名称"),
        ({"rule": ""}, "A1 新建充电桩：没有设定评分规则"),
        ({"params": {"floor": ""}}, "A1 新建充电桩：没有填写"),
        ({"params": {"floor": "101"}}, "A1 新建充电桩：起算完成率应在 0 到 100 之间"),
        ({"indicators": ("NOPE",)}, "A1 新建充电桩：计划里没有指标 NOPE"),
        ({"indicators": ()}, "A1 新建充电桩：应选一个指标，现有 0 个"),
        (
            {"rule": "steps", "params": {}, "steps": (TypedStep("80", "15"), TypedStep("100", "5"))},
            "A1 新建充电桩：各档的完成率应从高到低排列，不能相同",
        ),
        ({"rule": "returns", "params": {"free": "1.5", "each": "1"}, "indicators": ()}, "A1 新建充电桩：请填整数"),
        ({"rule": "manual", "params": {}, "indicators": ()}, "A1 新建充电桩：请写检查表：审核员按什么评分"),
    ],
)
def test_problem_of_a_criterion_is_the_only_one_said(plan: Plan, change: dict[str, Any], problem: str) -> None:
    assert problems_of(first_criterion(default(plan), **change), plan) == [problem]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"cap": "abc"}, "请选择结果"),
        ({"cap": "9"}, "等次上限应在第 1 到第 4 等之间"),
        ({"rule": "luck"}, "请选择情形"),
        ({"rule": "binding", "threshold": "0"}, "完成率界限应大于 0"),
        ({"code": "造假"}, "代码只能由字母、数字、- 和 _ 组成，最多 10 个字符"),
    ],
)
def test_veto_of_a_page_that_was_tampered_with_is_refused(plan: Plan, change: dict[str, str], problem: str) -> None:
    typed = default(plan)
    typed = replace(typed, vetoes=(replace(typed.vetoes[0], **change), *typed.vetoes[1:]))  # type: ignore[arg-type]

    (found,) = read_typed(typed, indicator_names(plan)).problems

    assert found.words() == problem
    assert problem in [said for slot in shown(typed, plan).slots() for said in slot.problems]


def shown(typed: TypedScheme, plan: Plan) -> ShownScheme:
    names = indicator_names(plan)
    return shown_scheme(typed, read_typed(typed, names), names)


def test_code_that_is_too_long_for_the_database_is_refused(plan: Plan) -> None:
    typed = first_criterion(default(plan), code="A" * 11)

    assert [each.where for each in read_typed(typed, indicator_names(plan)).problems] == ["code"]
    assert sum(len(each.problems) for each in shown(typed, plan).slots()) == 1


def test_control_characters_are_not_kept(plan: Plan) -> None:
    typed = default(plan)
    fields = fields_of(shown(typed, plan))
    fields["name"] = "方\x00案"
    fields["sections-0-criteria-0-indicators"] = "C\x00P"

    again = read_posted(fields, typed)

    assert (again.name, again.sections[0].criteria[0].indicators) == ("方案", ("CP",))


def test_full_width_digits_are_numbers(plan: Plan) -> None:
    assert problems_of(first_criterion(default(plan), max="１５"), plan) == []


def test_unreadable_points_of_a_section_do_not_make_the_sum_wrong_too(plan: Plan) -> None:
    typed = default(plan)
    typed = replace(typed, sections=(replace(typed.sections[0], points="x"), *typed.sections[1:]))

    assert problems_of(typed, plan) == ["A 目标完成情况：“x”不是数字，或小数超过四位"]


def test_sections_that_do_not_add_up_and_grades_out_of_order_are_said_together(plan: Plan) -> None:
    typed = default(plan)
    bands = (replace(typed.bands[0], lower="70"), *typed.bands[1:])
    typed = replace(typed, bands=bands, sections=(replace(typed.sections[0], points="50"), *typed.sections[1:]))

    assert problems_of(typed, plan) == [
        "各部分分值合计应为 100 分，现为 90 分", "等次的下限应从高到低排列，不能相同",
    ]  # fmt: skip


def test_problem_stands_under_its_field(plan: Plan) -> None:
    typed, names = first_criterion(default(plan), params={"floor": "120"}), indicator_names(plan)

    form = shown_scheme(typed, read_typed(typed, names), names)

    (floor,) = form.parts[0].members[0].parameters
    assert floor.problems == ("起算完成率应在 0 到 100 之间",)
    assert [each.name for each in form.slots() if each.problems] == [floor.name]
    assert form.problem_count == 1


@pytest.mark.parametrize(
    "change",
    [
        {"max": "x"},
        {"rule": ""},
        {"rule": "steps", "params": {}, "steps": ()},
        {"rule": "steps", "params": {}, "steps": (TypedStep("x", ""),)},
        {"indicators": ("NOPE",)},
    ],
)
def test_every_problem_has_a_place_in_the_form(plan: Plan, change: dict[str, Any]) -> None:
    typed, names = first_criterion(default(plan), **change), indicator_names(plan)
    typed = replace(typed, name="", bonus_cap="-1", bands=(), sections=(*typed.sections, TypedSection("E")))
    reading = read_typed(typed, names)

    form = shown_scheme(typed, reading, names)

    assert sum(len(each.problems) for each in form.slots()) == len(reading.problems) >= 6


def test_weight_that_is_scaled_is_explained_not_refused(plan: Plan) -> None:
    typed, names = default(plan), indicator_names(plan)

    form = shown_scheme(typed, read_typed(typed, names), names)

    assert "合计 70 分，本部分 60 分" in form.parts[0].notes["weight"]
    assert form.parts[1].notes["weight"] == ""


# --- drafts and versions


def test_draft_with_problems_is_kept_as_it_was_typed(plan: Plan, draft: SchemeDraft, officer: User) -> None:
    typed = first_criterion(default(plan), max="十五")

    save_draft(draft, typed, seen=draft.edits, by=officer, at=year_is_over(plan))

    assert typed_draft(SchemeDraft.objects.get()) == typed
    assert default(plan) == typed_of(Scheme.objects.get())


def test_save_is_in_the_trail_with_what_changed(plan: Plan, draft: SchemeDraft, officer: User) -> None:
    save_draft(draft, first_criterion(default(plan), max="12"), seen=1, by=officer, at=year_is_over(plan))

    event = AuditEvent.objects.get(action="scheme.draft_save")
    assert event.actor == officer.username
    assert all(word in event.after for word in ("A1 新建充电桩", "满分", '"before": "15"', '"after": "12"'))


def test_save_that_changes_nothing_leaves_no_trace(plan: Plan, draft: SchemeDraft, officer: User) -> None:
    save_draft(draft, default(plan), seen=1, by=officer, at=year_is_over(plan))

    assert SchemeDraft.objects.get().edits == 1
    assert not AuditEvent.objects.filter(action="scheme.draft_save").exists()


def test_second_officer_who_saw_an_older_save_is_told_who_was_first(
    plan: Plan, draft: SchemeDraft, officer: User
) -> None:
    other = make_user(Role.OFFICER)
    stale = SchemeDraft.objects.select_related("plan__owner").get()
    save_draft(draft, first_criterion(default(plan), max="12"), seen=1, by=officer, at=year_is_over(plan))

    with pytest.raises(Conflict, match=officer.name):
        save_draft(stale, first_criterion(default(plan), max="9"), seen=1, by=other, at=year_is_over(plan))

    assert typed_draft(SchemeDraft.objects.get()).sections[0].criteria[0].max == "12"


def test_only_one_draft_stands(plan: Plan, draft: SchemeDraft, officer: User) -> None:
    with pytest.raises(Conflict, match="已有一份草稿"):
        begin_draft(plan, scheme_of(plan), by=officer, at=year_is_over(plan))


def test_sound_draft_becomes_the_next_version_in_force(plan: Plan, draft: SchemeDraft, officer: User) -> None:
    at = year_is_over(plan)
    draft = save_draft(draft, first_criterion(default(plan), max="12"), seen=1, by=officer, at=at)

    scheme = put_in_force(draft, seen=draft.edits, reason="局务会决定", by=officer, at=at)

    assert (scheme.version, scheme.reason, scheme.in_force_by, scheme.is_default) == (
        2, "局务会决定", officer.name, False,
    )  # fmt: skip
    assert scheme_of(plan) == scheme
    assert typed_of(scheme_of(plan)) == first_criterion(default(plan), max="12")
    assert Scheme.objects.get(version=1).is_default
    assert not SchemeDraft.objects.exists()
    event = AuditEvent.objects.get(action="scheme.put_in_force")
    assert (event.reason, '"version": 2' in event.after) == ("局务会决定", True)


def test_draft_with_a_problem_is_not_put_in_force(plan: Plan, draft: SchemeDraft, officer: User) -> None:
    at = year_is_over(plan)
    draft = save_draft(draft, first_criterion(default(plan), max="0"), seen=1, by=officer, at=at)

    with pytest.raises(Invalid, match="A1 新建充电桩：满分应大于 0"):
        put_in_force(draft, seen=draft.edits, reason="理由", by=officer, at=at)

    assert Scheme.objects.count() == 1


def test_unchanged_draft_and_missing_reason_are_refused(plan: Plan, draft: SchemeDraft, officer: User) -> None:
    with pytest.raises(Invalid, match="没有不同"):
        put_in_force(draft, seen=1, reason="理由", by=officer, at=year_is_over(plan))
    with pytest.raises(Invalid, match="没有写明理由"):
        put_in_force(draft, seen=1, reason=" ", by=officer, at=year_is_over(plan))

    assert SchemeDraft.objects.exists()


def test_draft_saved_by_another_meanwhile_is_not_put_in_force(plan: Plan, draft: SchemeDraft, officer: User) -> None:
    at = year_is_over(plan)
    save_draft(draft, first_criterion(default(plan), max="12"), seen=1, by=officer, at=at)

    with pytest.raises(Conflict):
        put_in_force(SchemeDraft.objects.get(), seen=1, reason="理由", by=make_user(Role.OFFICER), at=at)

    assert Scheme.objects.count() == 1


def test_discarded_draft_leaves_the_version_in_force(plan: Plan, draft: SchemeDraft, officer: User) -> None:
    discard_draft(draft, by=officer)

    assert not SchemeDraft.objects.exists()
    assert scheme_of(plan).version == 1
    assert AuditEvent.objects.filter(action="scheme.draft_discard").exists()


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEADER, Role.AUDITOR, Role.REPORTER])
def test_only_an_officer_edits(plan: Plan, draft: SchemeDraft, role: Role) -> None:
    person = make_user(role, "320722" if role == Role.REPORTER else None)

    with pytest.raises(NotAllowed):
        save_draft(draft, small(), seen=1, by=person, at=year_is_over(plan))
    with pytest.raises(NotAllowed):
        put_in_force(draft, seen=1, reason="理由", by=person, at=year_is_over(plan))
    with pytest.raises(NotAllowed):
        discard_draft(draft, by=person)


def test_officer_of_another_city_does_not_edit(plan: Plan, draft: SchemeDraft, second_plan_officer: User) -> None:
    with pytest.raises(NotAllowed):
        save_draft(draft, small(), seen=1, by=second_plan_officer, at=year_is_over(plan))


@pytest.fixture
def second_plan_officer(plan: Plan) -> User:
    from tests.factories import SECOND_CITY

    return make_user(Role.OFFICER, make_plan(SECOND_CITY).owner)


# --- the assessment


def test_new_version_makes_the_calculated_assessment_stale_and_counts_from_then_on(plan: Plan, officer: User) -> None:
    at = year_is_over(plan)
    score_donghai(plan, file_donghai(plan), at)
    before = run_assessment(plan, by=officer, at=at)
    draft = begin_draft(plan, scheme_of(plan), by=officer, at=at)
    draft = save_draft(draft, first_criterion(default(plan), max="20"), seen=1, by=officer, at=at)

    put_in_force(draft, seen=draft.edits, reason="理由", by=officer, at=at)

    before.refresh_from_db()
    assert before.is_stale
    after = run_assessment(plan, by=officer, at=at + timedelta(hours=1))
    line = ScoreLine.objects.get(result__assessment=after, result__plan_unit__unit__code="320722", code="A1")
    assert (str(line.points), str(line.points_max)) == ("15.50", "20.00")
    assert after.scheme is not None
    assert after.scheme.version == 2


@pytest.mark.parametrize("state", [Assessment.State.ANNOUNCED, Assessment.State.PUBLISHED])
def test_scheme_of_an_announced_assessment_is_locked(
    plan: Plan, draft: SchemeDraft, officer: User, state: Assessment.State
) -> None:
    at = year_is_over(plan)
    seals = {"results_sha256": "x" * 64, "seal_sha256": "x" * 64, "published_at": at}
    Assessment.objects.create(plan=plan, state=state, created_at=at, **seals)

    for attempt in (
        lambda: save_draft(draft, small(), seen=1, by=officer, at=at),
        lambda: put_in_force(draft, seen=1, reason="理由", by=officer, at=at),
    ):
        with pytest.raises(Locked, match=r"考核已公示.*修订版本"):
            attempt()
    assert Scheme.objects.count() == 1
    assert typed_draft(SchemeDraft.objects.get()) == default(plan)


def test_scheme_of_an_archived_plan_is_locked(plan: Plan, officer: User) -> None:
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.CLOSED)

    with pytest.raises(Locked, match="年度已归档"):
        begin_draft(plan, scheme_of(plan), by=officer, at=year_is_over(plan))


# --- in words


def test_changes_between_versions_are_said_in_words(plan: Plan) -> None:
    before = default(plan)
    after = first_criterion(before, max="12", rule="steps", params={}, steps=(TypedStep("100", "12"),))
    after = edit(edit(edit(after, "remove sections-1-criteria-0"), "up sections-2"), "preset good_from_70")
    after = replace(after, bonus_cap="8", bonus=(*after.bonus, TypedCriterion("P5", "宣传", max="1", rule="evidence")))

    said = [str(each) for each in scheme_changes(before, after, indicator_names(plan))]

    proportional = "新建充电桩：完成率 100 % 得满分，低于 50 % 不得分，其间按完成率折算"
    demonstration = "B 重点工作，满分 5 分；申报省公共机构节能低碳示范单位：每 1 个得 5 分，直到满分"
    assert said == [
        "评分方案 加分上限：10 → 8",
        "各部分 顺序：A、B、C → A、C、B",
        "A1 新建充电桩 满分：15 → 12",
        f"A1 新建充电桩 规则：{proportional} → 新建充电桩 按完成率分档：100 % 得 12 分",
        "P5 宣传 新增评分项：— → 加分，满分 1 分；有目标且有进展的指标中，附有佐证材料或台账条目的比例 × 满分",
        f"B1 省级示范单位申报 删除评分项：{demonstration} → —",
        "等次 等次和下限：优秀 ≥ 90、良好 ≥ 80、合格 ≥ 60、不合格 ≥ 0 → 优秀 ≥ 90、良好 ≥ 70、合格 ≥ 60、不合格 ≥ 0",
    ]


def test_new_order_within_a_part_is_a_change(plan: Plan) -> None:
    before = default(plan)

    (change,) = scheme_changes(before, edit(before, "down bonus-0"), indicator_names(plan))

    assert str(change) == "加分 各评分项 顺序：P1、P2、P3、P4 → P2、P1、P3、P4"


def test_codes_of_all_versions_are_remembered(plan: Plan, draft: SchemeDraft, officer: User) -> None:
    at = year_is_over(plan)
    typed = edit(default(plan), "remove sections-2-criteria-3")
    draft = save_draft(draft, typed, seen=1, by=officer, at=at)
    put_in_force(draft, seen=draft.edits, reason="理由", by=officer, at=at)

    added = edit(typed, "add-criterion sections-2", used_codes=used_codes(plan))

    assert added.sections[2].criteria[-1].code == "C5"


# --- the doors


@pytest.fixture
def office(officer: User) -> Client:
    return sign_in(officer)


def test_editor_shows_every_part_and_saves_a_field(plan: Plan, draft: SchemeDraft, office: Client) -> None:
    page = office.get(address(plan, "scheme_edit")).text
    typed = first_criterion(default(plan), max="0")

    answer = office.post(address(plan, "scheme_edit"), posted(plan, typed, draft), headers={"HX-Request": "true"})

    assert all(each.title in page for each in default(plan).criteria())
    assert (answer.status_code, answer["HX-Trigger"]) == (200, "scheme-saved")
    assert "满分应大于 0" in answer.text
    assert 'id="scheme-seen" name="seen" value="2"' in answer.text
    assert "<form" not in answer.text
    assert typed_draft(SchemeDraft.objects.get()) == typed


def test_button_saves_and_does_what_it_says(plan: Plan, draft: SchemeDraft, office: Client) -> None:
    sent = posted(plan, default(plan), draft, do="add-criterion sections-2")

    answer = office.post(address(plan, "scheme_edit"), sent, headers={"HX-Request": "true"})

    assert 'id="scheme-form"' in answer.text
    assert 'value="C5"' in answer.text
    assert typed_draft(SchemeDraft.objects.get()).sections[2].criteria[-1].code == "C5"


def test_editor_works_without_scripts(plan: Plan, draft: SchemeDraft, office: Client) -> None:
    answer = office.post(address(plan, "scheme_edit"), posted(plan, default(plan), draft, do="down sections-0"))

    assert answer.status_code == 302
    assert answer["Location"] == address(plan, "scheme_edit")
    assert [each.code for each in typed_draft(SchemeDraft.objects.get()).sections] == ["B", "A", "C"]


def test_draft_is_put_in_force_from_its_page(plan: Plan, draft: SchemeDraft, office: Client) -> None:
    office.post(address(plan, "scheme_edit"), posted(plan, first_criterion(default(plan), max="12"), draft))

    page = office.get(address(plan, "scheme_in_force")).text
    answer = office.post(address(plan, "scheme_in_force"), {"seen": "2", "reason": "局务会决定"}, follow=True)

    assert all(word in page for word in ("A1 新建充电桩", "满分", "15", "12"))
    assert "第 2 版已启用" in answer.text
    assert "局务会决定" in answer.text
    compared = office.get(address(plan, "scheme_compare")).text
    assert "1 处改动" in compared


def test_page_of_a_draft_with_problems_names_them_and_offers_no_way_on(
    plan: Plan, draft: SchemeDraft, office: Client
) -> None:
    office.post(address(plan, "scheme_edit"), posted(plan, first_criterion(default(plan), max="0"), draft))

    page = office.get(address(plan, "scheme_in_force")).text
    refused = office.post(address(plan, "scheme_in_force"), {"seen": "2", "reason": "理由"})

    assert "满分应大于 0" in page
    assert "启用这一版" not in page
    assert refused.status_code == 422
    assert Scheme.objects.count() == 1


def test_scheme_page_offers_editing_to_officers_only(plan: Plan, office: Client) -> None:
    leader = sign_in(make_user(Role.LEADER))

    assert "修改方案" in office.get(address(plan, "scheme")).text
    assert "修改方案" not in leader.get(address(plan, "scheme")).text
    assert "默认方案，可修改" in leader.get(address(plan, "scheme")).text


def test_scheme_is_copied_to_next_years_draft(plan: Plan, office: Client) -> None:
    later = Plan.objects.create(owner=plan.owner, year=plan.year + 1, name="下一年", state=Plan.State.ACTIVE)
    later.plan_units.create(unit=plan.owner, name="市", kind=plan.plan_units.first().kind, order=1)  # type: ignore[union-attr]

    page = office.get(address(plan, "scheme")).text
    answer = office.post(address(plan, "scheme_copy"), {"to": str(later.year)})

    assert f'value="{later.year}"' in page
    assert answer["Location"] == address(later, "scheme_edit")
    draft = SchemeDraft.objects.get(plan=later)
    assert typed_draft(draft) == default(plan)
    assert "计划里没有指标" in office.get(address(later, "scheme_edit")).text


def test_page_without_a_draft_says_so(plan: Plan, office: Client) -> None:
    answer = office.get(address(plan, "scheme_edit"))

    assert answer.status_code == 409
    assert "没有正在修改的草稿" in answer.text


def test_manual_scores_above_a_lowered_maximum_are_named_before(
    plan: Plan, draft: SchemeDraft, office: Client, officer: User
) -> None:
    score_donghai(plan, file_donghai(plan), year_is_over(plan))
    typed = default(plan)
    last = typed.sections[2]
    lowered = replace(last, criteria=(*last.criteria[:-1], replace(last.criteria[-1], max="2")))
    save_draft(
        draft, replace(typed, sections=(*typed.sections[:2], lowered)), seen=1, by=officer, at=year_is_over(plan)
    )

    page = office.get(address(plan, "scheme_in_force")).text

    assert "高于新的满分" in page
    assert "东海县 C4：2.50 分" in page
    assert "启用这一版" in page


def test_pages_ask_a_fixed_number_of_queries(plan: Plan, draft: SchemeDraft, office: Client) -> None:
    counts = {}
    for view in ("scheme", "scheme_edit", "scheme_in_force", "scheme_compare"):
        with CaptureQueriesContext(connection) as queries:
            assert office.get(address(plan, view)).status_code == 200
        counts[view] = len(queries)

    assert counts == {"scheme": 12, "scheme_edit": 6, "scheme_in_force": 9, "scheme_compare": 9}


def test_save_asks_a_fixed_number_of_queries(plan: Plan, draft: SchemeDraft, office: Client) -> None:
    sent = posted(plan, first_criterion(default(plan), max="12"), draft)

    with CaptureQueriesContext(connection) as queries:
        assert office.post(address(plan, "scheme_edit"), sent, headers={"HX-Request": "true"}).status_code == 200

    assert len(queries) == 18
