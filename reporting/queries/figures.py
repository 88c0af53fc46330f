"""Stored figures of one quarter as pages show them: for the city's targets and for the matrix."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext

from accounts.models import User
from assessments.models import Compliance
from calculations.actual import Kind
from calculations.gap import Gap, gap_kind
from calculations.words import gap_words
from common.languages import in_readers_language
from targets.models import Indicator, Plan, PlanUnit

Pair = tuple[int, int]
"""A plan unit's id and an indicator's."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One stored figure (`assessments.models.Compliance`), without its keys."""

    quarter: int
    value: Decimal | None
    base: Decimal | None
    target: Decimal | None
    actual: Decimal | None
    attainment: Decimal | None
    expected: Decimal | None
    gap: Decimal | None
    needed: Decimal | None
    forecast: Decimal | None
    status: str
    owing: int
    missing: int
    incomplete: bool

    @property
    def counted(self) -> int:
        """How many of the `owing` units have a line."""
        return self.owing - self.missing


COLUMNS = tuple(Stored.__dataclass_fields__)


def stored_figures(
    user: User, plan: Plan, *, quarter: int, basis: str, units: Sequence[int] | None = None
) -> dict[Pair, Stored]:
    """The figures of a quarter that the person may see, by pair; one query."""
    rows = Compliance.objects.visible_to(user).filter(plan_unit__plan=plan, quarter=quarter, basis=basis)
    if units is not None:
        rows = rows.filter(plan_unit__in=units)
    return {
        (unit, indicator): Stored(*columns)
        for unit, indicator, *columns in rows.order_by().values_list("plan_unit_id", "indicator_id", *COLUMNS)
    }


def year_figures(user: User, plan_unit: PlanUnit, *, basis: str) -> dict[int, dict[int, Stored]]:
    """A unit's figures by indicator and quarter; one query."""
    rows = Compliance.objects.visible_to(user).filter(plan_unit=plan_unit, basis=basis)
    found: dict[int, dict[int, Stored]] = {}
    for indicator, *columns in rows.order_by("quarter").values_list("indicator_id", *COLUMNS):
        stored = Stored(*columns)
        found.setdefault(indicator, {})[stored.quarter] = stored
    return found


def gap_sentence(indicator: Indicator, stored: Stored) -> str:
    """What is still missing, in the words of the work; empty where nothing is."""
    if not stored.gap:
        return ""
    gap = Gap(gap_kind(Kind(indicator.kind), Fraction(stored.target or 0)), Fraction(stored.gap))
    return gap_words(gap, indicator.unit_label, decimals=indicator.decimals, translate=gettext)


def categories_of(plan: Plan, indicators: Iterable[Indicator]) -> list[tuple[str, list[Indicator]]]:
    """The plan's categories in order and in the reader's language, each with those of its indicators that are given."""
    by_key: dict[str, list[Indicator]] = {}
    for indicator in indicators:
        by_key.setdefault(indicator.category, []).append(indicator)
    return [
        (in_readers_language(category["name"], category.get("name_en", "")), by_key[category["key"]])
        for category in plan.categories
        if category["key"] in by_key
    ]
