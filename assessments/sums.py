"""How a unit's points add up, in words for whoever checks them by hand: sections, extras, total, grade and rank."""

import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments.models import Scheme, ScoreLine, Section, UnitResult
from assessments.rule_words import plain


def section_words(section: Section, score: Decimal | None, lines: Sequence[ScoreLine]) -> str:
    """Why a section's score is not the plain sum of its lines; empty where it is."""
    if score is None:
        return _("本部分没有适用的评分项，不计。")
    applicable = [each for each in lines if each.applicable]
    most = sum((each.points_max for each in applicable), Decimal(0))
    if most == section.points:
        return ""
    said = {"max": plain(most), "points": plain(section.points), "lines": _sum(applicable), "score": score}
    return _("适用的评分项满分合计 %(max)s 分，折算：%(lines)s × %(points)s ÷ %(max)s = %(score)s 分。") % said


def extra_words(cap: Decimal | None, score: Decimal | None, lines: Sequence[ScoreLine]) -> str:
    """Why the bonus is not the plain sum of its lines; empty where it is, and for the deduction."""
    total = _sum(lines)
    if cap is None or score is None or total == score:
        return ""
    return _("合计 %(total)s 分，超过加分上限，计 %(score)s 分。") % {"total": total, "score": score}


def total_words(result: UnitResult, scheme: Scheme) -> list[str]:
    """The way from the sections to the rank, a sentence a step; lines and sections must be prefetched."""
    if result.base is None or result.total is None:
        return [_("没有适用的评分项，无法评定，不排名。")]
    is_cut = result.base + result.bonus < result.deduction
    total = (
        _("总分：%(base)s + 加分 %(bonus)s − 扣分 %(deduction)s 不足 0 分，计 0.00 分。")
        if is_cut
        else _("总分：%(base)s + 加分 %(bonus)s − 扣分 %(deduction)s = %(total)s 分。")
    )
    said = {"base": result.base, "bonus": result.bonus, "deduction": result.deduction, "total": result.total}
    return [_base_words(result, list(scheme.sections.all())), total % said, *_grade_words(result, scheme)]


def _base_words(result: UnitResult, sections: list[Section]) -> str:
    scores = {each.code: result.sections.get(each.code) for each in sections}
    kept = [each for each in sections if scores[each.code] is not None]
    said = {
        "sum": " + ".join(str(scores[each.code]) for each in kept),
        "all": plain(sum((each.points for each in sections), Decimal(0))),
        "rest": plain(sum((each.points for each in kept), Decimal(0))),
        "base": result.base,
    }
    if len(kept) == len(sections):
        return _("基本分：%(sum)s = %(base)s 分。") % said
    return _("基本分：有的部分不计，按其余部分折算，(%(sum)s) × %(all)s ÷ %(rest)s = %(base)s 分。") % said


def _grade_words(result: UnitResult, scheme: Scheme) -> Iterator[str]:
    if not result.grade:
        yield _("没有下达第一部分的目标，不评等次，不排名。")
        return
    band = json.loads(result.results)["band"]
    lower = next((each["lower"] for each in scheme.bands if each["name"] == band), "0")
    said = {"grade": scheme.grade_label(band), "lower": lower}
    if band == scheme.bands[-1]["name"]:
        yield _("按总分，等次为%(grade)s。") % said
    else:
        yield _("按总分，达到 %(lower)s 分，等次为%(grade)s。") % said
    if result.grade != band:
        yield _("一票否决后，等次为%s。") % scheme.grade_label(result.grade)
    if scheme.rank_by == Scheme.RankBy.GRADE:
        yield _("名次：先比等次，再比总分，第 %d 名；总分相同的名次相同。") % (result.rank or 0)
    else:
        yield _("名次：比总分，第 %d 名；总分相同的名次相同。") % (result.rank or 0)


def _sum(lines: Iterable[ScoreLine]) -> Decimal:
    return sum((each.points or Decimal(0) for each in lines), Decimal(0))
