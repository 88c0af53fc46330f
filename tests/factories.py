"""Builders of what tests start from; everything is valid by default."""

from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.test import Client

from accounts.models import User
from accounts.policy import Role
from common.actions import SYSTEM
from targets.models import Plan, Unit
from targets.plan_entries import PlanFile
from targets.plan_file import load_plan_file
from targets.services.plans import load_plan

ROOT = Path(__file__).resolve().parent.parent
PLAN_2023 = ROOT / "targets" / "data" / "plan_2023.yaml"
SECOND_CITY = ROOT / "tests" / "data" / "plan_second_city.yaml"
LOADED_AT = datetime(2023, 5, 15, 8, tzinfo=UTC)
PASSWORD = "Tests-only-2023"

_number = count(1)


@cache
def plan_file(path: Path = PLAN_2023) -> PlanFile:
    """A plan file, read once a process: reading takes longer than storing."""
    return load_plan_file(path)


def make_plan(path: Path = PLAN_2023) -> Plan:
    """A plan as the operator loads it from its file."""
    return load_plan(plan_file(path), by=SYSTEM, at=LOADED_AT).plan


def load_both_plans() -> tuple[Plan, Plan]:
    """The real plan and an invented second city's beside it: no code may know the first one's codes."""
    return make_plan(), make_plan(SECOND_CITY)


def make_user(role: str = Role.OFFICER, unit: Unit | str | None = None, *, username: str = "") -> User:
    """A person who can sign in with `PASSWORD`; `unit` may be a code. Without one, the real plan's root where the
    role sees units."""
    if isinstance(unit, str):
        unit = Unit.objects.get(code=unit)
    if unit is None and role != Role.SYSADMIN:
        unit = Unit.objects.get(code=plan_file().root)
    user = User(
        username=username or f"{role}-{next(_number)}",
        display_name=f"{role} {unit or ''}".strip(),
        role=role,
        unit=unit,
        is_staff=role in (Role.OFFICER, Role.SYSADMIN),
    )
    user.password = _hashed(PASSWORD)
    user.save()
    return user


def sign_in(user: User) -> Client:
    """A browser in which this person has signed in."""
    client = Client()
    client.force_login(user, backend="accounts.backends.PolicyBackend")
    return client


@cache
def _hashed(password: str) -> str:
    """Hashed once a process: a good hash takes a third of a second."""
    return make_password(password)
