"""How a block of figures is headed and how its numbers are written."""

from __future__ import annotations

from fractions import Fraction

from calculations.attainment import is_at_most
from reporting.exports.assessment_workbook.figures import Block
from reporting.exports.assessment_workbook.styles import decimals_format
from reporting.exports.assessment_workbook.words import ACCUMULATES

SHARE_DECIMALS = 2


def block_title(block: Block) -> str:
    """What an indicator is, in one line: name, unit, nature, how quarters make a year, clause of the notice."""
    indicator = block.indicator
    parts = [
        f"{indicator.name}（{indicator.code}）",
        f"计量单位：{indicator.value_unit}",
        indicator.nature,
        ACCUMULATES[indicator.spec.accumulate],
    ]
    if indicator.has_base:
        parts.append(f"完成值：{indicator.value_label or '—'}；基数：{indicator.base_label or '—'}")
    if indicator.source:
        parts.append(f"依据：通知要点 {indicator.source}")
    return "　".join(part for part in parts if part)


def target_format(block: Block) -> str:
    """≥ 40, ≤ 0, ≥ 50%: with the decimals that the targets have."""
    targets = [row.target for row in block.rows] + [block.root[-1].target]
    decimals = max((decimals_of(target) for target in targets if target is not None), default=0)
    sign = "≤ " if is_at_most(block.indicator.spec.kind) else "≥ "
    return decimals_format(decimals, prefix=sign, suffix="%" if block.indicator.is_share else "")


def actual_format(block: Block) -> str:
    """The format of actual values: a percentage to two places, else the indicator's own decimals."""
    if block.indicator.is_share:
        return decimals_format(SHARE_DECIMALS, suffix="%")
    return decimals_format(block.indicator.decimals)


def decimals_of(number: Fraction) -> int:
    """How many decimals a number has, four at most."""
    return next((places for places in range(5) if (number * 10**places).denominator == 1), 4)
