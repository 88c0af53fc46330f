"""What a scheme file says, as frozen values: plain Python, so that it can be read and checked without a database."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

RankBy = Literal["grade", "total"]
VetoRule = Literal["flag", "binding"]

RANK_BY: tuple[RankBy, ...] = get_args(RankBy)
VETO_RULES: tuple[VetoRule, ...] = get_args(VetoRule)


@dataclass(frozen=True, kw_only=True)
class CriterionEntry:
    """A line of the scheme. `params` are the rule's parameters as plain JSON (numbers as text, steps as pairs),
    without the codes of the `indicators` it looks at."""

    code: str
    name: str
    name_en: str
    max: Decimal
    rule: str
    params: dict[str, object]
    indicators: tuple[str, ...]
    checklist: str
    checklist_en: str


@dataclass(frozen=True, kw_only=True)
class SectionEntry:
    """A part of the base score and its points."""

    code: str
    name: str
    name_en: str
    points: Decimal
    criteria: tuple[CriterionEntry, ...]


@dataclass(frozen=True, kw_only=True)
class VetoEntry:
    """What lowers a grade whatever the total: `threshold` (percent) for rule `binding`; without `cap` it fails."""

    code: str
    name: str
    name_en: str
    rule: VetoRule
    threshold: Decimal | None
    cap: int | None


@dataclass(frozen=True, kw_only=True)
class BandEntry:
    """A grade from `lower` points on."""

    name: str
    name_en: str
    lower: Decimal


@dataclass(frozen=True, kw_only=True)
class PresetEntry:
    """Other bands, for the bureau to choose instead."""

    key: str
    name: str
    name_en: str
    bands: tuple[BandEntry, ...]


@dataclass(frozen=True, kw_only=True)
class SchemeFile:
    """A whole scheme; bands from the best to the last."""

    name: str
    name_en: str
    is_default: bool
    note: str
    note_en: str
    rank_by: RankBy
    sections: tuple[SectionEntry, ...]
    bonus_cap: Decimal
    bonus: tuple[CriterionEntry, ...]
    deduction: tuple[CriterionEntry, ...]
    vetoes: tuple[VetoEntry, ...]
    bands: tuple[BandEntry, ...]
    presets: tuple[PresetEntry, ...]

    @property
    def criteria(self) -> tuple[CriterionEntry, ...]:
        """Every criterion: the sections', then bonus, then deduction."""
        of_sections = tuple(criterion for section in self.sections for criterion in section.criteria)
        return of_sections + self.bonus + self.deduction
