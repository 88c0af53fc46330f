"""Two people at the same moment: each race is first shown with its guard off (reliability.md, R8 and R9)."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection, connections

from accounts.models import User
from accounts.policy import Role
from common.errors import Conflict, PortalError
from progress.models import Evidence, Line, Report
from progress.services.changes import LineChange, LineConflict, ReportEntry
from progress.services.entry import save_entries, save_lines
from progress.services.evidence import add_evidence
from progress.services.review import approve_report, submit_report, withdraw_report
from targets.models import PlanUnit, Quarter
from tests.factories import load_both_plans, make_report, make_user, plan_unit_of, quarter_of
from tests.progress.builders import PDF, upload

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 100


def at_once(*actions: Callable[[], object]) -> list[object]:
    """What the actions return or refuse, each in a thread and connection of its own, started together."""
    barrier, answers = Barrier(len(actions)), list[object]([None] * len(actions))

    def run(index: int, action: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=20)
            answers[index] = action()
        except PortalError as refused:
            answers[index] = refused
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=each) for each in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


@pytest.fixture
def county() -> PlanUnit:
    plan, _second = load_both_plans()
    return plan_unit_of(plan, "320722")


@pytest.fixture
def first(county: PlanUnit) -> Quarter:
    return quarter_of(county.plan, 1)


@pytest.fixture
def at(first: Quarter) -> datetime:
    return first.opens


@pytest.fixture
def people(county: PlanUnit) -> tuple[User, User]:
    return make_user(Role.REPORTER, county.unit), make_user(Role.REPORTER, county.unit)


def race(report: Report, people: tuple[User, User], at: datetime, *, round_: int, version: int | None) -> list[object]:
    changes = [LineChange("CP", Decimal(10 * round_ + each), expected_version=version) for each in (1, 2)]
    return at_once(
        lambda: save_lines(report, [changes[0]], by=people[0], at=at),
        lambda: save_lines(report, [changes[1]], by=people[1], at=at),
    )


def test_of_two_who_save_a_row_one_wins_and_the_other_gets_its_values(
    county: PlanUnit, people: tuple[User, User], at: datetime
) -> None:
    report = make_report(county, 1, {"CP": (0, None)})

    for round_ in range(1, ROUNDS + 1):
        answers = race(report, people, at, round_=round_, version=round_)

        lost = [answer for answer in answers if isinstance(answer, LineConflict)]
        stored = Line.objects.get()
        assert (len(lost), stored.version) == (1, round_ + 1)
        assert lost[0].line.value == stored.value


def test_without_the_version_the_first_ones_number_is_lost(
    county: PlanUnit, people: tuple[User, User], at: datetime
) -> None:
    """The negative control: both are told that their number was saved."""
    report = make_report(county, 1, {"CP": (0, None)})

    answers = race(report, people, at, round_=1, version=None)

    assert not any(isinstance(answer, PortalError) for answer in answers)
    assert Line.objects.get().version == 3


def test_two_who_start_the_same_report_make_one(
    county: PlanUnit, first: Quarter, people: tuple[User, User], at: datetime
) -> None:
    def enter(user: User, code: str) -> Callable[[], object]:
        return lambda: save_entries([ReportEntry(county, first, [LineChange(code, Decimal(1))])], by=user, at=at)

    answers = at_once(enter(people[0], "CP"), enter(people[1], "NEV"))

    assert not any(isinstance(answer, PortalError) for answer in answers)
    assert Report.objects.count() == 1
    assert set(Line.objects.values_list("indicator__code", flat=True)) == {"CP", "NEV"}


def test_twenty_submissions_at_once_are_one(county: PlanUnit, people: tuple[User, User], at: datetime) -> None:
    report = make_report(county, 1)

    answers = at_once(*[lambda: submit_report(report, by=people[0], at=at, note="说明")] * 20)

    assert answers == [None] * 20
    assert report.moves.count() == 1


def test_approving_and_withdrawing_at_once_one_of_them_happens(
    county: PlanUnit, people: tuple[User, User], at: datetime
) -> None:
    reviewer = make_user(Role.REVIEWER)
    for number in (1, 2, 3):
        report = make_report(county, number, state=Report.State.SUBMITTED, by=people[0])

        answers = at_once(
            lambda report=report: approve_report(report, by=reviewer, at=at, version=1),  # type: ignore[misc]
            lambda report=report: withdraw_report(report, by=people[0], at=at),  # type: ignore[misc]
        )

        assert sum(isinstance(answer, Conflict) for answer in answers) == 1
        assert report.moves.count() == 1


def test_a_row_saved_while_the_report_is_submitted_is_in_it_or_refused(
    county: PlanUnit, people: tuple[User, User], at: datetime
) -> None:
    change = LineChange("CP", Decimal(9))
    for number in (1, 2, 3):
        report = make_report(county, number)
        opens = report.quarter.opens

        saved, _submitted = at_once(
            lambda report=report, opens=opens: save_lines(report, [change], by=people[1], at=opens),  # type: ignore[misc]
            lambda report=report, opens=opens: submit_report(report, by=people[0], at=opens, note="说明"),  # type: ignore[misc]
        )

        report.refresh_from_db()
        stored = Line.objects.get(report=report, indicator__code="CP").value
        assert report.state == Report.State.SUBMITTED
        assert stored == (1 if isinstance(saved, PortalError) else 9), connection.vendor


def test_of_two_who_paste_the_same_rows_one_wins_whole(
    county: PlanUnit, people: tuple[User, User], at: datetime
) -> None:
    codes = ("CP", "NEV", "CSO")
    report = make_report(county, 1, dict.fromkeys(codes, (0, None)))

    def paste(user: User, number: int, version: int) -> Callable[[], object]:
        changes = [LineChange(code, Decimal(number), expected_version=version) for code in codes]
        return lambda: save_lines(report, changes, by=user, at=at)

    for round_ in range(1, ROUNDS + 1):
        answers = at_once(paste(people[0], 2 * round_, round_), paste(people[1], 2 * round_ + 1, round_))

        assert sum(isinstance(answer, LineConflict) for answer in answers) == 1
        stored = set(report.lines.values_list("value", "version"))
        assert len(stored) == 1
        assert stored.pop()[1] == round_ + 1


def test_files_added_at_once_have_numbers_of_their_own(
    county: PlanUnit, people: tuple[User, User], at: datetime
) -> None:
    report = make_report(county, 1, {"CP": (4, None)})

    def add(number: int) -> Callable[[], object]:
        file = upload(PDF + bytes([number]), f"{number}.pdf")
        return lambda: add_evidence(report, "CP", file, by=people[number % 2], at=at)

    at_once(*[add(number) for number in range(8)])

    numbers = sorted(Evidence.objects.values_list("number", flat=True))
    assert numbers == [f"320722-CP-Q1-{ordinal:02d}" for ordinal in range(1, 9)]
