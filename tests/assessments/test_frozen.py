"""A published assessment is frozen: no service, address or statement changes it, one changed byte is found (R14)."""

import inspect
import pkgutil
from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import Error, IntegrityError, connection, models, transaction
from django.urls import reverse
from pytest_django import Settings

import assessments.services
from accounts.policy import Role
from assessments.models import Assessment, Criterion, Scheme, Section, UnitResult
from assessments.services.assessment import ensure_assessment, run_assessment
from assessments.services.publishing import _freeze
from assessments.services.seal import seal_of
from assessments.services.verification import verify_assessment
from calculations.canonical import sha256
from common.actions import SYSTEM
from files.models import StoredFile
from targets.models import Plan
from tests.access.matrix import DOORS, Door
from tests.access.world import World, make_world
from tests.assessments.assessed import year_is_over
from tests.assessments.process import Year, guards_down
from tests.assessments.published import full_year
from tests.factories import sign_in
from tests.progress.builders import PDF, upload

pytestmark = pytest.mark.django_db

GUARDED = import_module("assessments.migrations.0003_published_means_frozen").TABLES
BELONGING: list[type[models.Model]] = [apps.get_model("assessments", table) for table in GUARDED]
OF_SCHEME: list[type[models.Model]] = [Scheme, Section, Criterion]
COUNTERS = {("assessment", "version")}
"""Says nothing of what was published."""
NOT_IN_FORCE = {("scheme", "presets")}
"""What the bureau could have chosen instead."""


@pytest.fixture
def year(plan: Plan) -> Year:
    return full_year(Year(plan))


# --- one changed byte


def columns() -> Iterator[tuple[type[models.Model], models.Field[Any, Any]]]:
    """Every column of everything that a published assessment is made of, but for keys."""
    for model in (*BELONGING, *OF_SCHEME):
        for field in model._meta.concrete_fields:
            if not field.primary_key:
                yield model, field


def other_value(row: models.Model, field: models.Field[Any, Any], year: Year) -> Any:
    """Another value of a column, as near as can be."""
    value = getattr(row, field.attname)
    if isinstance(field, models.ForeignKey):
        others = field.related_model._base_manager.exclude(pk=value)  # type: ignore[union-attr]
        return others.values_list("pk", flat=True).first()
    if field.choices:
        return next(choice for choice, _label in field.flatchoices if choice != value)
    by_type: list[tuple[type[Any], Any]] = [
        (models.BooleanField, lambda: not value),
        (models.DecimalField, lambda: (value or Decimal(0)) + Decimal("0.01")),
        (models.IntegerField, lambda: (value or 0) + 1),
        (models.DateTimeField, lambda: (value or year.at) + timedelta(microseconds=1)),
        (models.UUIDField, uuid4),
        (models.JSONField, lambda: {"x": 1}),
    ]
    made = next((make() for kind, make in by_type if isinstance(field, kind)), None)
    return f"{value[:-1]}{'y' if value.endswith('x') else 'x'}" if made is None else made


def test_verify_finds_one_change_in_any_column(year: Year) -> None:
    unseen, refused, published = set(), set(), year.assessment.pk
    for model, field in columns():
        name = (model._meta.model_name, field.name)
        row = model._default_manager.order_by("pk")[0]
        with transaction.atomic():
            try:
                with transaction.atomic(), guards_down():
                    changed = {field.attname: other_value(row, field, year)}
                    model._default_manager.filter(pk=row.pk).update(**changed)
            except IntegrityError:
                refused.add(name)
            else:
                if not verify_assessment(Assessment.objects.select_related("plan__owner").get(pk=published)):
                    unseen.add(name)
            transaction.set_rollback(True)

    assert unseen == COUNTERS | NOT_IN_FORCE
    assert len(refused) < 20, "Most changes were refused by a constraint: the test shows little."


@pytest.mark.parametrize("column", ["inputs", "results"])
@pytest.mark.parametrize("place", [0, 1, -1])
def test_verify_of_a_document_that_cannot_be_read_any_more_says_so(year: Year, column: str, place: int) -> None:
    result = UnitResult.objects.order_by("pk")[0]
    text = list(getattr(result, column))
    text[place] = "#"
    with guards_down():
        UnitResult.objects.filter(pk=result.pk).update(**{column: "".join(text)})

    assert any("已无法重算" in line for line in verify_assessment(year.assessment))


@pytest.mark.parametrize("head", ["", "[]", "{}", '{"units": {}}'])
def test_verify_of_a_seal_that_cannot_be_read_says_so(year: Year, head: str) -> None:
    with guards_down():
        Assessment.objects.update(seal_head=head, seal_sha256=sha256(head))

    assert "封存摘要已无法读取。" in verify_assessment(Assessment.objects.get())


@pytest.mark.parametrize("name", ["桩.pdf", "验收.pdf", "x.pdf"])
def test_verify_finds_one_changed_byte_in_a_file_of_a_unit_or_of_an_officer(year: Year, name: str) -> None:
    stored = StoredFile.objects.get(name=name)
    path = Path(stored.content.path)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))

    assert verify_assessment(year.assessment) == [f"东海县：材料“{name}”缺失或内容被改动。"]

    path.unlink()
    assert verify_assessment(year.assessment) == [f"东海县：材料“{name}”缺失或内容被改动。"]


# --- every statement


@pytest.mark.parametrize("model", [*BELONGING, *OF_SCHEME], ids=lambda model: model._meta.model_name)
def test_postgresql_refuses_every_statement_on_what_belongs_to_a_published_assessment(
    year: Year, model: type[models.Model]
) -> None:
    row = model._default_manager.order_by("pk")[0]
    table, key = connection.ops.quote_name(model._meta.db_table), model._meta.pk.column
    statements = [
        f"UPDATE {table} SET {key} = {key} WHERE {key} = {row.pk}",  # noqa: S608
        f"DELETE FROM {table} WHERE {key} = {row.pk}",  # noqa: S608
    ]
    if connection.vendor != "postgresql":
        # SQLite is for one office's trial: there `verify` finds what the services could not prevent.
        with connection.cursor() as cursor:
            cursor.execute(statements[0])
        return
    statements.append(f"TRUNCATE {table} CASCADE")
    connection.check_constraints()  # which waited for the end of the test's transaction, and would be in the way
    for statement in statements:
        with pytest.raises(Error, match=r"frozen|truncated"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    if model not in (Assessment, Scheme):
        row.pk = None
        with pytest.raises(Error, match="frozen"), transaction.atomic():
            row.save(force_insert=True)


# --- every service

REFUSED = {
    "adjust_line", "add_self_file", "announce_assessment", "confirm_flag", "decide_appeal", "file_appeal",
    "raise_flag", "remove_adjustment", "remove_self_file", "run_assessment", "save_self_scores", "set_manual_scores",
    "set_self_window", "take_back_announcement", "withdraw_appeal", "withdraw_flag",
}  # fmt: skip
"""What `test_published_one_refuses_every_service` tries."""
BESIDE = {
    # They make the next version of the scheme, or the next revision.
    "begin_draft", "discard_draft", "load_plan_and_scheme", "load_scheme", "publish_assessment", "put_in_force",
    "revise_assessment", "save_draft",
    # They look, tell people, or are steps of the others and run under their lock.
    "check_may_run", "keep_file", "store_adjustment", "take_back", "tell_announced", "tell_appealed", "tell_decided",
    "tell_flagged", "tell_published", "tell_unflagged",
}  # fmt: skip


def test_no_service_that_somebody_asks_for_is_forgotten() -> None:
    modules = [
        import_module(f"assessments.services.{each.name}")
        for each in pkgutil.iter_modules(assessments.services.__path__)
    ]
    asked = {
        name
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
        if "by" in inspect.signature(function).parameters
    }

    assert asked == REFUSED | BESIDE


# --- every address

WRITING = [door for door in DOORS if door.method == "post"]
SAID = {
    "reason": "核对后更正", "decision": "reject", "amount": "0.50", "points": "0.50", "adjustment": "0.50",
    "opens": "2024-01-01", "due": "2024-01-02", "closes": "2024-01-03", "note": "x",
}  # fmt: skip


@pytest.fixture
def world(plan: Plan, settings: Settings) -> World:
    """The world of the access matrix, its assessment calculated."""
    world = make_world(plan, files=settings.MEDIA_ROOT)
    run_assessment(plan, by=SYSTEM, at=year_is_over(plan))
    return world


def fingerprint(world: World) -> tuple[Any, ...]:
    """Everything that the first assessment consists of."""
    assessment = Assessment.objects.get(plan=world.plan, revision=1)
    return assessment.state, assessment.version, seal_of(assessment)


def doors_that_change(world: World, doors: Iterable[Door] = WRITING) -> set[str]:
    """The addresses by which somebody who is let in there can change the assessment; each change is taken back."""
    before = fingerprint(world)
    return {door.name for door in doors if changes(world, door, before)}


def changes(world: World, door: Door, before: tuple[Any, ...]) -> bool:
    arguments = door.arguments(world, world.own) if door.arguments else {}
    address = reverse(door.name, kwargs=arguments)
    with transaction.atomic():
        client = sign_in(world.people[Role.OFFICER if Role.OFFICER in door.roles else min(door.roles)])
        client.raise_request_exception = False
        with transaction.atomic():
            client.post(address, {**SAID, "evidence": upload(PDF, "x.pdf"), "file": upload(PDF, "y.pdf")})
        is_changed = fingerprint(world) != before
        transaction.set_rollback(True)
    return is_changed


def test_doors_change_an_assessment_that_is_not_published(world: World) -> None:
    """The negative control of the next test."""
    ours = [door for door in WRITING if door.name.startswith("assessments:")]

    assert doors_that_change(world, ours) >= {
        "assessments:adjust", "assessments:self_window", "assessments:flag_withdraw", "assessments:appeal_withdraw",
    }  # fmt: skip


def test_no_door_changes_a_published_assessment(world: World) -> None:
    assessment = ensure_assessment(world.plan, at=year_is_over(world.plan))
    Assessment.objects.filter(pk=assessment.pk).update(state=Assessment.State.ANNOUNCED)
    _freeze(assessment, by=SYSTEM, at=year_is_over(world.plan))

    assert doors_that_change(world) == set()
