"""One spelling given to two units at the same moment, on the real database."""

import pytest
from django.db import transaction

from accounts.models import User
from accounts.policy import Role
from common.errors import Invalid
from targets.models import UnitAlias
from targets.services.aliases import AliasLine, AliasRow, add_aliases, check_aliases
from tests.factories import load_both_plans, make_user
from tests.progress.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 10
UNITS = ("320722", "320723")


@pytest.fixture
def officer() -> User:
    load_both_plans()
    return make_user(Role.OFFICER)


def checked(unit: str, alias: str, by: User) -> list[AliasLine]:
    with transaction.atomic():
        return check_aliases([AliasRow(unit, alias)], by=by)


def test_spelling_checked_before_either_adds_it_means_two_units(officer: User) -> None:
    """The negative control of the next test."""
    lines = [checked(unit, "河东片区", officer) for unit in UNITS]

    for each in lines:
        add_aliases(each, by=officer, source={})

    assert UnitAlias.objects.filter(alias="河东片区").count() == 2


def test_spelling_given_to_two_units_at_once_then_it_means_one(officer: User) -> None:
    def give(unit: str, alias: str) -> int:
        with transaction.atomic():
            return add_aliases(check_aliases([AliasRow(unit, alias)], by=officer), by=officer, source={})

    for number in range(ROUNDS):
        alias = f"又名{number}"
        answers = at_once(*(lambda unit=unit, alias=alias: give(unit, alias) for unit in UNITS))

        assert {type(answer) for answer in answers} == {int, Invalid}
        assert UnitAlias.objects.filter(alias=alias).count() == 1
