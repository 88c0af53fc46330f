"""What each scoring rule is called, what it does, and its parameters: the one place that forms and checks read.

The words are Chinese messages of the catalogue; whoever shows them translates them. Ranges are those of
docs/calculations.md, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from calculations.rounding import number_text


def _(message: str) -> str:
    """The message itself: the underscore marks it for the catalogue."""
    return message


class ParameterType(StrEnum):
    """How a parameter is written."""

    NUMBER = "number"
    WHOLE = "whole"
    STEPS = "steps"
    """a list of steps, each from an attainment on"""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a rule. The range is from `lowest` (itself allowed only with `may_be_lowest`) to `highest`."""

    name: str
    label: str
    help: str = ""
    unit: str = ""
    type: ParameterType = ParameterType.NUMBER
    lowest: int = 0
    may_be_lowest: bool = False
    highest: int | None = None
    is_required: bool = True

    def misses(self, number: Fraction) -> bool:
        """Whether a number is out of the range."""
        too_low = number < self.lowest or (number == self.lowest and not self.may_be_lowest)
        return too_low or (self.highest is not None and number > self.highest)

    @property
    def range_message(self) -> str:
        """What to say of a number out of the range: a message with `label`, `lowest` and `highest`."""
        if self.highest is not None:
            return _("%(label)s应在 %(lowest)s 到 %(highest)s 之间")
        return _("%(label)s不能小于 %(lowest)s") if self.may_be_lowest else _("%(label)s应大于 %(lowest)s")

    @property
    def range_values(self) -> dict[str, str]:
        """The values of `range_message`, but for the label."""
        return {"lowest": number_text(self.lowest), "highest": number_text(self.highest or 0)}


@dataclass(frozen=True, slots=True)
class RuleDeclaration:
    """A rule as people choose it: its name, one sentence on how it scores, its parameters in order."""

    label: str
    help: str
    parameters: tuple[Parameter, ...] = ()

    def parameter(self, name: str) -> Parameter:
        """The parameter of a name; KeyError where there is none."""
        return {each.name: each for each in self.parameters}[name]


_FLOOR = Parameter(
    "floor",
    _("起算完成率"),
    _("完成率低于它不得分；填 0 表示从头折算"),
    "%",
    may_be_lowest=True,
    highest=100,
)
_CAP_EACH = Parameter(
    "cap_each", _("每个指标的计数上限"), _("可不填；填 1 表示同一指标做得再多也只计 1 个"), is_required=False
)
_FREE = Parameter(
    "free",
    _("不扣分的退回次数"),
    _("每份报告退回不超过这个次数不扣分"),
    _("次"),
    type=ParameterType.WHOLE,
    may_be_lowest=True,
)

RULE_DECLARATIONS: Mapping[str, RuleDeclaration] = {
    "proportional": RuleDeclaration(
        _("按完成率折算"), _("达到目标得满分，低于起算完成率不得分，其间按完成率折算。"), (_FLOOR,)
    ),
    "steps": RuleDeclaration(
        _("按完成率分档"),
        _("完成率达到哪一档，就得哪一档的分；没有达到最低一档不得分。"),
        (Parameter("steps", _("档次"), _("从高到低排列"), type=ParameterType.STEPS),),
    ),
    "per_item": RuleDeclaration(
        _("按数量计分"),
        _("所选指标每完成 1 个得若干分，直到满分。"),
        (Parameter("each", _("每个得分"), unit=_("分")), _CAP_EACH),
    ),
    "average": RuleDeclaration(_("按平均进度折算"), _("所选指标完成进度的平均值乘以满分；没有目标的指标不参加平均。")),
    "over_target": RuleDeclaration(
        _("超额计分"),
        _("完成率超过目标后，每满若干个百分点得若干分，直到满分。"),
        (
            Parameter("per", _("每超出的百分点"), _("满这么多个百分点计一次"), "%"),
            Parameter("each", _("每次得分"), unit=_("分")),
        ),
    ),
    "timeliness": RuleDeclaration(
        _("按时填报"),
        _("每个按时提交并最终审核通过的季度得若干分。"),
        (Parameter("each", _("每个季度得分"), unit=_("分")),),
    ),
    "completeness": RuleDeclaration(
        _("填报完整"),
        _("每个季度按已填行占应填行的比例得分。"),
        (Parameter("each", _("每个季度得分"), _("全部填齐时的分数"), _("分")),),
    ),
    "evidence": RuleDeclaration(_("佐证材料"), _("有目标且有进展的指标中，附有佐证材料或台账条目的比例乘以满分。")),
    "returns": RuleDeclaration(
        _("退回扣分"),
        _("报告被退回超过不扣分的次数后，每次扣若干分，扣满为止。只能用于扣分。"),
        (_FREE, Parameter("each", _("每次扣分"), unit=_("分"))),
    ),
    "manual": RuleDeclaration(_("人工评分"), _("由审核员按检查表评分，0 分到满分。")),
}
"""The declaration of every rule of `calculations.rules.RULES`, in the same order."""
