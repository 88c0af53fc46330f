"""An institution of the clerk's county and one of another's."""

import pytest

from targets.models import Institution, Plan, PlanUnit
from tests.factories import plan_unit_of
from tests.progress.ledgers.builders import make_institution


@pytest.fixture
def other_county(plan: Plan) -> PlanUnit:
    return plan_unit_of(plan, "320706")


@pytest.fixture
def institution(county: PlanUnit) -> Institution:
    return make_institution(county.unit, name="县机关事务中心")


@pytest.fixture
def foreign(other_county: PlanUnit) -> Institution:
    return make_institution(other_county.unit, name="外县中学")
