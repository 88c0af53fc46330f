"""How a refusal to take an import back is told: the later imports with what to do, then what hands have changed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from common import bulk_json
from common.errors import Conflict, Text
from common.undoing import ChangedRow, ChangedSince, Said, says_the_same
from files.models import StoredFile
from progress.models import ImportBatch

_SHOWN = 20  # so many of what depends on a batch are named


def not_to_undo(later: Mapping[int, int], reasons: Sequence[str], *, hint: Text) -> Conflict:
    """The refusal. `later`: imports that must be undone first, each with how many rows it changed; `reasons`: what no
    undoing brings back, with `hint` for it."""
    said = _in_lines(_("导入之后有了变化，不能整体撤销："), [*_imports(later), *reasons])
    return Conflict(said, hint if reasons else _("然后再撤销这一次导入。"))


def explained(changed: ChangedSince, batch: ImportBatch) -> Conflict:
    """Why the rows of a register cannot be put back: who or which import has changed them."""
    left = {row.key: row for row in changed.rows}
    counts: Counter[int] = Counter()
    for pk, written in _written_since(batch):
        mine = [key for key, row in left.items() if key in written and says_the_same(row.said, written[key])]
        counts[pk] += len(mine)
        for key in mine:
            del left[key]
        if not left:
            break
    return not_to_undo(+counts, [_by_hand(row) for row in left.values()], hint=changed.hint)


def _written_since(batch: ImportBatch) -> Iterator[tuple[int, Mapping[str, Said]]]:
    """What later imports of the kind wrote that still hold, the latest first."""
    found = ImportBatch.objects.filter(kind=batch.kind, state=ImportBatch.State.APPLIED)
    later = found.filter(applied_at__gte=batch.applied_at).exclude(pk=batch.pk).order_by("-applied_at", "-pk")
    for pk, facts in later.values_list("pk", "undo_facts"):
        if facts:
            with StoredFile.objects.get(uuid=facts["changes"]).content.open("rb") as stored:
                _before, after = bulk_json.loads(stored.read())
            yield pk, after


def _by_hand(row: ChangedRow) -> str:
    said = _("“%s”：后来手工改过") if row.said else _("“%s”：后来已作废或划出")
    return said % row.name


def _imports(counts: Mapping[int, int]) -> list[str]:
    """The later imports, the latest first, each with how many rows it changed and what to do."""
    batches = ImportBatch.objects.without_contents().filter(pk__in=counts).select_related("file", "by")
    said = _("“%(file)s”（%(name)s 于 %(at)s 导入）后来改过其中 %(count)d 行，请先撤销“%(file)s”。")
    return [
        said % {"file": one.file.name, "name": one.by.name, "at": _moment(one.applied_at), "count": counts[one.pk]}
        for one in batches.order_by("-applied_at")
    ]


def _in_lines(title: str, reasons: Sequence[str]) -> str:
    """The title and the first reasons, a line each, and how many more there are."""
    more = len(reasons) - _SHOWN
    return "\n".join([title, *reasons[:_SHOWN], *([_("……还有 %d 处") % more] if more > 0 else [])])


def _moment(at: datetime | None) -> str:
    return date_format(localtime(at), "Y-m-d H:i")
