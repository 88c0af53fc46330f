"""What the tests of the process share: the worked example calculated, announced, published."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection

from accounts.models import User
from assessments.models import Announcement, Assessment
from assessments.services.adjustments import Line
from assessments.services.announcing import announce_assessment
from assessments.services.assessment import ensure_assessment, run_assessment
from assessments.services.manual import Given, set_manual_scores
from assessments.services.publishing import publish_assessment
from targets.models import Plan, PlanUnit
from tests.assessments.assessed import file_donghai, give_scheme, year_is_over
from tests.factories import make_user


class Year:
    """The year of the worked example, over and scored by hand, with the people of the assessment."""

    def __init__(self, plan: Plan) -> None:
        give_scheme(plan)
        self.plan = plan
        self.at = year_is_over(plan)
        self.county = file_donghai(plan)
        self.officer, self.reviewer = make_user("officer"), make_user("reviewer")
        self.leader, self.clerk = make_user("leader"), make_user("reporter", "320722")

    @property
    def assessment(self) -> Assessment:
        """The newest revision as it is stored now."""
        newest = Assessment.objects.filter(plan=self.plan).order_by("-revision")[0]
        newest.plan = Plan.objects.select_related("owner").get(pk=self.plan.pk)
        return newest

    def score_everybody(self, points: str = "2.50") -> None:
        """The one manual criterion of a section, for every assessed unit."""
        units = self.plan.plan_units.filter(assessed=True)
        given = [Given(unit.pk, "C4", Decimal(points), "检查表") for unit in units]
        set_manual_scores(ensure_assessment(self.plan, at=self.at), given, by=self.reviewer, at=self.at)

    def calculate(self) -> Assessment:
        """Everything scored and calculated."""
        self.score_everybody()
        return run_assessment(self.plan, by=self.officer, at=self.at)

    def announce(self) -> Announcement:
        """Calculated and announced."""
        self.calculate()
        return announce_assessment(self.assessment, by=self.officer, at=self.at)

    def publish(self) -> Assessment:
        """Announced, the time for appeals over, published."""
        announcement = self.announce()
        publish_assessment(self.assessment, by=self.officer, at=announcement.until)
        return self.assessment

    def line(self, code: str, unit: PlanUnit | None = None) -> Line:
        """A line of the worked example's county."""
        return Line(self.assessment, unit or self.county, code)

    def later(self, **span: int) -> datetime:
        """After the year is over."""
        return self.at + timedelta(**span)

    def other_officer(self) -> User:
        """A second officer of the bureau."""
        return make_user("officer")


@contextmanager
def guards_down() -> Iterator[None]:
    """As somebody writes who has the database itself: on PostgreSQL without its triggers."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")
