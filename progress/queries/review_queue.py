"""What waits for review in a quarter: how long, how late, with which warnings now, and who has not reported at all."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext

from accounts.models import User
from common.instants import local_day
from progress.models import Report, ReportContributor
from progress.queries.reports import Standing, UnitYear, extended_to, years_of_units
from progress.queries.sheet import Sheet, load_sheets
from progress.queries.year import YearBook, load_year
from targets.calendar import working_days_between
from targets.models import Plan, PlanUnit, Quarter
from targets.queries import calendar_of_plan, working_days

State = Report.State


@dataclass(frozen=True)
class Found:
    """Warnings of one kind: the lines they stand at, each as (code, label, what else is said of it)."""

    kind: str
    lines: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Waiting:
    """A report that waits for its review. `took_part`: the person who looks at the queue entered or submitted it."""

    sheet: Sheet
    took_part: bool
    days: int
    working_days: int

    @property
    def report(self) -> Report:
        return self.sheet.report

    @property
    def unit_code(self) -> str:
        return self.sheet.plan_unit.unit.code

    @property
    def extended_to(self) -> datetime | None:
        """The unit's own deadline where it was given a later one; else None."""
        return extended_to(self.sheet.window, self.sheet.quarter)

    @property
    def evidence_count(self) -> int:
        return sum(len(row.evidence) for row in self.sheet.rows)

    @property
    def not_applicable_count(self) -> int:
        """How many lines say 不涉及, which the reviewer confirms by approving."""
        return sum(row.entered.not_applicable for row in self.sheet.rows)

    @property
    def draft_comments(self) -> int:
        """How many comments somebody wrote and has not sent with a decision yet."""
        return sum(comment.sent_at is None for row in self.sheet.rows for comment in row.asked)

    @cached_property
    def found(self) -> list[Found]:
        """What the checks find now, by kind."""
        labels = {row.indicator.code: row.indicator.label for row in self.sheet.rows}
        kinds: dict[str, list[tuple[str, str, str]]] = {}
        for check in self.sheet.checks:
            kind, text, code = check.kind(gettext), check.text(gettext), check.indicator_code
            lines = kinds.setdefault(kind, [])
            if code:
                lines.append((code, labels[code], text.removeprefix(kind).lstrip("：，:, ")))
        return [Found(kind, tuple(lines)) for kind, lines in kinds.items()]

    @property
    def found_count(self) -> int:
        return len(self.sheet.checks)

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to look into: no warning now or at its submission, no word, no comment."""
        report = self.report
        return not (self.found_count or report.warning_count or report.submit_note or self.draft_comments)

    @property
    def seen(self) -> str:
        """What the person has seen of it: the unit, the revision and the version."""
        return f"{self.unit_code}:{self.report.revision}:{self.report.version}"


@dataclass(frozen=True)
class ReviewQueue:
    """A quarter's queue. `waiting` is the oldest first, `column` every unit's standing in the plan's order."""

    quarter: Quarter
    waiting: tuple[Waiting, ...]
    years: tuple[UnitYear, ...]
    as_of: datetime

    @property
    def column(self) -> list[Standing]:
        return [year.quarters[self.quarter.number - 1] for year in self.years]

    @property
    def to_read(self) -> list[Waiting]:
        """Those with something to look into."""
        return [each for each in self.waiting if not each.is_clean]

    @property
    def clean(self) -> list[Waiting]:
        """Those that can be approved together, and those of them that somebody else must approve."""
        return [each for each in self.waiting if each.is_clean]

    @property
    def may_be_ticked(self) -> int:
        """How many the person can approve together."""
        return sum(not each.took_part for each in self.clean)

    @property
    def missing(self) -> list[Standing]:
        """Whose report has not been handed in although the quarter has opened for them."""
        return [each for each in self.column if not each.is_handed_in and self.as_of >= each.window.opens]

    @property
    def overdue(self) -> list[Standing]:
        """Those of the missing whose deadline has passed."""
        return [each for each in self.missing if each.is_overdue]

    @property
    def approved(self) -> list[Standing]:
        """Whose report counts and is not being corrected."""
        return [each for each in self.column if each.state == State.APPROVED]

    @property
    def sent_back(self) -> list[Standing]:
        """Whose report is with the unit again: returned, or withdrawn after a return."""
        return [each for each in self.column if each.is_handed_in and each.is_with_unit and not each.is_correcting]

    @property
    def correcting(self) -> list[Standing]:
        """Whose correction is being written, while the approved report goes on counting."""
        return [each for each in self.column if each.is_correcting]

    @property
    def waiting_by_quarter(self) -> dict[int, int]:
        """How many reports of each quarter wait."""
        return waiting_by_quarter(self.years)


def waiting_by_quarter(years: Collection[UnitYear]) -> dict[int, int]:
    """How many reports wait for review, by the number of the quarter."""
    numbers = {each.quarter.number: 0 for year in years for each in year.quarters}
    for each in (each for year in years for each in year.quarters):
        numbers[each.quarter.number] += each.state == State.SUBMITTED
    return numbers


def load_queue(
    user: User, plan: Plan, number: int | None, *, as_of: datetime, reads: bool = True
) -> ReviewQueue | None:
    """The queue of a quarter, or of the one that most wants looking at; None for a quarter that is not there.

    At most eighteen queries, whatever the number of units and reports; six where nobody `reads` what waits.
    """
    chosen = PlanUnit.objects.visible_to(user).reporting().filter(plan=plan)
    units = list(chosen.select_related("unit").order_by("order", "pk"))
    for unit in units:
        unit.plan = plan
    calendar = calendar_of_plan(plan)
    years = tuple(years_of_units(plan, units, as_of=as_of, calendar=calendar))
    quarters = {quarter.number: quarter for quarter in calendar.quarters}
    quarter = quarters.get(_default_quarter(years, quarters, as_of) if number is None else number)
    if quarter is None:
        return None
    column = [year.quarters[quarter.number - 1] for year in years]
    submitted = [each.plan_unit for each in column if each.state == State.SUBMITTED]
    book = load_year(plan, submitted, calendar) if submitted and reads else None
    waiting = _waiting(user, book, quarter.number, as_of) if book else ()
    return ReviewQueue(quarter, waiting, years, as_of)


def next_waiting(user: User, plan: Plan, number: int) -> list[tuple[str, str]]:
    """The units whose reports of a quarter wait, as (code, name), in the order of the queue; one query."""
    reports = Report.objects.visible_to(user).of_plan(plan).filter(quarter__number=number).awaiting_review()
    return [(each.plan_unit.unit.code, each.plan_unit.label) for each in reports.select_related("plan_unit__unit")]


def _default_quarter(years: Collection[UnitYear], quarters: dict[int, Quarter], as_of: datetime) -> int:
    """The earliest quarter with something that waits; else the last one that has opened."""
    waiting = [number for number, count in waiting_by_quarter(years).items() if count]
    opened = [number for number, quarter in quarters.items() if quarter.opens <= as_of]
    return min(waiting) if waiting else max(opened, default=min(quarters, default=1))


def _waiting(user: User, book: YearBook, number: int, as_of: datetime) -> tuple[Waiting, ...]:
    places = [place for place in book.reports if place[1] == number]
    reports = [report for place in places if (report := book.current(place)) is not None]
    own = set(ReportContributor.objects.filter(user=user, report__in=reports).values_list("report_id", flat=True))
    is_working_day = working_days()
    today = local_day(as_of)
    found = []
    for sheet in load_sheets(book, reports, number):
        report = sheet.report
        sent = local_day(report.submitted_at or as_of)
        took_part = report.pk in own or report.submitted_by_id == user.pk
        worked = working_days_between(sent, today, is_working_day=is_working_day)
        found.append(Waiting(sheet, took_part, (today - sent).days, worked))
    return tuple(sorted(found, key=lambda each: (each.report.submitted_at or as_of, each.report.pk)))
