"""Scoring schemes: loaded from a file, and as the formulas know them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Criterion, Scheme, Section
from assessments.scheme_entries import BandEntry, CriterionEntry, SchemeFile, VetoEntry
from audit.services import Entry, record
from calculations.scheme import Scheme as Formulas
from calculations.scheme_reading import parse_scheme
from common.actions import Actor
from common.errors import NotYet
from targets.models import Plan


def load_scheme(plan: Plan, scheme_file: SchemeFile, *, by: Actor, at: datetime) -> Scheme:
    """The plan's scheme: what it has already, else the file's as its first version. Within the caller's transaction."""
    standing = plan.schemes.first()
    if standing is not None:
        return standing
    with transaction.atomic():
        scheme = store_scheme(plan, scheme_file, Stamp(version=1, at=at))
        after = {"version": scheme.version, "name": scheme.name}
        record(Entry("scheme.load", stream=plan.owner.code, object_key=str(plan), after=after), by=by)
    return scheme


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which version a scheme becomes, from when on, by whom and why."""

    version: int
    at: datetime
    by_name: str = ""
    reason: str = ""


def store_scheme(plan: Plan, scheme_file: SchemeFile, stamp: Stamp) -> Scheme:
    """A sound scheme as the plan's version of the stamp, with its sections and criteria; within a transaction."""
    scheme = _create_scheme(plan, scheme_file, stamp)
    sections = [
        Section(scheme=scheme, code=each.code, name=each.name, name_en=each.name_en, points=each.points, order=order)
        for order, each in enumerate(scheme_file.sections)
    ]
    Section.objects.bulk_create(sections)
    Criterion.objects.bulk_create(_criteria(scheme, scheme_file, sections))
    return scheme


def scheme_of(plan: Plan) -> Scheme:
    """The version of the plan's scheme in force: the newest. NotYet where there is none."""
    scheme: Scheme | None = plan.schemes.prefetch_related("sections", "criteria").first()
    if scheme is None:
        raise NotYet(_("此计划还没有评分方案。"), _("请先用 load_plan 载入，或由市局新建评分方案。"))
    return scheme


def formulas_of(scheme: Scheme) -> Formulas:
    """The scheme as the formulas know it; no query where sections and criteria are prefetched."""
    return parse_scheme(scheme_data(scheme))


def scheme_data(scheme: Scheme) -> dict[str, Any]:
    """The scheme as plain data, the shape of a scheme file."""
    criteria = sorted(scheme.criteria.all(), key=lambda each: each.order)
    return {
        "rank_by": scheme.rank_by,
        "sections": [
            {
                "code": section.code,
                "name": section.name,
                "points": str(section.points),
                "criteria": _rows(each for each in criteria if each.section_id == section.pk),
            }
            for section in sorted(scheme.sections.all(), key=lambda each: each.order)
        ],
        "bonus": {
            "cap": str(scheme.bonus_cap),
            "criteria": _rows(each for each in criteria if each.part == Criterion.Part.BONUS),
        },
        "deduction": {"criteria": _rows(each for each in criteria if each.part == Criterion.Part.DEDUCTION)},
        "bands": scheme.bands,
        "vetoes": scheme.vetoes,
    }


def _rows(criteria: Iterable[Criterion]) -> list[dict[str, Any]]:
    return [
        {"code": each.code, "name": each.name, "max": str(each.points), "rule": each.rule, "params": each.params}
        for each in criteria
    ]


def _create_scheme(plan: Plan, scheme_file: SchemeFile, stamp: Stamp) -> Scheme:
    return Scheme.objects.create(
        plan=plan,
        version=stamp.version,
        name=scheme_file.name,
        name_en=scheme_file.name_en,
        note=scheme_file.note,
        note_en=scheme_file.note_en,
        is_default=scheme_file.is_default,
        bonus_cap=scheme_file.bonus_cap,
        rank_by=scheme_file.rank_by,
        bands=_bands(scheme_file.bands),
        presets=[
            {"key": each.key, "name": each.name, "name_en": each.name_en, "bands": _bands(each.bands)}
            for each in scheme_file.presets
        ],
        vetoes=[_veto(each) for each in scheme_file.vetoes],
        reason=stamp.reason,
        in_force_by=stamp.by_name,
        created_at=stamp.at,
    )


def _criteria(scheme: Scheme, scheme_file: SchemeFile, sections: Sequence[Section]) -> list[Criterion]:
    parts: list[tuple[CriterionEntry, str, Section | None]] = [
        (entry, Criterion.Part.SECTION, section)
        for section, given in zip(sections, scheme_file.sections, strict=True)
        for entry in given.criteria
    ]
    parts += [(entry, Criterion.Part.BONUS, None) for entry in scheme_file.bonus]
    parts += [(entry, Criterion.Part.DEDUCTION, None) for entry in scheme_file.deduction]
    return [
        _criterion(scheme, entry, part=part, section=section, order=order)
        for order, (entry, part, section) in enumerate(parts)
    ]


def _criterion(scheme: Scheme, entry: CriterionEntry, *, part: str, section: Section | None, order: int) -> Criterion:
    params = {**entry.params, **({"indicators": list(entry.indicators)} if entry.indicators else {})}
    return Criterion(
        scheme=scheme,
        part=part,
        section=section,
        code=entry.code,
        name=entry.name,
        name_en=entry.name_en,
        points=entry.max,
        rule=entry.rule,
        params=params,
        checklist=entry.checklist,
        checklist_en=entry.checklist_en,
        order=order,
    )


def _bands(bands: Iterable[BandEntry]) -> list[dict[str, str]]:
    return [{"name": each.name, "name_en": each.name_en, "lower": _plain(each.lower)} for each in bands]


def _veto(entry: VetoEntry) -> dict[str, Any]:
    effect: Any = "fail" if entry.cap is None else {"cap": str(entry.cap)}
    threshold = {} if entry.threshold is None else {"threshold": _plain(entry.threshold)}
    return {
        "code": entry.code,
        "name": entry.name,
        "name_en": entry.name_en,
        "rule": entry.rule,
        "effect": effect,
        **threshold,
    }


def _plain(number: Decimal) -> str:
    return f"{number:f}"
