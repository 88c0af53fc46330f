"""Whether a stored assessment still says what follows from its stored inputs."""

import json
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Assessment, UnitResult
from assessments.services.seal import seal_of
from calculations.canonical import Plain, canonical, differences, from_data, sha256, to_data
from calculations.errors import CalculationError
from calculations.inputs import UnitInputs
from calculations.rounding import round_half_up
from calculations.scheme import Scheme
from calculations.scoring import PLACES, assess
from calculations.scoring import UnitResult as Scored
from common.errors import NotYet
from files.services import is_intact

PARTS = {
    "result": gettext_lazy("结果"),
    "lines": gettext_lazy("得分明细"),
    "manual": gettext_lazy("人工评分"),
    "adjustments": gettext_lazy("得分调整"),
    "self_scores": gettext_lazy("自评分"),
    "appeals": gettext_lazy("申诉"),
    "files": gettext_lazy("材料"),
    "flags": gettext_lazy("弄虚作假认定"),
}


def verify_assessment(assessment: Assessment) -> list[str]:
    """Every difference between what is stored and what the stored inputs give, in words; empty: all is as it was.

    Checks each document's hash, the heads and their hashes, recalculates everything from the stored inputs, and
    compares the documents line by line and the columns that pages show. Of a published one the seal as well: every
    sentence, reason, decision and file, to its last byte. NotYet before the first calculation.
    """
    if not assessment.results_sha256:
        raise NotYet(_("考核还没有计算。"), _("请先计算考核，再核验。"))
    stored = list(assessment.results.select_related("plan_unit__unit").prefetch_related("lines__criterion"))
    by_unit = {each.plan_unit.unit.code: each for each in stored}
    found = [*_head_differences(assessment), *(line for each in stored for line in _hash_differences(each))]
    found += seal_differences(assessment)
    try:
        head = json.loads(assessment.inputs_head)
        in_order = [by_unit[code] for code, _sha in head["units"]]
        scheme = from_data(Scheme, head["scheme"])
        inputs = [from_data(UnitInputs, json.loads(each.inputs)) for each in in_order]
        again = assess(scheme, inputs)
        found += _document_head_differences(assessment, in_order)
        for result, scored in zip(in_order, again, strict=True):
            found += _result_differences(result, scored)
    except (CalculationError, KeyError, TypeError, ValueError) as error:
        return [*found, _("保存的数据已无法重算：%s") % error]
    return found


def seal_differences(assessment: Assessment) -> list[str]:
    """What of a published assessment is not as it was sealed, by unit and part; empty before it is published."""
    if not (assessment.is_frozen or assessment.seal_head or assessment.seal_sha256):
        return []
    if sha256(assessment.seal_head) != assessment.seal_sha256:
        return [_("封存摘要与保存的哈希不符。")]
    now = json.loads(seal_of(assessment))
    try:
        sealed = json.loads(assessment.seal_head)
        before: dict[str, dict[str, str]] = dict(sealed["units"])
        # What was sealed before these two belonged to the seal has no hash of them.
        earlier = {part: now[part] for part in ("scheme", "publication")} | sealed
        changed = {part for part in now if part != "units" and earlier[part] != now[part]}
    except (KeyError, TypeError, ValueError):
        return [_("封存摘要已无法读取。")]
    found = []
    if changed & {"assessment", "publication"} or not _stands_as_published(assessment):
        found.append(_("考核本身的数据在发布后被改动。"))
    if "announcements" in changed:
        found.append(_("公示记录在发布后被改动。"))
    if "scheme" in changed:
        found.append(_("评分方案在发布后被改动。"))
    for unit in sorted(before.keys() | now["units"].keys()):
        found += _unit_differences(unit, before.get(unit, {}), now["units"].get(unit, {}))
    return [*found, *_changed_files(assessment)]


def _stands_as_published(assessment: Assessment) -> bool:
    """Whether its state is one that a sealed assessment can have: published, or superseded at an instant."""
    is_superseded = assessment.state == Assessment.State.SUPERSEDED
    return assessment.is_frozen and is_superseded == (assessment.superseded_at is not None)


def _unit_differences(unit: str, before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    changed = [PARTS[part] for part in sorted(before.keys() | after.keys()) if before.get(part) != after.get(part)]
    if changed:
        parts = "、".join(str(part) for part in changed)
        yield _("%(unit)s：%(parts)s在发布后被改动。") % {"unit": unit, "parts": parts}


def _changed_files(assessment: Assessment) -> Iterator[str]:
    """The files of units and of falsification whose bytes are gone or not those that were stored; two queries."""
    kept = assessment.files.select_related("plan_unit", "file").order_by("plan_unit__order", "pk")
    flags = assessment.flags.select_related("plan_unit", "evidence").order_by("plan_unit__order")
    stored = [(each.plan_unit, each.file) for each in kept]
    stored += [(flag.plan_unit, flag.evidence) for flag in flags if flag.evidence]
    for plan_unit, file in stored:
        if not is_intact(file):
            said = {"unit": plan_unit.name, "name": file.name}
            yield _("%(unit)s：材料“%(name)s”缺失或内容被改动。") % said


def _head_differences(assessment: Assessment) -> Iterator[str]:
    if sha256(assessment.inputs_head) != assessment.inputs_sha256:
        yield _("输入摘要与保存的哈希不符。")
    if sha256(assessment.results_head) != assessment.results_sha256:
        yield _("结果摘要与保存的哈希不符。")


def _hash_differences(result: UnitResult) -> Iterator[str]:
    name = result.plan_unit.name
    if sha256(result.inputs) != result.inputs_sha256:
        yield _("%s：输入数据与保存的哈希不符。") % name
    if sha256(result.results) != result.results_sha256:
        yield _("%s：结果数据与保存的哈希不符。") % name


def _document_head_differences(assessment: Assessment, results: list[UnitResult]) -> list[str]:
    inputs: Plain = [[each.plan_unit.unit.code, sha256(each.inputs)] for each in results]
    outcome: Plain = [[each.plan_unit.unit.code, sha256(each.results)] for each in results]
    stored_inputs = json.loads(assessment.inputs_head)["units"]
    stored_results = json.loads(assessment.results_head)["units"]
    return differences(stored_inputs, inputs, "inputs") + differences(stored_results, outcome, "results")


def _result_differences(result: UnitResult, scored: Scored) -> list[str]:
    code = result.plan_unit.unit.code
    again = to_data(scored, words=False)
    found = differences(json.loads(result.results), again, code)
    if not found and result.results != canonical(again):
        found = [_("%s：结果数据的写法与规范不符。") % code]
    return found + differences(_columns(result), _columns_of(scored), _("%s 页面数据") % code)


def _columns(result: UnitResult) -> Plain:
    return {
        "rank": result.rank,
        "base": _text(result.base),
        "bonus": _text(result.bonus),
        "deduction": _text(result.deduction),
        "total": _text(result.total),
        "grade": result.grade,
        "lines": {
            each.code: [
                each.criterion.code if each.criterion.scheme_id == result.assessment.scheme_id else "",
                _text(each.points),
                _text(each.computed),
                _text(each.adjustment),
            ]
            for each in result.lines.all()
        },
    }


def _columns_of(scored: Scored) -> Plain:
    return {
        "rank": scored.rank,
        "base": _text(scored.base),
        "bonus": _text(scored.bonus),
        "deduction": _text(scored.deduction),
        "total": _text(scored.total),
        "grade": scored.grade or "",
        "lines": {
            each.code: [
                each.code,
                _text(each.points if each.applicable else None),
                _text(each.computed),
                _text(round_half_up(each.adjustment or 0, PLACES)),
            ]
            for each in scored.lines
        },
    }


def _text(number: object) -> str:
    return "" if number is None else f"{number:.2f}"
