"""The assessment as pages show it: the ranking by groups of units, one unit's sheet by sections."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments.beside import Beside
from assessments.models import (
    Adjustment,
    Appeal,
    AssessmentFile,
    Criterion,
    ManualScore,
    Scheme,
    ScoreLine,
    Section,
    SelfScore,
    UnitResult,
)
from assessments.rule_words import Names, rule_words
from assessments.sums import extra_words, section_words
from assessments.tracing import Source, sources_behind
from calculations.rules import Evidence
from targets.models import PlanUnit


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
class SheetLine:
    """A criterion on the sheet: its rule, its points, why, the lines behind its numbers, and what people added.

    `is_unadjusted_yet`, `is_rescored`: the adjustment or the score by hand that stands is not in the points, for they
    were calculated before it.
    """

    line: ScoreLine
    criterion: Criterion
    rule: str
    sources: list[Source]
    own: SelfScore | None = None
    manual: ManualScore | None = None
    adjustment: Adjustment | None = None
    appeal: Appeal | None = None
    files: list[AssessmentFile] = field(default_factory=list)

    @property
    def is_unadjusted_yet(self) -> bool:
        return (self.adjustment.amount if self.adjustment else 0) != self.line.adjustment

    @property
    def is_rescored(self) -> bool:
        calculated_at = self.line.result.assessment.calculated_at
        if self.manual is None or calculated_at is None or self.manual.at <= calculated_at:
            return False
        # Whoever scored while a calculation was waiting its turn is later than it, and in it all the same.
        return self.line.unscored or self.manual.points != self.line.computed


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A section, the bonus or the deduction, with what it adds up to; `words` say how, where it is no plain sum."""

    name: str
    points: Decimal | None
    score: Decimal | None
    lines: list[SheetLine]
    words: str = ""


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


def sheet_parts(
    result: UnitResult, scheme: Scheme, beside: Beside, sources: Mapping[str, list[Source]], names: Names
) -> list[SheetPart]:
    """The sheet's parts in the scheme's order; the result's lines with their criteria must be prefetched."""
    evident = _with_evidence(result)
    shown = {code: lines for code, lines in sources.items() if code in evident}
    lines = [
        _line(each, names, beside, shown if each.criterion.rule == Evidence.tag else sources)
        for each in result.lines.all()
    ]
    parts = []
    for section in scheme.sections.all():
        own = [each for each in lines if each.criterion.section_id == section.pk]
        score = _score(result, section)
        words = section_words(section, score, [each.line for each in own])
        parts.append(SheetPart(f"{section.code} {section.label}", section.points, score, own, words))
    extras = (
        (_("加分"), Criterion.Part.BONUS, scheme.bonus_cap, result.bonus),
        (_("扣分"), Criterion.Part.DEDUCTION, None, result.deduction),
    )
    for name, part, cap, score in extras:
        own = [each for each in lines if each.criterion.part == part]
        if own:
            parts.append(SheetPart(name, cap, score, own, extra_words(cap, score, [each.line for each in own])))
    return parts


def _line(line: ScoreLine, names: Names, beside: Beside, sources: Mapping[str, list[Source]]) -> SheetLine:
    return SheetLine(
        line,
        line.criterion,
        rule_words(line.criterion, names),
        sources_behind(line.criterion, sources),
        own=beside.own.get(line.code),
        manual=beside.manual.get(line.code),
        adjustment=beside.adjustments.get(line.code),
        appeal=beside.appeals.get(line.code),
        files=beside.files.get(line.code, []),
    )


def _with_evidence(result: UnitResult) -> set[str]:
    """The indicators with a target that were counted as shown by files or ledger items."""
    indicators = json.loads(result.inputs)["indicators"]
    return {code for code, each in indicators.items() if each["has_evidence"] and each["target"] is not None}


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
