"""The changes of a file of progress in the reader's words: names, numbers with the indicator's decimals, old → new."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.errors import Text
from progress.services.import_kinds import Change, ShownChange, ShownChanges, ShownValue, Touched
from targets.models import Indicator, Plan

APPROVED, HAND_CORRECTED = "approved", "hand_corrected"
CONFLICTS: dict[str, Text] = {
    APPROVED: gettext_lazy("报告已审核"),
    HAND_CORRECTED: gettext_lazy("上次导入或下载此表后手工改过"),
}
_NAMES = (gettext_lazy("地区"), gettext_lazy("季度"), gettext_lazy("指标"))
_VALUES = (
    gettext_lazy("完成值"),
    gettext_lazy("基数"),
    pgettext_lazy("column", "不涉及"),
    gettext_lazy("备注"),
)
_NUMERIC = frozenset({0, 1})


def shown_changes(plan: Plan, changes: Sequence[Change]) -> ShownChanges:
    """The changes as a table; two queries, for the names."""
    units = _unit_names(plan)
    indicators = {indicator.code: indicator for indicator in plan.indicators.all()}
    rows = [_row(change, plan, units, indicators.get(change.key[2])) for change in changes]
    return ShownChanges(_NAMES, _VALUES, rows, _NUMERIC)


def touched_reports(plan: Plan, changes: Sequence[Change]) -> list[Touched]:
    """The reports that the changes belong to, in the order of the changes; one query."""
    units = _unit_names(plan)
    places = dict.fromkeys(change.key[:2] for change in changes)
    return [
        Touched(
            _("%(unit)s第 %(quarter)s 季度") % {"unit": units.get(unit, unit), "quarter": quarter},
            "progress:report",
            [plan.owner.code, plan.year, int(quarter), unit],
        )
        for unit, quarter in places
    ]


def _unit_names(plan: Plan) -> dict[str, str]:
    return {one.unit.code: one.label for one in plan.plan_units.select_related("unit")}


def _row(change: Change, plan: Plan, units: Mapping[str, str], indicator: Indicator | None) -> ShownChange:
    unit, quarter, code = change.key
    name = _("%(name)s（%(unit)s）") % {"name": indicator.label, "unit": indicator.unit_label} if indicator else code
    decimals = indicator.decimals if indicator else None
    old, new = _words(change.old, decimals), _words(change.new, decimals)
    values = [ShownValue(*pair) for pair in zip(old, new, strict=True)]
    when = _("%(year)d 年第 %(quarter)s 季度") % {"year": plan.year, "quarter": quarter}
    return ShownChange((units.get(unit, unit), when, name), values, CONFLICTS.get(change.conflict, ""))


def _words(line: Mapping[str, Any] | None, decimals: int | None) -> tuple[str, str, str, str]:
    """Value, base, 不涉及 and note of a kept line as people read them; empty where there is nothing."""
    if line is None:
        return "", "", "", ""
    value, base = (_number(line[name], decimals) for name in ("value", "base"))
    return value, base, _("不涉及") if line["not_applicable"] else "", line["note"]


def _number(kept: str | None, decimals: int | None) -> str:
    if kept is None:
        return ""
    return kept if decimals is None else f"{Decimal(kept):,.{decimals}f}"
