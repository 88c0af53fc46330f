"""Addresses that nothing has."""

import pytest
from django.test import Client

from accounts.policy import Role
from targets.models import Plan
from tests.factories import make_user, sign_in


@pytest.mark.parametrize("path", ["/320700%00/2023/reports/", "/320700/2023/q1/reports/320722%00/", "/%00"])
def test_address_with_a_nul_is_not_found_by_anybody(path: str, plan: Plan, client: Client) -> None:
    """Somebody who has not signed in would be led to the sign-in page, were the address looked at."""
    assert client.get(path).status_code == 404
    assert sign_in(make_user(Role.OFFICER)).get(path).status_code == 404
