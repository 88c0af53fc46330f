"""The criteria in the editor's form: which fields a criterion has follows from its rule."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.drafting.reading import looks_at
from assessments.drafting.said import Said
from assessments.drafting.shown import Choice, Shown, ShownPart, Slot, in_order
from assessments.drafting.typed import TypedCriterion, TypedScheme, TypedStep
from assessments.rule_words import Names
from calculations.rule_parameters import RULE_DECLARATIONS, Parameter, ParameterType
from calculations.scheme_problems import Part


@dataclass(frozen=True, slots=True)
class Form:
    """What all parts of one form are made of; `names` are the plan's indicators by code."""

    typed: TypedScheme
    said: Said
    names: Names


def shown_criteria(form: Form, criteria: Sequence[TypedCriterion], place: str) -> tuple[ShownPart, ...]:
    """The criteria of one part, whose members are named after `place`."""
    return in_order([_criterion(form, each, f"{place}-{index}") for index, each in enumerate(criteria)])


def _criterion(form: Form, typed: TypedCriterion, place: str) -> ShownPart:
    fields = _criterion_fields(form, typed, place)
    parameters = _parameters(form, typed, place)
    steps = in_order([_step(form, each, typed, place, index) for index, each in enumerate(typed.steps)])
    known = [*fields, *(each.name.rpartition("-")[2] for each in parameters)]
    known += [f"steps-{index}-{name}" for index in range(len(steps)) for name in ("bound", "points")]
    has_steps = any(each.type is ParameterType.STEPS for each in _declared(typed))
    return ShownPart(
        place,
        typed.code,
        typed.title,
        fields,
        Slot(place, form.said.rest(Part.CRITERION, typed.code, known)),
        parameters=parameters,
        steps=steps,
        notes={
            "rule": _rule_help(typed),
            "steps": "yes" if has_steps else "",
        },
    )


def _criterion_fields(form: Form, typed: TypedCriterion, place: str) -> dict[str, Shown]:
    def said(where: str) -> tuple[str, ...]:
        return form.said.of(Part.CRITERION, typed.code, where)

    rules = (("", _("（请选择）")), *((tag, _(each.label)) for tag, each in RULE_DECLARATIONS.items()))
    fields = {
        "name": Shown(f"{place}-name", _("评分项"), (typed.name,), problems=said("name")),
        "max": Shown(f"{place}-max", _("满分"), (typed.max,), "number", unit=_("分"), problems=said("max")),
        "rule": Shown(f"{place}-rule", _("计分规则"), (typed.rule,), "chosen", choices=rules, problems=said("rule")),
        "part": Shown(f"{place}-part", _("所属部分"), (_part_of(place),), "chosen", choices=_part_choices(form)),
        "name_en": Shown(f"{place}-name_en", _("英文名称"), (typed.name_en,)),
    }
    if looks_at(typed.rule) != "none":
        fields["indicators"] = _indicators(form, typed, place, said("indicators"))
    if typed.rule == "manual":
        fields["checklist"] = Shown(
            f"{place}-checklist", _("检查表"), (typed.checklist,), "area", problems=said("checklist")
        )
        fields["checklist_en"] = Shown(f"{place}-checklist_en", _("英文检查表"), (typed.checklist_en,), "area")
    return fields


def _indicators(form: Form, typed: TypedCriterion, place: str, problems: tuple[str, ...]) -> Shown:
    unknown = tuple((code, _("%s（计划中没有）") % code) for code in typed.indicators if code not in form.names)
    choices = (("", _("（请选择）")), *form.names.items(), *unknown)
    several = looks_at(typed.rule) == "some"
    values = (*typed.indicators, "") if several or not typed.indicators else typed.indicators
    kind = "chosen" if several else "select"
    return Shown(f"{place}-indicators", _("指标"), values, kind, choices=choices, problems=problems)


def _parameters(form: Form, typed: TypedCriterion, place: str) -> tuple[Shown, ...]:
    return tuple(
        Shown(
            f"{place}-{each.name}",
            _(each.label),
            (typed.params.get(each.name, ""),),
            "number",
            unit=_(each.unit) if each.unit else "",
            problems=form.said.of(Part.CRITERION, typed.code, each.name),
        )
        for each in _declared(typed)
        if each.type is not ParameterType.STEPS
    )


def _step(form: Form, step: TypedStep, typed: TypedCriterion, place: str, index: int) -> ShownPart:
    def said(name: str) -> tuple[str, ...]:
        return form.said.of(Part.CRITERION, typed.code, f"steps-{index}-{name}")

    own = f"{place}-steps-{index}"
    fields = {
        "bound": Shown(f"{own}-bound", _("完成率达到"), (step.bound,), "number", unit="%", problems=said("bound")),
        "points": Shown(f"{own}-points", _("得分"), (step.points,), "number", unit=_("分"), problems=said("points")),
    }
    return ShownPart(own, f"{typed.code}-{index}", _("第 %d 档") % (index + 1), fields)


def _part_choices(form: Form) -> tuple[Choice, ...]:
    sections = ((f"sections-{index}", each.title) for index, each in enumerate(form.typed.sections))
    return (*sections, ("bonus", _("加分")), ("deduction", _("扣分")))


def _rule_help(typed: TypedCriterion) -> str:
    """How the rule scores and what its parameters mean, as one paragraph."""
    if typed.rule not in RULE_DECLARATIONS:
        return ""
    helps = [
        _("%(label)s：%(help)s。") % {"label": _(each.label), "help": _(each.help)}
        for each in _declared(typed)
        if each.help
    ]
    return " ".join([_(RULE_DECLARATIONS[typed.rule].help), *helps])


def _declared(typed: TypedCriterion) -> Sequence[Parameter]:
    return RULE_DECLARATIONS[typed.rule].parameters if typed.rule in RULE_DECLARATIONS else ()


def _part_of(place: str) -> str:
    """The part that a criterion's place lies in."""
    return place.partition("-criteria-")[0] if "-criteria-" in place else place.rpartition("-")[0]
