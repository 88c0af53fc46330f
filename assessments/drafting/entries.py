"""A typed scheme from a version in force, and a sound one as the entries that are stored as the next version."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, cast

from assessments.drafting.reading import canonical_number
from assessments.drafting.typed import (
    TypedBand,
    TypedCriterion,
    TypedPreset,
    TypedScheme,
    TypedSection,
    TypedStep,
    TypedVeto,
)
from assessments.models import Criterion, Scheme
from assessments.scheme_entries import (
    BandEntry,
    CriterionEntry,
    PresetEntry,
    RankBy,
    SchemeFile,
    SectionEntry,
    VetoEntry,
    VetoRule,
)

# --- from a version


def typed_of(scheme: Scheme) -> TypedScheme:
    """The version as the editor shows it; no query where sections and criteria are prefetched."""
    criteria = sorted(scheme.criteria.all(), key=lambda each: each.order)
    sections = [
        TypedSection(
            section.code,
            section.name,
            section.name_en,
            _shown(section.points),
            tuple(_typed_criterion(each) for each in criteria if each.section_id == section.pk),
        )
        for section in sorted(scheme.sections.all(), key=lambda each: each.order)
    ]
    return TypedScheme(
        name=scheme.name,
        name_en=scheme.name_en,
        note=scheme.note,
        note_en=scheme.note_en,
        rank_by=scheme.rank_by,
        bonus_cap=_shown(scheme.bonus_cap),
        sections=tuple(sections),
        bonus=tuple(_typed_criterion(each) for each in criteria if each.part == Criterion.Part.BONUS),
        deduction=tuple(_typed_criterion(each) for each in criteria if each.part == Criterion.Part.DEDUCTION),
        bands=_typed_bands(scheme.bands),
        vetoes=tuple(_typed_veto(each) for each in scheme.vetoes),
        presets=tuple(
            TypedPreset(each["key"], each["name"], each.get("name_en", ""), _typed_bands(each["bands"]))
            for each in scheme.presets
        ),
    )


def _typed_criterion(criterion: Criterion) -> TypedCriterion:
    params = dict(criterion.params)
    indicators, steps = params.pop("indicators", []), params.pop("steps", [])
    return TypedCriterion(
        code=criterion.code,
        name=criterion.name,
        name_en=criterion.name_en,
        max=_shown(criterion.points),
        rule=criterion.rule,
        params={key: str(value) for key, value in params.items()},
        steps=tuple(TypedStep(str(bound), str(points)) for bound, points in steps),
        indicators=tuple(indicators),
        checklist=criterion.checklist,
        checklist_en=criterion.checklist_en,
    )


def _typed_bands(bands: Iterable[dict[str, Any]]) -> tuple[TypedBand, ...]:
    return tuple(TypedBand(each["name"], each.get("name_en", ""), str(each["lower"])) for each in bands)


def _typed_veto(veto: dict[str, Any]) -> TypedVeto:
    effect = veto["effect"]
    return TypedVeto(
        code=veto["code"],
        name=veto["name"],
        name_en=veto.get("name_en", ""),
        rule=veto["rule"],
        threshold=str(veto.get("threshold", "")),
        cap="" if effect == "fail" else str(effect["cap"]),
    )


def _shown(number: Decimal) -> str:
    return f"{number.normalize():f}"


# --- to a version


def entries_of(typed: TypedScheme) -> SchemeFile:
    """The scheme as it is stored; only of a sound one (`reading.read_typed`)."""
    return SchemeFile(
        name=typed.name,
        name_en=typed.name_en,
        is_default=False,
        note=typed.note,
        note_en=typed.note_en,
        rank_by=cast("RankBy", typed.rank_by),
        sections=tuple(
            SectionEntry(
                code=each.code,
                name=each.name,
                name_en=each.name_en,
                points=_number(each.points),
                criteria=tuple(_criterion(one) for one in each.criteria),
            )
            for each in typed.sections
        ),
        bonus_cap=_number(typed.bonus_cap),
        bonus=tuple(_criterion(each) for each in typed.bonus),
        deduction=tuple(_criterion(each) for each in typed.deduction),
        vetoes=tuple(_veto(each) for each in typed.vetoes),
        bands=_bands(typed.bands),
        presets=tuple(
            PresetEntry(key=each.key, name=each.name, name_en=each.name_en, bands=_bands(each.bands))
            for each in typed.presets
        ),
    )


def _criterion(typed: TypedCriterion) -> CriterionEntry:
    params: dict[str, object] = {name: canonical_number(text) for name, text in typed.params.items() if text}
    if typed.steps:
        params["steps"] = [[canonical_number(each.bound), canonical_number(each.points)] for each in typed.steps]
    is_manual = typed.rule == "manual"
    return CriterionEntry(
        code=typed.code,
        name=typed.name,
        name_en=typed.name_en,
        max=_number(typed.max),
        rule=typed.rule,
        params=params,
        indicators=typed.indicators,
        checklist=typed.checklist if is_manual else "",
        checklist_en=typed.checklist_en if is_manual else "",
    )


def _veto(typed: TypedVeto) -> VetoEntry:
    return VetoEntry(
        code=typed.code,
        name=typed.name,
        name_en=typed.name_en,
        rule=cast("VetoRule", typed.rule),
        threshold=_number(typed.threshold) if typed.rule == "binding" else None,
        cap=int(typed.cap) if typed.cap else None,
    )


def _bands(bands: Iterable[TypedBand]) -> tuple[BandEntry, ...]:
    return tuple(BandEntry(name=each.name, name_en=each.name_en, lower=_number(each.lower)) for each in bands)


def _number(text: str) -> Decimal:
    return Decimal(canonical_number(text))
