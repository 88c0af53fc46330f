"""Documents beside the annual workbook: the circular, a unit's score sheet, the ranking as CSV."""

import csv
import io
import json
from datetime import datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from accounts.policy import Role
from assessments.models import Assessment, UnitResult
from assessments.services.assessment import run_assessment
from audit.models import AuditEvent
from common.actions import SYSTEM
from common.errors import Invalid, NotAllowed
from jobs.models import Job
from jobs.services import run
from reporting.exports.circular import BadTemplate, Circular, grade_groups, render_circular
from reporting.exports.circular_template import default_template
from reporting.exports.results_csv import write_csv
from reporting.models import CircularTemplate
from reporting.services.circular import drop_template, gather_circular, set_template, template_of
from reporting.services.workbook import newest_assessment
from targets.models import Plan
from tests.assessments.assessed import file_donghai, give_scheme, score_donghai, year_is_over
from tests.factories import make_report, make_user, plan_unit_of, sign_in
from tests.reporting.office import formulas_of, is_same, recalculate

pytestmark = pytest.mark.django_db
SAMPLE = Circular(
    title="通报", city="某市", year=2023, date="2024年1月12日", state="", revision=1, rows=(),
    groups=grade_groups([("甲", "良好"), ("乙", "良好")], [("优秀", "优秀"), ("良好", "良好")]),
)  # fmt: skip


@pytest.fixture
def over(plan: Plan) -> datetime:
    give_scheme(plan)
    return year_is_over(plan)


@pytest.fixture
def assessment(plan: Plan, over: datetime) -> Assessment:
    score_donghai(plan, file_donghai(plan), over)
    return run_assessment(plan, by=SYSTEM, at=over)


def address(name: str, *more: object) -> str:
    return reverse(f"reporting:{name}", args=["320700", 2023, *more])


def words_of(docx: bytes) -> str:
    document = Document(io.BytesIO(docx))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def docx_with(text: str) -> bytes:
    document = Document()
    document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


# --- the circular


def test_the_circular_holds_the_ranking_the_groups_and_what_is_not_final(
    assessment: Assessment, over: datetime
) -> None:
    said = words_of(render_circular(default_template(), gather_circular(assessment, by_marks=False, at=over)))

    assert "关于2023年度全市公共机构绿色低碳引领行动目标任务考核结果的通报" in said
    assert "（已计算，尚未发布）" in said
    assert "优秀（90分以上）：无（0个）。" in said
    assert "合格（60分以上、不足80分）：" in said
    assert "东海县" in said
    assert "88.19" in said
    assert "一票否决：约束性目标严重未完成" in said
    assert "{{" not in said


def test_where_units_are_ranked_in_groups_the_place_says_in_which(assessment: Assessment, over: datetime) -> None:
    one = gather_circular(assessment, by_marks=False, at=over)
    unit = plan_unit_of(assessment.plan, "320723")
    unit.kind = "zone"
    unit.save(update_fields=["kind"])

    several = gather_circular(assessment, by_marks=False, at=over)

    assert next(row.rank for row in one.rows if row.name == "东海县") == "1"
    assert next(row.rank for row in several.rows if row.name == "东海县") == "县区1"


def test_units_are_grouped_by_grade_after_vetoes_or_by_marks(assessment: Assessment, over: datetime) -> None:
    by_grade = gather_circular(assessment, by_marks=False, at=over)
    by_marks = gather_circular(assessment, by_marks=True, at=over)

    def group_of(circular: Circular) -> str:
        return next(group.title for group in circular.groups if "东海县" in group.names)

    assert group_of(by_grade) == "合格（60分以上、不足80分）"
    assert group_of(by_marks) == "80分以上、不足90分"
    said = [[group.names for group in circular.groups] for circular in (by_grade, by_marks)]
    assert any("东海县（一票否决）" in names for names in said[0])
    assert not any("一票否决" in names for names in said[1])


def test_a_published_result_is_not_called_unfinished(assessment: Assessment, over: datetime) -> None:
    assessment.state = Assessment.State.PUBLISHED

    assert gather_circular(assessment, by_marks=False, at=over).state == ""


def test_the_circular_takes_the_same_queries_for_one_unit_and_for_all(
    plan: Plan, assessment: Assessment, over: datetime
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as first:
        gather_circular(newest_assessment(plan), by_marks=False, at=over)
    for unit in plan.plan_units.filter(is_reporting=True).exclude(unit__code="320722"):
        make_report(plan_unit_of(plan, unit.unit.code), 1, state="approved")
    run_assessment(plan, by=SYSTEM, at=over)
    with CaptureQueriesContext(connection) as all_units:
        gather_circular(newest_assessment(plan), by_marks=False, at=over)

    assert len(first) == len(all_units) == 5


def test_names_with_marks_of_xml_stay_names() -> None:
    odd = Circular(**{**{name: getattr(SAMPLE, name) for name in Circular.__slots__}, "city": "甲<乙>&{{ 丙 }}"})

    assert "甲<乙>&{{ 丙 }}" in words_of(render_circular(default_template(), odd))


@pytest.mark.parametrize(
    "text",
    [
        "{{ nothing_of_this_name }}",
        "{{ title",
        "{% for x in %}",
        "{{ title.__class__.__mro__[1].__subclasses__() }}",
        "{{ ''.__class__ }}",
    ],
)
def test_a_template_that_cannot_or_must_not_be_filled_in_is_refused(text: str) -> None:
    with pytest.raises(BadTemplate):
        render_circular(docx_with(text), SAMPLE)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.7", b"not a zip"])
def test_what_is_no_word_document_is_refused(content: bytes) -> None:
    with pytest.raises(BadTemplate):
        render_circular(content, SAMPLE)


def test_the_bureau_replaces_the_template_and_goes_back(plan: Plan, over: datetime) -> None:
    officer = make_user(Role.OFFICER)

    set_template(plan, docx_with("我们的通报：{{ title }}"), "通报.docx", by=officer, at=over)
    own = words_of(render_circular(template_of(plan), SAMPLE))
    drop_template(plan, by=officer)

    assert own == "我们的通报：通报"
    assert "我们的通报" not in words_of(render_circular(template_of(plan), SAMPLE))
    actions = list(AuditEvent.objects.filter(action__startswith="circular.").values_list("action", flat=True))
    assert actions == ["circular.template", "circular.default_template"]


def test_a_wrong_template_changes_nothing(plan: Plan, over: datetime) -> None:
    officer = make_user(Role.OFFICER)

    with pytest.raises(Invalid, match="nothing"):
        set_template(plan, docx_with("{{ nothing }}"), "通报.docx", by=officer, at=over)
    with pytest.raises(NotAllowed):
        set_template(plan, docx_with("{{ title }}"), "通报.docx", by=make_user(Role.REVIEWER), at=over)

    assert not CircularTemplate.objects.exists()


def test_the_page_makes_the_circular_and_lists_it(assessment: Assessment) -> None:
    client = sign_in(make_user(Role.OFFICER))

    client.post(address("circular"), {"by": "marks"})
    job = Job.objects.get(kind="circular")
    run(job.uuid)
    page = client.get(address("exports")).content.decode()

    job.refresh_from_db()
    assert job.result_file is not None
    assert job.result_file.name == "连云港市2023年度考核结果通报_r1.docx"
    assert "连云港市2023年度考核结果通报_r1.docx" in page
    content = b"".join(client.get(address("export_file", job.uuid)).streaming_content)  # type: ignore[attr-defined]
    assert "80分以上、不足90分" in words_of(content)
    assert AuditEvent.objects.filter(action="assessment.export").exists()


def test_the_upload_of_a_template_says_what_is_wrong(plan: Plan) -> None:
    client = sign_in(make_user(Role.OFFICER))

    answer = client.post(address("circular_template"), {"file": SimpleUploadedFile("a.docx", docx_with("{{ x }}"))})

    assert answer.status_code in (400, 409, 422)
    assert "通报模板不能使用" in answer.content.decode()


# --- a unit's score sheet


def test_a_unit_takes_its_own_score_sheet_away(assessment: Assessment) -> None:
    client = sign_in(make_user(Role.REPORTER, "320722"))

    answer = client.get(address("unit_form", "320722"))

    cells = [cell.value for row in load_workbook(io.BytesIO(answer.content), data_only=True)["得分表"] for cell in row]
    assert 88.19 in cells
    assert any("一票否决：约束性目标严重未完成" in str(cell) for cell in cells)
    lines = UnitResult.objects.get(assessment=assessment, plan_unit__unit__code="320722").lines.all()
    assert {line.why for line in lines} <= {str(cell) for cell in cells} | {""}
    assert client.get(address("unit_form", "320723")).status_code == 404


def test_before_the_first_calculation_there_is_no_score_sheet(plan: Plan, over: datetime) -> None:
    answer = sign_in(make_user(Role.OFFICER)).get(address("unit_form", "320722"))

    assert answer.status_code == 409
    assert "考核还没有计算" in answer.content.decode()


@pytest.mark.office
def test_the_score_sheets_formulas_give_the_portals_points(assessment: Assessment, tmp_path: Path) -> None:
    content = sign_in(make_user(Role.OFFICER)).get(address("unit_form", "320722")).content

    calculated = recalculate({"form": content}, tmp_path)["form"]["得分表"]

    stored = load_workbook(io.BytesIO(content), data_only=True)["得分表"]
    formulas = formulas_of(content)
    assert len(formulas) > 20
    wrong = [at for _, at in formulas if not is_same(calculated[at].value, stored[at].value)]
    assert wrong == []


@pytest.mark.office
def test_the_score_sheet_comes_as_pdf_from_a_job(assessment: Assessment) -> None:
    client = sign_in(make_user(Role.REPORTER, "320722"))

    answer = client.post(address("unit_form_pdf", "320722"))
    job = Job.objects.get(kind="unit_form_pdf")
    run(job.uuid)

    assert answer.headers["Location"] == reverse("jobs:job", args=[job.uuid])
    job.refresh_from_db()
    assert job.result_file is not None
    with job.result_file.content.open("rb") as stored:
        assert stored.read(5) == b"%PDF-"
    assert job.result["results_sha256"] == assessment.results_sha256
    exported = AuditEvent.objects.get(action="assessment.export")
    assert json.loads(exported.after)["sha256"] == job.result_file.sha256
    bureau = sign_in(make_user(Role.OFFICER))
    assert job.result_file.name in bureau.get(address("exports")).content.decode()
    answer = bureau.get(address("export_file", job.uuid))
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]


def test_without_an_office_the_job_says_so(assessment: Assessment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    client = sign_in(make_user(Role.REPORTER, "320722"))
    page = client.get(reverse("assessments:unit", args=["320700", 2023, "320722"])).content.decode()
    client.post(address("unit_form_pdf", "320722"))

    run(Job.objects.get(kind="unit_form_pdf").uuid)

    assert "这台服务器不能生成 PDF" in page
    assert "这台服务器不能生成 PDF" in Job.objects.get(kind="unit_form_pdf").message


# --- the ranking as CSV


def test_the_ranking_comes_as_csv_with_a_mark_for_its_encoding(assessment: Assessment) -> None:
    content = sign_in(make_user(Role.LEADER)).get(address("results_csv")).content

    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    county = next(row for row in rows if row["代码"] == "320722")
    assert (county["总分"], county["等次"], county["单位"]) == ("88.19", "合格", "东海县")


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@a", "\t=1"])
def test_no_text_of_the_csv_is_calculated(text: str) -> None:
    (row,) = csv.reader(io.StringIO(write_csv([text], []).decode("utf-8-sig")))
    assert row == [text]  # a header is our own word

    _head, cells = csv.reader(io.StringIO(write_csv(["a"], [[text]]).decode("utf-8-sig")))
    assert cells == [f"'{text}"]


def test_the_state_is_said_until_it_is_published(assessment: Assessment) -> None:
    said = gather_circular(assessment, by_marks=False, at=timezone.now()).state

    assert said == "（已计算，尚未发布）"
