"""`compute_compliance YEAR [--json] [--root CODE]` computes in its own process and prints what is stored."""

import json
import os
import subprocess
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from assessments.models import Compliance
from scripts.environment import PYTHON
from scripts.steps import ROOT
from targets.models import Plan
from tests.assessments.figures import AFTER_THE_YEAR, file_report, year_end
from tests.calculations import example_donghai as donghai
from tests.factories import make_plan, quarter_of
from tests.services.fixtures import database_url

DONGHAI = "320722"


def printed(*arguments: str) -> str:
    out = StringIO()
    call_command("compute_compliance", *arguments, stdout=out)
    return out.getvalue()


def rows_of(answer: dict[str, Any], unit: str, indicator: str) -> list[dict[str, Any]]:
    return [row for row in answer["rows"] if (row["unit"], row["indicator"]) == (unit, indicator)]


def test_json_has_the_figures_of_the_worked_example(plan: Plan) -> None:
    for quarter, lines in donghai.LINES.items():
        file_report(plan, DONGHAI, quarter, lines)

    with time_machine.travel(AFTER_THE_YEAR, tick=False):
        answer = json.loads(printed("2023", "--json", "--root", "320700"))

    assert (answer["year"], answer["as_of"]) == (2023, "2024-03-01T00:00:00+00:00")
    assert rows_of(answer, DONGHAI, "PVN")[3] == {
        "unit": DONGHAI,
        "indicator": "PVN",
        "quarter": 4,
        "value": "1500",
        "base": "3600",
        "target": "50",
        "actual": "41.666667",
        "attainment": "83.333333",
        "status": "missed",
    }
    assert [row["attainment"] for row in rows_of(answer, DONGHAI, "CP")] == ["10", "32.5", "57.5", "77.5"]
    for code, expected in donghai.EXPECTED.items():
        assert tuple(row["status"] for row in rows_of(answer, DONGHAI, code)) == expected.statuses


def test_json_has_no_status_before_a_quarter_opens_and_nothing_where_there_is_nothing(plan: Plan) -> None:
    with time_machine.travel(quarter_of(plan, 2).opens, tick=False):
        answer = json.loads(printed("2023", "--json", "--root", "320700"))

    third = rows_of(answer, DONGHAI, "CP")[2]
    assert third == {
        "unit": DONGHAI,
        "indicator": "CP",
        "quarter": 3,
        "value": None,
        "base": None,
        "target": "40",
        "actual": None,
        "attainment": None,
        "status": None,
    }


def test_json_rows_are_in_the_order_of_units_indicators_and_quarters(plan: Plan) -> None:
    answer = json.loads(printed("2023", "--json", "--root", "320700"))

    units = list(plan.plan_units.order_by("order").values_list("unit__code", flat=True))
    indicators = list(plan.indicators.order_by("order").values_list("code", flat=True))
    places = [(units.index(r["unit"]), indicators.index(r["indicator"]), r["quarter"]) for r in answer["rows"]]
    assert places == sorted(places)
    assert (answer["rows"][0]["unit"], len(answer["rows"])) == ("320700", 1288)


def test_figures_printed_are_the_approved_ones_and_stored(plan: Plan) -> None:
    file_report(plan, DONGHAI, 1, {"CP": (4, None)}, state="submitted")

    answer = json.loads(printed("2023", "--json", "--root", "320700"))

    assert rows_of(answer, DONGHAI, "CP")[3]["value"] is None
    assert year_end(plan, DONGHAI, "CP").status == "no_data"


def test_without_json_it_prints_one_line_a_unit(plan: Plan) -> None:
    file_report(plan, DONGHAI, 1, {"CP": (40, None)})

    with time_machine.travel(AFTER_THE_YEAR, tick=False):
        lines = printed("2023", "--root", "320700").splitlines()

    assert lines[0] == "2023年度全市公共机构绿色低碳引领行动目标任务，第 4 季度："
    assert "  东海县：跟踪 17、未报 8、已达标 1" in lines
    assert len(lines) == 13


def test_before_the_first_quarter_opens_it_says_so(plan: Plan) -> None:
    with time_machine.travel("2023-05-01", tick=False):
        assert "还没有季度开始填报" in printed("2023", "--root", "320700")


def test_two_cities_need_the_root_and_only_that_ones_figures_are_computed(plan: Plan, second_plan: Plan) -> None:
    with pytest.raises(CommandError, match="--root"):
        printed("2023")

    printed("2023", "--root", "990100")

    assert set(Compliance.objects.values_list("plan_unit__plan", flat=True)) == {second_plan.pk}


@pytest.mark.django_db
def test_year_without_a_plan_is_refused() -> None:
    with pytest.raises(CommandError, match="没有 2031 年的计划"):
        printed("2031")


def test_process_of_its_own_needs_the_database_only(transactional_db: None, tmp_path: object) -> None:
    make_plan()
    environ = {"PATH": os.environ["PATH"], "DATABASE_URL": database_url(), "PORTAL_VAR": str(tmp_path)}
    command = [str(PYTHON), "manage.py", "compute_compliance"]

    done = subprocess.run([*command, "2023", "--json"], cwd=ROOT, env=environ, capture_output=True, check=False)
    refused = subprocess.run([*command, "2031"], cwd=ROOT, env=environ, capture_output=True, check=False)
    wrong = subprocess.run([*command, "--year"], cwd=ROOT, env=environ, capture_output=True, check=False)

    assert (done.returncode, len(json.loads(done.stdout)["rows"])) == (0, 1288)
    assert (refused.returncode, refused.stdout) == (1, b"")
    assert wrong.returncode == 2
