"""The whole form of the editor, made of the typed scheme and of what its reading says."""

from fractions import Fraction
from functools import partial

from django.utils.translation import gettext as _

from assessments.drafting.criterion_form import Form, shown_criteria
from assessments.drafting.reading import Reading, number_of, section_sums
from assessments.drafting.said import Said
from assessments.drafting.shown import Choice, Shown, ShownPart, ShownScheme, Slot, in_order
from assessments.drafting.typed import TypedBand, TypedScheme, TypedSection, TypedVeto
from assessments.models import Scheme
from assessments.rule_words import Names
from calculations.rounding import number_text
from calculations.scheme_problems import Part


def shown_scheme(typed: TypedScheme, reading: Reading, names: Names) -> ShownScheme:
    """The form of a typed scheme with the problems of its reading; `names` are the plan's indicators by code."""
    form = Form(typed, Said(reading), names)
    sections = in_order([_section(form, each, index) for index, each in enumerate(typed.sections)])
    points = [number_of(each.points) for each in typed.sections]
    return ShownScheme(
        own=_own(form),
        parts=(*sections, _bonus(form), _deduction(form)),
        bands=_bands(form),
        vetoes=_vetoes(form),
        sections=Slot("sections", form.said.of(Part.SECTIONS)),
        points=number_text(sum((each for each in points if each is not None), Fraction(0))),
        problem_count=form.said.count,
    )


def _own(form: Form) -> ShownPart:
    typed, said = form.typed, partial(form.said.of, Part.SCHEME, "")
    ranks = tuple((value, str(label)) for value, label in Scheme.RankBy.choices)
    fields = {
        "name": Shown("name", _("方案名称"), (typed.name,), problems=said("name")),
        "name_en": Shown("name_en", _("英文名称"), (typed.name_en,)),
        "rank_by": Shown("rank_by", _("排名方式"), (typed.rank_by,), "select", choices=ranks, problems=said("rank_by")),
        "note": Shown("note", _("说明"), (typed.note,), "area"),
        "note_en": Shown("note_en", _("英文说明"), (typed.note_en,), "area"),
    }
    return ShownPart("scheme", "scheme", _("方案"), fields)


def _section(form: Form, typed: TypedSection, index: int) -> ShownPart:
    place, said = f"sections-{index}", partial(form.said.of, Part.SECTION, typed.code)
    fields = {
        "name": Shown(f"{place}-name", _("部分名称"), (typed.name,), problems=said("name")),
        "name_en": Shown(f"{place}-name_en", _("英文名称"), (typed.name_en,)),
        "points": Shown(f"{place}-points", _("分值"), (typed.points,), "number", unit=_("分"), problems=said("points")),
    }
    return ShownPart(
        place,
        typed.code,
        typed.title,
        fields,
        Slot(place, form.said.rest(Part.SECTION, typed.code, list(fields))),
        members=shown_criteria(form, typed.criteria, f"{place}-criteria"),
        notes={"weight": _weight_note(typed)},
    )


def _weight_note(typed: TypedSection) -> str:
    sums = section_sums(typed)
    if sums is None or sums[0] == sums[1]:
        return ""
    points, parts = (number_text(each) for each in sums)
    return _("评分项满分合计 %(parts)s 分，本部分 %(points)s 分：得分按适用的评分项折算成本部分的分值。") % {
        "parts": parts,
        "points": points,
    }


def _bonus(form: Form) -> ShownPart:
    cap = Shown(
        "bonus_cap",
        _("加分上限"),
        (form.typed.bonus_cap,),
        "number",
        unit=_("分"),
        problems=form.said.of(Part.BONUS, "", "cap"),
    )
    members = shown_criteria(form, form.typed.bonus, "bonus")
    return ShownPart("bonus", "bonus", _("加分"), {"cap": cap}, Slot("bonus", ()), members=members)


def _deduction(form: Form) -> ShownPart:
    members = shown_criteria(form, form.typed.deduction, "deduction")
    return ShownPart("deduction", "deduction", _("扣分"), {}, Slot("deduction", ()), members=members)


def _bands(form: Form) -> ShownPart:
    members = in_order([_band(form, each, index) for index, each in enumerate(form.typed.bands)])
    known = [str(index) for index in range(len(members))]
    rest = form.said.elsewhere(Part.BANDS, known)
    return ShownPart("bands", "bands", _("等次"), {}, Slot("bands", rest), members=members)


def _band(form: Form, band: TypedBand, index: int) -> ShownPart:
    place, said = f"bands-{index}", partial(form.said.of, Part.BANDS, str(index))
    fields = {
        "name": Shown(f"{place}-name", _("等次名称"), (band.name,), problems=said("name")),
        "name_en": Shown(f"{place}-name_en", _("英文名称"), (band.name_en,)),
        "lower": Shown(
            f"{place}-lower", _("总分不低于"), (band.lower,), "number", unit=_("分"), problems=said("lower")
        ),
    }
    return ShownPart(place, str(index), _("第 %d 等") % (index + 1), fields)


def _vetoes(form: Form) -> ShownPart:
    members = in_order([_veto(form, each, index) for index, each in enumerate(form.typed.vetoes)])
    return ShownPart("vetoes", "vetoes", _("一票否决"), {}, Slot("vetoes", ()), members=members)


def _veto(form: Form, typed: TypedVeto, index: int) -> ShownPart:
    place, said = f"vetoes-{index}", partial(form.said.of, Part.VETO, typed.code)
    conditions = (("flag", _("经两名市局管理员认定")), ("binding", _("约束性目标严重未完成")))
    fields = {
        "name": Shown(f"{place}-name", _("名称"), (typed.name,), problems=said("name")),
        "name_en": Shown(f"{place}-name_en", _("英文名称"), (typed.name_en,)),
        "rule": Shown(f"{place}-rule", _("情形"), (typed.rule,), "chosen", choices=conditions, problems=said("rule")),
        "cap": Shown(
            f"{place}-cap", _("结果"), (typed.cap,), "select", choices=_effects(form, typed), problems=said("effect")
        ),
    }
    if typed.rule == "binding":
        fields["threshold"] = Shown(
            f"{place}-threshold",
            _("完成率低于"),
            (typed.threshold,),
            "number",
            help=_("本单位任何一项约束性目标低于它或未报，即适用"),
            unit="%",
            problems=said("threshold"),
        )
    slot = Slot(place, form.said.rest(Part.VETO, typed.code, [*fields, "effect"]))
    return ShownPart(place, typed.code, typed.title, fields, slot)


def _effects(form: Form, typed: TypedVeto) -> tuple[Choice, ...]:
    names = [band.label or "…" for band in form.typed.bands]
    caps = {str(place): _("等次最高为%s") % names[-place] for place in range(2, len(names))}
    if typed.cap and typed.cap not in caps:
        caps[typed.cap] = _("等次最高为第 %s 等（从低到高）") % typed.cap
    return (("", _("等次定为%s") % (names[-1] if names else "…")), *caps.items())
