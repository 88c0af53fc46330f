"""Every write through a door leaves its event, refused ones too: who, role, unit, when, from where, what (R12)."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from accounts.policy import Role
from audit.models import AuditEvent
from progress.models import Line, Report
from targets.models import Extension, Quarter
from tests.access.matrix import DOORS, Door
from tests.access.world import Things, World, make_world
from tests.credit_codes import credit_code
from tests.factories import load_both_plans, plan_unit_of, sign_in
from tests.progress.builders import PNG, upload

pytestmark = pytest.mark.django_db
State, DONE, REFUSED = Report.State, AuditEvent.Outcome.DONE, AuditEvent.Outcome.REFUSED
DAY = timedelta(days=1)
SHEET = "地区,季度,指标,完成值\n东海县,2023年第1季度,新建充电桩,5\n"
FROM = "10.1.2.3"
CODE = "CP"
WRITES = re.compile(r'^\s*(INSERT INTO|INSERT OR IGNORE INTO|UPDATE|DELETE FROM) "(\w+)"')
UNTOLD = re.compile(r"^(django_session|axes_|audit_|jobs_|notices_delivery$|accounts_user$)")
"""What is no write of anybody's: sessions and sign-ins, the trail, the queue, what was seen, a person's language."""
Payload = Callable[[World], Mapping[str, Any]]


def _said(**values: Any) -> Payload:
    return lambda world: values


def _nothing(world: World) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Write:
    """A write that succeeds: through which door, by whom, in which state of the report, with what."""

    door: str
    payload: Payload = _nothing
    role: Role = Role.REPORTER
    state: str = State.DRAFT
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.door


def _line(world: World) -> dict[str, Any]:
    return {"value": "7", "note": "已核对", "version": "1"}


def _institution(number: int, **more: Any) -> dict[str, Any]:
    unit = plan_unit_of(load_both_plans()[0], "320722").unit_id
    return {
        "unit": unit, "name": "新登记小学", "credit_code": credit_code(number), "kind": "021", "roof_class": "other",
        "floor_area_m2": "100", "headcount": "10", "active_from": "2020-01-01", **more,
    }  # fmt: skip


def _nomination(world: World) -> dict[str, Any]:
    return {
        "institution": world.own.institution, "title": "新申报", "scheme": "DEM", "day": "2023-05-10", "version": "1",
    }  # fmt: skip


def _extension(world: World) -> dict[str, Any]:
    day = timezone.localdate() + 9 * DAY
    county = plan_unit_of(world.plan, "320722").pk
    return {"plan_unit": county, "due": day.isoformat(), "closes": day.isoformat(), "reason": "停电"}


def _times(world: World) -> dict[str, Any]:
    today = timezone.localdate()
    days = {"opens": today - 3 * DAY, "due": today + 3 * DAY, "closes": today + 5 * DAY}
    return {name: day.isoformat() for name, day in days.items()}


def _reminders(world: World) -> dict[str, Any]:
    return {"is_on": "on", "days": "5,2", "text": "{单位}请报", "overdue_text": "{单位}已逾期"}


OFFICER, REVIEWER = Role.OFFICER, Role.REVIEWER
MENDING = {"first_submitted_at": timezone.now(), "decided_at": timezone.now(), "return_reason": "请核对"}
DONE_WRITES = [
    Write("targets:institution_add", lambda world: _institution(77)),
    Write("targets:institution_edit", lambda world: _institution(77, name="改名小学", version="1")),
    Write("targets:quarter_open", role=OFFICER, facts={"closed": True}),
    Write("targets:quarter_close", role=OFFICER),
    Write("targets:quarter_timeliness", _said(counts="no", reason="系统停机"), OFFICER),
    Write("targets:quarter_times", _times, OFFICER),
    Write("targets:quarter_extend", _extension, OFFICER),
    Write("progress:remind", _said(report=["q1/320722"]), OFFICER),
    Write("progress:reminder_rules", _reminders, OFFICER),
    Write("progress:save_report", _said(**{f"{CODE}-value": "7"})),
    Write("progress:save_header", _said(filled_in_by="张三")),
    Write("progress:save_line", _line),
    Write("progress:save_rows", _said(code=[CODE], **{f"{CODE}-value": "7", f"{CODE}-version": "1"})),
    Write("progress:submit", _said(note="已核对")),
    Write("progress:withdraw", state=State.SUBMITTED),
    Write("progress:return", _said(reason="请核对"), REVIEWER, State.SUBMITTED),
    Write("progress:approve", _said(version="1"), REVIEWER, State.SUBMITTED),
    Write("progress:reopen", _said(reason="多报"), OFFICER, State.APPROVED, {"is_effective": True}),
    Write("progress:comment_on_line", _said(text="请附照片"), REVIEWER, State.SUBMITTED),
    Write("progress:take_back", role=REVIEWER, state=State.SUBMITTED),
    Write("progress:answer_comment", lambda world: {f"answer-{world.own.sent_comment}": "已补"}, facts=MENDING),
    Write("progress:line_evidence", lambda world: {"file": upload(PNG, "新.png")}),
    Write("progress:upload_evidence", lambda world: {"file": upload(PNG, "新.png")}),
    Write("progress:delete_evidence"),
    Write("progress:upload_sealed_scan", lambda world: {"file": upload(PNG, "盖章.png")}),
    Write("progress:item_add", _nomination),
    Write("progress:item_edit", _nomination),
    Write("progress:item_move", _said(to="applied", on="2023-05-12")),
    Write("progress:item_remove", _said(version="1")),
    Write("progress:item_withdraw", _said(reason="重复")),
    Write("progress:item_file_add", lambda world: {"file": upload(PNG, "新.png")}),
    Write("progress:upload_item_file", lambda world: {"file": upload(PNG, "新.png")}),
    Write("progress:item_file_remove"),
    Write("progress:imports", lambda world: {"file": upload(SHEET.encode(), "x.csv")}),
]


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Made once: whatever a request writes is taken back at once."""
    folder = override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("files")))
    with django_db_blocker.unblock(), folder, transaction.atomic():
        yield make_world(load_both_plans()[0], files=folder.options["MEDIA_ROOT"])
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _same_files(world: World, settings: Settings) -> None:
    settings.MEDIA_ROOT = world.files


POSTS = [door for door in DOORS if door.method == "post" and not door.is_public]


@dataclass(frozen=True)
class Left:
    """What a request answered, the tables that it wrote, and the events that it left."""

    answer: HttpResponseBase
    tables: set[str]
    events: list[AuditEvent]


def note_writes(tables: set[str], execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """Run a statement; the table that it wrote a row of is added to `tables`."""
    found, done = WRITES.match(sql), execute(sql, params, many, context)
    # A statement that gives back what it inserted has counted nothing yet.
    if found and (found[1].startswith("INSERT") or context["cursor"].rowcount):
        tables.add(found[2])
    return done


def door_of(name: str) -> Door:
    return next(door for door in DOORS if (door.name, door.method) == (name, "post"))


def knock(world: World, door: Door, role: Role, payload: Mapping[str, Any], *, things: Things | None = None) -> Left:
    """Send a form through a door, and see what it left behind."""
    arguments = door.arguments(world, things or world.own) if door.arguments else {}
    last = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    client = sign_in(world.people[role])
    tables: set[str] = set()
    with connection.execute_wrapper(partial(note_writes, tables)):
        answer: HttpResponseBase = client.post(
            reverse(door.name, kwargs=arguments), dict(payload), headers={"X-Requested-With": "fetch"}, REMOTE_ADDR=FROM
        )
    told = {table for table in tables if not UNTOLD.match(table)}
    return Left(answer, told, list(AuditEvent.objects.filter(pk__gt=last).order_by("pk")))


def put_in_place(world: World, write: Write) -> None:
    """The quarter is open, and the county's report as the write needs it."""
    now = timezone.now()
    shift = -9 * DAY if write.facts.get("closed") else 0 * DAY
    times = {"opens": now - DAY + shift, "due": now + DAY + shift, "closes": now + 2 * DAY + shift}
    Quarter.objects.filter(plan=world.plan, number=1).update(**times)
    Extension.objects.all().delete()
    report = Report.objects.get(plan_unit__unit__code=world.own.unit, quarter__number=1)
    facts = {name: value for name, value in write.facts.items() if name != "closed"}
    Report.objects.filter(pk=report.pk).update(state=write.state, **facts)
    Line.objects.filter(report=report, indicator__code=CODE).update(value=1)


def is_told(event: AuditEvent, world: World, role: Role) -> bool:
    """Whether an event says who, in which role, of which unit, when and from where; what, and of what."""
    person = world.people[role]
    who = (event.actor, event.actor_name, event.role, event.unit_code) == (
        person.username, person.name, role, person.unit_code,
    )  # fmt: skip
    when = timezone.now() - event.at < timedelta(minutes=5)
    return who and when and event.address == FROM and bool(event.action and event.object_key)


@pytest.mark.parametrize("write", DONE_WRITES, ids=str)
def test_a_write_leaves_an_event_with_what_was_and_what_is(write: Write, world: World) -> None:
    with transaction.atomic():
        put_in_place(world, write)
        left = knock(world, door_of(write.door), write.role, write.payload(world))
        transaction.set_rollback(True)

    assert left.answer.status_code in (200, 201, 204, 302), left.answer.content[:2000]  # type: ignore[attr-defined]
    assert left.tables
    assert left.events
    assert {event.outcome for event in left.events} == {DONE}
    assert all(is_told(event, world, write.role) for event in left.events)
    said = [json.loads(text) for event in left.events for text in (event.before, event.after) if text]
    assert any(said)


@pytest.mark.parametrize("door", [door for door in POSTS if door.roles != frozenset(Role)], ids=str)
def test_a_refused_write_leaves_one_event_and_nothing_else(door: Door, world: World) -> None:
    role = next(role for role in (Role.LEADER, Role.REPORTER, Role.SYSADMIN) if role not in door.roles)

    with transaction.atomic():
        left = knock(world, door, role, {})
        transaction.set_rollback(True)

    assert not left.tables
    if left.answer.status_code == 404:  # a plan that the administrator of the accounts does not see
        assert (role, left.events) == (Role.SYSADMIN, [])
        return
    assert left.answer.status_code == 403
    (event,) = left.events
    assert (event.outcome, event.action) == (REFUSED, f"refused:{door.name}")
    assert is_told(event, world, role)
    assert event.reason


@pytest.mark.parametrize("door", POSTS, ids=str)
def test_an_empty_form_writes_nothing_without_an_event(door: Door, world: World) -> None:
    role = min(door.roles)

    with transaction.atomic():
        left = knock(world, door, role, {})
        transaction.set_rollback(True)

    assert all(is_told(event, world, role) for event in left.events)
    outcomes = {event.outcome for event in left.events}
    assert outcomes == {REFUSED} or bool(left.tables) <= (DONE in outcomes), left.tables


@pytest.mark.parametrize("door", [door for door in DOORS if door.method == "get" and not door.is_public], ids=str)
def test_reading_writes_nothing(door: Door, world: World) -> None:
    client = sign_in(world.people[min(door.roles)])
    arguments = door.arguments(world, world.own) if door.arguments else {}
    written: set[str] = set()
    with transaction.atomic(), connection.execute_wrapper(partial(note_writes, written)):
        answer = client.get(reverse(door.name, kwargs=arguments))
        if answer.streaming:
            list(answer)
        transaction.set_rollback(True)

    refused = {"audit_auditevent", "audit_audithead"} if answer.status_code >= 400 else set()
    assert written <= {"django_session"} | refused
