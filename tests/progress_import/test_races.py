"""Imports at the same moment as other things: each race is first shown with its guard off (reliability.md, R9, R10)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.policy import Role
from common.actions import SYSTEM
from common.errors import PortalError
from progress.models import ImportBatch, Line
from progress.services.changes import LineChange, ReportEntry
from progress.services.entry import save_entries
from progress.services.import_kinds import Choice, kind_of
from progress.services.imports import SentFile, confirm_import, receive_file, undo_import
from progress.services.imports.sent import check_sent, stored_file
from progress.services.imports.writing import write_checked
from targets.models import Plan
from targets.services.quarters import close_quarter, open_quarter
from tests.factories import make_plan, make_user, plan_unit_of, quarter_of
from tests.progress.test_races import at_once
from tests.progress_import.files import COUNT, import_events, last_batch

pytestmark = pytest.mark.django_db(transaction=True)

State = ImportBatch.State
COUNTY = "320706"


@pytest.fixture
def plan(transactional_db: None) -> Plan:
    plan = make_plan()
    open_quarter(quarter_of(plan, 1), by=SYSTEM, at=timezone.now())
    return plan


@pytest.fixture
def clerk(plan: Plan) -> User:
    return make_user(Role.REPORTER, COUNTY)


def sent_file(value: int) -> SentFile:
    return SentFile(f"地区,季度,指标,完成值\n海州区,2023Q1,{COUNT},{value}\n".encode(), "报表.csv")


def uploaded(plan: Plan, clerk: User, value: int) -> ImportBatch:
    batch = receive_file(sent_file(value), kind=kind_of("progress"), plan=plan, by=clerk, at=timezone.now())
    assert batch.state == State.CHECKED, batch.problems
    return batch


def fresh(batch: ImportBatch) -> ImportBatch:
    """The batch as a request of its own loads it."""
    return ImportBatch.objects.select_related("plan__owner", "file", "by__unit", "unit", "job").get(pk=batch.pk)


def confirming(batch: ImportBatch, clerk: User, *, at: datetime | None = None) -> Callable[[], str]:
    """A request that confirms, and says in what state it found the batch afterwards."""

    def act() -> str:
        mine = fresh(batch)
        confirm_import(mine, Choice(), seen=batch.digest, by=clerk, at=at or timezone.now())
        return mine.state

    return act


def writing(batch: ImportBatch, *, start: str) -> Callable[[], None]:
    """The writing alone of what was checked just now."""
    mine = fresh(batch)
    mine.confirmed_at = timezone.now()
    check = check_sent(stored_file(mine), kind_of("progress"), plan=mine.plan, by=mine.by, at=mine.confirmed_at)

    def write() -> None:
        with transaction.atomic():
            write_checked(fresh_confirmed(mine), check, start=start, now=timezone.now())

    return write


def fresh_confirmed(batch: ImportBatch) -> ImportBatch:
    found = fresh(batch)
    found.confirmed_at = batch.confirmed_at
    return found


# --- the same confirmation twice


def test_twenty_confirmations_at_once_are_one(plan: Plan, clerk: User) -> None:
    batch = uploaded(plan, clerk, 3)

    answers = at_once(*[confirming(batch, clerk)] * 20)

    assert answers == [State.APPLIED] * 20
    assert Line.objects.get().version == 1
    assert import_events() == ["import.check", "import.apply"]


def test_without_the_state_each_confirmation_would_be_an_import(plan: Plan, clerk: User) -> None:
    """The negative control: a move from the state that the move leads to lets everybody through."""
    batch = uploaded(plan, clerk, 3)
    ImportBatch.objects.update(state=State.APPLIED, applied_at=timezone.now())

    write = writing(batch, start=State.APPLIED)

    assert at_once(write, write) == [None, None]
    assert import_events() == ["import.check", "import.apply", "import.apply"]


def test_two_who_undo_at_once_do_it_once(plan: Plan, clerk: User) -> None:
    batch = uploaded(plan, clerk, 3)
    confirming(batch, clerk)()

    answers = at_once(*[lambda: undo_import(fresh(batch), by=clerk, at=timezone.now())] * 5)

    assert answers.count(None) >= 1
    assert import_events().count("import.undo") == 1
    assert not Line.objects.filled().exists()


# --- against a hand


def saving(plan: Plan, clerk: User, value: int, *, version: int | None) -> Callable[[], object]:
    change = LineChange("CSO", Decimal(value), expected_version=version)
    entry = ReportEntry(plan_unit_of(plan, COUNTY), quarter_of(plan, 1), [change])
    return lambda: save_entries([entry], by=clerk, at=timezone.now())


def test_file_and_hand_at_once_then_one_wins_and_the_other_is_told(plan: Plan, clerk: User) -> None:
    colleague = make_user(Role.REPORTER, COUNTY)
    for round_ in range(1, 11):
        version = Line.objects.values_list("version", flat=True).first() or 0
        batch = uploaded(plan, clerk, 2 * round_)
        act = saving(plan, colleague, 2 * round_ + 1, version=version)

        file, hand = at_once(writing(batch, start=State.CHECKED), act)

        assert isinstance(file, PortalError) != isinstance(hand, PortalError), (file, hand)
        stored, state = Line.objects.get().value, fresh(batch).state
        if isinstance(file, PortalError):
            assert (stored, state) == (2 * round_ + 1, State.CHECKED)
        else:
            assert (stored, state) == (2 * round_, State.APPLIED)
        Line.objects.update(batch=None)  # so that the next file finds no conflict to decide


def test_without_the_version_the_file_is_written_over_in_silence(plan: Plan, clerk: User) -> None:
    """The negative control: a hand that saw the line before the file came is told that it was stored."""
    file = writing(uploaded(plan, clerk, 2), start=State.CHECKED)
    hand = saving(plan, make_user(Role.REPORTER, COUNTY), 3, version=None)

    file()
    hand()

    assert Line.objects.get().value == 3
    assert last_batch().state == State.APPLIED


def test_hand_and_undo_at_once_after_a_later_import_was_taken_back_then_one_wins(plan: Plan, clerk: User) -> None:
    colleague = make_user(Role.REPORTER, COUNTY)
    first = uploaded(plan, clerk, 3)
    confirming(first, clerk)()
    second = uploaded(plan, clerk, 4)
    confirming(second, clerk)()
    undo_import(fresh(second), by=clerk, at=timezone.now())
    hand = saving(plan, colleague, 7, version=Line.objects.get().version)

    undone, typed = at_once(lambda: undo_import(fresh(first), by=clerk, at=timezone.now()), hand)

    assert isinstance(undone, PortalError) != isinstance(typed, PortalError), (undone, typed)
    line, state = Line.objects.get(), fresh(first).state
    wins = (7, State.APPLIED) if isinstance(undone, PortalError) else (None, State.UNDONE)
    assert (line.value, state) == wins


# --- against the end of the quarter


def race_with_the_end(plan: Plan, clerk: User, round_: int, *, arrival: datetime | None) -> dict[str, Any]:
    """A file is confirmed while the quarter is ended; what was confirmed when, what became of it, when the end was."""
    quarter = quarter_of(plan, 1)
    tomorrow = timezone.now() + timedelta(days=1)
    open_quarter(quarter, by=SYSTEM, at=timezone.now(), due=tomorrow, closes=tomorrow)
    batch = uploaded(plan, clerk, round_)
    seen: dict[str, Any] = {}

    def confirm() -> None:
        seen["at"] = arrival or timezone.now()
        confirming(batch, clerk, at=seen["at"])()

    def close() -> None:
        close_quarter(quarter_of(plan, 1), by=SYSTEM, at=timezone.now())

    at_once(confirm, close)
    seen |= {"state": fresh(batch).state, "closes": quarter_of(plan, 1).closes}
    seen["is_stored"] = Line.objects.filter(value=round_).exists()
    return seen


@pytest.mark.parametrize("rounds", [8, pytest.param(100, marks=pytest.mark.slow)])
def test_confirmed_while_the_quarter_ends_then_it_counts_or_is_refused_by_its_arrival(
    rounds: int, plan: Plan, clerk: User
) -> None:
    for round_ in range(1, rounds + 1):
        seen = race_with_the_end(plan, clerk, round_, arrival=None)

        in_time = seen["at"] < seen["closes"]
        assert seen["is_stored"] is in_time
        assert seen["state"] == (State.APPLIED if in_time else State.REFUSED)


def test_judged_by_the_upload_it_would_be_written_after_the_end(plan: Plan, clerk: User) -> None:
    """The negative control: with an instant before the end, a confirmation that comes after it is stored."""
    batch = uploaded(plan, clerk, 5)
    before = timezone.now()
    close_quarter(quarter_of(plan, 1), by=SYSTEM, at=timezone.now())

    assert confirming(batch, clerk, at=before)() == State.APPLIED
    assert Line.objects.get().value == 5
