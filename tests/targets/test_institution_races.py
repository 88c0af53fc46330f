"""The same institutions stored by two people at the same moment, in another order, on the real database."""

from decimal import Decimal

import pytest

from accounts.models import User
from accounts.policy import Role
from common.errors import Conflict
from targets.models import Institution
from targets.queries.institution_rows import InstitutionRow
from targets.services.institution_rows import SavedInstitutions, save_institutions
from tests.factories import make_plan, make_user
from tests.progress.test_races import at_once
from tests.targets.institution_files import row
from tests.targets.test_institution_rows import AT

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 10
NUMBERS = range(300)


@pytest.fixture
def officer() -> User:
    make_plan()
    return make_user(Role.OFFICER)


def stored_at_once(rows: list[InstitutionRow], by: User) -> set[type]:
    """What two people are answered who store the rows, one from the first on, the other from the last."""
    orders = (rows, rows[::-1])
    answers = at_once(*(lambda rows=rows: save_institutions(rows, by=by, at=AT) for rows in orders))
    return {type(answer) for answer in answers}


def test_known_institutions_stored_twice_at_once_then_one_is_refused_and_nobody_hangs(officer: User) -> None:
    save_institutions([row(number) for number in NUMBERS], by=officer, at=AT)

    for version in range(1, ROUNDS + 1):
        rows = [row(number, version=version, headcount=Decimal(version)) for number in NUMBERS]
        assert stored_at_once(rows, officer) == {SavedInstitutions, Conflict}

    assert set(Institution.objects.values_list("headcount", "version")) == {(ROUNDS, ROUNDS + 1)}


def test_new_institutions_registered_twice_at_once_then_one_is_refused_and_nobody_hangs(officer: User) -> None:
    for turn in range(ROUNDS):
        rows = [row(1000 * (turn + 1) + number) for number in NUMBERS]
        assert stored_at_once(rows, officer) == {SavedInstitutions, Conflict}

    assert Institution.objects.count() == ROUNDS * len(NUMBERS)
