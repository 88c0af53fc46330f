"""The items of the registers: added, changed, moved on, withdrawn or removed, by whoever keeps them.

Whatever an approved report rests on is never removed: it is withdrawn with a reason, and the line is flagged.
"""

from datetime import date, datetime

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User, require
from audit.services import record
from common.errors import Conflict, Invalid
from common.instants import local_day
from common.text import clean_text
from progress.ledgers import Ledger, ledger_of
from progress.models import Item, ItemChange, ItemFile, LedgerItem, Nomination
from progress.nomination_stages import next_stages
from progress.queries.ledgers import kinds_of, lines_resting_on
from progress.services.item_history import Said, changes_between, check_within, facts_of, keep_step
from targets.search import search_key
from targets.services.guards import check_reason

Step = ItemChange.Step


class ItemConflict(Conflict):
    """Somebody else changed the item first: `theirs` is the item as it stands now."""

    code = "item_conflict"

    def __init__(self, theirs: Item) -> None:
        super().__init__(
            _("“%(item)s”刚被 %(name)s 修改，您填的内容还没有保存。")
            % {"item": theirs.name, "name": theirs.changed_by or _("他人")},
            _("请比较两边的内容；再次保存将以您填的为准。"),
        )
        self.theirs = theirs


def add_item(item: Item, *, by: User, at: datetime) -> Item:
    """The new item, stored. Raises NotAllowed, or Invalid where it cannot stand or stands already."""
    ledger = prepare_item(item, by=by, at=at)
    item.created_by, item.created_at = by.name, at
    with transaction.atomic():
        _check_stands(item)
        try:
            with transaction.atomic():
                item.save(force_insert=True)
        except IntegrityError:
            raise _refused(item) from None
        keep_step(item, Said(Step.ADD, after=facts_of(ledger, item)), by=by, at=at)
    return item


def change_item(item: Item, *, by: User, at: datetime, version: int) -> Item:
    """The item as changed; `version` is the one that whoever changed it had seen.

    Raises as `add_item`, and ItemConflict where somebody else has changed it since.
    """
    before = seen_item(item, by=by)
    ledger = prepare_item(item, by=by, at=at)
    _check_goes_on(before, item)
    changes = changes_between(ledger, before, item)
    if not any(changes) and version == before.version:
        return item
    with transaction.atomic():
        _check_stands(item)
        _store_change(ledger, item, version=version)
        keep_step(item, Said(Step.CHANGE, *changes), by=by, at=at)
    item.version = version + 1
    return item


def move_nomination(nomination: Nomination, *, to: str, on: date, by: User, at: datetime) -> Nomination:
    """The nomination one stage further on, or at an end, on a day: not in the future, not before the stage before.

    Raises NotAllowed, Invalid, or Conflict where somebody else has moved it first, who is named.
    """
    before = seen_item(nomination, by=by)
    start = nomination.stage
    if to not in next_stages(start):
        raise Invalid(
            _("“%(from)s”之后不能直接到“%(to)s”。") % {"from": nomination.get_stage_display(), "to": _stage_name(to)},
            _("申报按阶段依次推进。"),
        )
    field = Nomination.DATES[Nomination.Stage(to)]
    setattr(nomination, field, on)
    prepare_item(nomination, by=by, at=at)
    values = {field: on, "stage": to, "changed_by": by.name, "changed_at": at}
    with transaction.atomic():
        at_start = {"stage": start, "withdrawn_at": None}
        standing = type(nomination).objects.filter(pk=nomination.pk, **at_start)
        if not standing.update(version=F("version") + 1, **values):
            raise _somebody_was_first(nomination)
        said = Said(Step.MOVE, {"stage": str(start), field: None}, {"stage": to, field: on.isoformat()})
        keep_step(nomination, said, by=by, at=at)
    nomination.version = before.version + 1
    return nomination


def remove_item(item: Item, *, by: User, at: datetime, version: int) -> None:
    """Take an item out of its register, its files with it. Raises Conflict where an approved report rests on it."""
    ledger = _require_edit(item, by=by)
    seen_item(item, by=by)
    with transaction.atomic():
        resting = lines_resting_on(ledger, item)
        if resting:
            place = f"{resting[0].indicator.label} Q{resting[0].report.quarter.number}"
            raise Conflict(
                _("“%(item)s”已计入审核通过的报告（%(line)s），不能删除。") % {"item": item.name, "line": place},
                _("登记有误的请“作废”并说明理由，已审核的行会显示提示。"),
            )
        removed, _per_model = type(item).objects.filter(pk=item.pk, version=version).delete()
        if not removed:
            raise _somebody_was_first(item)
        ItemFile.objects.filter(item=item.uuid).delete()
        ItemChange.objects.filter(item=item.uuid).delete()
        record(Said(Step.REMOVE, before=facts_of(ledger, item)).as_event(item), by=by)


def withdraw_item(item: Item, *, by: User, at: datetime, reason: str) -> None:
    """Let an item count no more, with a reason; it stays to be seen. Raises Conflict where it is withdrawn already."""
    _require_edit(item, by=by)
    seen_item(item, by=by)
    reason = check_reason(reason)
    values = {"withdrawn_at": at, "withdrawn_reason": reason, "changed_by": by.name, "changed_at": at}
    with transaction.atomic():
        standing = type(item).objects.filter(pk=item.pk, withdrawn_at=None)
        if not standing.update(version=F("version") + 1, **values):
            raise _somebody_was_first(item)
        keep_step(item, Said(Step.WITHDRAW, after={"withdrawn": True}, reason=reason), by=by, at=at)


# --- what the moves, and the import, share


def prepare_item(item: Item, *, by: User, at: datetime) -> Ledger:
    """The item's register, once the item is complete and may stand: whose it is, its dates, its kind, its texts."""
    ledger = _require_edit(item, by=by)
    if item.is_withdrawn:
        raise Conflict(_("“%s”已作废，不能再修改。") % item.name, _("如确有此项，请重新登记。"))
    item.settle()
    item.note = clean_text(item.note)
    item.search_key = search_key([getattr(item, "title", "")])
    item.changed_by, item.changed_at = by.name, at
    problems = [problem.text for problem in item.problems(today=local_day(at))]
    if problems:
        raise Invalid("".join(problems), _("请核对日期。"))
    if ledger.kinds_of_plan and ledger.kind_of(item) not in kinds_of(ledger, None):
        raise Invalid(_("没有这个类别：%s。") % ledger.kind_of(item), _("请从列表中选择。"))
    return ledger


def seen_item(item: Item, *, by: User) -> Item:
    """The item as it stands in the database; NotAllowed where it is not one of the person's units'."""
    related = "institution__unit" if isinstance(item, LedgerItem) else "unit"
    found: Item | None = type(item).objects.select_related(related).filter(pk=item.pk).first()
    if found is None:
        raise Conflict(_("“%s”刚被他人删除。") % item.name, _("请刷新页面。"))
    check_within(found.owner, by=by)
    return found


def _require_edit(item: Item, *, by: User) -> Ledger:
    require(by, "ledger.edit")
    check_within(item.owner, by=by)
    return ledger_of(item)


def _check_goes_on(before: Item, after: Item) -> None:
    """A nomination never goes back: a date that was given can be corrected, but not taken away."""
    if not isinstance(before, Nomination):
        return
    for stage, day in before.dates.items():
        if day is not None and getattr(after, Nomination.DATES[Nomination.Stage(stage)]) is None:
            raise Invalid(_("“%s”的日期不能清空，申报不能退回。") % _stage_name(stage), _("日期有误的请直接改正。"))


def _check_stands(item: Item) -> None:
    """Invalid, in the words of the field or constraint, where the database would refuse the item."""
    try:
        item.full_clean(validate_unique=False)
    except ValidationError as error:
        raise Invalid(_words(error, ledger_of(item)), _("请改正后重试。")) from None


def _words(error: ValidationError, ledger: Ledger) -> str:
    """What is wrong, each with the name of its field; what concerns several says so itself."""
    return " ".join(
        text if name == NON_FIELD_ERRORS else f"{ledger.field(name).verbose_name}：{text}"
        for name, texts in error.message_dict.items()
        for text in texts
    )


def _refused(item: Item) -> Invalid:
    """Somebody stored the same thing at the same moment: the constraint's own words."""
    try:
        _check_stands(item)
    except Invalid as error:
        return error
    return Invalid(_("此项刚被他人登记。"), _("请刷新页面。"))


def _store_change(ledger: Ledger, item: Item, *, version: int) -> None:
    names = (
        *ledger.fields,
        "search_key",
        "changed_by",
        "changed_at",
        "institution" if ledger.has_institution else "unit",
    )
    values = {name: getattr(item, name) for name in names}
    if isinstance(item, Nomination):
        values["stage"] = item.stage
    standing = type(item).objects.filter(pk=item.pk, version=version, withdrawn_at=None)
    try:
        with transaction.atomic():
            changed = standing.update(version=F("version") + 1, **values)
    except IntegrityError:
        raise _refused(item) from None
    if not changed:
        raise ItemConflict(type(item).objects.get(pk=item.pk))


def _somebody_was_first(item: Item) -> Conflict:
    now: Item | None = type(item).objects.filter(pk=item.pk).first()
    if now is None:
        return Conflict(_("“%s”刚被他人删除。") % item.name, _("请刷新页面。"))
    return Conflict(
        _("%(name)s 已于 %(when)s 更改“%(item)s”，本次未作任何更改。")
        % {"name": now.changed_by, "when": date_format(now.changed_at, "m-d H:i"), "item": now.name},
        _("请刷新页面查看现在的内容。"),
    )


def _stage_name(stage: str) -> str:
    return str(Nomination.Stage(stage).label)
