"""Five thousand lines of progress from a file, half of them known: here, and as django-import-export does it."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from common.workbook.book import Book, Cell, Kind, Row, Sheet
from tests.bench import AS_THE_LIBRARY, Contest, Measure

LINES, UNITS = 5_000, 60
_HEADER = ("地区", "季度", "指标", "完成值", "基数", "备注")
_BASES = {"ratio": 200, "reduction": 200, "remaining": 200}


def measures() -> Iterator[Measure]:
    """What a clerk waits for: a form of 300 rows read, checked and shown."""
    content = _form()
    yield Measure("import: read, check, preview 300 rows", bar_s=1.0, job=lambda: _preview(content))


def contests() -> Iterator[Contest]:
    """Five thousand lines of sixty units, tried, stored and entered in the history."""
    yield Contest("import 5,000 lines of progress", (preview, confirm), theirs, half_known, AS_THE_LIBRARY)


# --- both sides


@cache
def city() -> Any:
    """A plan of its own whose four quarters can be reported by sixty units at once."""
    from targets.models import Plan, PlanUnit, Quarter, Unit
    from tests.factories import make_plan

    plan = Plan.objects.filter(owner__code="320700").first() or make_plan()
    like = plan.plan_units.get(unit__code="320722")
    units = [
        Unit(code=f"bench{n:02}", name=f"第{n:02}区", full_name=f"第{n:02}区", parent=plan.owner) for n in range(UNITS)
    ]
    for unit in units:
        unit.path = f"{plan.owner.path}{unit.code}/"
    Unit.objects.bulk_create(units)
    PlanUnit.objects.bulk_create(
        PlanUnit(plan=plan, unit=unit, name=unit.name, kind=like.kind, order=100 + n, groups=like.groups)
        for n, unit in enumerate(units)
    )
    opens, closes = plan.quarters.get(number=1).opens, datetime.fromisoformat("2099-01-01T00:00:00+08:00")
    Quarter.objects.filter(plan=plan).update(opens=opens, due=closes, closes=closes)
    return plan


@cache
def officer() -> Any:
    """Who imports."""
    from tests.factories import make_user

    return make_user("officer", city().owner)


@cache
def rows(change: int) -> list[tuple[Any, ...]]:
    """The rows of a file: unit, quarter, indicator, value, base, note; another `change`, other notes."""
    from targets.queries import owed_indicators

    plan, owed = city(), owed_indicators(city())
    units = plan.plan_units.filter(unit__code__startswith="bench").order_by("order")
    found = [
        (unit.name, number, indicator.name, 100 if indicator.kind in _BASES else 1, _BASES.get(indicator.kind), change)
        for unit in units
        for number in (1, 2, 3, 4)
        for indicator in owed[unit.pk]
    ]
    if len(found) < LINES:
        raise AssertionError(f"{UNITS} units owe {len(found)} lines only")
    return found[:LINES]


def book(change: int) -> Book:
    """The file as our reader hands it over."""
    said = [_HEADER, *((unit, f"2023年第{n}季度", name, v, b, f"第{c}版") for unit, n, name, v, b, c in rows(change))]
    sheet = Sheet("明细表", rows=[Row(number, _cells(row)) for number, row in enumerate(said, start=1)])
    return Book("xlsx", [sheet])


def _cells(row: tuple[Any, ...]) -> dict[int, Cell]:
    kinds = {int: Kind.NUMBER, str: Kind.TEXT}
    return {place: Cell(kinds[type(said)], str(said)) for place, said in enumerate(row, 1) if said is not None}


def half_known() -> None:
    """Every unit has drafts of the whole year, and every second line of the file stands with another note."""
    from progress.models import ImportBatch, Line, Report, ReportContributor

    ReportContributor.objects.all().delete()
    Line.objects.filter(report__plan_unit__unit__code__startswith="bench").delete()
    Report.objects.filter(plan_unit__unit__code__startswith="bench").delete()
    ImportBatch.objects.all().delete()
    reports = _reports()
    indicators = {one.name: one for one in city().indicators.all()}
    Line.objects.bulk_create(
        Line(
            report=reports[unit, number],
            indicator=indicators[name],
            value=value,
            base=base,
            note="原来的",
            changed_at=_at(),
        )
        for unit, number, name, value, base, _change in rows(1)[::2]
    )


def _reports() -> dict[tuple[str, int], Any]:
    from progress.models import Report

    plan = city()
    quarters = {quarter.number: quarter for quarter in plan.quarters.all()}
    reports = {
        (unit.name, number): Report(plan_unit=unit, quarter=quarter, created_at=_at())
        for unit in plan.plan_units.filter(unit__code__startswith="bench")
        for number, quarter in quarters.items()
    }
    Report.objects.bulk_create(reports.values())
    return reports


def _at() -> datetime:
    return datetime.fromisoformat("2024-01-10T09:00:00+08:00")


# --- ours


def preview() -> None:
    """Every row checked, the batch with its preview stored."""
    from progress.services.import_kinds import kind_of
    from progress.services.imports import receive_file

    receive_file(_sent(), kind=kind_of("progress"), plan=city(), by=officer(), at=_at())


def confirm() -> int:
    """Everything checked again and written in one transaction, with its events in the trail."""
    from django.db import transaction

    from progress.models import ImportBatch
    from progress.services.imports.writing import write_sent

    batch = ImportBatch.objects.without_changes().select_related("plan__owner", "file", "by__unit", "unit").latest("pk")
    batch.confirmed_at = _at()
    write_sent(batch, _sent(), start=ImportBatch.State.CHECKED, now=_at(), writing=transaction.atomic)
    return batch.created + batch.changed if batch.state == ImportBatch.State.APPLIED else 0


def _sent() -> Any:
    from progress.services.imports import SentFile

    return SentFile(b"", "明细表.xlsx", book=book(1))


# --- theirs


def theirs() -> int:
    """The library's preview and import as its admin does them, with an entry of the admin's log for every row."""
    import tablib
    from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
    from import_export.results import RowResult

    from progress.models import Line, Report

    reports = Report.objects.filter(plan_unit__plan=city())
    keys = {(unit, number): pk for pk, unit, number in reports.values_list("pk", "plan_unit__name", "quarter__number")}
    said = [(keys[unit, n], name, v, b, f"第{c}版", _at(), 1) for unit, n, name, v, b, c in rows(1)]
    data = tablib.Dataset(*said, headers=["报告", "指标", "完成值", "基数", "备注", "时间", "版本"])
    resource = _library_resource()()
    resource.import_data(data, dry_run=True, raise_errors=True)
    result = resource.import_data(data, dry_run=False, raise_errors=True)
    flags = {RowResult.IMPORT_TYPE_NEW: ADDITION, RowResult.IMPORT_TYPE_UPDATE: CHANGE}
    for kind, flag in flags.items():
        done = [row.object_id for row in result.rows if row.import_type == kind]
        LogEntry.objects.log_actions(officer().pk, Line.objects.filter(pk__in=done), flag, "import")
    return len(result.rows)


@cache
def _library_resource() -> Any:
    """A resource as the library's documentation has it; the report is named by its key, which asks least of it."""
    from import_export.fields import Field
    from import_export.resources import ModelResource
    from import_export.widgets import DecimalWidget, ForeignKeyWidget

    from progress.models import Line, Report
    from targets.models import Indicator

    class LineResource(ModelResource):  # type: ignore[misc]
        report = Field("report", "报告", ForeignKeyWidget(Report))
        indicator = Field("indicator", "指标", ForeignKeyWidget(Indicator, "name"))
        value = Field("value", "完成值", DecimalWidget())
        base = Field("base", "基数", DecimalWidget())
        note = Field("note", "备注")
        changed_at = Field("changed_at", "时间")
        version = Field("version", "版本")

        class Meta:
            model = Line
            import_id_fields = ["report", "indicator"]

    return LineResource


# --- a form of 300 rows


def _form() -> bytes:
    from tests.progress_import.files import workbook

    said = [[unit, f"2023年第{n}季度", name, v, b, "说明"] for unit, n, name, v, b, _c in rows(1)[:300]]
    return workbook(said)


def _preview(content: bytes) -> None:
    """The upload and the page that follows, as the browser asks for them."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.factories import sign_in

    plan = city()
    sent = {"file": SimpleUploadedFile("明细表.xlsx", content)}
    answer = sign_in(officer()).post(f"/{plan.owner.code}/{plan.year}/imports/", sent, follow=True)
    if "确认导入" not in answer.content.decode():
        raise AssertionError("The preview must be in the answer.")
