"""Five thousand institutions from a file, half of them known: here, and as django-import-export does it by default."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from common.workbook.book import Book, Cell, Kind, Row, Sheet
from common.workbook.limits import Limits
from tests.bench import AS_THE_LIBRARY, Contest, Measure
from tests.bench.imports import city, officer

INSTITUTIONS = 5_000
_FIRST = 500_000  # other modules have institutions too
_AT = datetime(2023, 6, 1, tzinfo=UTC)


@cache
def table(changes: int) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Header and rows of a file; `changes` says what differs between one file and another."""
    from tests.credit_codes import credit_code

    units = ("海州区", "连云区", "赣榆区", "东海县", "灌云县", "灌南县")
    header = (
        "所属单位", "机构名称", "统一社会信用代码", "机构类别", "屋顶类别", "建筑面积", "用能人数", "独立计量",
        "纳入日期",
    )  # fmt: skip
    rows = [
        (units[n % 6], f"{units[n % 6]}第{n}实验小学", credit_code(_FIRST + n), "教育类事业单位", "学校、医院等",
         1000 + n, changes + n, "是" if n % 2 else "否", date(2020, 1, 1))
        for n in range(INSTITUTIONS)
    ]  # fmt: skip
    return header, rows


@cache
def book_of(changes: int) -> Book:
    """The file as our reader hands it over."""
    header, rows = table(changes)
    kinds = {int: Kind.NUMBER, date: Kind.DATE}
    numbered = enumerate([header, *rows], start=1)
    found = [
        Row(number, {place: Cell(kinds.get(type(value), Kind.TEXT), str(value)) for place, value in enumerate(row, 1)})
        for number, row in numbered
    ]
    return Book("xlsx", [Sheet("名录", rows=found)])


def half_known() -> None:
    """Every second institution of the file stands already, with another headcount."""
    from common.many_rows import delete_rows
    from common.workbook.register import read_register
    from progress.models import ImportBatch
    from targets.models import Institution
    from targets.queries.institution_rows import institution_ground
    from targets.services.institution_rows import save_institutions

    ImportBatch.objects.all().delete()
    delete_rows(Institution, [row[2] for row in table(1)[1]], key="credit_code")
    city()
    ground = institution_ground(officer())
    rows = ground.check(read_register(book_of(1), ground.register, ground.world, Limits()))
    save_institutions(rows[::2], by=officer(), at=_AT)


def preview() -> None:
    """Every row checked, the batch with its preview stored."""
    from progress.services.import_kinds import kind_of
    from progress.services.imports import receive_file

    receive_file(_sent(), kind=kind_of("institutions"), plan=city(), by=officer(), at=_AT)


def confirm() -> int:
    """Everything checked again and written in one transaction, with its events in the trail."""
    from django.db import transaction

    from progress.models import ImportBatch
    from progress.services.imports.writing import write_sent

    batch = ImportBatch.objects.without_changes().select_related("plan__owner", "file", "by", "unit").latest("pk")
    batch.confirmed_at = _AT
    write_sent(batch, _sent(), start=ImportBatch.State.CHECKED, now=_AT, writing=transaction.atomic)
    return batch.created + batch.changed if batch.state == ImportBatch.State.APPLIED else 0


def _sent() -> Any:
    from progress.services.imports import SentFile

    return SentFile(b"", "名录.xlsx", book=book_of(2))


def theirs() -> int:
    """The library's preview and import as its admin does them, with an entry of the admin's log for every row."""
    import tablib
    from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
    from import_export.results import RowResult

    from targets.models import Institution

    header, rows = table(2)
    data = tablib.Dataset(*rows, headers=header)
    resource = _library_resource()()
    resource.import_data(data, dry_run=True, raise_errors=True)
    result = resource.import_data(data, dry_run=False, raise_errors=True)
    flags = {RowResult.IMPORT_TYPE_NEW: ADDITION, RowResult.IMPORT_TYPE_UPDATE: CHANGE}
    for kind, flag in flags.items():
        done = [row.object_id for row in result.rows if row.import_type == kind]
        LogEntry.objects.log_actions(officer().pk, Institution.objects.filter(pk__in=done), flag, "import")
    return len(result.rows)


def measures() -> Iterator[Measure]:
    """Nothing that is not a contest."""
    return iter(())


def contests() -> Iterator[Contest]:
    """Five thousand institutions, tried, stored and entered in the history."""
    yield Contest("import 5,000 institutions", (preview, confirm), theirs, half_known, AS_THE_LIBRARY)


@cache
def _library_resource() -> Any:
    """A resource as the library's documentation has it: the register's fields, the institution known by its code."""
    from import_export.fields import Field
    from import_export.resources import ModelResource
    from import_export.widgets import BooleanWidget, ForeignKeyWidget

    from targets.models import Institution, Unit

    class YesOrNo(BooleanWidget):  # type: ignore[misc]
        TRUE_VALUES = ["是"]
        FALSE_VALUES = ["否"]

    class InstitutionResource(ModelResource):  # type: ignore[misc]
        unit = Field("unit", "所属单位", ForeignKeyWidget(Unit, "name"))
        name = Field("name", "机构名称")
        credit_code = Field("credit_code", "统一社会信用代码")
        kind = Field("kind", "机构类别")
        roof_class = Field("roof_class", "屋顶类别")
        floor_area_m2 = Field("floor_area_m2", "建筑面积")
        headcount = Field("headcount", "用能人数")
        separately_metered = Field("separately_metered", "独立计量", YesOrNo())
        active_from = Field("active_from", "纳入日期")

        class Meta:
            model = Institution
            import_id_fields = ["credit_code"]

        def before_import_row(self, row: Any, **_kwargs: Any) -> None:
            """Labels are not codes."""
            row["机构类别"], row["屋顶类别"] = "021", "other"

    return InstitutionResource
