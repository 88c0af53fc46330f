"""What must hold between the parts of a scheme file, beyond each value being readable."""

from collections.abc import Collection
from decimal import Decimal
from itertools import pairwise

from assessments.scheme_entries import BandEntry, CriterionEntry, SchemeFile
from calculations.rules import RULES
from common.data_file import Record

ALL_POINTS = Decimal(100)


def check_scheme(record: Record, scheme: SchemeFile, indicators: Collection[str]) -> None:
    """Points, codes, bands, vetoes and rules fit together and with the plan's indicators."""
    _check_points(record, scheme)
    _check_codes(record, scheme)
    _check_bands(record, scheme.bands)
    for preset_record, preset in zip(record.records("presets"), scheme.presets, strict=True):
        _check_bands(preset_record, preset.bands)
    for veto_record, veto in zip(record.records("vetoes"), scheme.vetoes, strict=True):
        if veto.cap is not None and veto.cap > len(scheme.bands):
            veto_record.refuse("effect", f"只有 {len(scheme.bands)} 个等次", f"请填 1 到 {len(scheme.bands)}")
    holders = [*record.records("sections"), record.record("bonus"), record.record("deduction")]
    criterion_records = [criterion for holder in holders for criterion in holder.records("criteria")]
    for criterion_record, criterion in zip(criterion_records, scheme.criteria, strict=True):
        _check_criterion(criterion_record, criterion, indicators)


def _check_points(record: Record, scheme: SchemeFile) -> None:
    total = sum(section.points for section in scheme.sections)
    if total != ALL_POINTS:
        record.refuse("sections", f"各部分合计 {total} 分", f"请调整各部分的 points，使合计为 {ALL_POINTS} 分")
    for section_record, section in zip(record.records("sections"), scheme.sections, strict=True):
        if not section.criteria or section.points <= 0:
            section_record.refuse("points", "这一部分没有评分项或分值不大于 0", "请补上评分项和分值，或删除这一部分")
    if scheme.bonus_cap < 0:
        record.record("bonus").refuse("cap", "加分上限不能小于 0", "请填 0 或更大的数")


def _check_codes(record: Record, scheme: SchemeFile) -> None:
    """Criteria and vetoes share one set of codes: a score sheet names both."""
    for key, codes in (
        ("sections", [section.code for section in scheme.sections]),
        ("vetoes", [*(criterion.code for criterion in scheme.criteria), *(veto.code for veto in scheme.vetoes)]),
    ):
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            record.refuse(key, f"代码“{code}”重复", "请给每一项一个自己的代码")


def _check_bands(record: Record, bands: tuple[BandEntry, ...]) -> None:
    descend = all(higher.lower > lower.lower for higher, lower in pairwise(bands))
    if len(bands) < 2 or not descend or bands[-1].lower != 0:
        record.refuse("bands", "等次的下限不对", "请从高到低至少写两个等次，下限逐个降低，最后一个为 0")
    if len({band.name for band in bands}) < len(bands):
        record.refuse("bands", "两个等次同名", "请给每个等次一个自己的名称")


def _check_criterion(record: Record, criterion: CriterionEntry, indicators: Collection[str]) -> None:
    if criterion.max <= 0:
        record.refuse("max", "满分必须大于 0", "请填大于 0 的数")
    for code in criterion.indicators:
        if code not in indicators:
            record.refuse("rule", f"计划中没有指标“{code}”", "请核对指标代码")
    if RULES[criterion.rule].indicator_count == "some" and not criterion.indicators:
        record.refuse("params", "没有写明指标", "请在 indicators 中至少写一个指标代码")
    for name, number in criterion.params.items():
        if isinstance(number, str) and (Decimal(number) < 0 or (name == "per" and Decimal(number) == 0)):
            record.refuse("params", f"{name} 太小", "请填大于 0 的数；floor 和 free 可以为 0")
    if criterion.rule == "steps":
        _check_steps(record, criterion)


def _check_steps(record: Record, criterion: CriterionEntry) -> None:
    rows = record.record("params").decimal_rows("steps")
    if not rows or any(len(row) != 2 for row in rows):
        record.refuse("params", "steps 写法不对", "请写成 [[完成率, 得分], …]，如 [[100, 10], [80, 6]]")
        return
    if any(higher[0] <= lower[0] for higher, lower in pairwise(rows)):
        record.refuse("params", "steps 的完成率没有逐级降低", "请从高到低排列")
    if any(not 0 <= points <= criterion.max for _bound, points in rows):
        record.refuse("params", "steps 的得分超出 0 到满分", "请核对各级得分和 max")
