"""One unit's year: every indicator through the quarters, the reports, the score."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from assessments.models import UnitResult
from assessments.shown import shown_assessment
from progress.queries.reports import Standing, years_of_units
from reporting.queries.figures import Stored, categories_of, gap_sentence, year_figures
from targets.models import Indicator, Plan, PlanUnit
from targets.models.plan import plain_number


@dataclass(frozen=True, slots=True)
class IndicatorYear:
    """An indicator of the unit by quarter; `latest` is the newest quarter that has a status."""

    indicator: Indicator
    quarters: list[Stored | None]
    latest: Stored | None
    gap: str

    @property
    def target_text(self) -> str:
        """The target as people write it; empty where there is none."""
        target = self.latest.target if self.latest else None
        return "" if target is None else plain_number(target)


@dataclass(frozen=True, slots=True)
class UnitBoard:
    """Everything the unit page shows."""

    plan_unit: PlanUnit
    groups: list[tuple[str, list[IndicatorYear]]]
    standings: list[Standing]
    result: UnitResult | None


def load_unit(user: User, plan: Plan, plan_unit: PlanUnit, *, basis: str, as_of: datetime) -> UnitBoard:
    """The unit's year for a person; a fixed number of queries."""
    years = year_figures(user, plan_unit, basis=basis)
    indicators = [each for each in plan.indicators.order_by("order", "pk") if each.pk in years]
    groups = [
        (category, [_indicator_year(each, years[each.pk]) for each in within])
        for category, within in categories_of(plan, indicators)
    ]
    standings = list(years_of_units(plan, [plan_unit], as_of=as_of)[0].quarters) if plan_unit.is_reporting else []
    return UnitBoard(plan_unit, groups, standings, _result(user, plan, plan_unit))


def _indicator_year(indicator: Indicator, year: dict[int, Stored]) -> IndicatorYear:
    judged = [stored for stored in year.values() if stored.status]
    latest = judged[-1] if judged else None
    return IndicatorYear(
        indicator,
        [year.get(quarter) for quarter in sorted(year)],
        latest,
        gap_sentence(indicator, latest) if latest else "",
    )


def _result(user: User, plan: Plan, plan_unit: PlanUnit) -> UnitResult | None:
    """The unit's result in the revision that the person is shown: units go on seeing the published one."""
    assessment = shown_assessment(user, plan).assessment
    found: UnitResult | None = (
        UnitResult.objects.visible_to(user).filter(assessment=assessment, plan_unit=plan_unit).first()
    )
    if found and assessment:
        found.assessment = assessment
    return found
