"""People and a county of the plan of 2023."""

from datetime import datetime, timedelta

import pytest

from accounts.models import User
from accounts.policy import Role
from targets.models import Plan, PlanUnit, Quarter
from tests.factories import make_user, plan_unit_of, quarter_of

COUNTY = "320722"
PILOT = "320724"


@pytest.fixture
def county(plan: Plan) -> PlanUnit:
    """A county that is no pilot of the whole-county roofs."""
    return plan_unit_of(plan, COUNTY)


@pytest.fixture
def pilot(plan: Plan) -> PlanUnit:
    """A county that is one."""
    return plan_unit_of(plan, PILOT)


@pytest.fixture
def first(plan: Plan) -> Quarter:
    return quarter_of(plan, 1)


@pytest.fixture
def second(plan: Plan) -> Quarter:
    return quarter_of(plan, 2)


@pytest.fixture
def open_at(first: Quarter) -> datetime:
    """An instant at which quarter 1 is being reported."""
    return first.opens + timedelta(days=1)


@pytest.fixture
def clerk(county: PlanUnit) -> User:
    return make_user(Role.REPORTER, county.unit, username="clerk")


@pytest.fixture
def officer(plan: Plan) -> User:
    return make_user(Role.OFFICER, username="officer-1")


@pytest.fixture
def reviewer(plan: Plan) -> User:
    return make_user(Role.REVIEWER, username="reviewer-1")
