"""The workbook from the database: gathered in few queries, kept as a job's result, taken away by those who may."""

import json
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from accounts.policy import Role
from assessments.documents import assessment_document
from assessments.models import Assessment
from assessments.services.assessment import run_assessment
from audit.models import AuditEvent
from common.actions import SYSTEM
from common.errors import NotYet
from jobs.models import Job
from jobs.services import queue_job
from jobs.services import run as run_job
from progress.models import Line
from reporting.exports.assessment_workbook import build_workbook
from reporting.services.workbook import JOB_KIND, gather_workbook, newest_assessment
from targets.models import Plan
from tests.assessments.assessed import (
    SECOND_SCHEME,
    add_revisions,
    assess_units,
    file_donghai,
    give_scheme,
    score_donghai,
    year_is_over,
)
from tests.factories import make_report, make_user, plan_unit_of, sign_in
from tests.progress.ledgers.builders import make_institution, make_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def over(plan: Plan) -> datetime:
    give_scheme(plan)
    return year_is_over(plan)


@pytest.fixture
def assessment(plan: Plan, over: datetime) -> Assessment:
    score_donghai(plan, file_donghai(plan), over)
    return run_assessment(plan, by=SYSTEM, at=over)


def address(plan: Plan, name: str = "exports", **more: object) -> str:
    return reverse(f"reporting:{name}", kwargs={"root": plan.owner.code, "year": plan.year, **more})


def cells_of(content: bytes) -> dict[str, dict[str, object]]:
    book = load_workbook(BytesIO(content), data_only=True)
    return {
        sheet.title: {
            cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None
        }
        for sheet in book
    }


def test_worked_example_stands_in_the_workbook(assessment: Assessment, over: datetime) -> None:
    content = build_workbook(gather_workbook(assessment, by=SYSTEM, at=over))

    cells = cells_of(content)
    row = next(cell[1:] for cell, value in cells["考核结果"].items() if value == "东海县" and cell.startswith("B"))
    values = [cells["考核结果"].get(f"{column}{row}") for column in "CDEFGHIJKL"]
    assert values == [
        51.02, 23.58, 11.59, 86.19, 2.5, 0.5, 88.19, "约束性目标严重未完成", "合格", "按总分为良好，一票否决后降等",
    ]  # fmt: skip
    assert "不一致" not in cells["校验"].values()
    assert assessment.results_sha256 in cells["校验"].values()


@pytest.mark.parametrize("units", [6, 11, 200])
def test_gathering_takes_seventeen_queries_for_any_number_of_units(
    plan: Plan, assessment: Assessment, over: datetime, units: int
) -> None:
    assess_units(plan, units)
    for plan_unit in plan.plan_units.filter(is_reporting=True).exclude(unit__code="320722").select_related("unit")[:10]:
        make_report(plan_unit_of(plan, plan_unit.unit.code), 1, state="approved")
    run_assessment(plan, by=SYSTEM, at=over)

    with CaptureQueriesContext(connection) as queries:
        data = gather_workbook(newest_assessment(plan), by=SYSTEM, at=over)

    assert len(data.assessed) == units
    assert len(queries) == 17


def test_workbook_and_its_queries_are_the_same_for_six_revisions_of_every_report(
    plan: Plan, assessment: Assessment, over: datetime
) -> None:
    before = build_workbook(gather_workbook(newest_assessment(plan), by=SYSTEM, at=over))
    add_revisions(plan_unit_of(plan, "320722"), up_to=6)

    with CaptureQueriesContext(connection) as queries:
        data = gather_workbook(newest_assessment(plan), by=SYSTEM, at=over)

    assert len(queries) == 17
    assert build_workbook(data) == before


def test_reports_changed_since_the_score_do_not_change_its_workbook(
    plan: Plan, assessment: Assessment, over: datetime
) -> None:
    Line.objects.filter(indicator__code="CP", report__quarter__number=1).update(value=9)

    cells = cells_of(build_workbook(gather_workbook(newest_assessment(plan), by=SYSTEM, at=over)))

    values = cells["指标完成情况"]
    row = next(cell[1:] for cell, value in values.items() if value == "东海县")
    assert values[f"C{row}"] == 31
    assert "考核计算后报告有更正" in str(values[f"I{row}"])


def test_workbook_is_chinese_whoever_asks(assessment: Assessment, over: datetime) -> None:
    with translation.override("en"):
        cells = cells_of(build_workbook(gather_workbook(assessment, by=SYSTEM, at=over)))

    assert "约束性" in str(cells["指标完成情况"]["A4"])
    assert "第 1 次，状态：已计算" in cells["校验"].values()


def test_second_city_with_other_rules_has_its_workbook(second_plan: Plan) -> None:
    give_scheme(second_plan, SECOND_SCHEME)
    over = year_is_over(second_plan)
    for code in ("990102", "990121", "LGZ"):
        for quarter in (1, 2, 3, 4):
            make_report(plan_unit_of(second_plan, code), quarter, state="approved")
    assessment = run_assessment(second_plan, by=SYSTEM, at=over)

    cells = cells_of(build_workbook(gather_workbook(assessment, by=SYSTEM, at=over)))

    assert {"甲区", "乙县", "临港园区"} <= set(cells["考核结果"].values())
    assert "不一致" not in cells["校验"].values()


# --- the job and its pages


def test_officer_makes_the_workbook_and_takes_it_away(plan: Plan, assessment: Assessment) -> None:
    client = sign_in(make_user(Role.OFFICER))
    assert client.post(address(plan, "workbook")).status_code == 302

    job = Job.objects.get(kind=JOB_KIND)
    running = client.get(address(plan)).content.decode()
    run_job(job.uuid)
    done = client.get(address(plan)).content.decode()

    job.refresh_from_db()
    way = address(plan, "export_file", uuid=job.uuid)
    assert f"/jobs/{job.uuid}/" in running
    assert way not in running
    assert way in done
    answer = client.get(way)
    assert answer["Content-Disposition"].startswith("attachment")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert load_workbook(BytesIO(content)).sheetnames == [
        "考核结果", "得分明细", "指标完成情况", "季度进度", "加减分及否决", "台账汇总", "佐证清单", "评分方案",
        "申诉及调整", "校验",
    ]  # fmt: skip
    event = AuditEvent.objects.get(action="assessment.export")
    assert job.result_file is not None
    assert json.loads(event.after)["sha256"] == job.result_file.sha256


def test_two_clicks_are_one_job(plan: Plan, assessment: Assessment) -> None:
    client = sign_in(make_user(Role.OFFICER))

    client.post(address(plan, "workbook"))
    client.post(address(plan, "workbook"))

    assert Job.objects.filter(kind=JOB_KIND).count() == 1


def test_colleague_sees_and_takes_the_same_export(plan: Plan, assessment: Assessment, over: datetime) -> None:
    job = queue_job(JOB_KIND, key="export", at=over, by=make_user(Role.OFFICER), plan=plan.pk)
    run_job(job.uuid)

    leader = sign_in(make_user(Role.LEADER))

    assert address(plan, "export_file", uuid=job.uuid) in leader.get(address(plan)).content.decode()
    answer = leader.get(address(plan, "export_file", uuid=job.uuid))
    assert b"".join(answer.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["exports", "export_file"])
def test_reporter_and_a_countys_leader_take_nothing(
    plan: Plan, assessment: Assessment, over: datetime, name: str
) -> None:
    job = queue_job(JOB_KIND, key="export", at=over, by=make_user(Role.OFFICER), plan=plan.pk)
    run_job(job.uuid)
    way = address(plan, name, **({"uuid": job.uuid} if name == "export_file" else {}))

    answers = [
        sign_in(make_user(Role.REPORTER, "320722")).get(way),
        sign_in(make_user(Role.LEADER, "320722")).get(way),
        sign_in(make_user(Role.OFFICER, "990100")).get(way),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 404]


def test_export_of_one_plan_is_not_found_under_another(
    plan: Plan, second_plan: Plan, assessment: Assessment, over: datetime
) -> None:
    job = queue_job(JOB_KIND, key="export", at=over, by=make_user(Role.OFFICER), plan=plan.pk)
    run_job(job.uuid)

    officer = sign_in(make_user(Role.OFFICER, "990100"))

    assert officer.get(address(second_plan, "export_file", uuid=job.uuid)).status_code == 404


def test_without_a_calculation_the_page_says_what_to_do_first(plan: Plan) -> None:
    client = sign_in(make_user(Role.OFFICER))

    page = client.get(address(plan)).content.decode()

    assert "考核计算之后才能导出工作簿" in page
    assert client.post(address(plan, "workbook")).status_code == 409
    assert not Job.objects.filter(kind=JOB_KIND).exists()


def test_page_costs_the_same_with_many_exports(plan: Plan, assessment: Assessment, over: datetime) -> None:
    officer = make_user(Role.OFFICER)
    client = sign_in(officer)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(plan)).status_code == 200
        return len(queries)

    few = cost()
    for number in range(20):
        queue_job(JOB_KIND, key=f"export {number}", at=over, by=make_user(Role.OFFICER), plan=plan.pk)
    Job.objects.update(state=Job.State.FAILED)

    assert cost() == few <= 12


# --- the command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with nothing else in it."""
    empty = tmp_path / "exports"
    empty.mkdir()
    return empty


def test_command_writes_the_workbook(plan: Plan, assessment: Assessment, folder: Path) -> None:
    out = folder / "out.xlsx"

    call_command("export_assessment", "2023", str(out), "--root", plan.owner.code)

    assert load_workbook(out).sheetnames[0] == "考核结果"
    assert [each.name for each in folder.iterdir()] == ["out.xlsx"]


def test_command_writes_the_same_json_as_the_run(plan: Plan, assessment: Assessment, tmp_path: Path) -> None:
    out = tmp_path / "out.json"

    call_command("export_assessment", "2023", str(out), "--root", plan.owner.code)

    assert json.loads(out.read_text(encoding="utf-8")) == assessment_document(assessment)


def test_command_refuses_another_suffix_an_unknown_folder_and_a_plan_without_results(
    plan: Plan, assessment: Assessment, second_plan: Plan, folder: Path
) -> None:
    refused: list[tuple[Callable[[], object], str]] = [
        (lambda: call_command("export_assessment", "2023", "out.pdf", "--root", plan.owner.code), ".xlsx"),
        (
            lambda: call_command(
                "export_assessment", "2023", str(folder / "no" / "out.xlsx"), "--root", plan.owner.code
            ),
            "写不了文件",
        ),
        (
            lambda: call_command(
                "export_assessment", "2023", str(folder / "out.xlsx"), "--root", second_plan.owner.code
            ),
            "考核还没有计算",
        ),
    ]

    for command, words in refused:
        with pytest.raises(CommandError, match=words):
            command()
    assert list(folder.iterdir()) == []
    assert not AuditEvent.objects.filter(action="assessment.export").exists()


def test_newest_assessment_of_a_plan_without_one_is_refused(plan: Plan) -> None:
    with pytest.raises(NotYet):
        newest_assessment(plan)


def test_the_ledgers_stand_beside_what_was_reported(plan: Plan, assessment: Assessment, over: datetime) -> None:
    unit = plan_unit_of(plan, "320722")
    reported = sum(
        line.value or 0
        for line in Line.objects.filter(report__plan_unit=unit, report__is_effective=True, indicator__code="CP")
    )
    make_item(
        "charging_piles", make_institution(unit.unit), day=date(2023, 6, 1), piles=int(reported) + 2, connectors=500
    )

    cells = cells_of(build_workbook(gather_workbook(newest_assessment(plan), by=SYSTEM, at=over)))["台账汇总"]

    row = next(at[1:] for at, value in cells.items() if at.startswith("B") and value == "东海县")
    assert [cells.get(f"{column}{row}") for column in "CFGHIJ"] == [
        "新建充电桩", 1, reported + 2, reported, -2, "不一致",
    ]  # fmt: skip
