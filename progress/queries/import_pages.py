"""The history of imports, by pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Length, Replace
from django.shortcuts import get_object_or_404

from accounts.models import User, require
from common.bulk_json import dumps
from progress.models import ImportBatch
from targets.models import Plan
from targets.queries import plan_for

PAGE = 20


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some batches, the newest first, each with its errors and its warnings; `next_key` leads to older ones."""

    rows: list[tuple[ImportBatch, int, int]]
    next_key: str = ""


def history_page(plan: Plan, *, viewer: User, kind: str, after: str = "") -> HistoryPage:
    """The batches of a plan and kind that the viewer may see, a page of them; at most three queries."""
    batches = ImportBatch.objects.visible_to(viewer).filter(plan=plan, kind=kind).select_related("by", "file")
    last = batches.filter(uuid=UUID(after)).first() if _is_uuid(after) else None
    if last is not None:
        batches = batches.filter(arrived_at__lte=last.arrived_at).exclude(arrived_at=last.arrived_at, pk__gte=last.pk)
    found = list(batches.without_contents().order_by("-arrived_at", "-pk")[: PAGE + 1])
    shown = found[:PAGE]
    counts = _problem_counts(shown)
    next_key = str(shown[-1].uuid) if len(found) > PAGE else ""
    return HistoryPage([(batch, *counts[batch.pk]) for batch in shown], next_key)


def find_batch(viewer: User, root: str, year: int, uuid: UUID, *, whole: bool = False) -> ImportBatch:
    """The batch of an address, which must be the person's to see; Http404 otherwise.

    Its changes, which may be thousands, are read only where they are asked for, or at once where it is wanted `whole`.
    """
    require(viewer, "report.view")
    batches = ImportBatch.objects.visible_to(viewer)
    batches = batches if whole else batches.without_changes()
    related = ("plan__owner", "file", "by__unit", "unit", "job", "undone_by")
    return get_object_or_404(batches.select_related(*related), plan=plan_for(viewer, root, year), uuid=uuid)


def _problem_counts(batches: Sequence[ImportBatch]) -> dict[int, tuple[int, int]]:
    """How many errors and warnings each has, counted by the database: the problems themselves may be thousands."""
    found = ImportBatch.objects.filter(pk__in=[batch.pk for batch in batches]).order_by()
    counted = found.values_list("pk", _count_of("error"), _count_of("warning"))
    return {pk: (errors, warnings) for pk, errors, warnings in counted}


def _count_of(level: str) -> Combinable:
    """How often the text of the problems says the level; inside a text that a file holds its quotes are escaped."""
    said, kept = dumps({"level": level})[1:-1], Cast("problems", TextField())
    without = Replace(kept, Value(said), Value(""))
    return (Length(kept) - Length(without)) / len(said)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
