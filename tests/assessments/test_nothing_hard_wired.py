"""A city nobody has thought of: other codes, names, targets, 3 or 40 units, and a scheme made in the editor.

It goes the whole way to the workbook, as the real one does: no code knows a unit, an indicator or a criterion.
And the real plan with all its codes and names changed comes to the very same numbers.
"""

from collections.abc import Iterator, Mapping
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
from assessments.scheme_file import parse_scheme_file
from assessments.services.assessment import run_assessment
from assessments.services.scheme_drafts import typed_draft
from assessments.services.schemes import load_scheme, scheme_of
from assessments.services.verification import verify_assessment
from common.actions import SYSTEM
from jobs import services as jobs
from jobs.models import Job
from progress.models import Report
from targets.models import Plan
from targets.plan_file import parse_plan
from targets.services.plans import load_plan
from tests.assessments.assessed import SCHEME_2023, give_scheme, year_is_over
from tests.assessments.test_scheme_editor import posted
from tests.factories import LOADED_AT, PLAN_2023, SECOND_CITY, make_plan, make_report, make_user, sign_in

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


def cells_of_workbook(plan: Plan, office: Client) -> set[str]:
    """Every text and number that stands in the workbook that a job has just made."""
    job = Job.objects.get(result_file__isnull=False)
    sent = office.get(address(plan, "reporting:export_file", job.uuid))
    book = load_workbook(BytesIO(b"".join(sent.streaming_content)), data_only=True)  # type: ignore[attr-defined]
    return {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}


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
    cells = cells_of_workbook(plan, office)
    assert {each.name for each in units} <= cells
    assert "不一致" not in cells


# --- the real plan and the real scheme under other codes and names


def codes_of(data: Any) -> Iterator[str]:
    """Every code that a data file gives, of units, indicators, sections, criteria and vetoes."""
    if isinstance(data, dict):
        yield from [data["code"]] if "code" in data else []
    for part in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from codes_of(part)


def renamed(data: Any, codes: Mapping[str, str]) -> Any:
    """The same data with every code another one, and every name with a sign behind it."""
    if isinstance(data, dict):
        return {
            codes.get(key, key): f"{value}云" if key in ("name", "full_name") else renamed(value, codes)
            for key, value in data.items()
        }
    if isinstance(data, list):
        return [renamed(each, codes) for each in data]
    return codes.get(data, data) if isinstance(data, str) else data


def load_renamed() -> Plan:
    """The real plan and its scheme, nothing of which is called as it is called."""
    plan_data, scheme_data = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in (PLAN_2023, SCHEME_2023))
    found = dict.fromkeys([*codes_of(plan_data["units"]), *codes_of(plan_data["indicators"]), *codes_of(scheme_data)])
    codes = {code: f"q{number}" for number, code in enumerate(found)}
    for unit in plan_data["units"]:
        unit.pop("aliases", None)
    text = yaml.safe_dump(renamed(plan_data, codes), allow_unicode=True, sort_keys=False)
    loaded = load_plan(parse_plan(text), by=SYSTEM, at=LOADED_AT).plan
    plan = Plan.objects.select_related("owner").get(pk=loaded.pk)
    known = set(plan.indicators.values_list("code", flat=True))
    scheme_text = yaml.safe_dump(renamed(scheme_data, codes), allow_unicode=True, sort_keys=False)
    load_scheme(plan, parse_scheme_file(scheme_text, indicators=known), by=SYSTEM, at=LOADED_AT)
    return plan


def numbers_of(plan: Plan) -> list[Any]:
    """What the assessment of a plan comes to, without a code or a name but those of the grades."""
    for plan_unit in plan.plan_units.filter(assessed=True).select_related("plan__owner", "unit"):
        for number in (1, 2, 3, 4):
            make_report(plan_unit, number, state=Report.State.APPROVED)
    assessment = run_assessment(plan, by=SYSTEM, at=year_is_over(plan))
    results = assessment.results.order_by("plan_unit__order").prefetch_related("lines")
    return [
        (
            each.rank, each.base, each.bonus, each.deduction, each.total, each.grade.removesuffix("云"),
            list(each.sections.values()), [(line.points_max, line.computed, line.points) for line in each.lines.all()],
        )
        for each in results
    ]  # fmt: skip


def test_real_plan_under_other_codes_and_names_comes_to_the_same_numbers_and_its_workbook() -> None:
    real = make_plan()
    give_scheme(real)
    other = load_renamed()
    office = sign_in(make_user(Role.OFFICER, other.owner))

    numbers = numbers_of(other)
    assert len(numbers) == 6
    assert numbers == numbers_of(real)
    office.post(address(other, "reporting:workbook"))
    do_the_waiting_jobs()
    cells = cells_of_workbook(other, office)
    assert {each.name for each in other.plan_units.all()} <= cells
    assert set(real.indicators.values_list("name", flat=True)).isdisjoint(cells)
    assert "不一致" not in cells
