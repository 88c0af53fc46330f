"""A scheme's rules, vetoes and parts in words, for people who have never seen one."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from assessments.models import Criterion, Scheme

Names = Mapping[str, str]
"""What indicators are called, by code."""


@dataclass(frozen=True, slots=True)
class WordedCriterion:
    """A criterion and its rule as a sentence."""

    criterion: Criterion
    rule: str


@dataclass(frozen=True, slots=True)
class WordedPart:
    """A section, the bonus or the deduction."""

    title: str
    rows: list[WordedCriterion]


def rule_words(criterion: Criterion, names: Names) -> str:
    """The rule of a criterion as one sentence; a rule without a sentence shows its name."""
    return rule_sentence(criterion.rule, criterion.params, names)


def rule_sentence(rule: str, params: Mapping[str, Any], names: Names) -> str:
    """The rule with its parameters (numbers as text, steps as pairs, `indicators`) as one sentence; … for a missing
    one."""
    indicators = _("、").join(names.get(code, code) for code in params.get("indicators", []))
    step = _("%(bound)s %% 得 %(points)s 分")
    steps = _("；").join(step % {"bound": bound, "points": points} for bound, points in params.get("steps", []))
    words = _rules().get(rule, rule)
    values = defaultdict(lambda: "…", {**params, "indicators": indicators or "…", "steps": steps or "…"})
    sentence = words % values if "%" in words else words
    if params.get("cap_each"):
        sentence += _("，每项指标最多计 %s 个") % params["cap_each"]
    return sentence


def _rules() -> dict[str, str]:
    # A function: the words are those of the reader's language.
    return {
        "proportional": _("%(indicators)s：完成率 100 %% 得满分，低于 %(floor)s %% 不得分，其间按完成率折算"),
        "steps": _("%(indicators)s 按完成率分档：%(steps)s"),
        "per_item": _("%(indicators)s：每 1 个得 %(each)s 分，直到满分"),
        "average": _("%(indicators)s 完成进度的平均值 × 满分"),
        "over_target": _("%(indicators)s：超过目标每满 %(per)s %% 得 %(each)s 分，直到满分"),
        "timeliness": _("每个季度按时提交并最终审核通过得 %(each)s 分"),
        "completeness": _("每个季度得 %(each)s 分 × 已填行 ÷ 应填行"),
        "evidence": _("有目标且有进展的指标中，附有佐证材料或台账条目的比例 × 满分"),
        "returns": _("每份报告被退回超过 %(free)s 次后，每次扣 %(each)s 分，直到扣满"),
        "manual": _("审核员按检查表评分"),
    }


def scheme_parts(scheme: Scheme, names: Names) -> list[WordedPart]:
    """The scheme's sections, bonus and deduction in order, each with its criteria in words."""
    worded = [WordedCriterion(each, rule_words(each, names)) for each in scheme.criteria.all()]
    parts = [
        WordedPart(
            _("%(code)s %(name)s（%(points)s 分）")
            % {"code": section.code, "name": section.label, "points": plain(section.points)},
            [each for each in worded if each.criterion.section_id == section.pk],
        )
        for section in scheme.sections.all()
    ]
    titles = {
        Criterion.Part.BONUS: _("加分（合计不超过 %s 分）") % plain(scheme.bonus_cap),
        Criterion.Part.DEDUCTION: _("扣分"),
    }
    for part, title in titles.items():
        rows = [each for each in worded if each.criterion.part == part]
        if rows:
            parts.append(WordedPart(title, rows))
    return parts


def veto_words(scheme: Scheme) -> list[dict[str, str]]:
    """Each veto: when it applies and what it does."""
    return [
        {"code": each["code"], "name": scheme.veto_label(each), "text": _veto(each, scheme)} for each in scheme.vetoes
    ]


def _veto(veto: dict[str, Any], scheme: Scheme) -> str:
    if veto["rule"] == "flag":
        when = _("经两名市局管理员认定")
    else:
        when = _("本单位有约束性目标完成率低于 %s %% 或未报") % veto["threshold"]
    return _("：").join((when, _effect(veto["effect"], scheme)))


def _effect(effect: Any, scheme: Scheme) -> str:
    if effect == "fail":
        return _("等次定为%s") % scheme.grade_label(scheme.bands[-1]["name"])
    return _("等次最高为%s") % scheme.grade_label(scheme.bands[-int(effect["cap"])]["name"])


def plain(number: Any) -> str:
    """A number of points without needless zeros."""
    return f"{number.normalize():f}"
