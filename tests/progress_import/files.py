"""Files of progress that tests send, and how they are sent."""

import io
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from audit.models import AuditEvent
from jobs.models import Job
from jobs.services import run
from progress.models import Evidence, ImportBatch, Line, Report, ReportContributor, ReportMove
from targets.models import Plan

HEADER = ["地区", "季度", "指标", "完成值", "基数", "备注"]
QUARTER = "2023年第1季度"
COUNT, RATE, CAPACITY = "节约型机关建成数", "人均综合能耗下降率", "光伏装机容量"

# What an import may change when it is not refused: compared before and after.
STORED = (Report, Line, ReportContributor, ReportMove, Evidence)


def row(unit: str = "海州区", indicator: str = COUNT, value: Any = 3, base: Any = None, note: Any = None) -> list[Any]:
    """A row of the long layout, valid by default."""
    return [unit, QUARTER, indicator, value, base, note]


# One mistake a row, each of another kind.
TWELVE_MISTAKES = [
    row("火星县"),
    row("连云区", "人均快乐指数"),
    ["赣榆区", "2023年3月", COUNT, 1, None, None],
    ["东海县", "2022年第1季度", COUNT, 1, None, None],
    row("灌云县", value="约12"),
    row("灌南县", value=2.5),
    row("开发区", RATE, 101),
    row("高新区", value="5千瓦"),
    row("徐圩新区", "新建建筑可安装光伏面积覆盖率", 5),
    row("云台山景区", value="#DIV/0!"),
    [None, QUARTER, COUNT, 1, None, None],
    row("市本级", value=1, base=4),
]


def workbook(rows: Sequence[Sequence[Any]], header: Sequence[str] = HEADER) -> bytes:
    """An .xlsx of the long layout as openpyxl writes it."""
    return sheet_file([header, *rows])


def sheet_file(rows: Sequence[Sequence[Any]], *merges: str) -> bytes:
    """An .xlsx of one sheet as openpyxl writes it, with these ranges merged."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for one in rows:
        sheet.append(list(one))
    for area in merges:
        sheet.merge_cells(area)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def upload(client: Client, plan: Plan, content: bytes, name: str = "报表.xlsx") -> Any:
    """The answer of the upload page, the redirect to the preview followed; what is long is done by its job first."""
    address = reverse("progress:imports", args=[plan.owner.code, plan.year])
    answer = client.post(address, {"file": SimpleUploadedFile(name, content)}, follow=True)
    return client.get(answer.redirect_chain[-1][0]) if do_jobs() else answer


def do_jobs() -> int:
    """How many jobs waited; a worker would have done them."""
    waiting = list(Job.objects.filter(state=Job.State.QUEUED, kind__startswith="import_"))
    return sum(run(job.uuid) for job in waiting)


def move(client: Client, name: str, batch: ImportBatch | None = None, **data: Any) -> Any:
    """The answer to a move of a batch (confirm, discard, undo …; the newest one by default), its redirect followed."""
    batch = batch or last_batch()
    address = reverse(f"progress:import_{name}", args=[batch.plan.owner.code, batch.plan.year, batch.uuid])
    if name in ("confirm", "decide"):
        data = {"seen": batch.digest, **data}
    answer = client.post(address, data, follow=True)
    do_jobs()
    return answer


def confirm(client: Client, batch: ImportBatch | None = None, **data: Any) -> Any:
    """The answer to the confirmation of what the preview shows."""
    return move(client, "confirm", batch, **data)


def send(client: Client, plan: Plan, content: bytes, name: str = "报表.xlsx", **choices: Any) -> Any:
    """The answer when a file is uploaded and, unless it is refused, confirmed at once."""
    answer = upload(client, plan, content, name)
    return confirm(client, **choices) if last_batch().state == ImportBatch.State.CHECKED else answer


def last_batch() -> ImportBatch:
    """The newest batch."""
    return ImportBatch.objects.latest("pk")


def stored_counts() -> dict[str, int]:
    """How many rows the tables of progress hold."""
    return {model.__name__: model.objects.count() for model in STORED}


def problems_of(batch: ImportBatch, level: str = "error") -> set[tuple[int | None, str, str]]:
    """The batch's problems as (row, column, code)."""
    return {(p["row"], p["column"], p["code"]) for p in batch.problems if p["level"] == level}


def import_events() -> list[str]:
    """The trail's actions that concern imports, in order."""
    return list(AuditEvent.objects.filter(action__startswith="import.").order_by("pk").values_list("action", flat=True))
