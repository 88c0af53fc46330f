"""Every page, every role: for a thousand rows as many queries as for a few, at most twenty (reliability.md, R22)."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from accounts.models import User
from accounts.policy import Role
from audit.models import AuditEvent
from jobs.models import Job
from notices.models import Delivery, Notice
from progress.models import ImportBatch, Item, LineComment, Report
from targets.models import Institution, Plan, PlanUnit, Unit
from tests.access.matrix import DOORS, Door
from tests.access.world import AT, World, make_world
from tests.factories import load_both_plans, sign_in
from tests.progress.ledgers.builders import credit_code, new_item

pytestmark = pytest.mark.django_db

MOST = 20
MANY = 1_000
PAGES = [door for door in DOORS if door.method == "get" and not door.is_public]


def cost(world: World, door: Door, client: Client) -> int:
    """How many queries a page needs, the whole request."""
    arguments = door.arguments(world, world.own) if door.arguments else {}
    address = reverse(door.name, kwargs=arguments)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
        if answer.streaming:
            list(answer)
    return len(queries)


def grow(world: World) -> None:
    """A thousand more of everything that is listed, of the county that the pages are about."""
    county = PlanUnit.objects.get(plan=world.plan, unit__code=world.own.unit)
    clerk = world.people[Role.REPORTER]
    institutions = Institution.objects.bulk_create(_institution(county.unit, number) for number in range(MANY))
    items: list[Item] = [new_item("nominations", each, created_at=AT, changed_at=AT) for each in institutions]
    type(items[0])._default_manager.bulk_create(items)
    _grow_talk(Report.objects.get(plan_unit=county, quarter__number=1), world.people[Role.REVIEWER])
    _grow_history(world.plan, county, clerk)
    for person in world.people.values():
        _grow_notices(county.unit, person)
    User.objects.bulk_create(
        User(username=f"person-{number}", display_name="x", role=Role.REPORTER, unit=county.unit)
        for number in range(MANY)
    )


def _institution(unit: Unit, number: int) -> Institution:
    return Institution(
        unit=unit, name=f"第{number}小学", credit_code=credit_code(900_000 + number), kind="021", roof_class="other",
        floor_area_m2=10, headcount=1, active_from=date(2020, 1, 1), search_key=f"第{number}小学",
    )  # fmt: skip


def _grow_talk(report: Report, reviewer: User) -> None:
    indicator = report.lines.all()[0].indicator
    said = {"report": report, "indicator": indicator, "by": reviewer, "by_name": "x", "at": AT, "sent_at": AT}
    LineComment.objects.bulk_create(LineComment(text=f"{number}", **said) for number in range(MANY))


def _grow_history(plan: Plan, county: PlanUnit, clerk: User) -> None:
    pattern = ImportBatch.objects.filter(unit=county.unit)[0]
    facts = {"plan": plan, "unit": county.unit, "file": pattern.file, "by": clerk, "state": pattern.state}
    outcome = {"outcome": pattern.outcome, "applied_at": AT}
    ImportBatch.objects.bulk_create(
        ImportBatch(arrived_at=AT + timedelta(minutes=number), **facts, **outcome) for number in range(MANY)
    )
    Job.objects.bulk_create(
        Job(kind="compliance", key=f"grown:{number}", by=clerk, arrived_at=AT, state=Job.State.DONE)
        for number in range(MANY)
    )
    event = {"at": AT, "actor": clerk.username, "actor_name": clerk.name, "role": clerk.role, "action": "x"}
    AuditEvent.objects.bulk_create(
        AuditEvent(stream="grown", seq=number, hash=f"{number}", **event) for number in range(MANY)
    )


def _grow_notices(unit: Unit, person: User) -> None:
    said = {"unit": unit, "kind": Notice.Kind.REMINDER, "subject": "x", "body": "x", "url": "/", "sent_by": "x"}
    notices = Notice.objects.bulk_create(
        Notice(key=f"reminder:320700/2023/{uuid4()}", sent_at=AT, **said) for number in range(MANY)
    )
    Delivery.objects.bulk_create(Delivery(notice=notice, user=person) for notice in notices)


Costs = dict[tuple[Door, Role], list[int]]


@pytest.fixture(scope="module")
def costs(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Costs]:
    """What every page costs every role, before and after a thousand rows more."""
    folder = override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("files")))
    with django_db_blocker.unblock(), folder, transaction.atomic():
        world = make_world(load_both_plans()[0], files=folder.options["MEDIA_ROOT"])
        clients = {role: sign_in(person) for role, person in world.people.items()}
        looks = [(door, role) for door in PAGES for role in sorted(door.roles)]
        few = [cost(world, door, clients[role]) for door, role in looks]
        grow(world)
        many = [cost(world, door, clients[role]) for door, role in looks]
        yield {(door, role): costs for (door, role), *costs in zip(looks, few, many, strict=True)}
        transaction.set_rollback(True)


def test_no_page_costs_more_queries_for_a_thousand_rows_than_for_a_few_and_none_more_than_twenty(costs: Costs) -> None:
    dear = {key: counts for key, counts in costs.items() if counts[1] > min(counts[0], MOST)}

    assert dear == {}
    assert len({door for door, _role in costs}) == len(PAGES)
