"""A scoring scheme as an officer typed it: every value is text, so that an unfinished one can be kept as it is.

`calculations.canonical` turns it into plain data and back; `reading` says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from common.languages import in_readers_language


class Named:
    """What has a name in both languages."""

    name: str
    name_en: str

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_readers_language(self.name, self.name_en)


class Coded(Named):
    """What has a code as well."""

    code: str

    @property
    def title(self) -> str:
        """Code and name, as people speak of it."""
        return f"{self.code} {self.label}".strip()


@dataclass(frozen=True)
class TypedStep:
    """`points` from an attainment of `bound` percent on."""

    bound: str = ""
    points: str = ""


@dataclass(frozen=True)
class TypedCriterion(Coded):
    """A line of the scheme. `params` are the rule's numbers by name, `steps` its list of steps where it has one."""

    code: str
    name: str = ""
    name_en: str = ""
    max: str = ""
    rule: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[TypedStep, ...] = ()
    indicators: tuple[str, ...] = ()
    checklist: str = ""
    checklist_en: str = ""


@dataclass(frozen=True)
class TypedSection(Coded):
    """A part of the base score."""

    code: str
    name: str = ""
    name_en: str = ""
    points: str = ""
    criteria: tuple[TypedCriterion, ...] = ()


@dataclass(frozen=True)
class TypedBand(Named):
    """A grade from `lower` points on."""

    name: str = ""
    name_en: str = ""
    lower: str = ""


@dataclass(frozen=True)
class TypedVeto(Coded):
    """What lowers a grade: raised by officers, or a binding target missed by `threshold`; `cap` empty: it fails."""

    code: str
    name: str = ""
    name_en: str = ""
    rule: str = "flag"
    threshold: str = ""
    cap: str = ""


@dataclass(frozen=True)
class TypedPreset(Named):
    """Other bands, to choose instead."""

    key: str
    name: str = ""
    name_en: str = ""
    bands: tuple[TypedBand, ...] = ()


@dataclass(frozen=True)
class TypedScheme:
    """The whole scheme."""

    name: str = ""
    name_en: str = ""
    note: str = ""
    note_en: str = ""
    rank_by: str = "grade"
    bonus_cap: str = ""
    sections: tuple[TypedSection, ...] = ()
    bonus: tuple[TypedCriterion, ...] = ()
    deduction: tuple[TypedCriterion, ...] = ()
    bands: tuple[TypedBand, ...] = ()
    vetoes: tuple[TypedVeto, ...] = ()
    presets: tuple[TypedPreset, ...] = ()

    def criteria(self) -> Iterator[TypedCriterion]:
        """Every criterion: the sections', then bonus, then deduction."""
        for section in self.sections:
            yield from section.criteria
        yield from self.bonus
        yield from self.deduction
