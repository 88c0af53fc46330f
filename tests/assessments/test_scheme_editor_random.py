"""Whatever stands in the editor's form: it is kept, every problem has its place, what is sound can be put in force."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.drafting.edits import edit
from assessments.drafting.entries import entries_of, typed_of
from assessments.drafting.reading import canonical_number, read_typed
from assessments.drafting.scheme_form import shown_scheme
from assessments.drafting.typed import TypedBand, TypedCriterion, TypedScheme, TypedSection, TypedStep, TypedVeto
from assessments.models import Scheme
from assessments.services.schemes import Stamp, formulas_of, store_scheme
from calculations.canonical import from_data, to_data
from calculations.rule_parameters import RULE_DECLARATIONS
from common.errors import Conflict
from targets.models import Plan
from tests.assessments.assessed import give_scheme
from tests.assessments.test_scheme_editor import default
from tests.factories import make_plan

NAMES = {"X": "甲项", "Y": "乙项"}
AT = datetime(2024, 1, 1, tzinfo=UTC)

numbers = st.sampled_from(
    ["0", "1", "5.0", "+2", "１０", "-1", "0.25", "1.5", "99.99", "100", "3.14159", "", "x", "１．５", "²"]
)
words = st.sampled_from(["", "甲", "乙", "一二三四五六七八九十一二三四五六七八九十一"])
steps = st.lists(st.builds(TypedStep, bound=numbers, points=numbers), max_size=3).map(tuple)


def criteria(prefix: str) -> st.SearchStrategy[tuple[TypedCriterion, ...]]:
    one = st.builds(
        TypedCriterion,
        code=st.just(""),
        name=words,
        max=numbers,
        rule=st.sampled_from(["", "unknown", *RULE_DECLARATIONS]),
        params=st.dictionaries(st.sampled_from(["floor", "each", "cap_each", "per", "free"]), numbers),
        steps=steps,
        indicators=st.lists(st.sampled_from(["X", "Y", "NOPE"]), max_size=3).map(tuple),
        checklist=words,
    )
    return st.lists(one, max_size=3).map(
        lambda found: tuple(replace(each, code=f"{prefix}{place}") for place, each in enumerate(found, start=1))
    )


def section(code: str) -> st.SearchStrategy[TypedSection]:
    return st.builds(TypedSection, code=st.just(code), name=words, points=numbers, criteria=criteria(code))


veto = st.builds(
    TypedVeto,
    code=st.just("V1"),
    name=words,
    rule=st.sampled_from(["flag", "binding"]),
    threshold=numbers,
    cap=st.sampled_from(["", "1", "2", "9"]),
)
schemes = st.builds(
    TypedScheme,
    name=words,
    rank_by=st.sampled_from(["grade", "total", "luck"]),
    bonus_cap=numbers,
    sections=st.tuples(section("A"), section("B")),
    bonus=criteria("P"),
    deduction=criteria("D"),
    bands=st.lists(st.builds(TypedBand, name=words, lower=numbers), max_size=3).map(tuple),
    vetoes=st.lists(veto, max_size=1).map(tuple),
)


@given(schemes)
@settings(max_examples=100, deadline=None)
def test_every_problem_of_any_form_has_its_place(typed: TypedScheme) -> None:
    reading = read_typed(typed, NAMES)

    form = shown_scheme(typed, reading, NAMES)

    said = sorted(problem for slot in form.slots() for problem in slot.problems)
    assert said == sorted(each.words() for each in reading.problems)
    assert from_data(TypedScheme, to_data(typed)) == typed


places = st.sampled_from(["sections-0", "sections-1", "sections-0-criteria-0", "bonus-1", "bands-0", "vetoes-0", "x-9"])
wishes = st.one_of(
    st.builds("{} {}".format, st.sampled_from(["up", "down", "remove", "add-criterion", "add-step", "preset"]), places),
    st.sampled_from(["add-section", "add-band", "add-veto", "marks", "show", ""]),
)


@given(schemes, st.lists(wishes, max_size=6))
@settings(max_examples=100, deadline=None)
def test_no_order_of_wishes_gives_a_code_twice(typed: TypedScheme, wanted: list[str]) -> None:
    for wish in wanted:
        try:
            typed = edit(typed, wish)
        except Conflict:
            continue

    codes = [each.code for each in (*typed.sections, *typed.criteria(), *typed.vetoes)]
    assert len(codes) == len(set(codes))
    read_typed(typed, NAMES)


@pytest.mark.django_db
@given(
    maximum=numbers, floor=numbers, each=numbers, free=numbers, cap_each=numbers, steps=steps,
    bands=st.lists(numbers, min_size=4, max_size=4),
)  # fmt: skip
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_sound_is_stored_and_scores_as_it_was_read(
    plan: Plan, maximum: str, floor: str, each: str, free: str, cap_each: str, steps: tuple[TypedStep, ...],
    bands: list[str],
) -> None:  # fmt: skip
    typed = default(plan)
    first, second, third, *rest = typed.sections[0].criteria
    changed = (
        replace(first, max=maximum or "15", params={"floor": floor or "50"}),
        replace(second, rule="steps", params={}, steps=steps or (TypedStep("１００", "5.0"),)),
        replace(third, rule="per_item", params={"each": each or "1", "cap_each": cap_each}),
    )
    returned = replace(typed.deduction[0], params={"free": free or "1.0", "each": each or "1"})
    typed = replace(
        typed,
        sections=(replace(typed.sections[0], criteria=(*changed, *rest)), *typed.sections[1:]),
        deduction=(returned, *typed.deduction[1:]),
        bands=tuple(replace(band, lower=lower or band.lower) for band, lower in zip(typed.bands, bands, strict=True)),
    )
    reading = read_typed(typed, set(plan.indicators.values_list("code", flat=True)))
    if not reading.is_sound:
        return

    Scheme.objects.filter(version=2).delete()
    stored = store_scheme(plan, entries_of(typed), Stamp(2, AT))

    assert formulas_of(stored) == reading.formulas
    assert (
        read_typed(typed_of(stored), set(plan.indicators.values_list("code", flat=True))).formulas == reading.formulas
    )


@pytest.fixture
def plan(db: None) -> Plan:
    plan = make_plan()
    give_scheme(plan)
    return plan


@pytest.mark.parametrize(
    ("text", "number"),
    [("+5.0", "5"), ("１．５", "1.5"), ("-0", "0"), ("x", "x"), ("", ""), ("²", "2"), ("1e5", "1e5")],
)
def test_number_is_kept_in_its_shortest_text(text: str, number: str) -> None:
    assert canonical_number(text) == number
