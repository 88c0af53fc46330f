"""What a typed scheme says and everything that is wrong with it, each problem at its place."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from assessments.drafting.typed import TypedBand, TypedCriterion, TypedScheme, TypedSection, TypedVeto
from calculations.rounding import exact, number_text
from calculations.rule_parameters import RULE_DECLARATIONS, Parameter, ParameterType
from calculations.rules import RULES, Rule, parse_rule
from calculations.scheme import Band, BindingMissed, Cap, Criterion, Fail, Flag, RankBy, Scheme, Section, Veto
from calculations.scheme_problems import Part, SchemeProblem, scheme_problems

NUMBER = re.compile(r"[+-]?[0-9]{1,6}(\.[0-9]{1,4})?")
POINTS = re.compile(r"[+-]?[0-9]{1,5}(\.[0-9]{1,2})?")
CODE = re.compile(r"[0-9A-Za-z_-]{1,10}")
LONGEST_GRADE = 20


def _(message: str) -> str:
    """The message itself: the underscore marks it for the catalogue."""
    return message


@dataclass(frozen=True, slots=True)
class Reading:
    """The scheme as the formulas know it, with what could not be read left out, and every problem.

    Names are in the reader's language: it is for trying and checking, never for what is stored.
    """

    formulas: Scheme
    problems: tuple[SchemeProblem, ...]

    @property
    def is_sound(self) -> bool:
        """Whether units can be scored by it."""
        return not self.problems

    @property
    def unsound_criteria(self) -> frozenset[str]:
        """The codes of the criteria that something is wrong with."""
        return frozenset(each.code for each in self.problems if each.part is Part.CRITERION)

    @property
    def unsound_parts(self) -> frozenset[Part]:
        """What else something is wrong with."""
        return frozenset(each.part for each in self.problems) - {Part.CRITERION}


def read_typed(scheme: TypedScheme, known_indicators: Collection[str]) -> Reading:
    """What the typed scheme says, for a plan with these indicator codes."""
    reader = _Reader()
    formulas = reader.scheme(scheme)
    judged = [each for each in scheme_problems(formulas, known_indicators) if not reader.makes_void(each)]
    return Reading(formulas, (*reader.problems, *judged))


def number_of(text: str) -> Fraction | None:
    """The number that a text says, full-width digits too, with up to four decimals; None where it says none."""
    plain = plain_number(text)
    return exact(plain) if NUMBER.fullmatch(plain) else None


def plain_number(text: str) -> str:
    """The text with digits, point and sign as programs write them."""
    return unicodedata.normalize("NFKC", text).replace("−", "-").strip()


def canonical_number(text: str) -> str:
    """The shortest text of the number that a text says ("+5.0" is 5); the text itself where it says none."""
    number = number_of(text)
    return text if number is None else number_text(number)


class _Reader:
    """Reads part after part and collects what cannot be read; a neutral value then stands in its place."""

    def __init__(self) -> None:
        self.problems: list[SchemeProblem] = []
        self.without_rule: set[str] = set()

    def makes_void(self, judged: SchemeProblem) -> bool:
        """Whether a problem of the scheme only comes of a neutral value in the place of what could not be read."""
        refused = {(each.part, each.code, each.where) for each in self.problems}
        own = {where for part, code, where in refused if (part, code) == (judged.part, judged.code)}
        if judged.part is Part.CRITERION:
            if judged.where == "rule" and judged.code in self.without_rule:
                return True
            return judged.where in own or (judged.where == "steps" and "max" in own)
        if judged.part is Part.SECTIONS:
            return any(part is Part.SECTION and where == "points" for part, _code, where in refused)
        if judged.part is Part.BANDS:
            return not judged.code and any(part is Part.BANDS and where == "lower" for part, _code, where in refused)
        return judged.where in own

    def scheme(self, typed: TypedScheme) -> Scheme:
        at = _Place(self, Part.SCHEME)
        at.name(typed.name)
        if typed.rank_by not in set(RankBy):
            at.refuse("rank_by", _("请选择排名方式"))
        return Scheme(
            sections=tuple(self._section(each) for each in typed.sections),
            bands=tuple(self._band(each, str(index)) for index, each in enumerate(typed.bands)),
            bonus=tuple(self._criterion(each) for each in typed.bonus),
            bonus_cap=_Place(self, Part.BONUS).points("cap", typed.bonus_cap, Fraction(0)),
            deduction=tuple(self._criterion(each) for each in typed.deduction),
            vetoes=tuple(self._veto(each) for each in typed.vetoes),
            rank_by=RankBy(typed.rank_by) if typed.rank_by in set(RankBy) else RankBy.GRADE,
        )

    def _section(self, typed: TypedSection) -> Section:
        at = _Place(self, Part.SECTION, typed.code, typed.title)
        at.code_and_name(typed.name)
        points = at.points("points", typed.points, Fraction(1))
        return Section(typed.code, points, tuple(self._criterion(each) for each in typed.criteria), name=typed.label)

    def _criterion(self, typed: TypedCriterion) -> Criterion:
        at = _Place(self, Part.CRITERION, typed.code, typed.title)
        at.code_and_name(typed.name)
        points = at.points("max", typed.max, Fraction(1))
        if typed.rule == "manual" and not typed.checklist:
            at.refuse("checklist", _("请写检查表：审核员按什么评分"))
        rule = self._rule(typed, at)
        return Criterion(typed.code, points, rule, typed.indicators, name=typed.label or typed.code)

    def _rule(self, typed: TypedCriterion, at: "_Place") -> Rule | None:
        if typed.rule not in RULE_DECLARATIONS:
            return None
        before = len(self.problems)
        params: dict[str, object] = {}
        for parameter in RULE_DECLARATIONS[typed.rule].parameters:
            value = at.parameter(parameter, typed)
            if value is not None:
                params[parameter.name] = value
        if len(self.problems) > before:
            self.without_rule.add(typed.code)
            return None
        return parse_rule(typed.rule, params)

    def _band(self, typed: TypedBand, place: str) -> Band:
        at = _Place(self, Part.BANDS, place)
        at.name(typed.name)
        if len(typed.name) > LONGEST_GRADE:
            at.refuse("name", _("等次名称最多 %(most)s 个字"), most=str(LONGEST_GRADE))
        return Band(typed.label or place, at.points("lower", typed.lower, Fraction(0)))

    def _veto(self, typed: TypedVeto) -> Veto:
        at = _Place(self, Part.VETO, typed.code, typed.title)
        at.code_and_name(typed.name)
        if typed.rule not in (Flag.tag, BindingMissed.tag):
            at.refuse("rule", _("请选择情形"))
        if typed.cap and not typed.cap.isdecimal():
            at.refuse("effect", _("请选择结果"))
        condition: Flag | BindingMissed = Flag()
        if typed.rule == BindingMissed.tag:
            condition = BindingMissed(at.number("threshold", typed.threshold, Fraction(1)))
        effect = Cap(int(typed.cap)) if typed.cap.isdecimal() else Fail()
        return Veto(typed.code, condition, effect, name=typed.label)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the scheme a value is read."""

    reader: _Reader
    part: Part
    code: str = ""
    title: str = ""

    def refuse(self, where: str, message: str, **values: str) -> None:
        self.reader.problems.append(SchemeProblem(self.part, message, self.code, where, self.title, values))

    def name(self, text: str) -> None:
        if not text:
            self.refuse("name", _("没有填写名称"))

    def code_and_name(self, name: str) -> None:
        """The portal gives the codes; only a page that was tampered with sends another one."""
        if not CODE.fullmatch(self.code):
            self.refuse("code", _("代码只能由字母、数字、- 和 _ 组成，最多 10 个字符"))
        self.name(name)

    def points(self, where: str, text: str, neutral: Fraction) -> Fraction:
        """Points have at most two decimals: they are stored and printed so."""
        number = self.number(where, text, neutral)
        if number_of(text) is not None and not POINTS.fullmatch(plain_number(text)):
            self.refuse(where, _("分数最多五位整数、两位小数"))
        return number

    def number(self, where: str, text: str, neutral: Fraction) -> Fraction:
        number = number_of(text)
        if number is None and not text:
            self.refuse(where, _("没有填写"))
        elif number is None:
            self.refuse(where, _("“%(text)s”不是数字，或小数超过四位"), text=text)
        return neutral if number is None else number

    def parameter(self, parameter: Parameter, typed: TypedCriterion) -> object:
        """A parameter as `parse_rule` takes it; None for one that is left out."""
        if parameter.type is ParameterType.STEPS:
            return [self._step(index, each.bound, each.points) for index, each in enumerate(typed.steps)]
        text = typed.params.get(parameter.name, "")
        if not text and not parameter.is_required:
            return None
        self.number(parameter.name, text, Fraction(0))
        number = number_of(text)
        if number is not None and parameter.type is ParameterType.WHOLE and number.denominator != 1:
            self.refuse(parameter.name, _("请填整数"))
        return canonical_number(text)

    def _step(self, index: int, bound: str, points: str) -> list[str]:
        self.number(f"steps-{index}-bound", bound, Fraction(0))
        self.points(f"steps-{index}-points", points, Fraction(0))
        return [canonical_number(bound), canonical_number(points)]


def looks_at(rule: str) -> str:
    """How many indicators a rule judges: none, one or some; none before a rule is chosen."""
    return RULES[rule].indicator_count if rule in RULES else "none"


def section_sums(section: TypedSection) -> tuple[Fraction, Fraction] | None:
    """The section's points and the sum of its criteria's: where they differ lines are scaled; None while one is
    unknown."""
    points, parts = number_of(section.points), [number_of(each.max) for each in section.criteria]
    known = [part for part in parts if part is not None]
    if points is None or not parts or len(known) < len(parts):
        return None
    return points, sum(known, Fraction(0))
