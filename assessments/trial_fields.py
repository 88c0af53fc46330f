"""The fields of a trial: an indicator's value, base and target, what is known of a quarter, a reviewer's number."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.trial import BASE, MANUAL, TARGET, VALUE
from calculations.quarters import QUARTERS
from targets.models import Indicator


@dataclass(frozen=True, slots=True)
class TrialField:
    """One field: `label` says of what, `what` which of its numbers. `choices`: instead of a number."""

    name: str
    label: str
    what: str
    value: str
    unit: str = ""
    problem: str = ""
    choices: tuple[tuple[str, str], ...] = ()


Texts = Mapping[str, str]


def indicator_fields(
    indicator: Indicator, texts: Texts, problems: Texts, *, with_target: bool = True
) -> list[TrialField]:
    """Value, base where the kind has one, and target."""
    adds_up = indicator.accumulate == Indicator.Accumulate.SUM
    asked = [(VALUE, _("全年合计") if adds_up else _("最新数值"), indicator.unit_label)]
    if indicator.has_base:
        base_unit = indicator.local("base_unit") or indicator.unit_label
        asked.append((BASE, _("基数合计") if adds_up else _("基数"), base_unit))
    if with_target:
        asked.append((TARGET, _("目标"), indicator.actual_unit))
    return [
        TrialField(name, indicator.label, what, texts.get(name, ""), unit, problems.get(name, ""))
        for kind, what, unit in asked
        for name in [f"{kind}-{indicator.code}"]
    ]


def manual_field(code: str, label: str, texts: Texts, problems: Texts) -> TrialField:
    """The reviewer's number of a manual criterion."""
    name = f"{MANUAL}-{code}"
    return TrialField(name, label, _("人工评分"), texts.get(name, ""), _("分"), problems.get(name, ""))


def quarter_fields(rule: str, texts: Texts, problems: Texts) -> list[TrialField]:
    """What a rule on reporting asks of each quarter; none for other rules."""
    punctual = (("1", _("按时")), ("0", _("未按时")))
    asked: dict[str, list[tuple[str, str, tuple[tuple[str, str], ...]]]] = {
        "timeliness": [("on_time", _("填报"), punctual)],
        "completeness": [("required", _("应填行"), ()), ("filled", _("已填行"), ())],
        "returns": [("returned", _("退回次数"), ())],
    }
    return [
        TrialField(
            name,
            _("第 %d 季度") % quarter,
            what,
            texts.get(name, ""),
            problem=problems.get(name, ""),
            choices=choices,
        )
        for quarter in QUARTERS
        for key, what, choices in asked.get(rule, [])
        for name in [f"q{quarter}-{key}"]
    ]
