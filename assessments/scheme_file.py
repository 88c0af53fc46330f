"""Reading a scoring scheme (YAML) into a `SchemeFile`, with every problem of the file said at once."""

from collections.abc import Collection
from dataclasses import MISSING, fields
from pathlib import Path
from typing import get_type_hints

from assessments.scheme_checks import check_scheme
from assessments.scheme_entries import (
    RANK_BY,
    VETO_RULES,
    BandEntry,
    CriterionEntry,
    PresetEntry,
    SchemeFile,
    SectionEntry,
    VetoEntry,
)
from calculations.rules import RULES
from common.data_file import Record, read_record

CODE = r"[0-9A-Za-z_-]{1,10}"
CODE_REMEDY = "代码只能由字母、数字、- 和 _ 组成，最多 10 个字符"


def load_scheme_file(path: Path, *, indicators: Collection[str]) -> SchemeFile:
    """The scheme of a file. Raises as `parse_scheme_file`, OSError where the file cannot be opened."""
    return parse_scheme_file(path.read_text(encoding="utf-8"), indicators=indicators)


def parse_scheme_file(text: str, *, indicators: Collection[str]) -> SchemeFile:
    """The scheme that a YAML text says, for a plan with these indicator codes.

    Raises `DataFileError` with every problem: line, way to it, what is wrong and the remedy.
    """
    record = read_record(text)
    scheme = _scheme(record)
    if record.is_sound:
        check_scheme(record, scheme, indicators)
    record.finish()
    return scheme


def _scheme(record: Record) -> SchemeFile:
    head = record.record("scheme")
    bonus = record.record("bonus")
    return SchemeFile(
        name=head.text("name"),
        name_en=head.text("name_en"),
        is_default=head.flag("default", default=False),
        note=head.text("note", default=""),
        note_en=head.text("note_en", default=""),
        rank_by=head.word("rank_by", RANK_BY),
        sections=tuple(_section(section) for section in record.records("sections")),
        bonus_cap=bonus.decimal("cap"),
        bonus=_criteria(bonus),
        deduction=_criteria(record.record("deduction")),
        vetoes=tuple(_veto(veto) for veto in record.records("vetoes")),
        bands=_bands(record),
        presets=tuple(_preset(preset) for preset in record.records("presets")),
    )


def _section(record: Record) -> SectionEntry:
    return SectionEntry(
        code=record.code("code", pattern=CODE, remedy=CODE_REMEDY),
        name=record.text("name"),
        name_en=record.text("name_en"),
        points=record.decimal("points"),
        criteria=_criteria(record),
    )


def _criteria(record: Record) -> tuple[CriterionEntry, ...]:
    return tuple(_criterion(criterion) for criterion in record.records("criteria"))


def _criterion(record: Record) -> CriterionEntry:
    rule = record.word("rule", tuple(RULES))
    is_manual = rule == "manual"
    params, indicators = _params(record, rule)
    return CriterionEntry(
        code=record.code("code", pattern=CODE, remedy=CODE_REMEDY),
        name=record.text("name"),
        name_en=record.text("name_en"),
        max=record.decimal("max"),
        rule=rule,
        params=params,
        indicators=indicators,
        checklist=record.text("checklist") if is_manual else "",
        checklist_en=record.text("checklist_en") if is_manual else "",
    )


def _params(record: Record, rule: str) -> tuple[dict[str, object], tuple[str, ...]]:
    """The parameters the rule asks for, and its indicators: one beside the rule, several among the parameters."""
    wanted = fields(RULES[rule])
    types = get_type_hints(RULES[rule])
    looks_at = RULES[rule].indicator_count
    params: dict[str, object] = {}
    indicators: tuple[str, ...] = ()
    if wanted or looks_at == "some":
        inside = record.record("params")
        given = [each for each in wanted if each.default is MISSING or inside.has(each.name)]
        params = {each.name: _param(inside, each.name, types[each.name]) for each in given}
        indicators = inside.texts("indicators") if looks_at == "some" else ()
    if looks_at == "one":
        indicators = (record.text("indicator"),)
    return params, indicators


def _param(record: Record, name: str, kind: object) -> object:
    if kind is int:
        return record.whole(name, lowest=0, highest=100)
    if name == "steps":
        return [[str(number) for number in row] for row in record.decimal_rows("steps")]
    return str(record.decimal(name))


def _veto(record: Record) -> VetoEntry:
    rule = record.word("rule", VETO_RULES)
    fails = record.is_text("effect")
    if fails:
        record.word("effect", ("fail",))
    return VetoEntry(
        code=record.code("code", pattern=CODE, remedy=CODE_REMEDY),
        name=record.text("name"),
        name_en=record.text("name_en"),
        rule=rule,
        threshold=record.decimal("threshold") if rule == "binding" else None,
        cap=None if fails else record.record("effect").whole("cap", lowest=1, highest=20),
    )


def _bands(record: Record) -> tuple[BandEntry, ...]:
    return tuple(
        BandEntry(name=band.text("name"), name_en=band.text("name_en"), lower=band.decimal("lower"))
        for band in record.records("bands")
    )


def _preset(record: Record) -> PresetEntry:
    return PresetEntry(
        key=record.text("key"), name=record.text("name"), name_en=record.text("name_en"), bands=_bands(record)
    )
