"""A city nobody has thought of: other codes, names, targets, 3 or 40 units, and a scheme made in the editor.

It goes the whole way to the workbook, as the real one does: no code knows a unit, an indicator or a criterion.
"""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
import yaml
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.policy import Role
from assessments.drafting.typed import TypedBand, TypedCriterion, TypedScheme, TypedSection, TypedStep
from assessments.models import Assessment, SchemeDraft
from assessments.services.scheme_drafts import typed_draft
from assessments.services.schemes import scheme_of
from assessments.services.verification import verify_assessment
from common.actions import SYSTEM
from jobs import services as jobs
from jobs.models import Job
from progress.models import Report
from targets.models import Plan
from targets.plan_file import parse_plan
from targets.services.plans import load_plan
from tests.assessments.test_scheme_editor import posted
from tests.factories import LOADED_AT, SECOND_CITY, make_report, make_user, sign_in

pytestmark = pytest.mark.django_db

ROOT_UNIT = "cloud-0"


def strange_plan(units: int) -> str:
    """The second city's plan file with every code, name and target changed, for so many units."""
    data: dict[str, Any] = yaml.safe_load(SECOND_CITY.read_text(encoding="utf-8"))
    data["plan"] |= {"root": ROOT_UNIT, "name": "云上市任务"}
    city, district, *_rest = data["units"]
    data["units"] = [{**city, "code": ROOT_UNIT, "name": "云上市", "full_name": "云上市"}]
    for number in range(1, units + 1):
        names = {"name": f"第{number}片区", "full_name": f"云上市第{number}片区", "name_en": f"Area {number}"}
        data["units"].append({**district, "code": f"P{number:03}x", **names})
    for number, indicator in enumerate(data["indicators"], start=1):
        indicator |= {"code": f"ind_{number}", "name": f"{indicator['name']}（云）"}
        kept = [target for target in indicator.get("targets", []) if target["scope"] in ("city", "all", "urban")]
        indicator["targets"] = [{**target, "value": twice(target["value"])} for target in kept]
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


def twice(value: str) -> str:
    """Another target, still within what a share can be."""
    return value if float(value) >= 50 else str(int(float(value)) * 2)


@pytest.fixture(params=[3, 40], ids=["3 units", "40 units"])
def plan(request: pytest.FixtureRequest, db: None) -> Plan:
    loaded = load_plan(parse_plan(strange_plan(request.param)), by=SYSTEM, at=LOADED_AT).plan
    return Plan.objects.select_related("owner").get(pk=loaded.pk)


@pytest.fixture
def office(plan: Plan) -> Client:
    return sign_in(make_user(Role.OFFICER, plan.owner))


def address(plan: Plan, view: str, *more: Any) -> str:
    return reverse(view, args=[plan.owner.code, plan.year, *more])


def wanted(scheme: TypedScheme, codes: list[str]) -> TypedScheme:
    """What an officer types into the parts that were just added: two sections, five rules, three grades."""
    first, second = scheme.sections
    trees, water, lamps, *_rest, training = codes
    one, two, three = first.criteria
    four, five = second.criteria
    steps = (TypedStep("100", "30"), TypedStep("50", "10.5"))
    criteria = (
        replace(one, name="植树", max="30", rule="steps", steps=steps, indicators=(trees,)),
        replace(two, name="用水", max="20", rule="proportional", params={"floor": "0"}, indicators=(water,)),
        replace(three, name="培训", max="25", rule="average", indicators=(lamps, training)),
    )
    others = (
        replace(four, name="准时", max="15", rule="timeliness", params={"each": "3.75"}),
        replace(five, name="完整", max="10", rule="completeness", params={"each": "2.5"}),
    )
    (extra,) = scheme.bonus
    return replace(
        scheme,
        name="云上市评分方案",
        bonus_cap="5",
        sections=(
            TypedSection(first.code, "任务", "", "75", criteria),
            TypedSection(second.code, "管理", "", "25", others),
        ),
        bonus=(replace(extra, name="多植", max="5", rule="per_item", params={"each": "0.01"}, indicators=(trees,)),),
        bands=(TypedBand("甲等", "", "85"), TypedBand("乙等", "", "55"), TypedBand("丙等", "", "0")),
    )


def make_scheme(plan: Plan, office: Client) -> None:
    """Through the editor's door, from nothing to in force."""
    assert "新建方案" in office.get(address(plan, "assessments:scheme")).text
    office.post(address(plan, "assessments:scheme_begin"))
    edit = address(plan, "assessments:scheme_edit")
    for wish in (
        "add-section", "add-section", "add-criterion sections-0", "add-criterion sections-0",
        "add-criterion sections-0", "add-criterion sections-1", "add-criterion sections-1", "add-criterion bonus",
    ):  # fmt: skip
        draft = SchemeDraft.objects.get(plan=plan)
        assert office.post(edit, posted(plan, typed_draft(draft), draft, do=wish)).status_code == 302
    draft = SchemeDraft.objects.get(plan=plan)
    codes = list(plan.indicators.order_by("order").values_list("code", flat=True))
    typed = wanted(typed_draft(draft), codes)
    for part in (typed.sections, typed.bonus):
        assert all(isinstance(each, TypedSection | TypedCriterion) and each.code for each in part)
    office.post(edit, posted(plan, typed, draft))
    seen = str(SchemeDraft.objects.get(plan=plan).edits)
    answer = office.post(address(plan, "assessments:scheme_in_force"), {"seen": seen, "reason": "首次启用"})
    assert answer.status_code == 302, answer.text


def do_the_waiting_jobs() -> None:
    for job in Job.objects.unfinished().order_by("pk"):
        jobs.run(job.uuid)
        job.refresh_from_db()
        assert job.state == Job.State.DONE, job.message


def test_strange_city_is_assessed_and_has_its_workbook(plan: Plan, office: Client) -> None:
    make_scheme(plan, office)
    units = list(plan.plan_units.filter(assessed=True).select_related("plan__owner", "unit"))
    for plan_unit in units:
        for number in (1, 2, 3, 4):
            make_report(plan_unit, number, state=Report.State.APPROVED)

    office.post(address(plan, "assessments:run"))
    do_the_waiting_jobs()
    office.post(address(plan, "reporting:workbook"))
    do_the_waiting_jobs()

    assessment = Assessment.objects.get(plan=plan)
    assert assessment.scheme == scheme_of(plan)
    assert verify_assessment(assessment) == []
    results = list(assessment.results.select_related("plan_unit"))
    assert {each.plan_unit.name for each in results} == {each.name for each in units}
    assert {each.grade for each in results} <= {"甲等", "乙等", "丙等"}
    assert set(results[0].sections) == {"A", "B"}
    job = Job.objects.get(result_file__isnull=False)
    sent = office.get(address(plan, "reporting:export_file", job.uuid))
    book = load_workbook(BytesIO(b"".join(sent.streaming_content)), data_only=True)  # type: ignore[attr-defined]
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {each.name for each in units} <= cells
    assert "不一致" not in cells
