"""Every address × role × method, own and foreign: page, policy and table agree (reliability.md, R11)."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker, Settings

from accounts.policy import Role
from tests.access.matrix import DOORS, Door
from tests.access.world import Things, World, make_world
from tests.factories import load_both_plans, sign_in

pytestmark = pytest.mark.django_db
HIDDEN_OR_REFUSED = (403, 404)
OF_ALL = {"targets:institutions", "progress:ledger", "targets:quarters"}
OF_ONE = {"progress:report", "progress:report_print", "progress:line_evidence", "progress:item", "targets:institution"}
"""Pages on which stands what counties wrote: of all counties that one sees, and of the one that the address names."""


def names(patterns: Iterable[URLPattern | URLResolver], within: str = "") -> Iterable[str]:
    """Every URL name with its namespaces; Django's admin has rules of its own."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                inner = ":".join(filter(None, (within, pattern.namespace)))
                yield from names(pattern.url_patterns, inner)
        elif pattern.name:
            yield ":".join(filter(None, (within, pattern.name)))


def ask(client: Client, door: Door, world: World, things: Things, *, method: str = "") -> HttpResponseBase:
    """The answer at a door; whatever it wrote is taken back."""
    arguments = door.arguments(world, things) if door.arguments else {}
    address = reverse(door.name, kwargs=arguments)
    with transaction.atomic():
        answer: HttpResponseBase = getattr(client, method or door.method)(address)
        if answer.streaming:
            list(answer)  # read to the end, which closes its file
        transaction.set_rollback(True)
    return answer


def content_of(answer: HttpResponseBase) -> str:
    """Everything that an answer says, a workbook's cells and its header too."""
    content = answer.getvalue()  # type: ignore[attr-defined]
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as package:
            content = b"".join(package.read(name) for name in package.namelist())
    return f"{dict(answer.headers)} {content.decode(errors='replace')}"


def leads_to_sign_in(answer: HttpResponseBase) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith(reverse("accounts:sign_in") + "?next=")


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Made once for all doors: whatever a request writes is taken back at once."""
    folder = override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("files")))
    with django_db_blocker.unblock(), folder, transaction.atomic():
        yield make_world(load_both_plans()[0], files=folder.options["MEDIA_ROOT"])
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _same_files(world: World, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.MEDIA_ROOT = world.files


def test_every_address_has_a_door() -> None:
    assert set(names(get_resolver().url_patterns)) == {door.name for door in DOORS}


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_door_lets_in_its_roles_and_nobody_else(door: Door, world: World) -> None:
    anonymous = ask(Client(), door, world, world.own)
    if door.is_for_programs:
        assert anonymous.status_code == 403
    else:
        assert leads_to_sign_in(anonymous) is not door.is_public

    for role, person in world.people.items():
        answer = ask(sign_in(person), door, world, world.own)
        got_in = answer.status_code not in (*HIDDEN_OR_REFUSED, 405) and not leads_to_sign_in(answer)
        assert answer.status_code < 500, f"{role}: {answer.status_code}"
        assert got_in is (role in door.roles), f"{role}: {answer.status_code}"


@pytest.mark.parametrize("door", [door for door in DOORS if door.names_a_county], ids=str)
def test_another_countys_thing_is_not_there_for_a_reporter(door: Door, world: World) -> None:
    answer = ask(sign_in(world.people[Role.REPORTER]), door, world, world.foreign)

    assert answer.status_code == (404 if Role.REPORTER in door.roles else answer.status_code)
    assert answer.status_code in HIDDEN_OR_REFUSED


@pytest.mark.parametrize("door", [door for door in DOORS if Role.REPORTER in door.roles], ids=str)
def test_no_door_tells_a_reporter_anything_of_another_county(door: Door, world: World) -> None:
    client = sign_in(world.people[Role.REPORTER])
    things = [world.own, world.foreign] if door.names_a_county else [world.own]

    said = [content_of(ask(client, door, world, each)) for each in things]

    assert not any(world.foreign.mark in each for each in said)


def test_what_a_reporter_is_not_told_is_told_to_the_county_itself_and_to_the_bureau(world: World) -> None:
    """The control: the words stand where they may be read, so that they could be seen where they may not."""
    doors = [door for door in DOORS if door.method == "get" and door.name in OF_ALL | OF_ONE]

    def telling(role: Role, things: Things, mark: str) -> set[str]:
        client = sign_in(world.people[role])
        return {door.name for door in doors if mark in content_of(ask(client, door, world, things))}

    assert telling(Role.REPORTER, world.own, world.own.mark) == OF_ALL | OF_ONE
    assert telling(Role.OFFICER, world.own, world.foreign.mark) == OF_ALL
    assert telling(Role.OFFICER, world.foreign, world.foreign.mark) == OF_ALL | OF_ONE


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_unsafe_methods_without_a_token_are_refused(door: Door, world: World) -> None:
    role = min(door.roles)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.people[role], backend="accounts.backends.PolicyBackend")

    for method in ("post", "put", "patch", "delete"):
        answer = ask(strict, door, world, world.own, method=method)
        assert answer.status_code == 403, method
