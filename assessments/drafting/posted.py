"""The editor's form as a typed scheme: fields are named by their place, "sections-0-criteria-2-max"."""

from collections.abc import Callable
from typing import TypeVar

from django.http import QueryDict

from assessments.drafting.edits import relocate
from assessments.drafting.typed import (
    TypedBand,
    TypedCriterion,
    TypedScheme,
    TypedSection,
    TypedStep,
    TypedVeto,
)
from calculations.rule_parameters import RULE_DECLARATIONS, ParameterType
from calculations.rules import RULES
from common.text import clean_text

T = TypeVar("T")
Read = Callable[[QueryDict, str], T]
MOST_MEMBERS = 60
LONGEST = {"name": 80, "name_en": 120, "checklist": 2000, "checklist_en": 2000, "note": 2000, "note_en": 2000}
LONGEST_NUMBER = 20


def read_posted(fields: QueryDict, standing: TypedScheme) -> TypedScheme:
    """The scheme that stands in the form; what the form does not show (the presets) is taken from `standing`."""
    scheme = TypedScheme(
        name=_text(fields, "name"),
        name_en=_text(fields, "name_en"),
        note=_text(fields, "note"),
        note_en=_text(fields, "note_en"),
        rank_by=_text(fields, "rank_by"),
        bonus_cap=_text(fields, "bonus_cap"),
        sections=_members(fields, "sections", _section),
        bonus=_members(fields, "bonus", _criterion),
        deduction=_members(fields, "deduction", _criterion),
        bands=_members(fields, "bands", _band, marked_by="lower"),
        vetoes=_members(fields, "vetoes", _veto),
        presets=standing.presets,
    )
    return _relocated(fields, scheme)


def _relocated(fields: QueryDict, scheme: TypedScheme) -> TypedScheme:
    """Criteria for which another part was chosen go there; from the last on, so that the places before stay true."""
    parts = {
        f"sections-{place}": [f"sections-{place}-criteria-{index}" for index in range(len(section.criteria))]
        for place, section in enumerate(scheme.sections)
    }
    parts |= {
        part: [f"{part}-{index}" for index in range(len(getattr(scheme, part)))] for part in ("bonus", "deduction")
    }
    for part, places in parts.items():
        for place in reversed(places):
            wanted = _text(fields, f"{place}-part")
            if wanted in parts and wanted != part:
                scheme = relocate(scheme, place, wanted)
    return scheme


def _members(
    fields: QueryDict, name: str, read: Callable[[QueryDict, str], T], *, marked_by: str = "code"
) -> tuple[T, ...]:
    places = (f"{name}-{index}" for index in range(MOST_MEMBERS))
    found = []
    for place in places:
        if f"{place}-{marked_by}" not in fields:
            break
        found.append(read(fields, place))
    return tuple(found)


def _section(fields: QueryDict, place: str) -> TypedSection:
    return TypedSection(
        code=_text(fields, f"{place}-code"),
        name=_text(fields, f"{place}-name"),
        name_en=_text(fields, f"{place}-name_en"),
        points=_text(fields, f"{place}-points"),
        criteria=_members(fields, f"{place}-criteria", _criterion),
    )


def _criterion(fields: QueryDict, place: str) -> TypedCriterion:
    rule = _text(fields, f"{place}-rule")
    declared = RULE_DECLARATIONS[rule].parameters if rule in RULE_DECLARATIONS else ()
    numbers = [each.name for each in declared if each.type is not ParameterType.STEPS]
    has_steps = any(each.type is ParameterType.STEPS for each in declared)
    return TypedCriterion(
        code=_text(fields, f"{place}-code"),
        name=_text(fields, f"{place}-name"),
        name_en=_text(fields, f"{place}-name_en"),
        max=_text(fields, f"{place}-max"),
        rule=rule,
        params={name: text for name in numbers if (text := _text(fields, f"{place}-{name}"))},
        steps=_members(fields, f"{place}-steps", _step, marked_by="bound") if has_steps else (),
        indicators=_indicators(fields, place, rule),
        checklist=_text(fields, f"{place}-checklist"),
        checklist_en=_text(fields, f"{place}-checklist_en"),
    )


def _indicators(fields: QueryDict, place: str, rule: str) -> tuple[str, ...]:
    """As many of the chosen ones as the rule looks at: another rule may have been chosen since."""
    chosen = tuple(clean_text(code)[:LONGEST_NUMBER] for code in fields.getlist(f"{place}-indicators") if code)
    looks_at = RULES[rule].indicator_count if rule in RULES else "some"
    return {"none": (), "one": chosen[:1]}.get(looks_at, chosen)


def _step(fields: QueryDict, place: str) -> TypedStep:
    return TypedStep(_text(fields, f"{place}-bound"), _text(fields, f"{place}-points"))


def _band(fields: QueryDict, place: str) -> TypedBand:
    names = {key: _text(fields, f"{place}-{key}") for key in ("name", "name_en")}
    return TypedBand(**names, lower=_text(fields, f"{place}-lower"))


def _veto(fields: QueryDict, place: str) -> TypedVeto:
    keys = ("code", "name", "name_en", "rule", "threshold", "cap")
    return TypedVeto(**{key: _text(fields, f"{place}-{key}") for key in keys})


def _text(fields: QueryDict, name: str) -> str:
    longest = LONGEST.get(name.rpartition("-")[2], LONGEST_NUMBER)
    return clean_text(fields.get(name) or "").strip()[:longest]
