"""The manual scores as a page shows them: units × criteria, each beside the unit's own score, and what is unscored."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from assessments.forms import ScoreGrid, cell_name
from assessments.models import Assessment, AssessmentFile, Criterion, ManualScore, SelfScore
from targets.models import PlanUnit


@dataclass(frozen=True, slots=True)
class ScoreCell:
    """One unit's score of one criterion: as stored, as typed, and what the unit says of itself."""

    unit: PlanUnit
    criterion: Criterion
    name: str
    score: ManualScore | None
    points: str
    reason: str
    error: Any
    own: SelfScore | None = None
    files: Sequence[AssessmentFile] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A unit's cells, in the order of the criteria."""

    unit: PlanUnit
    cells: list[ScoreCell]


@dataclass(frozen=True, slots=True)
class Unscored:
    """The units that have no score of a criterion yet; without those of a section nothing is announced."""

    criterion: Criterion
    cells: list[ScoreCell]

    @property
    def is_required(self) -> bool:
        """Whether the criterion must be scored; bonus and deduction are 0 where nobody says otherwise."""
        return self.criterion.part == Criterion.Part.SECTION


def score_rows(grid: ScoreGrid, assessment: Assessment, posted: QueryDict) -> list[ScoreRow]:
    """The grid's cells with what is stored and what was typed; three queries, none before there is an assessment."""
    standing = _Standing.of(assessment, [each.code for each in grid.criteria])
    return [
        ScoreRow(unit, [standing.cell(grid, unit, criterion, posted) for criterion in grid.criteria])
        for unit in grid.units
    ]


def unscored_of(rows: Sequence[ScoreRow]) -> list[Unscored]:
    """What is still to be scored, by criterion in the scheme's order."""
    found: dict[str, Unscored] = {}
    for row in rows:
        for cell in row.cells:
            if cell.score is None:
                found.setdefault(cell.criterion.code, Unscored(cell.criterion, [])).cells.append(cell)
    return sorted(found.values(), key=lambda each: each.criterion.order)


Place = tuple[int, str]
"""A plan unit's id and a criterion's code."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """What is stored, by place."""

    scores: dict[Place, ManualScore] = field(default_factory=dict)
    own: dict[Place, SelfScore] = field(default_factory=dict)
    files: dict[Place, list[AssessmentFile]] = field(default_factory=dict)

    @classmethod
    def of(cls, assessment: Assessment, codes: Sequence[str]) -> "_Standing":
        if not assessment.pk:
            return cls()
        kept: defaultdict[Place, list[AssessmentFile]] = defaultdict(list)
        files = AssessmentFile.objects.behind_self_scores().filter(assessment=assessment, criterion_code__in=codes)
        for each in files.select_related("file"):
            kept[each.plan_unit_id, each.criterion_code].append(each)
        own = assessment.self_scores.filter(criterion_code__in=codes)
        return cls(
            {(each.plan_unit_id, each.criterion_code): each for each in assessment.manual_scores.all()},
            {(each.plan_unit_id, each.criterion_code): each for each in own},
            dict(kept),
        )

    def cell(self, grid: ScoreGrid, unit: PlanUnit, criterion: Criterion, posted: QueryDict) -> ScoreCell:
        place, name = (unit.pk, criterion.code), cell_name(unit, criterion)
        score = self.scores.get(place)
        return ScoreCell(
            unit,
            criterion,
            name,
            score,
            points=posted.get(name, f"{score.points.normalize():f}" if score else ""),
            reason=posted.get(f"{name}-reason", score.reason if score else ""),
            error=grid.errors.get(name, ""),
            own=self.own.get(place),
            files=self.files.get(place, ()),
        )
