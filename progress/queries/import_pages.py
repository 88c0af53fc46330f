"""What the import pages show: the history by pages, and one batch with its problems in the reader's words."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from common.workbook.problems import Problem
from progress.models import ImportBatch
from progress.queries.import_problems import ShownProblem, shown_problems
from targets.models import Plan

PAGE = 20
PROBLEMS_PAGE = 200


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some batches, the newest first; `next_key` leads to older ones."""

    batches: list[ImportBatch]
    next_key: str = ""


def history_page(plan: Plan, *, viewer: User, after: str = "") -> HistoryPage:
    """The batches of a plan that the viewer may see, a page of them; at most two queries."""
    batches = ImportBatch.objects.visible_to(viewer).filter(plan=plan).select_related("by", "file")
    last = batches.filter(uuid=UUID(after)).first() if _is_uuid(after) else None
    if last is not None:
        batches = batches.filter(arrived_at__lte=last.arrived_at).exclude(arrived_at=last.arrived_at, pk__gte=last.pk)
    found = list(batches.without_contents().order_by("-arrived_at", "-pk")[: PAGE + 1])
    return HistoryPage(found[:PAGE], str(found[PAGE - 1].uuid) if len(found) > PAGE else "")


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A changed line in the reader's words."""

    row: int
    unit: str
    unit_code: str
    quarter: int
    indicator: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class TouchedReport:
    """A report that the batch changed."""

    unit: str
    unit_code: str
    quarter: int


@dataclass(slots=True)
class ShownBatch:
    """A batch as its page shows it; `page` of `pages` of the problems of `level`."""

    batch: ImportBatch
    level: str
    counts: dict[str, int]
    problems: list[ShownProblem] = field(default_factory=list)
    page: int = 1
    pages: int = 1
    cells: list[ShownCell] = field(default_factory=list)
    reports: list[TouchedReport] = field(default_factory=list)

    @property
    def page_numbers(self) -> range:
        return range(1, self.pages + 1)

    @property
    def is_refused(self) -> bool:
        return self.batch.state == ImportBatch.State.REFUSED


def shown_batch(batch: ImportBatch, *, level: str = "", page: str = "") -> ShownBatch:
    """A batch for its page; two queries, for the names."""
    problems = [Problem.from_json(kept) for kept in batch.problems]
    counts = Counter(problem.level for problem in problems)
    chosen = shown_problems(problem for problem in problems if level in ("", problem.level))
    pages = max(1, -(-len(chosen) // PROBLEMS_PAGE))
    number = min(int(page), pages) if page.isdecimal() and int(page) > 0 else 1
    start = (number - 1) * PROBLEMS_PAGE
    shown = ShownBatch(
        batch=batch,
        level=level,
        counts={"error": counts["error"], "warning": counts["warning"]},
        problems=chosen[start : start + PROBLEMS_PAGE],
        page=number,
        pages=pages,
    )
    if batch.changes:
        _add_cells(shown)
    return shown


def _add_cells(shown: ShownBatch) -> None:
    plan = shown.batch.plan
    units = {unit.unit.code: unit.label for unit in plan.plan_units.select_related("unit")}
    indicators = {indicator.code: indicator.label for indicator in plan.indicators.all()}
    reports: dict[tuple[str, int], TouchedReport] = {}
    for cell in shown.batch.changes:
        code, quarter, indicator = cell["key"][0], int(cell["key"][1]), cell["key"][2]
        name = units.get(code, code)
        reports.setdefault((code, quarter), TouchedReport(name, code, quarter))
        shown.cells.append(
            ShownCell(
                row=cell["row"],
                unit=name,
                unit_code=code,
                quarter=quarter,
                indicator=indicators.get(indicator, indicator),
                old=_line_words(cell["old"]),
                new=_line_words(cell["new"]),
            )
        )
    shown.reports = list(reports.values())


def _line_words(line: dict[str, str | bool | None] | None) -> str:
    """A kept line in words: 12 / 20（备注），不涉及（理由），— for none."""
    if line is None:
        return "—"
    number = " / ".join(str(line[name]) for name in ("value", "base") if line[name] is not None)
    said = _("不涉及") if line["not_applicable"] else number or "—"
    return f"{said}（{line['note']}）" if line["note"] else said
