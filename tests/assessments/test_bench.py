"""The test bench: the draft's points, sentence and total for a unit or for typed numbers; nothing is stored."""

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.policy import Role
from assessments.bench import BLANK, Bench, load_bench
from assessments.drafting.entries import typed_of
from assessments.drafting.typed import TypedScheme, TypedStep
from assessments.models import SchemeDraft
from assessments.services.scheme_drafts import begin_draft, save_draft
from assessments.services.schemes import scheme_of
from targets.models import Plan
from tests.assessments.assessed import file_donghai, give_scheme, score_donghai, year_is_over
from tests.assessments.test_scheme_editor import address, default, first_criterion
from tests.calculations import example_donghai as donghai
from tests.factories import make_plan, make_user, sign_in

pytestmark = pytest.mark.django_db

QUERIES = 14
WRITING = re.compile(r"\b(INSERT|UPDATE|DELETE|CREATE|ALTER|DROP)\b")


@pytest.fixture
def plan(db: None) -> Plan:
    plan = make_plan()
    give_scheme(plan)
    score_donghai(plan, file_donghai(plan), year_is_over(plan))
    return Plan.objects.select_related("owner").get(pk=plan.pk)


@pytest.fixture
def officer(plan: Plan) -> User:
    return make_user(Role.OFFICER)


@pytest.fixture
def draft(plan: Plan, officer: User) -> SchemeDraft:
    return begin_draft(plan, scheme_of(plan), by=officer, at=year_is_over(plan))


def tried(plan: Plan, **fields: str) -> Bench:
    named = {name.replace("_", "-", 1): text for name, text in fields.items()}
    return load_bench(plan, named, as_of=year_is_over(plan))


def keep(draft: SchemeDraft, typed: TypedScheme, officer: User) -> None:
    save_draft(draft, typed, seen=draft.edits, by=officer, at=year_is_over(draft.plan))


def test_units_own_numbers_give_its_points_sentence_and_total(plan: Plan) -> None:
    bench = tried(plan, unit=donghai.UNIT, criterion="A1")

    assert bench.line is not None
    assert bench.trial is not None
    assert str(bench.line.points.then) == "11.63"
    assert "31 个 ÷ 目标 40 个 = 77.5 %" in bench.line.why
    assert str(bench.trial.total.then) == donghai.TOTAL
    assert [(each.name, each.value) for each in bench.fields] == [("v-CP", "31"), ("t-CP", "40")]


def test_bench_judges_by_the_draft(plan: Plan, draft: SchemeDraft, officer: User) -> None:
    steps = (TypedStep("100", "15"), TypedStep("70", "9"))
    keep(draft, first_criterion(default(plan), rule="steps", params={}, steps=steps), officer)

    bench = tried(plan, unit=donghai.UNIT, criterion="A1")

    assert bench.line is not None
    assert (str(bench.line.points.then), "达到 70 % 一档" in bench.line.why) == ("9.00", True)


def test_typed_number_moves_line_and_total_and_is_kept_for_the_next_criterion(plan: Plan) -> None:
    bench = tried(plan, unit=donghai.UNIT, criterion="A2", v_CP="40")

    assert bench.trial is not None
    assert [each.name for each in bench.fields] == ["v-PVN", "b-PVN", "t-PVN"]
    assert bench.carried == {"v-CP": "40"}
    assert str(bench.trial.total.then) == "91.56"


def test_blank_unit_has_only_what_is_typed(plan: Plan) -> None:
    bench = tried(plan, unit=BLANK, criterion="A1", v_CP="30", t_CP="40")

    assert bench.line is not None
    assert str(bench.line.points.then) == "11.25"
    assert bench.line.points.now is None


@pytest.mark.parametrize(
    ("criterion", "given", "points"),
    [
        ("C1", {"q1_on_time": "1", "q2_on_time": "1"}, "3.00"),
        ("C2", {"q1_required": "10", "q1_filled": "5"}, "2.00"),
        ("D1", {"q1_returned": "3"}, "1.00"),
        ("C4", {"m_C4": "2.5"}, "2.50"),
        ("B6", {"v_PLA": "50", "t_PLA": "100"}, "2.50"),
        ("B5", {"v_EMS": "3", "v_FLX": "1"}, "2.00"),
    ],
)
def test_every_rule_can_be_tried_with_typed_numbers(
    plan: Plan, criterion: str, given: dict[str, str], points: str
) -> None:
    bench = tried(plan, unit=BLANK, criterion=criterion, **given)

    assert bench.line is not None
    assert str(bench.line.points.then) == points


def test_criterion_with_a_problem_is_left_out_and_named(plan: Plan, draft: SchemeDraft, officer: User) -> None:
    keep(draft, first_criterion(default(plan), max="x"), officer)

    bench = tried(plan, unit=donghai.UNIT, criterion="A1")

    assert (bench.line, bench.left_out) == (None, ["A1 新建充电桩"])
    assert bench.trial is not None


def test_scheme_without_grades_cannot_be_tried_yet(plan: Plan, draft: SchemeDraft, officer: User) -> None:
    keep(draft, replace(default(plan), bands=()), officer)

    bench = tried(plan, unit=donghai.UNIT, criterion="A1")

    assert bench.trial is None
    assert "先设定评分部分和等次" in bench.obstacle


def test_empty_scheme_says_what_to_do_first(plan: Plan, draft: SchemeDraft, officer: User) -> None:
    keep(draft, TypedScheme(), officer)

    bench = tried(plan)

    assert (bench.criteria, bench.fields, bench.trial) == ([], [], None)


# --- the door


@pytest.fixture
def office(officer: User) -> Client:
    return sign_in(officer)


def test_bench_answers_with_points_sentence_and_total(plan: Plan, office: Client) -> None:
    text = office.get(address(plan, "scheme_bench"), {"unit": donghai.UNIT, "criterion": "A1", "v-CP": "40"}).text

    assert "达到目标，得满分 15.00 分" in text
    assert re.search(r'id="trial-total">\s*91\.56', text)


def test_bench_writes_nothing_and_asks_a_fixed_number_of_queries(plan: Plan, office: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert office.get(address(plan, "scheme_bench"), {"unit": BLANK, "criterion": "C4"}).status_code == 200

    assert len(queries) == QUERIES
    assert [each["sql"] for each in queries if WRITING.search(each["sql"])] == []


def test_typed_of_version_in_force_is_used_without_a_draft(plan: Plan) -> None:
    assert [code for code, _title in tried(plan).criteria] == [
        each.code for each in typed_of(scheme_of(plan)).criteria()
    ]
