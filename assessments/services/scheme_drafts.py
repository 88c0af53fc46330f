"""Editing a plan's scheme: begin a draft, save it sound or not, put it in force as the next version, or discard it."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import require
from assessments.drafting.changes import as_data, scheme_changes
from assessments.drafting.entries import entries_of, typed_of
from assessments.drafting.reading import Reading, read_typed
from assessments.drafting.typed import TypedScheme
from assessments.models import Assessment, Criterion, ManualScore, Scheme, SchemeDraft
from assessments.rule_words import Names
from assessments.services.assessment import mark_stale
from assessments.services.schemes import Stamp, store_scheme
from audit.services import Entry, record
from calculations.canonical import from_data, to_data
from calculations.rules import Manual
from calculations.scheme import Scheme as Formulas
from common.actions import Actor
from common.errors import Conflict, Invalid, Locked, LockReason
from targets.models import Plan
from targets.services.guards import check_reason, take_standing


def check_scheme_open(plan: Plan) -> None:
    """Nothing, if the plan's scheme may change; else Locked: archived, or its assessment is announced or published.

    To be called inside the transaction of the change: it locks the plan's row.
    """
    take_standing(plan)
    reason = scheme_lock(plan)
    if reason is not None:
        raise reason


def scheme_lock(plan: Plan) -> Locked | None:
    """Why the plan's scheme cannot be changed, None where it can; one query."""
    if plan.state == Plan.State.CLOSED:
        return Locked(LockReason.ARCHIVED)
    newest = Assessment.objects.filter(plan=plan).order_by("-revision").only("state").first()
    if newest is not None and not newest.is_open:
        hint = _("公示和发布的结果按当时的方案计算，方案不能再改。如需更正，请先说明理由、新建修订版本。")
        return Locked(LockReason.ANNOUNCED, hint)
    return None


def typed_draft(draft: SchemeDraft) -> TypedScheme:
    """What stands in the draft."""
    return from_data(TypedScheme, draft.document)


def indicator_names(plan: Plan) -> Names:
    """What the plan's indicators are called, by code; one query."""
    return {each.code: each.label for each in plan.indicators.all()}


def used_codes(plan: Plan) -> set[str]:
    """The codes that any version of the plan's scheme has given to sections, criteria and vetoes; three queries."""
    versions = Scheme.objects.filter(plan=plan)
    vetoes = {str(veto["code"]) for each in versions.values_list("vetoes", flat=True) for veto in each}
    sections = set(versions.values_list("sections__code", flat=True)) - {None}
    return vetoes | sections | set(Criterion.objects.filter(scheme__plan=plan).values_list("code", flat=True))


def begin_draft(plan: Plan, base: Scheme | None, *, by: Actor, at: datetime) -> SchemeDraft:
    """A new draft of the plan's scheme that begins as `base`, a version of this plan or of another one of its owner.

    Raises NotAllowed, Locked, or Conflict where a draft stands already.
    """
    require(by, "scheme.edit", over=plan.owner.path)
    typed = typed_of(base) if base else TypedScheme()
    with transaction.atomic():
        check_scheme_open(plan)
        standing = SchemeDraft.objects.filter(plan=plan).first()
        if standing is not None:
            raise _standing_draft(standing)
        draft = SchemeDraft.objects.create(
            plan=plan, based_on=base, document=to_data(typed), changed_at=at, changed_by=by.name
        )
        after = {"based_on": _name(base)} if base else {}
        record(_entry("scheme.draft_begin", plan, after=after), by=by)
    return draft


def save_draft(draft: SchemeDraft, typed: TypedScheme, *, seen: int, by: Actor, at: datetime) -> SchemeDraft:
    """The draft with what stands in the form, sound or not; unchanged where nothing differs.

    `seen` is the save that the form showed. Raises NotAllowed, Locked, or Conflict that names who saved since.
    """
    plan = draft.plan
    require(by, "scheme.edit", over=plan.owner.path)
    with transaction.atomic():
        check_scheme_open(plan)
        before = typed_draft(draft)
        if draft.edits != seen:
            raise _overtaken(draft)
        if typed == before:
            return draft
        values = {"document": to_data(typed), "changed_at": at, "changed_by": by.name}
        if not SchemeDraft.objects.filter(pk=draft.pk, edits=seen).update(edits=F("edits") + 1, **values):
            raise _overtaken(SchemeDraft.objects.filter(pk=draft.pk).first())
        record(_entry("scheme.draft_save", plan, after=_changes(plan, before, typed)), by=by)
    for name, value in {**values, "edits": seen + 1}.items():
        setattr(draft, name, value)
    return draft


def discard_draft(draft: SchemeDraft, *, by: Actor) -> None:
    """Throw the draft away; what it held stays in the trail."""
    plan = draft.plan
    require(by, "scheme.edit", over=plan.owner.path)
    with transaction.atomic():
        if not SchemeDraft.objects.filter(pk=draft.pk).delete()[0]:
            raise _overtaken(None)
        record(_entry("scheme.draft_discard", plan, before=draft.document), by=by)


def put_in_force(draft: SchemeDraft, *, seen: int, reason: str, by: Actor, at: datetime) -> Scheme:
    """The draft as the plan's next version, which counts from now on; a calculated assessment is stale then.

    Raises NotAllowed, Locked, Conflict where somebody saved since, Invalid without a reason, for a scheme with a
    problem, or where nothing differs from the version in force.
    """
    plan = draft.plan
    require(by, "scheme.edit", over=plan.owner.path)
    reason = check_reason(reason)
    typed = typed_draft(draft)
    check_sound(read_typed(typed, indicator_names(plan)))
    with transaction.atomic():
        # The plan first and then its assessment, as whoever announces: the other way they would wait for each other.
        check_scheme_open(plan)
        mark_stale([plan.pk])
        if not SchemeDraft.objects.filter(pk=draft.pk, edits=seen).delete()[0]:
            raise _overtaken(SchemeDraft.objects.filter(plan=plan).first())
        standing = plan.schemes.prefetch_related("sections", "criteria").first()
        changes = _changes(plan, typed_of(standing) if standing else TypedScheme(), typed)
        if not changes:
            raise Invalid(_("草稿与启用中的版本没有不同。"), _("请改动后再启用，或放弃草稿。"))
        version = standing.version + 1 if standing else 1
        scheme = store_scheme(plan, entries_of(typed), Stamp(version, at, by.name, reason))
        before = {"version": standing.version} if standing else None
        after = {"version": version, "changes": changes}
        record(_entry("scheme.put_in_force", plan, before=before, after=after, reason=reason), by=by)
    return scheme


def outgrown_scores(plan: Plan, formulas: Formulas) -> list[str]:
    """The standing manual scores above the maximum that a scheme would give their criterion, in words; one query.

    With them the assessment cannot be calculated until a reviewer has scored anew.
    """
    maxima = {each.code: each.max for each in formulas.criteria() if isinstance(each.rule, Manual)}
    newest = plan.assessments.order_by("-revision")[:1]
    scores = ManualScore.objects.filter(assessment__in=newest, criterion_code__in=maxima).select_related("plan_unit")
    return [
        _("%(unit)s %(code)s：%(points)s 分")
        % {"unit": each.plan_unit.label, "code": each.criterion_code, "points": each.points}
        for each in scores.order_by("plan_unit__order", "criterion_code")
        if each.points > maxima[each.criterion_code]
    ]


def check_sound(reading: Reading) -> None:
    """Nothing, for a scheme that units can be scored by; else Invalid with every problem."""
    if not reading.is_sound:
        said = _("；").join(
            f"{each.name}：{each.words(_)}" if each.name else each.words(_) for each in reading.problems
        )
        raise Invalid(_("评分方案还有问题：%s。") % said, _("请改正后再启用。"))


def _standing_draft(standing: SchemeDraft) -> Conflict:
    return Conflict(
        _("已有一份草稿，%s最后修改。") % standing.changed_by, _("请先启用或放弃这份草稿，再从其他版本开始修改。")
    )


def _overtaken(standing: SchemeDraft | None) -> Conflict:
    if standing is None:
        return Conflict(_("草稿已被启用或放弃。"), _("请刷新页面查看。"))
    return Conflict(
        _("%s刚刚修改过这份草稿，您的修改没有保存。") % standing.changed_by, _("请刷新页面，在最新的草稿上修改。")
    )


def _changes(plan: Plan, before: TypedScheme, after: TypedScheme) -> list[dict[str, str]]:
    """What changed, for the trail: in Chinese whoever acts."""
    with override(settings.LANGUAGE_CODE):
        return as_data(scheme_changes(before, after, indicator_names(plan)))


def _name(scheme: Scheme) -> str:
    return f"{scheme.plan.owner.code}/{scheme.plan.year}/scheme/v{scheme.version}"


def _entry(action: str, plan: Plan, *, before: object = None, after: object = None, reason: str = "") -> Entry:
    key = f"{plan.owner.code}/{plan.year}/scheme"
    return Entry(
        action, stream=plan.owner.code, object_key=key, object_name=plan.name, before=before, after=after, reason=reason
    )
