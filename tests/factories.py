"""Builders of what tests start from; everything is valid by default."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import count
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.test import Client

from accounts.models import User
from accounts.policy import Role
from common.actions import SYSTEM
from progress.models import Line, Report
from targets.models import Indicator, Plan, PlanUnit, Quarter, Unit
from targets.plan_entries import PlanFile
from targets.plan_file import load_plan_file
from targets.queries import is_required, owed_indicators
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


# --- reports

Numbers = tuple[str | int | None, str | int | None]
NOT_APPLICABLE = "n.a."

_VALID: dict[str, Numbers] = {
    Indicator.Kind.COUNT: (1, None),
    Indicator.Kind.RATIO: (60, 100),
    Indicator.Kind.REDUCTION: (90, 100),
    Indicator.Kind.REMAINING: (0, 0),
    Indicator.Kind.PERCENT: (1, None),
    Indicator.Kind.MILESTONE: (50, None),
}


def plan_unit_of(plan: Plan, code: str) -> PlanUnit:
    """A unit as it takes part in the plan."""
    return PlanUnit.objects.select_related("plan__owner", "unit").get(plan=plan, unit__code=code)


def quarter_of(plan: Plan, number: int) -> Quarter:
    """A quarter of the plan."""
    return Quarter.objects.select_related("plan__owner").get(plan=plan, number=number)


def make_report(
    plan_unit: PlanUnit,
    number: int = 1,
    lines: Mapping[str, Numbers | str] | None = None,
    *,
    state: str = Report.State.DRAFT,
    by: User | None = None,
    **fields: object,
) -> Report:
    """A report on time, by default with a valid number on every required line and no evidence; three queries.

    `lines` replaces them: (value, base) or `NOT_APPLICABLE` by the indicator's code. `by` submitted it.
    """
    quarter = quarter_of(plan_unit.plan, number)
    owed = {indicator.code: indicator for indicator in owed_indicators(plan_unit.plan)[plan_unit.pk]}
    if lines is None:
        lines = {code: _VALID[one.kind] for code, one in owed.items() if is_required(one, number)}
    facts = {**_facts(state, quarter, by), **fields}
    report = Report.objects.create(plan_unit=plan_unit, quarter=quarter, state=state, **facts)
    if by is not None:
        report.contributors.create(user=by)
    Line.objects.bulk_create(_line(report, owed[code], given) for code, given in lines.items())
    return report


def _facts(state: str, quarter: Quarter, by: User | None) -> dict[str, object]:
    arrived = quarter.due - timedelta(days=1)
    facts: dict[str, object] = {"created_at": quarter.opens}
    if state != Report.State.DRAFT:
        facts |= {"first_submitted_at": arrived, "submitted_at": arrived, "submitted_by": by}
    if state == Report.State.RETURNED:
        facts |= {"return_reason": "请核对", "return_open_until": quarter.closes, "returned_times": 1}
    if state == Report.State.APPROVED:
        facts |= {"is_effective": True, "decided_at": quarter.due}
    return facts


def _line(report: Report, indicator: Indicator, given: Numbers | str) -> Line:
    line = Line(report=report, indicator=indicator, changed_by="填报员", changed_at=report.created_at)
    if isinstance(given, str):
        line.not_applicable, line.note = True, "没有"
    else:
        line.value, line.base = (None if number is None else Decimal(str(number)) for number in given)
    return line
