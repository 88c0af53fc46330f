"""What differs between two versions of a scheme, in words: for whoever compares them and for the trail."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from assessments.drafting.typed import TypedBand, TypedCriterion, TypedScheme, TypedVeto
from assessments.models import Scheme
from assessments.rule_words import Names, rule_sentence

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class SchemeChange:
    """One change: of what, which of its properties, and its words before and after; "—" where there was nothing."""

    place: str
    what: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.place} {self.what}：{self.before} → {self.after}"


def scheme_changes(before: TypedScheme, after: TypedScheme, names: Names) -> list[SchemeChange]:
    """Every change from one version to another, in the order of the later one; `names` are the indicators' by code."""
    return [
        *_own_changes(before, after),
        *_section_changes(before, after),
        *_criterion_changes(before, after, names),
        *_band_changes(before, after),
        *_veto_changes(before, after),
    ]


def as_data(changes: Sequence[SchemeChange]) -> list[dict[str, str]]:
    """The changes for the trail."""
    return [asdict(each) for each in changes]


def _own_changes(before: TypedScheme, after: TypedScheme) -> Iterator[SchemeChange]:
    ranks: Mapping[str, Any] = dict(Scheme.RankBy.choices)
    whole = _("评分方案")
    yield from _differing(
        whole,
        (_("名称"), before.name, after.name),
        (_("英文名称"), before.name_en, after.name_en),
        (_("说明"), before.note, after.note),
        (_("英文说明"), before.note_en, after.note_en),
        (_("排名方式"), str(ranks.get(before.rank_by, "")), str(ranks.get(after.rank_by, ""))),
        (_("加分上限"), before.bonus_cap, after.bonus_cap),
    )


def _section_changes(before: TypedScheme, after: TypedScheme) -> Iterator[SchemeChange]:
    old, new = ({each.code: each for each in scheme.sections} for scheme in (before, after))
    for code, section in new.items():
        standing = old.get(code)
        if standing is None:
            yield SchemeChange(section.title, _("新增部分"), NOTHING, _("%s 分") % section.points)
        else:
            yield from _differing(
                section.title,
                (_("名称"), standing.name, section.name),
                (_("英文名称"), standing.name_en, section.name_en),
                (_("分值"), standing.points, section.points),
            )
    for code, section in old.items():
        if code not in new:
            yield SchemeChange(section.title, _("删除部分"), _("%s 分") % section.points, NOTHING)
    yield from _reordered(_("各部分"), list(old), list(new))


def _criterion_changes(before: TypedScheme, after: TypedScheme, names: Names) -> Iterator[SchemeChange]:
    old, new = ({each.code: (each, part) for each, part in _placed(scheme)} for scheme in (before, after))
    for code, (criterion, part) in new.items():
        if code not in old:
            yield SchemeChange(criterion.title, _("新增评分项"), NOTHING, _summary(criterion, part, names))
            continue
        standing, part_before = old[code]
        yield from _differing(
            criterion.title,
            (_("名称"), standing.name, criterion.name),
            (_("英文名称"), standing.name_en, criterion.name_en),
            (_("所属部分"), part_before, part),
            (_("满分"), standing.max, criterion.max),
            (_("规则"), _sentence(standing, names), _sentence(criterion, names)),
            (_("检查表"), standing.checklist, criterion.checklist),
            (_("英文检查表"), standing.checklist_en, criterion.checklist_en),
        )
    for code, (criterion, part) in old.items():
        if code not in new:
            yield SchemeChange(criterion.title, _("删除评分项"), _summary(criterion, part, names), NOTHING)
    for part in dict.fromkeys(part for _each, part in new.values()):
        codes = [[code for code, (_each, its) in which.items() if its == part] for which in (old, new)]
        yield from _reordered(_("%s 各评分项") % part, *codes)


def _band_changes(before: TypedScheme, after: TypedScheme) -> Iterator[SchemeChange]:
    yield from _differing(
        _("等次"),
        (_("等次和下限"), _bands(before.bands), _bands(after.bands)),
        (_("英文名称"), _bands_en(before.bands), _bands_en(after.bands)),
    )


def _veto_changes(before: TypedScheme, after: TypedScheme) -> Iterator[SchemeChange]:
    old, new = ({each.code: each for each in scheme.vetoes} for scheme in (before, after))
    for code, veto in new.items():
        standing = old.get(code)
        if standing is None:
            yield SchemeChange(veto.title, _("新增一票否决"), NOTHING, veto_sentence(veto, after))
        else:
            yield from _differing(
                veto.title,
                (_("名称"), standing.name, veto.name),
                (_("英文名称"), standing.name_en, veto.name_en),
                (_("规则"), veto_sentence(standing, before), veto_sentence(veto, after)),
            )
    for code, veto in old.items():
        if code not in new:
            yield SchemeChange(veto.title, _("删除一票否决"), veto_sentence(veto, before), NOTHING)


def veto_sentence(veto: TypedVeto, scheme: TypedScheme) -> str:
    """When a veto applies and what it does."""
    when = _("经两名市局管理员认定")
    if veto.rule == "binding":
        when = _("本单位有约束性目标完成率低于 %s %% 或未报") % (veto.threshold or "…")
    names = [band.label for band in scheme.bands]
    place = int(veto.cap) if veto.cap.isdecimal() else 1
    grade = names[-place] if 1 <= place <= len(names) else "…"
    effect = _("等次最高为%s") if veto.cap else _("等次定为%s")
    return _("：").join((when, effect % grade))


def _differing(place: str, *properties: tuple[str, str, str]) -> Iterator[SchemeChange]:
    for what, before, after in properties:
        if before != after:
            yield SchemeChange(place, what, before or NOTHING, after or NOTHING)


def _reordered(place: str, old: list[str], new: list[str]) -> Iterator[SchemeChange]:
    """The order of those that both have, where it differs."""
    kept_before, kept_after = [code for code in old if code in new], [code for code in new if code in old]
    if kept_before != kept_after:
        comma = _("、")
        yield SchemeChange(place, _("顺序"), comma.join(kept_before), comma.join(kept_after))


def _placed(scheme: TypedScheme) -> Iterator[tuple[TypedCriterion, str]]:
    for section in scheme.sections:
        for criterion in section.criteria:
            yield criterion, section.title
    for part, criteria in ((_("加分"), scheme.bonus), (_("扣分"), scheme.deduction)):
        for criterion in criteria:
            yield criterion, part


def _summary(criterion: TypedCriterion, part: str, names: Names) -> str:
    return _("%(part)s，满分 %(max)s 分；%(rule)s") % {
        "part": part,
        "max": criterion.max or "…",
        "rule": _sentence(criterion, names),
    }


def _sentence(criterion: TypedCriterion, names: Names) -> str:
    if not criterion.rule:
        return NOTHING
    params: dict[str, Any] = {name: text for name, text in criterion.params.items() if text}
    params |= {"indicators": criterion.indicators, "steps": [(each.bound, each.points) for each in criterion.steps]}
    return rule_sentence(criterion.rule, params, names)


def _bands(bands: Sequence[TypedBand]) -> str:
    return _("、").join(f"{band.name} ≥ {band.lower}" for band in bands)


def _bands_en(bands: Sequence[TypedBand]) -> str:
    return ", ".join(band.name_en for band in bands)
