"""What every register's items have in common, with their history and their files."""

import operator
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from typing import Any, ClassVar, NamedTuple

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from common.scope import Scoped, within
from targets.models import Institution, Unit

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le, "exact": operator.eq,
}  # fmt: skip


class Wrong(NamedTuple):
    """Why an item cannot stand, in words, and the field in which that is best mended."""

    text: str
    field: str


def holds(condition: Any, facts: Mapping[str, Any]) -> bool:
    """Whether a constraint's condition holds for some facts; as in SQL, what cannot be compared does not offend."""
    found = [
        _one_holds(child, facts) if isinstance(child, tuple) else holds(child, facts) for child in condition.children
    ]
    together = all(found) if condition.connector == Q.AND else any(found)
    return not together if condition.negated else together


def _one_holds(child: tuple[str, Any], facts: Mapping[str, Any]) -> bool:
    name, _separator, lookup = child[0].partition("__")
    value, other = facts[name], child[1]
    if lookup == "isnull":
        return (value is None) is bool(other)
    if isinstance(other, models.F):
        other = facts[other.name]  # type: ignore[attr-defined]
    return value is None or other is None or _COMPARE[lookup or "exact"](value, other)


def named_in(condition: Any) -> set[str]:
    """The fields that a condition looks at."""
    named: set[str] = set()
    for child in condition.children:
        if isinstance(child, models.Q):
            named |= named_in(child)
        else:
            other = {child[1].name} if isinstance(child[1], models.F) else set()  # type: ignore[attr-defined]
            named |= {child[0].partition("__")[0], *other}
    return named


def last_named(condition: Any) -> str:
    """The field that a condition names last: its last word on what stands before."""
    last = condition.children[-1]
    return last_named(last) if isinstance(last, models.Q) else str(last[0]).partition("__")[0]


class ItemQuerySet(models.QuerySet[Any]):
    """Readings of a register; of any, for all of them are read in one way."""

    def visible_to(self, user: Scoped) -> "ItemQuerySet":
        """The items of the units in the person's subtree."""
        return self.filter(within(user, self.model.UNIT_PATH))

    def standing(self) -> "ItemQuerySet":
        """The items that count: not withdrawn."""
        return self.filter(withdrawn_at=None)


class Item(models.Model):
    """An item of a register. `day` is the date it counts from, `version` the number of its changes so far.

    What an approved report rests on is withdrawn, with a reason, and never deleted.
    """

    UNIT_PATH: ClassVar[str]

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    day = models.DateField(_("日期"))
    note = models.TextField(_("备注"), blank=True, max_length=2000)
    search_key = models.CharField(max_length=400, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.CharField(max_length=150, editable=False)
    created_at = models.DateTimeField(editable=False)
    changed_by = models.CharField(max_length=150, editable=False)
    changed_at = models.DateTimeField(editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_reason = models.TextField(blank=True, editable=False)

    objects = ItemQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-day", "uuid"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What people call the item."""
        raise NotImplementedError

    @property
    def owner(self) -> Unit:
        """The unit whose item it is."""
        raise NotImplementedError

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    def settle(self) -> None:
        """Fill in what follows from the rest."""

    def contradictions(self, *, unread: Collection[str] = ()) -> Iterator[Wrong]:
        """What of it cannot stand together, as the constraints say it; for many items at once, without a query.

        Where fields are `unread`, what looks at one of them is left out.
        """
        facts = {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}
        checks = (one for one in self._meta.constraints if isinstance(one, models.CheckConstraint))
        for check in checks:
            if unread and not named_in(check.condition).isdisjoint(unread):
                continue
            if not holds(check.condition, facts):
                yield Wrong(str(check.violation_error_message), last_named(check.condition))

    def problems(self, *, today: date, unread: Collection[str] = ()) -> Iterator[Wrong]:
        """What is wrong with the item's dates as of a day, as far as they could be read."""
        if "day" not in unread and self.day > today:
            yield Wrong(gettext("%s不能晚于今天。") % self._meta.get_field("day").verbose_name, "day")  # type: ignore[union-attr]


class LedgerItem(Item):
    """An item behind a number: it belongs to an institution, and through it to a unit (domain.md, section 4)."""

    UNIT_PATH = "institution__unit__path"

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="%(class)s_items", verbose_name=_("机构")
    )

    class Meta(Item.Meta):
        abstract = True

    @property
    def owner(self) -> Unit:
        return self.institution.unit


def once(*fields: str, name: str, message: Any) -> models.UniqueConstraint:
    """Among the items that count, no two say the same thing; whoever repeats one is told so in these words."""
    return models.UniqueConstraint(
        fields=fields, condition=Q(withdrawn_at__isnull=True), name=name, violation_error_message=message
    )


class ItemChange(models.Model):
    """One step in an item's life, for its readable history: `changes` holds field → [before, after] in words."""

    class Step(models.TextChoices):
        ADD = "add", pgettext_lazy("somebody did it", "登记")
        CHANGE = "change", pgettext_lazy("somebody did it", "修改")
        MOVE = "move", pgettext_lazy("somebody did it", "推进")
        REMOVE = "remove", pgettext_lazy("somebody did it", "删除")
        WITHDRAW = "withdraw", pgettext_lazy("somebody did it", "作废")
        IMPORT = "import", pgettext_lazy("somebody did it", "导入")
        ADD_FILE = "add_file", pgettext_lazy("somebody did it", "添加附件")
        REMOVE_FILE = "remove_file", pgettext_lazy("somebody did it", "删除附件")

    item = models.UUIDField(db_index=True)
    step = models.CharField(max_length=12, choices=Step)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=150)
    changes = models.JSONField(default=dict)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.item} {self.step}"


class ItemFile(models.Model):
    """A file behind an item; `register` and `item` say which, for the registers are tables of their own."""

    register = models.CharField(max_length=40)
    item = models.UUIDField(db_index=True)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.CharField(max_length=150)
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("台账附件")
        verbose_name_plural = _("台账附件")
        ordering = ["uploaded_at", "id"]

    def __str__(self) -> str:
        return f"{self.register} {self.item}"


class LedgerSeal(models.Model):
    """What the ledgers said of a line when it was approved; if they say otherwise later, the line is flagged."""

    line = models.OneToOneField("progress.Line", on_delete=models.CASCADE, related_name="ledger_seal")
    value = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    base = models.DecimalField(max_digits=18, decimal_places=4, null=True)

    def __str__(self) -> str:
        return f"{self.line_id}: {self.value} / {self.base}"
