"""What would be if, and the forecast at every quarter: a unit's page tries numbers without storing any."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from assessments.drafting.entries import typed_of
from assessments.drafting.reading import read_typed
from assessments.models import Assessment, Criterion, Scheme
from assessments.services.schemes import scheme_of
from assessments.services.what_if import Field, forecasts, load_field
from assessments.trial import Trial, Typed, field_texts, run_trial, with_typed
from assessments.trial_fields import TrialField, indicator_fields, manual_field
from calculations.errors import CalculationError
from calculations.forecast import ForecastScore
from calculations.scheme import Scheme as Formulas
from common.errors import NotYet
from reporting.queries.figures import categories_of
from targets.models import Plan, PlanUnit

Texts = Mapping[str, str]
"""What stands in the fields, by name."""


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """The forecast seen from the end of a quarter; `left_out` are the criteria it cannot foresee."""

    quarter: int
    forecast: ForecastScore
    sentence: str


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One indicator's or manual criterion's fields."""

    label: str
    fields: list[TrialField]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Everything the section shows. `obstacle`: why nothing could be tried."""

    forecasts: list[ForecastRow]
    groups: list[tuple[str, list[FieldRow]]]
    problems: list[str]
    scheme: Scheme
    trial: Trial | None = None
    obstacle: str = ""


def load_what_if(
    plan: Plan,
    plan_unit: PlanUnit,
    given: Mapping[str, str],
    *,
    as_of: datetime,
    assessment: Assessment | None = None,
) -> WhatIf:
    """The unit's score as it stands by approved reports and with the numbers given; a fixed number of queries.

    `assessment` is the revision that the person is shown; without it, the newest.
    Raises NotYet for a unit that is not assessed, or a plan without a scheme.
    """
    if not plan_unit.assessed:
        raise NotYet(_("%s不参加考核。") % plan_unit.label, _("只有参加考核的单位可以试算。"))
    scheme = scheme_of(plan)
    field = load_field(plan, scheme, as_of=as_of, assessment=assessment)
    formulas = read_typed(typed_of(scheme), [each.code for each in field.indicators]).formulas
    unit = field.inputs[plan_unit.pk]
    typed = with_typed(unit, given)
    texts = {**field_texts(unit), **given}
    rows = _rows(field, plan_unit, formulas, typed, texts)
    groups = [
        (name, [rows[each.code] for each in within])
        for name, within in categories_of(plan, [each for each in field.indicators if each.code in rows])
    ]
    manual = _manual_rows(scheme, typed, texts)
    if manual:
        groups.append((_("人工评分"), manual))
    trial, obstacle = _tried(formulas, field, plan_unit, typed)
    return WhatIf(
        _forecast_rows(field, plan_unit, formulas), groups, _problems(groups), scheme, trial=trial, obstacle=obstacle
    )


def _tried(formulas: Formulas, field: Field, plan_unit: PlanUnit, typed: Typed) -> tuple[Trial | None, str]:
    unit = field.inputs[plan_unit.pk]
    try:
        return run_trial(formulas, unit, typed.unit, field.others(plan_unit)), ""
    except CalculationError as error:
        return None, str(error)


def _rows(field: Field, plan_unit: PlanUnit, formulas: Formulas, typed: Typed, texts: Texts) -> dict[str, FieldRow]:
    """The fields of the indicators on which the unit has figures and that a criterion judges, by code."""
    own = set(field.sources.facts.indicators_of(plan_unit.pk))
    judged = {code for each in formulas.criteria() for code in each.indicators}
    by_target = {
        code for each in formulas.criteria() if each.rule and each.rule.needs_target for code in each.indicators
    }
    return {
        each.code: FieldRow(
            each.label, indicator_fields(each, texts, typed.problems, with_target=each.code in by_target)
        )
        for each in field.indicators
        if each.pk in own and each.code in judged
    }


def _manual_rows(scheme: Scheme, typed: Typed, texts: Texts) -> list[FieldRow]:
    manual = sorted((each for each in scheme.criteria.all() if each.rule == "manual"), key=lambda each: each.order)
    return [_manual_row(each, typed, texts) for each in manual]


def _manual_row(criterion: Criterion, typed: Typed, texts: Texts) -> FieldRow:
    label = f"{criterion.code} {criterion.label}"
    return FieldRow(label, [manual_field(criterion.code, label, texts, typed.problems)])


def _problems(groups: list[tuple[str, list[FieldRow]]]) -> list[str]:
    return [
        _("%(label)s %(what)s：%(problem)s") % {"label": each.label, "what": each.what, "problem": each.problem}
        for _name, rows in groups
        for row in rows
        for each in row.fields
        if each.problem
    ]


def _forecast_rows(field: Field, plan_unit: PlanUnit, formulas: Formulas) -> list[ForecastRow]:
    found = forecasts(field, plan_unit, formulas)
    names = {each.code: f"{each.code} {each.name}" for each in formulas.criteria()}
    return [ForecastRow(quarter, each, _sentence(quarter, each, names)) for quarter, each in found.items()]


def _sentence(quarter: int, forecast: ForecastScore, names: Mapping[str, str]) -> str:
    """How the forecast comes about, in one sentence."""
    result = forecast.result
    if result.total is None:
        return _("第 %d 季度末还没有可以推算的数据。") % quarter
    said = _(
        "照第 %(quarter)d 季度末的进度推到年底：基本分 %(base)s + 加分 %(bonus)s − 扣分 %(deduction)s = %(total)s 分。"
    ) % {
        "quarter": quarter,
        "base": result.base,
        "bonus": result.bonus,
        "deduction": result.deduction,
        "total": result.total,
    }
    if forecast.left_out:
        left_out = _("、").join(names[code] for code in forecast.left_out)
        said += _("人工评分和未到期的不计：%s。") % left_out
    return said
