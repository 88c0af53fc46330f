"""Two revisions of an assessment beside each other: per unit and line what it was, what it is, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments.models import Assessment, ScoreLine, UnitResult
from common.scope import Scoped
from targets.models import PlanUnit


@dataclass(frozen=True, slots=True)
class Difference:
    """One number that is not what it was; `why`: the sentences of both, for a line."""

    what: str
    before: str
    after: str
    why_before: str = ""
    why_after: str = ""


@dataclass(frozen=True, slots=True)
class UnitDifferences:
    """Everything that differs for one unit: the sums first, then the lines in the scheme's order."""

    plan_unit: PlanUnit
    differences: list[Difference]


def compare_revisions(viewer: Scoped, before: Assessment, after: Assessment) -> list[UnitDifferences]:
    """The visible units that differ, in the plan's order; four queries."""
    earlier, later = _results(viewer, before), _results(viewer, after)
    units = {**{code: each.plan_unit for code, each in earlier.items()}, **{c: r.plan_unit for c, r in later.items()}}
    found = [
        UnitDifferences(unit, list(_differences(earlier.get(code), later.get(code)))) for code, unit in units.items()
    ]
    return sorted((each for each in found if each.differences), key=lambda each: each.plan_unit.order)


def _results(viewer: Scoped, assessment: Assessment) -> dict[str, UnitResult]:
    rows = UnitResult.objects.visible_to(viewer).filter(assessment=assessment).select_related("plan_unit__unit")
    return {each.plan_unit.unit.code: each for each in rows.prefetch_related("lines__criterion")}


def _differences(before: UnitResult | None, after: UnitResult | None) -> Iterator[Difference]:
    words = {"total": _("总分"), "grade": _("等次"), "rank": _("名次"), "base": _("基本分")}
    words |= {"bonus": _("加分"), "deduction": _("扣分")}
    for name, word in words.items():
        was, now = _text(getattr(before, name, None)), _text(getattr(after, name, None))
        if was != now:
            yield Difference(word, was, now)
    earlier, later = _lines(before), _lines(after)
    for code in [*later, *(code for code in earlier if code not in later)]:
        was_line, now_line = earlier.get(code), later.get(code)
        was, now = _points(was_line), _points(now_line)
        if was != now:
            line = now_line or was_line
            name = f"{code} {line.criterion.label}" if line else code
            yield Difference(name, was, now, was_line.why if was_line else "", now_line.why if now_line else "")


def _lines(result: UnitResult | None) -> dict[str, ScoreLine]:
    return {each.code: each for each in result.lines.all()} if result else {}


def _points(line: ScoreLine | None) -> str:
    return "" if line is None else _text(line.points)


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)
