"""The receipt of an import as a workbook: what it was, what became of every row, and what was skipped."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.workbook.problems import Problem
from progress.excel.receipt import ReceiptSheet, write_receipt_book
from progress.models import ImportBatch
from progress.queries.import_problems import problem_text
from progress.services.import_kinds import Change, ShownChange, ShownValue, kind_of
from progress.services.imports.batches import answers_of, as_of, choice_of

_ARROW = " → "


def write_receipt(batch: ImportBatch) -> bytes:
    """The .xlsx of a batch that was written, in the reader's language; two queries, for the names."""
    sheets = [
        ReceiptSheet(_("导入回执"), (), _facts(batch)),
        _rows(batch),
        ReceiptSheet(_("跳过和提示"), (_("行"), _("位置"), _("说明")), _told(batch)),
    ]
    return write_receipt_book(_("导入回执"), sheets, at=batch.applied_at or batch.arrived_at)


def _facts(batch: ImportBatch) -> list[tuple[str, str | int]]:
    kept = batch.conflicts - len(choice_of(batch).overwrite)
    changes = [Change.from_json(one) for one in batch.changes]
    facts: list[tuple[str, str | int]] = [
        (_("文件"), batch.file.name),
        ("SHA-256", batch.file.sha256),
        (_("种类"), str(kind_of(batch.kind).label)),
        (_("上传人"), batch.by.name),
        (_("收到时间"), _moment(batch.arrived_at)),
        (_("确认时间"), _moment(as_of(batch))),
        (_("状态"), str(batch.get_state_display())),
        (_("新增"), batch.created),
        (pgettext("how many", "修改"), batch.changed),
        (_("未变"), batch.unchanged),
        (_("跳过"), batch.skipped),
        (_("决定保留"), kept),
        (_("决定覆盖"), batch.conflicts - kept),
        *((str(label), answer) for label, answer in answers_of(batch, changes)),
    ]
    if batch.undone_at is not None and batch.undone_by is not None:
        facts.append((_("撤销"), f"{_moment(batch.undone_at)} {batch.undone_by.name}"))
    return facts


def _rows(batch: ImportBatch) -> ReceiptSheet:
    """Every row that was read, in the order of the file, with what became of it."""
    overwritten = choice_of(batch).overwrite
    placed = [*enumerate(batch.changes), *((None, kept) for kept in batch.same)]
    read = sorted(((place, Change.from_json(kept)) for place, kept in placed), key=lambda each: each[1].row)
    table = kind_of(batch.kind).shown(batch.plan, [change for _place, change in read])
    rows = [
        [
            str(change.row),
            *shown.names,
            *(_value(one, is_kept=bool(change.conflict) and place not in overwritten) for one in shown.values),
            _("未变") if place is None else _fate(shown, change, is_overwritten=place in overwritten),
        ]
        for (place, change), shown in zip(read, table.rows, strict=True)
    ]
    headers = [_("行"), *map(str, table.names), *map(str, table.values), _("结果")]
    return ReceiptSheet(_("各行"), headers, rows)


def _value(value: ShownValue, *, is_kept: bool) -> str:
    if not value.is_changed:
        return value.new
    if is_kept:
        return _("%(old)s（未写入：%(new)s）") % {"old": value.old or "—", "new": value.new or "—"}
    return f"{value.old or '—'}{_ARROW}{value.new or '—'}"


def _fate(shown: ShownChange, change: Change, *, is_overwritten: bool) -> str:
    if not change.conflict:
        return _("新增") if change.old is None else pgettext("how many", "修改")
    said = _("覆盖") if is_overwritten else _("保留原值")
    return f"{said}（{shown.conflict}）"


def _told(batch: ImportBatch) -> Sequence[tuple[str, str, str]]:
    problems = (Problem.from_json(kept) for kept in batch.problems)
    return [(str(one.row or ""), one.cell or one.column or one.sheet, problem_text(one)) for one in problems]


def _moment(at: datetime) -> str:
    return date_format(localtime(at), "Y-m-d H:i")
