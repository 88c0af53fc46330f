"""The dashboard, the unit's page and the indicator's figures, as a browser sees them."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments.models import Compliance, ComplianceMark
from assessments.services.assessment import run_assessment
from assessments.services.compliance import compute_compliance
from common.actions import SYSTEM
from progress.models import Report
from targets.models import Plan, PlanUnit, Unit
from tests.assessments.assessed import file_donghai, give_scheme, year_is_over
from tests.factories import make_report, make_user, plan_unit_of, quarter_of, sign_in

pytestmark = pytest.mark.django_db
BASE = "/320700/2023"
DONGHAI = "320722"
READERS = ("reporter", "officer", "reviewer", "leader", "auditor")


@pytest.fixture
def counted(plan: Plan) -> Plan:
    """The worked example's year, computed after its end."""
    file_donghai(plan)
    compute_compliance(plan, as_of=year_is_over(plan))
    return plan


def reader(role: str) -> Client:
    """A browser of a person of the city, or of Donghai's clerk."""
    return sign_in(make_user(role, DONGHAI if role == "reporter" else None))


def text_of(client: Client, path: str) -> str:
    """What a page says, white space in one."""
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def city_figures(plan: Plan, quarter: int = 4) -> dict[str, Compliance]:
    """The city's stored figures by indicator's code."""
    rows = Compliance.objects.filter(plan_unit__unit=plan.owner, plan_unit__plan=plan, basis="approved")
    return {row.indicator.code: row for row in rows.filter(quarter=quarter).select_related("indicator")}


def row_of(page: str, name: str) -> str:
    """The first table row that holds a name."""
    return next(found[0] for found in re.finditer(r"<tr.*?</tr>", page) if name in found[0])


# --- the year at a glance -------------------------------------------------------------------------------------------


def test_a_city_target_shows_actual_pace_status_and_what_is_missing(counted: Plan) -> None:
    piles = city_figures(counted)["CP"]

    row = row_of(text_of(reader("leader"), f"{BASE}/q4/"), "新建充电桩")

    assert (piles.target, piles.status) == (Decimal(300), "missed")
    assert "≥ 300" in row
    assert f"<strong>{int(piles.actual or 0)}</strong>" in row
    assert "还差 269 个" in row
    assert 'class="status is-missed">未完成<' in row
    assert 'href="/320700/2023/indicators/CP/"' in row
    assert f"{piles.counted} / {piles.owing} " in row


def test_the_first_figures_answer_for_pace_laggards_and_missing_reports(counted: Plan) -> None:
    figures = [row for row in city_figures(counted).values() if row.target is not None]
    good = [row for row in figures if row.status in ("met", "on_pace")]

    with time_machine.travel(year_is_over(counted), tick=False):
        page = text_of(reader("leader"), f"{BASE}/q4/")
    glance = page.split('class="grid glance"')[1].split('id="city"')[0]

    assert f">{len(good)} / {len(figures)}<" in glance
    assert "1 / 11" in glance
    assert "未提交：海州区、连云区、赣榆区 等 10 个" in glance
    assert "东海县" not in glance.split("未提交")[1]


def test_a_clerk_reads_the_own_unit_and_the_city_and_of_no_neighbour(counted: Plan) -> None:
    page = text_of(reader("reporter"), f"{BASE}/q4/?columns=all")

    assert "还差 269 个" in page
    assert "东海县" in page
    assert [name for name in ("海州区", "连云区", "赣榆区", "灌云县", "开发区") if name in page] == []
    assert "本单位本季度报告" in page


def test_the_matrix_leads_to_the_line_and_says_the_status_in_words(counted: Plan) -> None:
    stored = Compliance.objects.get(plan_unit__unit__code=DONGHAI, indicator__code="CP", quarter=4, basis="approved")

    matrix = text_of(reader("officer"), f"{BASE}/q4/").split('id="matrix"')[1]
    cell = re.search(r'<td class="num status-cell is-(\w+)"><a href="([^"]*320722/#row-CP)".*?</td>', matrix)

    assert cell is not None
    assert cell[1] == stored.status
    assert str(Compliance.Status(stored.status).label) in cell[0]
    assert f">{int(stored.actual or 0)}<" in cell[0]
    assert cell[2] == "/320700/2023/q4/reports/320722/#row-CP"


def test_the_matrix_shows_indicators_with_targets_and_by_a_switch_all(counted: Plan) -> None:
    client = reader("officer")

    few = client.get(f"{BASE}/q4/").text.split('id="matrix"')[1].split("<tbody>")[0]
    everything = client.get(f"{BASE}/q4/?columns=all").text.split('id="matrix"')[1].split("<tbody>")[0]

    assert everything.count("/indicators/") == counted.indicators.count()
    targeted = Compliance.objects.filter(quarter=4, basis="approved", target__isnull=False, plan_unit__plan=counted)
    assert few.count("/indicators/") == targeted.values("indicator").distinct().count()


def test_names_from_a_plan_file_are_never_markup(counted: Plan) -> None:
    nasty = '<img src=x>"&amp;'
    counted.indicators.filter(code="CP").update(name=nasty)
    counted.plan_units.filter(unit__code=DONGHAI).update(name=nasty)

    pages = [reader("leader").get(path).text for path in (f"{BASE}/q4/", f"{BASE}/units/{DONGHAI}/")]

    assert [page.count("<img src=x") for page in pages] == [0, 0]
    assert all("&lt;img" in page for page in pages)


def test_quarters_differ_and_the_newest_that_opened_comes_first(counted: Plan) -> None:
    client = reader("leader")

    with time_machine.travel(quarter_of(counted, 3).opens, tick=False):
        newest = text_of(client, f"{BASE}/")
        first = text_of(client, f"{BASE}/q1/")

    assert "连云港市 2023 年第 3 季度" in newest
    assert "连云港市 2023 年第 1 季度" in first
    assert client.get(f"{BASE}/q5/").status_code == 404


def test_a_quarter_that_has_not_opened_says_when_it_does(plan: Plan) -> None:
    now = quarter_of(plan, 1).opens
    compute_compliance(plan, as_of=now)

    with time_machine.travel(now, tick=False):
        page = text_of(reader("leader"), f"{BASE}/q3/")

    assert "第 3 季度 2023-10-08 开始填报" in page or "第 3 季度 2023-10" in page
    assert "现在还没有数据" in page


def test_the_basis_decides_whether_a_submitted_report_counts(plan: Plan) -> None:
    clerk = make_user("reporter", DONGHAI)
    make_report(plan_unit_of(plan, DONGHAI), 1, {"CP": (7, None)}, state=Report.State.SUBMITTED, by=clerk)
    compute_compliance(plan, as_of=quarter_of(plan, 1).closes)
    client = reader("leader")

    approved = row_of(text_of(client, f"{BASE}/q1/"), "新建充电桩")
    submitted = row_of(text_of(client, f"{BASE}/q1/?basis=submitted"), "新建充电桩")

    assert "<strong>7</strong>" not in approved
    assert "<strong>7</strong>" in submitted


def test_who_has_not_handed_in_and_who_was_late_is_said_by_name(counted: Plan) -> None:
    with time_machine.travel(year_is_over(counted), tick=False):
        page = text_of(reader("officer"), f"{BASE}/q3/")
    standings = page.split('id="standings"')[1]

    assert "已审核" in row_of(standings, "东海县")
    assert "已逾期" in row_of(standings, "海州区")
    assert 'href="/320700/2023/q3/reports/320722/"' in row_of(standings, "东海县")


def test_who_brings_how_much_of_the_citys_piles(counted: Plan) -> None:
    stored = Compliance.objects.get(plan_unit__unit__code=DONGHAI, indicator__code="CP", quarter=4, basis="approved")

    page = text_of(reader("leader"), f"{BASE}/q4/").split("由谁完成")[1]

    assert "全市 31 / 300 个" in page
    assert page.index("东海县") < page.index("海州区"), "the largest share stands first"
    assert f'<td class="num">{int(stored.actual or 0)}</td>' in row_of(page, "东海县")


def test_the_trend_has_the_same_figures_as_chart_and_as_table(counted: Plan) -> None:
    page = text_of(reader("leader"), f"{BASE}/q4/")
    data = json.loads(unescape(re.search(r'data-figures="([^"]*)"', page)[1]))  # type: ignore[index]
    piles = next(line for line in data["lines"] if line["code"] == "CP")
    stored = [city_figures(counted, quarter)["CP"] for quarter in (1, 2, 3, 4)]

    assert [Decimal(value) for value in piles["actual"]] == [row.actual for row in stored]
    assert [Decimal(value) for value in piles["expected"]] == [row.expected for row in stored]
    table = row_of(page.split('class="card-footer trend-table"')[1], "新建充电桩")
    assert f"{int(stored[3].actual or 0)} / 300" in table


def test_while_newer_figures_are_computed_the_page_says_so_and_listens(counted: Plan) -> None:
    client = reader("leader")
    before = text_of(client, f"{BASE}/q4/")
    ComplianceMark.objects.create(plan_unit=plan_unit_of(counted, DONGHAI), marked_at=year_is_over(counted))

    after = text_of(client, f"{BASE}/q4/")

    assert "正在重算" not in before
    assert "正在重算" in after
    assert 'hx-trigger="figures-changed from:body"' in after
    assert 'hx-get="/320700/2023/figures/"' in after


def test_without_any_figures_the_page_says_what_will_be_there(plan: Plan) -> None:
    assert "还没有可显示的数据" in text_of(reader("leader"), f"{BASE}/q1/")


# --- one unit, one indicator ----------------------------------------------------------------------------------------


def test_a_units_page_shows_four_quarters_reports_and_score(counted: Plan) -> None:
    give_scheme(counted)
    at = year_is_over(counted)
    run_assessment(counted, by=SYSTEM, at=at)
    stored = Compliance.objects.filter(plan_unit__unit__code=DONGHAI, indicator__code="CP", basis="approved")

    page = text_of(reader("reporter"), f"{BASE}/units/{DONGHAI}/")
    row = row_of(page, "新建充电桩")

    assert "≥ 40" in row
    assert [f">{int(each.actual or 0)}<" in row for each in stored.order_by("quarter")] == [True] * 4
    assert 'href="/320700/2023/q2/reports/320722/#row-CP"' in row
    assert page.count('class="status is-approved"') == 4
    result = counted.assessments.get().results.get(plan_unit__unit__code=DONGHAI)
    assert f"{result.total:.2f}" in page
    assert 'href="/320700/2023/assessment/units/320722/"' in page


def test_a_neighbours_unit_page_is_not_found(counted: Plan) -> None:
    assert reader("reporter").get(f"{BASE}/units/320723/").status_code == 404


def test_an_indicators_figures_name_every_unit_the_highest_first_below_the_city(counted: Plan) -> None:
    page = text_of(reader("leader"), f"{BASE}/indicators/CP/figures/")
    data = json.loads(unescape(re.search(r'data-figures="([^"]*)"', page)[1]))  # type: ignore[index]

    table = page.split("<tbody>")[1]
    assert table.index("连云港市") < table.index("东海县") < table.index("海州区")
    assert (data["bars"][0]["name"], data["target"]) == ("东海县", "40.0000")
    assert data["bars"][0]["word"] == "未完成"
    assert len(data["bars"]) == 11


def test_a_clerk_reads_no_neighbour_in_an_indicators_figures(counted: Plan) -> None:
    page = text_of(reader("reporter"), f"{BASE}/indicators/CP/figures/")

    assert "东海县" in page
    assert "连云港市" in page
    assert "海州区" not in page


@pytest.mark.parametrize("path", ["/", "/q1/", f"/units/{DONGHAI}/", "/indicators/CP/figures/"])
def test_the_administrator_is_refused_and_another_city_finds_nothing(path: str, plan: Plan) -> None:
    assert sign_in(make_user("sysadmin")).get(BASE + path).status_code == 403
    assert sign_in(make_user("officer", "990100")).get(BASE + path).status_code == 404


# --- what it costs --------------------------------------------------------------------------------------------------


PAGES = {
    f"{BASE}/q4/": 12,
    f"{BASE}/q4/?columns=all": 12,
    f"{BASE}/units/{DONGHAI}/": 11,
    f"{BASE}/indicators/CP/figures/": 7,
}


def queries_of(role: str) -> dict[str, int]:
    """How many statements each page takes."""
    client, found = reader(role), {}
    for path in PAGES:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        found[path] = len(captured)
    return found


def grow(plan: Plan, *, to: int) -> None:
    """Invented zones, until the plan has so many reporting units; each has figures after computing."""
    units = [
        Unit(code=f"X{n}", name=f"单位{n}", full_name=f"单位{n}", path=f"{plan.owner.path}X{n}/", parent=plan.owner)
        for n in range(to - plan.plan_units.reporting().count())
    ]
    made = Unit.objects.bulk_create(units)
    PlanUnit.objects.bulk_create(
        PlanUnit(plan=plan, unit=unit, name=unit.name, kind=PlanUnit.Kind.ZONE, order=50 + n, groups=["zones"])
        for n, unit in enumerate(made)
    )


def test_every_role_takes_the_same_queries_with_11_and_with_110_units(counted: Plan) -> None:
    of_11 = {role: queries_of(role) for role in READERS}
    grow(counted, to=110)
    compute_compliance(counted, as_of=year_is_over(counted) + timedelta(seconds=1))

    of_110 = {role: queries_of(role) for role in READERS}

    assert of_11 == dict.fromkeys(READERS, PAGES)
    assert of_110 == dict.fromkeys(READERS, PAGES)
    page = reader("leader").get(f"{BASE}/q4/").text.split('id="matrix"')[1].split("</table>")[0]
    assert page.count("<tr") == 2 + 111
