"""The dashboard, as a browser sees it."""

import pytest

from assessments.services.compliance import compute_compliance
from targets.models import Plan
from tests.assessments.assessed import file_donghai, give_scheme, year_is_over
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(plan: Plan) -> Plan:
    give_scheme(plan)
    file_donghai(plan)
    compute_compliance(plan, as_of=year_is_over(plan))
    return plan


def test_dashboard_shows_the_citys_targets_with_status_and_gap(counted: Plan) -> None:
    page = sign_in(make_user("leader")).get("/320700/2023/q4/").text

    assert "新建充电桩" in page
    assert "还差 269 个" in page


def test_dashboard_takes_the_same_queries_for_every_role(counted: Plan, django_assert_num_queries: object) -> None:
    for role in ("officer", "reviewer", "leader", "auditor"):
        client = sign_in(make_user(role))
        with django_assert_num_queries(15):  # type: ignore[operator]
            assert client.get("/320700/2023/q4/").status_code == 200
