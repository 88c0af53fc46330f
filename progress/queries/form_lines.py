"""The lines of the forms that we hand out for one quarter: every line that units report, with what stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import User
from progress.excel.form_cells import FormLine
from progress.line_checks import EnteredLine, LineRules
from progress.models import Report
from progress.queries.carrying import carried_lines
from progress.queries.sheet import entered_in, quarter_end
from progress.queries.year import YearBook, load_year
from targets.models import Indicator, PlanUnit, Quarter
from targets.queries import targets_on


def load_form_lines(quarter: Quarter, *, viewer: User, at: datetime, unit: str = "") -> list[FormLine]:
    """The lines of the viewer's reporting units (or of one of them) in the plan's order; about ten queries."""
    plan = quarter.plan
    chosen = plan.plan_units.visible_to(viewer).reporting().select_related("unit").order_by("order", "pk")
    units = list(chosen.filter(unit__code=unit) if unit else chosen)
    for plan_unit in units:
        plan_unit.plan = plan
    book = load_year(plan, units)
    targets = targets_on(plan, quarter_end(plan.year, quarter.number))
    loading = _Loading(book, book.quarters[quarter.number], targets, at)
    return [line for plan_unit in units for line in loading.lines_of(plan_unit)]


@dataclass(frozen=True, slots=True)
class _Loading:
    book: YearBook
    quarter: Quarter
    targets: Mapping[tuple[int, int], Decimal]
    at: datetime

    def lines_of(self, plan_unit: PlanUnit) -> list[FormLine]:
        standing = self._standing(plan_unit)
        return [
            self._line(plan_unit, indicator, standing.get(indicator.pk, EnteredLine()))
            for indicator in self.book.owed.get(plan_unit.pk, [])
        ]

    def _standing(self, plan_unit: PlanUnit) -> dict[int, EnteredLine]:
        """What the unit's report holds; where there is none yet, what it will start with."""
        report = self.book.current((plan_unit.pk, self.quarter.number))
        if report is not None:
            return {pk: entered_in(line) for pk, line in self.book.lines_of(report).items()}
        new = Report(plan_unit=plan_unit, quarter=self.quarter)
        return {line.indicator_id: entered_in(line) for line in carried_lines(self.book, new, at=self.at)}

    def _line(self, plan_unit: PlanUnit, indicator: Indicator, line: EnteredLine) -> FormLine:
        rules, (before, base_before) = LineRules.of(indicator), self._before(plan_unit, indicator)
        return FormLine(
            unit=plan_unit.name,
            indicator=indicator.name,
            measure=indicator.value_unit,
            base_measure=indicator.base_unit if indicator.has_base else "",
            target_measure="%" if indicator.actual_unit == "%" else indicator.value_unit,
            decimals=indicator.decimals,
            minimum=rules.lowest,
            maximum=rules.maximum,
            may_be_not_applicable=indicator.not_applicable != Indicator.NotApplicable.NO,
            value_label=indicator.value_label,
            base_label=indicator.base_label,
            sums=rules.sums,
            is_base_fixed=indicator.base_rule == Indicator.BaseRule.FIXED,
            value=line.value,
            base=line.base,
            not_applicable=line.not_applicable,
            note=line.note,
            target=self.targets.get((plan_unit.pk, indicator.pk)),
            before=before,
            base_before=base_before,
        )

    def _before(self, plan_unit: PlanUnit, indicator: Indicator) -> tuple[Decimal | None, Decimal | None]:
        """What the values and the bases of the quarters before came to, the sum or the latest; None without any."""
        others = self.book.context((plan_unit.pk, self.quarter.number), indicator).others
        earlier = [others[number] for number in sorted(others) if number < self.quarter.number]
        if indicator.accumulate == Indicator.Accumulate.LATEST:
            earlier = earlier[-1:]
        values = [line.value for line in earlier if line.value is not None]
        bases = [line.base for line in earlier if line.base is not None]
        return (sum(values, Decimal(0)) if values else None, sum(bases, Decimal(0)) if bases else None)
