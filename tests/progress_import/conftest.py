"""The real plan with its first quarter open, and the people who import."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.policy import Role
from common.actions import SYSTEM
from targets.models import Plan
from targets.services.quarters import open_quarter
from tests.factories import make_plan, make_user, quarter_of, sign_in


@pytest.fixture
def plan(db: None) -> Plan:
    """The plan of 2023 whose first quarter can be reported now, and no other."""
    plan = make_plan()
    open_quarter(quarter_of(plan, 1), by=SYSTEM, at=timezone.now())
    return plan


@pytest.fixture
def officer(plan: Plan) -> User:
    return make_user(Role.OFFICER)


@pytest.fixture
def client(officer: User) -> Client:
    """The officer's browser."""
    return sign_in(officer)
