"""The rules of one report line, and what is wrong with what somebody entered (domain.md, section 3).

Plain Python: the form, the import and the tests use the same checks. A message is a Chinese text of the catalogue
with its values beside it; whoever shows it translates it (`LineProblem.text`), because this module knows no Django.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from progress.line_rules import LineRules

__all__ = [
    "EnteredLine",
    "Field",
    "LineProblem",
    "LineRules",
    "YearContext",
    "YearLine",
    "check_line",
    "number_words",
]

NOTE_MAX = 32_767  # what a cell of a workbook can hold: a longer note could not be taken out again
_TOO_LARGE = Decimal(10) ** 14  # at most 15 digits are stored exactly, one of them behind the point at least

Field = Literal["value", "base", "not_applicable", "note"]
ZERO = Decimal(0)


def _(message: str) -> str:
    """The message itself: the underscore marks it for the catalogue."""
    return message


@dataclass(frozen=True, slots=True)
class EnteredLine:
    """One line as somebody entered it; a number is None where none was given."""

    value: Decimal | None = None
    base: Decimal | None = None
    not_applicable: bool = False
    note: str = ""

    @property
    def is_filled(self) -> bool:
        """Whether it is a line at all: a value, or 不涉及."""
        return self.value is not None or self.not_applicable


@dataclass(frozen=True, slots=True)
class YearLine:
    """The same indicator's line in another report of the unit and year; `approved`: it counts."""

    value: Decimal | None = None
    base: Decimal | None = None
    not_applicable: bool = False
    approved: bool = False


def _holds(_rule: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class YearContext:
    """What the year holds beside the line: the other quarters' lines, one a quarter.

    `replaced` is the approved line of this quarter that a correction is about to replace.
    `na_holds` says whether the condition of a plan's 不涉及 rule holds for the unit in this quarter.
    """

    quarter: int
    others: Mapping[int, YearLine] = dataclasses.field(default_factory=dict)
    replaced: YearLine | None = None
    na_holds: Callable[[str], bool] = _holds

    @property
    def value_beside(self) -> Decimal:
        """The sum of the other quarters' values."""
        return sum((line.value for line in self.others.values() if line.value is not None), ZERO)

    @property
    def base_beside(self) -> Decimal:
        """The sum of the other quarters' bases."""
        return sum((line.base for line in self.others.values() if line.base is not None), ZERO)

    @property
    def holds_approved_number(self) -> bool:
        """Whether an approved line of another quarter holds a number other than 0."""
        return any(line.approved and (line.value or line.base) for line in self.others.values())

    @property
    def fixed_base(self) -> Decimal | None:
        """The base that was fixed before: of the replaced line, else of the quarter that is nearest.

        Earlier quarters stand before later ones, of which only what is approved fixes anything.
        """
        earlier = [self.others[quarter] for quarter in sorted(self.others, reverse=True) if quarter < self.quarter]
        later = [self.others[quarter] for quarter in sorted(self.others) if quarter > self.quarter]
        approved = [line for line in later if line.approved]
        bases = (line.base for line in [self.replaced, *earlier, *approved] if line is not None)
        return next((base for base in bases if base is not None), None)


@dataclass(frozen=True, slots=True)
class LineProblem:
    """One thing that is wrong with a line: a stable code, the field, and what is wrong and what to do.

    `incomplete`: something is only missing yet; a draft may be kept with it, but not be submitted.
    """

    code: str
    field: Field
    template: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    incomplete: bool = False

    def text(self, translate: Callable[[str], str]) -> str:
        """The message in the language of `translate` (gettext)."""
        return translate(self.template) % self.values

    @property
    def message(self) -> str:
        """The message in Chinese."""
        return self.text(str)


BASE_NOT_USED = LineProblem("base_not_used", "base", _("此指标没有基数，请清空"))


def check_line(
    rules: LineRules, line: EnteredLine, year: YearContext, *, may_fix_base: bool = False
) -> list[LineProblem]:
    """Every problem of a line, in the order of the form's fields; empty when it can be stored and submitted.

    `may_fix_base`: the person may change a base that was fixed at the start (with a reason).
    """
    problems = [*_check_note(line)]
    if line.not_applicable:
        return [*_check_not_applicable(rules, line, year), *problems]
    problems = [*_check_value(rules, line), *_check_base(rules, line), *problems]
    if any(not problem.incomplete for problem in problems):
        return problems
    problems += _check_fixed_base(rules, line, year, may_fix_base=may_fix_base)
    return problems + _check_year(rules, line, year)


def number_words(number: Decimal) -> str:
    """A number as people write it: no exponent, no trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _check_note(line: EnteredLine) -> list[LineProblem]:
    if len(line.note) <= NOTE_MAX:
        return []
    return [LineProblem("text_too_long", "note", _("备注太长，最多 %(limit)s 个字"), {"limit": str(NOTE_MAX)})]


def _check_not_applicable(rules: LineRules, line: EnteredLine, year: YearContext) -> list[LineProblem]:
    problems = []
    if rules.not_applicable == "no":
        problems.append(LineProblem("na_not_allowed", "not_applicable", _("此指标不能选“不涉及”，没有完成请填 0")))
    elif rules.na_rule and not year.na_holds(rules.na_rule):
        message = _("本单位本季度有独立计量的公共机构，不能选“不涉及”，请填报数值")
        problems.append(LineProblem("na_not_allowed", "not_applicable", message))
    elif year.holds_approved_number:
        problems.append(
            LineProblem("na_after_numbers", "not_applicable", _("本年已审核的季度填有数值，不能再选“不涉及”"))
        )
    if line.value is not None or line.base is not None:
        problems.append(LineProblem("na_with_number", "value", _("选了“不涉及”就不能再填数值，请只留一项")))
    if not line.note.strip():
        problems.append(LineProblem("reason_missing", "note", _("选“不涉及”请在备注中说明理由"), incomplete=True))
    return problems


def _check_value(rules: LineRules, line: EnteredLine) -> list[LineProblem]:
    if line.value is not None:
        return _check_number(rules, line.value, "value", lowest=rules.lowest)
    if line.base is None:
        return []
    return [LineProblem("value_missing", "value", _("填了基数，还缺完成值"), incomplete=True)]


def _check_base(rules: LineRules, line: EnteredLine) -> list[LineProblem]:
    if line.base is None:
        if not rules.has_base or line.value is None:
            return []
        return [LineProblem("base_missing", "base", _("还缺基数，请填写"), incomplete=True)]
    if not rules.has_base:
        return [BASE_NOT_USED]
    if rules.base_rule == "positive" and line.base == 0:
        return [LineProblem("base_not_positive", "base", _("基数必须大于 0"))]
    return _check_number(rules, line.base, "base", lowest=ZERO)


def _check_number(rules: LineRules, number: Decimal, where: Field, *, lowest: Decimal) -> list[LineProblem]:
    if not number.is_finite():
        return [LineProblem("not_a_number", where, _("不是数字"))]
    if not lowest <= number <= rules.maximum or abs(number) >= _TOO_LARGE:
        if number < lowest:
            message, limit = _("不能小于 %(minimum)s，请核对后重填"), {"minimum": number_words(lowest)}
        else:
            message, limit = _("不能大于 %(maximum)s，请核对数和计量单位"), {"maximum": number_words(rules.maximum)}
        return [LineProblem("out_of_range", where, message, limit)]
    if _places(number) <= rules.decimals:
        return []
    if rules.decimals == 0:
        return [LineProblem("too_many_decimals", where, _("只能填整数，请核对后重填"))]
    return [
        LineProblem(
            "too_many_decimals", where, _("最多 %(places)s 位小数，请核对后重填"), {"places": str(rules.decimals)}
        ),
    ]


def _places(number: Decimal) -> int:
    """How many decimals a finite number really has: 1.50 has one."""
    _sign, digits, exponent = number.as_tuple()
    text = "".join(map(str, digits))
    zeros = len(text) - len(text.rstrip("0"))
    return max(0, -int(exponent) - zeros) if number else 0


def _check_fixed_base(
    rules: LineRules, line: EnteredLine, year: YearContext, *, may_fix_base: bool
) -> list[LineProblem]:
    fixed = year.fixed_base
    if rules.base_rule != "fixed" or line.base is None or fixed is None or line.base == fixed:
        return []
    if not may_fix_base:
        message = _("基数在年初已确定为 %(fixed)s，如需更改请联系市局")
        return [LineProblem("base_fixed", "base", message, {"fixed": number_words(fixed)})]
    if line.note.strip():
        return []
    return [LineProblem("reason_missing", "note", _("更改年初确定的基数，请在备注中说明理由"), incomplete=True)]


def _check_year(rules: LineRules, line: EnteredLine, year: YearContext) -> list[LineProblem]:
    if line.value is None:
        return []
    if rules.accepts_corrections:
        return _check_correction(line.value, line, year)
    if rules.kind == "ratio" and line.base is not None:
        return _check_share(rules, line.value, line.base, year)
    return []


def _check_correction(value: Decimal, line: EnteredLine, year: YearContext) -> list[LineProblem]:
    total = value + year.value_beside
    if total < 0:
        message = _("全年累计不能小于 0，其他季度合计 %(beside)s")
        return [LineProblem("out_of_range", "value", message, {"beside": number_words(year.value_beside)})]
    if value < 0 and not line.note.strip():
        return [LineProblem("reason_missing", "note", _("负数是冲减以前季度，请在备注中说明理由"), incomplete=True)]
    return []


def _check_share(rules: LineRules, value: Decimal, base: Decimal, year: YearContext) -> list[LineProblem]:
    if not rules.sums:
        return (
            [] if value <= base else [LineProblem("value_above_base", "value", _("完成值不能大于基数，请核对这两个数"))]
        )
    value_of_year, base_of_year = value + year.value_beside, base + year.base_beside
    if value_of_year <= base_of_year:
        return []
    sums = {"value": number_words(value_of_year), "base": number_words(base_of_year)}
    message = _("全年完成值合计 %(value)s，不能大于全年基数合计 %(base)s")
    return [LineProblem("value_above_base", "value", message, sums)]
