"""The plan's targets as a grid: units down, indicators across; columns from the plan's indicators."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from common.workbook.register import Check, Column, Fault, Register, Type

_MOST_PLACES = 4  # what a target can be stored with


def _(message: str) -> str:
    """The message itself: the underscore marks it for the catalogue."""
    return message


TRACKED = _("是跟踪指标，没有序时进度，不能设目标")
NOT_POSITIVE = _("目标值必须大于 0，如不再设目标，请填“清空”")


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetColumn:
    """An indicator as a column. `unit` is what its target is measured in (% for shares), `at_most`: an upper bound.

    `is_tracked`: it is only followed, and can have no target.
    """

    code: str
    name: str
    other_names: tuple[str, ...]
    unit: str
    decimals: int
    highest: Decimal
    at_most: bool
    is_tracked: bool


def target_register(year: int, indicators: Iterable[TargetColumn]) -> Register:
    """The grid of a plan: a row a unit, a column an indicator."""
    unit = Column(
        name="unit",
        header=_("地区"),
        synonyms=("单位", "区县", "县区", "填报单位", "单位名称", "地区名称"),
        type=Type.NAME,
        required=True,
        example="东海县",
        width=16,
    )
    return Register(
        code=f"targets-{year}",
        title=_("年度目标任务"),
        key=("unit",),
        has_indicators_across=True,
        columns=(unit, *(_column(one) for one in indicators)),
        rules=(
            _("一行一个单位，一列一个指标；顺序不限，不调整的行和列可以删去。"),
            _("空格不改动原有目标；填数字设定或调整目标；填“清空”表示不再设目标。"),
            _("比率、下降率和进度填百分点，例如 50% 填 50。"),
        ),
    )


def _column(indicator: TargetColumn) -> Column:
    return Column(
        name=indicator.code,
        header=f"{indicator.name}（{indicator.unit}）",
        synonyms=(indicator.name, *indicator.other_names),
        type=Type.NUMBER,
        unit=indicator.unit,
        decimals=min(indicator.decimals, _MOST_PLACES),
        minimum=Decimal(0),
        maximum=indicator.highest,
        check=_check(indicator),
        example="" if indicator.is_tracked else "0" if indicator.at_most else "50" if indicator.unit == "%" else "40",
        width=13,
    )


def _check(indicator: TargetColumn) -> Check:
    def check(value: Decimal) -> Fault | None:
        if indicator.is_tracked:
            return Fault("indicator_tracked", TRACKED)
        return None if value > 0 or indicator.at_most else Fault("target_not_positive", NOT_POSITIVE)

    return check
