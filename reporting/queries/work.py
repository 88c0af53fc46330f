"""What waits: the facts from which a person's page "my work" is made."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.queries import locked_names
from assessments.models import Announcement, Appeal, Assessment, Criterion, ManualScore
from audit.models import AuditEvent
from jobs.models import Job
from progress.queries.reports import Standing, UnitYear, years_of_units
from targets.models import Plan, PlanUnit, Quarter
from targets.queries import calendar_of_plan

RECENT = timedelta(days=7)
APPROVED_LATELY = timedelta(weeks=4)
MOST_PLANS = 2
"""In the first months of a year the year before is still being finished."""
MOST_JOBS = 5


@dataclass(frozen=True, slots=True)
class Desk:
    """One running plan as a person sees it: the quarters, and where each of the person's units is with each."""

    plan: Plan
    quarters: list[Quarter]
    years: list[UnitYear]

    def standings(self) -> list[Standing]:
        """Every unit's every quarter: quarter by quarter, the units in the plan's order."""
        return [standing for column in zip(*(year.quarters for year in self.years), strict=True) for standing in column]

    def approved_lately(self) -> list[Standing]:
        """What was approved within four weeks and stands so, the newest first."""
        found = [
            each for each in self.standings() if each.approved_at and each.as_of - each.approved_at < APPROVED_LATELY
        ]
        return sorted(found, key=lambda each: each.approved_at or each.as_of, reverse=True)

    def extended_in(self, quarter: Quarter) -> list[Standing]:
        """The units that may still hand in a quarter's report because they were given longer."""
        column = (year.quarters[quarter.number - 1] for year in self.years)
        return [each for each in column if each.extended_to and not each.is_closed]

    def missing_in(self, quarter: Quarter) -> list[Standing]:
        """The units that have not handed in a quarter's report."""
        column = (year.quarters[quarter.number - 1] for year in self.years)
        return [each for each in column if not each.is_handed_in]


def desks_of(user: User, *, as_of: datetime) -> list[Desk]:
    """The running plans that a person takes part in, the newest first; two queries, and two a plan."""
    running = Plan.objects.visible_to(user).filter(state=Plan.State.ACTIVE).order_by("-year", "owner__path")
    plans = list(running.select_related("owner")[:MOST_PLANS])
    units = PlanUnit.objects.visible_to(user).reporting().filter(plan__in=plans).select_related("unit")
    units_of: dict[int, list[PlanUnit]] = {plan.pk: [] for plan in plans}
    for unit in units.order_by("order", "pk"):
        units_of[unit.plan_id].append(unit)
    return [_desk(plan, units_of[plan.pk], as_of) for plan in plans]


def _desk(plan: Plan, plan_units: list[PlanUnit], as_of: datetime) -> Desk:
    calendar = calendar_of_plan(plan)
    return Desk(plan, calendar.quarters, years_of_units(plan, plan_units, as_of=as_of, calendar=calendar))


def newest_assessments(user: User, plans: list[Plan]) -> dict[int, Assessment]:
    """The newest assessment of each plan by its id; one query.

    Each with `unscored`: manual scores not yet given, of all assessed units for every manual criterion of the plan's
    newest scheme; `pending_appeals`: the person's or, for the bureau, everybody's; `appeals_until` while announced.
    """
    newest = Assessment.objects.filter(plan=OuterRef("plan")).order_by("-revision").values("pk")[:1]
    assessments = Assessment.objects.visible_to(user).filter(plan__in=plans, pk=Subquery(newest))
    counted = assessments.annotate(
        unscored=_expected_scores() - _given_scores(),
        pending_appeals=_pending_appeals(user),
        appeals_until=Subquery(_standing_announcements().values("until")[:1]),
    )
    return {each.plan_id: each for each in counted.defer("inputs_head", "results_head", "seal_head")}


def _pending_appeals(user: User) -> Combinable:
    pending = Appeal.objects.visible_to(user).pending().filter(assessment=OuterRef("pk")).order_by()
    return Coalesce(Subquery(pending.values("assessment").annotate(n=Count("pk")).values("n")), 0)


def _standing_announcements() -> QuerySet[Announcement]:
    return Announcement.objects.filter(assessment=OuterRef("pk"), withdrawn_at=None).order_by()


def _expected_scores() -> Combinable:
    schemes = Criterion.objects.filter(scheme__plan=OuterRef("plan"), rule="manual", section__isnull=False)
    criteria = schemes.order_by("-scheme__version").values("scheme__version").annotate(n=Count("pk")).values("n")[:1]
    assessed = PlanUnit.objects.filter(plan=OuterRef("plan"), assessed=True).order_by()
    units = assessed.values("plan").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(criteria), 0) * Coalesce(Subquery(units), 0)


def _given_scores() -> Combinable:
    manual = Criterion.objects.filter(
        scheme__plan=OuterRef("assessment__plan"), rule="manual", section__isnull=False
    ).values("code")
    scores = ManualScore.objects.filter(assessment=OuterRef("pk"), criterion_code__in=manual).order_by()
    return Coalesce(Subquery(scores.values("assessment").annotate(n=Count("pk")).values("n")), 0)


def jobs_of(user: User, *, as_of: datetime) -> list[Job]:
    """A person's own jobs: those that wait or run, then the last that ended within a week. One query."""
    own = Job.objects.visible_to(user).filter(by=user).select_related("result_file")
    recent = own.filter(Q(state__in=Job.UNFINISHED) | Q(finished_at__gt=as_of - RECENT)).order_by("-pk")
    return sorted(recent[:MOST_JOBS], key=lambda job: not job.is_unfinished)


@dataclass(frozen=True, slots=True)
class House:
    """What the system administrator looks after."""

    has_plan: bool
    accounts: int
    never_signed_in: int
    locked: list[str]
    failed_jobs: list[Job]


def load_house(user: User, *, as_of: datetime) -> House:
    """The state of accounts and jobs; four queries."""
    accounts = User.objects.visible_to(user).filter(is_active=True).exclude(pk=user.pk)
    counts = accounts.aggregate(all=Count("pk"), new=Count("pk", filter=Q(last_login=None)))
    failed = Job.objects.visible_to(user).filter(state=Job.State.FAILED, finished_at__gt=as_of - RECENT)
    return House(
        # Not a look at anybody's data: only whether the first step of the installation was made.
        has_plan=Plan.objects.exists(),
        accounts=counts["all"],
        never_signed_in=counts["new"],
        locked=locked_names(at=as_of),
        failed_jobs=list(failed.select_related("by").order_by("-pk")[:MOST_JOBS]),
    )


def trail_this_week(user: User, *, as_of: datetime) -> tuple[int, int]:
    """How many things were done, and how many were refused, within a week; one query."""
    week = AuditEvent.objects.visible_to(user).filter(at__gt=as_of - RECENT)
    refused = Count("pk", filter=Q(outcome=AuditEvent.Outcome.REFUSED))
    counts = week.aggregate(all=Count("pk"), refused=refused)
    return counts["all"] - counts["refused"], counts["refused"]
