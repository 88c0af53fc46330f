"""The assessment as pages show it: the ranking by groups of units, one unit's sheet by sections."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessments.beside import Beside
from assessments.models import (
    Adjustment,
    Appeal,
    AssessmentFile,
    Criterion,
    Scheme,
    ScoreLine,
    Section,
    SelfScore,
    UnitResult,
)
from targets.models import Plan, PlanUnit


@dataclass(frozen=True, slots=True)
class RankedRow:
    """A unit's line of the ranking; `section_scores` in the scheme's order."""

    result: UnitResult
    section_scores: list[Decimal | None]


@dataclass(frozen=True, slots=True)
class RankingGroup:
    """The units that are ranked with each other, the best first."""

    name: str
    rows: list[RankedRow]


@dataclass(frozen=True, slots=True)
class Source:
    """One report line behind a number."""

    indicator: str
    unit_label: str
    line: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A criterion on the sheet: its points, why, the report lines behind its numbers, and what people added.

    `is_unadjusted_yet`: the adjustment that stands is not in the points, for they were calculated before it.
    """

    line: ScoreLine
    criterion: Criterion
    sources: list[Source]
    own: SelfScore | None = None
    adjustment: Adjustment | None = None
    appeal: Appeal | None = None
    files: list[AssessmentFile] = field(default_factory=list)

    @property
    def is_unadjusted_yet(self) -> bool:
        return (self.adjustment.amount if self.adjustment else 0) != self.line.adjustment


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A section, the bonus or the deduction, with what it adds up to."""

    name: str
    points: Decimal | None
    score: Decimal | None
    lines: list[SheetLine]


def ranking_groups(results: Iterable[UnitResult], sections: list[Section]) -> list[RankingGroup]:
    """The results by ranking group in the plan's order; units without a rank come last."""
    groups: dict[str, list[UnitResult]] = {}
    for result in sorted(results, key=lambda each: each.plan_unit.order):
        groups.setdefault(result.plan_unit.rank_group, []).append(result)
    return [RankingGroup(group_name(key), _ranked(group, sections)) for key, group in groups.items()]


def group_name(rank_group: str) -> str:
    """What the units that are ranked with each other are called."""
    if rank_group == PlanUnit.Kind.COUNTY:
        return _("县区")
    return str(PlanUnit.Kind(rank_group).label)


def _ranked(results: list[UnitResult], sections: list[Section]) -> list[RankedRow]:
    in_order = sorted(results, key=lambda each: (each.rank is None, each.rank or 0, each.plan_unit.order))
    return [RankedRow(each, [_score(each, section) for section in sections]) for each in in_order]


def _score(result: UnitResult, section: Section) -> Decimal | None:
    score = result.sections.get(section.code)
    return None if score is None else Decimal(score)


def sheet_parts(result: UnitResult, scheme: Scheme, beside: Beside) -> list[SheetPart]:
    """The sheet's parts in the scheme's order; lines, criteria and sections must be prefetched."""
    sources = _sources(result, scheme.plan)
    lines = [
        SheetLine(
            each,
            each.criterion,
            _behind(each.criterion, sources),
            own=beside.own.get(each.code),
            adjustment=beside.adjustments.get(each.code),
            appeal=beside.appeals.get(each.code),
            files=beside.files.get(each.code, []),
        )
        for each in result.lines.all()
    ]
    parts = [
        SheetPart(
            f"{section.code} {section.label}",
            section.points,
            _score(result, section),
            [each for each in lines if each.criterion.section_id == section.pk],
        )
        for section in scheme.sections.all()
    ]
    extras = (
        (_("加分"), Criterion.Part.BONUS, scheme.bonus_cap, result.bonus),
        (_("扣分"), Criterion.Part.DEDUCTION, None, result.deduction),
    )
    for name, part, points, score in extras:
        of_part = [each for each in lines if each.criterion.part == part]
        if of_part:
            parts.append(SheetPart(name, points, score, of_part))
    return parts


@dataclass(frozen=True, slots=True)
class QuarterShown:
    """How a quarter was reported, as the stored inputs say: in time, how full, how often returned."""

    number: int
    on_time: bool
    counted: bool
    required: int
    filled: int
    returned: int


def quarters_shown(result: UnitResult) -> list[QuarterShown]:
    """The four quarters of a unit as they went into its score."""
    return [
        QuarterShown(
            each["quarter"],
            each["on_time"],
            each["counted"],
            each["required"],
            each["filled"],
            sum(each["returned"]),
        )
        for each in json.loads(result.inputs)["quarters"]
    ]


def _sources(result: UnitResult, plan: Plan) -> dict[str, list[Source]]:
    indicators = {each.code: each for each in plan.indicators.all() if each.code in result.trace}
    return {
        code: [Source(indicators[code].label, indicators[code].unit_label, line) for line in lines]
        for code, lines in result.trace.items()
        if code in indicators
    }


def _behind(criterion: Criterion, sources: dict[str, list[Source]]) -> list[Source]:
    return [source for code in criterion.params.get("indicators", []) for source in sources.get(code, [])]
