"""Two people at the same item at the same moment: each race is first shown with its guard off (reliability.md, R8)."""

import pytest

from accounts.models import User
from accounts.policy import Role
from audit.models import AuditEvent
from common.errors import Conflict, Invalid
from progress.models import ChargingPile, ItemChange, Nomination
from progress.services.ledgers import ItemConflict, add_item, change_item, move_nomination, withdraw_item
from targets.models import Institution
from tests.factories import load_both_plans, make_user, plan_unit_of
from tests.progress.ledgers.builders import AT, DAY, make_institution, make_item, new_item
from tests.progress.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 25


@pytest.fixture
def institution() -> Institution:
    plan, _second = load_both_plans()
    return make_institution(plan_unit_of(plan, "320722").unit)


@pytest.fixture
def people(institution: Institution) -> tuple[User, User]:
    return make_user(Role.REPORTER, institution.unit), make_user(Role.REPORTER, institution.unit)


def two_copies(item: ChargingPile, **piles: int) -> list[ChargingPile]:
    copies = [ChargingPile.objects.select_related("institution__unit").get(pk=item.pk) for _each in piles]
    for copy, number in zip(copies, piles.values(), strict=True):
        copy.piles = number
    return copies


def test_without_versions_the_second_save_would_bury_the_first(institution: Institution) -> None:
    mine, theirs = two_copies(make_item("charging_piles", institution), mine=1, theirs=2)

    answers = at_once(lambda: mine.save(update_fields=["piles"]), lambda: theirs.save(update_fields=["piles"]))

    assert answers == [None, None]


def test_of_two_who_change_an_item_one_wins_and_the_other_gets_its_content(
    institution: Institution, people: tuple[User, User]
) -> None:
    item = make_item("charging_piles", institution, piles=3, connectors=9)
    for round_ in range(ROUNDS):
        version = ChargingPile.objects.get(pk=item.pk).version
        numbers = (4, 5) if round_ % 2 else (1, 2)
        mine, theirs = two_copies(item, mine=numbers[0], theirs=numbers[1])

        answers = at_once(
            lambda mine=mine, version=version: change_item(mine, by=people[0], at=AT, version=version),
            lambda theirs=theirs, version=version: change_item(theirs, by=people[1], at=AT, version=version),
        )

        stored = ChargingPile.objects.get(pk=item.pk)
        (conflict,) = [answer for answer in answers if isinstance(answer, ItemConflict)]
        assert (stored.version, conflict.theirs.piles) == (version + 1, stored.piles)  # type: ignore[attr-defined]
    assert ItemChange.objects.filter(item=item.uuid).count() == ROUNDS
    assert AuditEvent.objects.filter(action="ledger.change").count() == ROUNDS


def test_of_two_who_move_a_nomination_one_is_first(institution: Institution, people: tuple[User, User]) -> None:
    for number in range(ROUNDS):
        item = make_item("nominations", institution, title=f"{number}号")
        copies = [Nomination.objects.select_related("institution__unit").get(pk=item.pk) for _each in people]

        answers = at_once(
            lambda copies=copies: move_nomination(copies[0], to="applied", on=DAY, by=people[0], at=AT),
            lambda copies=copies: move_nomination(copies[1], to="revoked", on=DAY, by=people[1], at=AT),
        )

        (winner,) = [answer for answer in answers if isinstance(answer, Nomination)]
        assert sum(isinstance(answer, Conflict) for answer in answers) == 1
        assert Nomination.objects.get(pk=item.pk).stage == winner.stage


def test_of_two_who_enter_the_same_thing_one_is_told_that_it_is_there(
    institution: Institution, people: tuple[User, User]
) -> None:
    for number in range(ROUNDS):
        items = [new_item("pv_projects", institution, title=f"{number}号") for _each in people]

        answers = at_once(
            lambda items=items: add_item(items[0], by=people[0], at=AT),
            lambda items=items: add_item(items[1], by=people[1], at=AT),
        )

        assert sum(isinstance(answer, Invalid) for answer in answers) == 1
        assert sum(answer in items for answer in answers) == 1


def test_of_two_who_withdraw_or_change_the_item_is_withdrawn_once(
    institution: Institution, people: tuple[User, User]
) -> None:
    for number in range(ROUNDS):
        item = make_item("charging_piles", institution, title=f"{number}号")
        (mine,) = two_copies(item, mine=5)

        answers = at_once(
            lambda item=item: withdraw_item(item, by=people[0], at=AT, reason="重复"),
            lambda mine=mine: change_item(mine, by=people[1], at=AT, version=1),
        )

        stored = ChargingPile.objects.get(pk=item.pk)
        assert stored.is_withdrawn
        assert isinstance(answers[1], Conflict) is (stored.version == 2)
