"""The history of imports, by pages."""

from dataclasses import dataclass
from uuid import UUID

from django.shortcuts import get_object_or_404

from accounts.models import User, require
from progress.models import ImportBatch
from targets.models import Plan
from targets.queries import plan_for

PAGE = 20


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some batches, the newest first; `next_key` leads to older ones."""

    batches: list[ImportBatch]
    next_key: str = ""


def history_page(plan: Plan, *, viewer: User, kind: str, after: str = "") -> HistoryPage:
    """The batches of a plan and kind that the viewer may see, a page of them; at most two queries."""
    batches = ImportBatch.objects.visible_to(viewer).filter(plan=plan, kind=kind).select_related("by", "file")
    last = batches.filter(uuid=UUID(after)).first() if _is_uuid(after) else None
    if last is not None:
        batches = batches.filter(arrived_at__lte=last.arrived_at).exclude(arrived_at=last.arrived_at, pk__gte=last.pk)
    found = list(batches.without_contents().order_by("-arrived_at", "-pk")[: PAGE + 1])
    return HistoryPage(found[:PAGE], str(found[PAGE - 1].uuid) if len(found) > PAGE else "")


def find_batch(viewer: User, root: str, year: int, uuid: UUID, *, whole: bool = False) -> ImportBatch:
    """The batch of an address, which must be the person's to see; Http404 otherwise.

    Its changes, which may be thousands, are read only where they are asked for, or at once where it is wanted `whole`.
    """
    require(viewer, "report.view")
    batches = ImportBatch.objects.visible_to(viewer)
    batches = batches if whole else batches.without_changes()
    related = ("plan__owner", "file", "by__unit", "unit", "job", "undone_by")
    return get_object_or_404(batches.select_related(*related), plan=plan_for(viewer, root, year), uuid=uuid)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
