"""The scheme's test bench: one unit of the plan or a blank one, typed numbers, and what the draft gives for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from assessments.drafting.entries import typed_of
from assessments.drafting.reading import Reading, read_typed
from assessments.drafting.typed import TypedCriterion, TypedScheme
from assessments.models import SchemeDraft
from assessments.services.scheme_drafts import typed_draft
from assessments.services.schemes import scheme_of
from assessments.services.what_if import Field, load_field
from assessments.trial import Trial, TrialLine, Typed, field_texts, run_trial, with_typed, without_criteria
from assessments.trial_fields import TrialField, indicator_fields, manual_field, quarter_fields
from calculations.actual import ZERO, DataState
from calculations.errors import CalculationError
from calculations.inputs import IndicatorInput, QuarterFacts, UnitInputs
from calculations.quarters import QUARTERS
from calculations.rules import RULES
from targets.models import Indicator, Plan, PlanUnit

BLANK = "-"
"""The unit that has nothing: all its numbers are typed."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What one chose and typed, and what came of it. `carried` are typed numbers of other criteria, not shown now."""

    units: list[tuple[str, str]]
    unit: str
    criteria: list[tuple[str, str]]
    criterion: str
    fields: list[TrialField]
    carried: dict[str, str]
    left_out: list[str]
    trial: Trial | None = None
    line: TrialLine | None = None
    obstacle: str = ""


def load_bench(plan: Plan, fields: Mapping[str, str], *, as_of: datetime) -> Bench:
    """The bench for the draft of the plan's scheme, or else for the one in force. A fixed number of queries."""
    typed_scheme = _scheme(plan)
    field = load_field(plan, None, as_of=as_of)
    reading = read_typed(typed_scheme, [each.code for each in field.indicators])
    plan_unit = _chosen_unit(field, fields)
    unit = field.inputs[plan_unit.pk] if plan_unit else _blank(field.indicators)
    criterion = _chosen_criterion(typed_scheme, fields.get("criterion", ""))
    typed = with_typed(unit, {name: text for name, text in fields.items() if name not in ("unit", "criterion")})
    shown = _fields(criterion, field, typed, fields) if criterion else []
    return _tried(
        Bench(
            units=[*((each.unit.code, each.label) for each in field.plan_units), (BLANK, _("空白单位（全部自己填）"))],
            unit=plan_unit.unit.code if plan_unit else BLANK,
            criteria=[(each.code, each.title) for each in typed_scheme.criteria()],
            criterion=criterion.code if criterion else "",
            fields=shown,
            carried=_carried(fields, typed, [each.name for each in shown]),
            left_out=[each.title for each in typed_scheme.criteria() if each.code in reading.unsound_criteria],
        ),
        reading,
        unit,
        typed,
    )


def _scheme(plan: Plan) -> TypedScheme:
    draft = SchemeDraft.objects.filter(plan=plan).first()
    return typed_draft(draft) if draft else typed_of(scheme_of(plan))


def _chosen_unit(field: Field, fields: Mapping[str, str]) -> PlanUnit | None:
    asked = fields.get("unit", "")
    if asked == BLANK or not field.plan_units:
        return None
    return next((each for each in field.plan_units if each.unit.code == asked), field.plan_units[0])


def _chosen_criterion(scheme: TypedScheme, asked: str) -> TypedCriterion | None:
    criteria = list(scheme.criteria())
    return next((each for each in criteria if each.code == asked), criteria[0] if criteria else None)


def _blank(indicators: Sequence[Indicator]) -> UnitInputs:
    """A unit that has reported nothing and has no targets."""
    inputs = [_nothing(each) for each in indicators]
    quarters = tuple(QuarterFacts(quarter, on_time=False, required=0, filled=0) for quarter in QUARTERS)
    return UnitInputs(BLANK, BLANK, {each.code: each for each in inputs}, quarters, name=_("空白单位"))


def _nothing(indicator: Indicator) -> IndicatorInput:
    spec = indicator.spec
    return IndicatorInput(
        code=spec.code,
        kind=spec.kind,
        accumulate=spec.accumulate,
        decimals=indicator.decimals,
        state=DataState.NO_DATA,
        value=ZERO,
        base=ZERO,
        name=indicator.name,
        unit_label=indicator.value_unit,
    )


def _fields(criterion: TypedCriterion, field: Field, typed: Typed, given: Mapping[str, str]) -> list[TrialField]:
    """What decides the points of one criterion."""
    rule = RULES.get(criterion.rule)
    texts = {**field_texts(typed.unit), **given}
    if rule is None:
        return []
    if criterion.rule == "manual":
        return [manual_field(criterion.code, criterion.title, texts, typed.problems)]
    chosen = [each for each in field.indicators if each.code in criterion.indicators]
    found = [
        one for each in chosen for one in indicator_fields(each, texts, typed.problems, with_target=rule.needs_target)
    ]
    return found or quarter_fields(criterion.rule, texts, typed.problems)


def _carried(given: Mapping[str, str], typed: Typed, shown: Sequence[str]) -> dict[str, str]:
    return {name: given[name] for name in sorted(typed.touched) if name in given and name not in shown}


def _tried(bench: Bench, reading: Reading, unit: UnitInputs, typed: Typed) -> Bench:
    formulas = without_criteria(reading.formulas, reading.unsound_criteria)
    if not formulas.sections or not formulas.bands:
        return replace(bench, obstacle=_("先设定评分部分和等次，才能试算。"))
    try:
        trial = run_trial(formulas, unit, typed.unit)
    except CalculationError as error:
        return replace(bench, obstacle=str(error))
    return replace(bench, trial=trial, line=trial.line(bench.criterion))
