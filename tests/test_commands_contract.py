"""The commands as a script outside uses them: processes of their own that are given a database and nothing else.

No broker, no worker, no home, no locale, another working folder. Exit codes: 0 done, 1 refused, 2 wrong usage.
"""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db import connection
from openpyxl import load_workbook

from accounts.policy import Role
from audit.models import AuditEvent
from calculations.rounding import number_text, round_half_up
from calculations.scoring import UnitResult, assess
from progress.models import ImportBatch, Line, Report
from scripts.environment import PYTHON
from scripts.steps import ROOT
from tests.calculations import example_donghai as donghai
from tests.calculations.builders import default_scheme, donghai_inputs, donghai_progress
from tests.factories import make_plan, make_user, sign_in
from tests.progress_import.files import row, workbook
from tests.services.fixtures import database_url

CITY = "320700"
SHEETS = [
    "考核结果", "得分明细", "指标完成情况", "季度进度", "加减分及否决",
    "台账汇总", "佐证清单", "评分方案", "申诉及调整", "校验",
]  # fmt: skip
PROBLEM = {"level", "code", "sheet", "row", "column", "read", "message"}

# One file holds the year, so all quarters must be open when it arrives; only for the last it is late.
ARRIVAL = "2024-01-20T10:00"
WINDOWS = {
    1: ("2023-05-16", "2024-01-31", "2024-02-29"),
    2: ("2023-07-01", "2024-01-31", "2024-02-29"),
    3: ("2023-10-01", "2024-01-31", "2024-02-29"),
    4: ("2024-01-02", "2024-01-15", "2024-02-29"),
}


@dataclass(frozen=True)
class Done:
    """What a process left behind."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Script:
    """A script on a bare machine."""

    database: str
    folder: Path

    def run(self, *arguments: str) -> Done:
        """Run one command in a process of its own."""
        environ = {
            "PATH": os.environ["PATH"],
            "LANG": "C",
            "DATABASE_URL": self.database,
            "PORTAL_VAR": str(self.folder / "var"),
        }
        command = [str(PYTHON), str(ROOT / "manage.py"), *arguments]
        done = subprocess.run(command, cwd=self.folder, env=environ, capture_output=True, check=False, encoding="utf-8")
        assert "Traceback" not in done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    def out(self, *arguments: str) -> str:
        """What a command that must succeed prints."""
        done = self.run(*arguments)
        assert (done.code, done.err) == (0, ""), f"{arguments}: {done}"
        return done.out

    def json(self, *arguments: str) -> Any:
        """The JSON answer of a command that must succeed."""
        return json.loads(self.out(*arguments, "--json"))

    def refused(self, *arguments: str) -> Done:
        """A command that must be refused with exit code 1 and a word on standard error."""
        done = self.run(*arguments)
        assert done.code == 1, f"{arguments}: {done}"
        assert done.err
        return done


@pytest.fixture
def empty_database(request: pytest.FixtureRequest, worker_number: int, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without a table, of the same kind as the tests'."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'portal.sqlite3'}"
        return
    request.getfixturevalue("db")
    settings, name = connection.settings_dict, f"portal_commands_{worker_number}"
    given = {"host": settings["HOST"], "port": settings["PORT"], "user": settings["USER"]}
    server = psycopg2.connect(dbname="postgres", password=settings["PASSWORD"], **given)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
        yield re.sub(r"/[^/]*$", f"/{name}", database_url())
        cursor.execute(f"DROP DATABASE {name}")
    server.close()


def year_file(folder: Path) -> Path:
    """The worked example as one file of the long layout: what the county reported in four quarters."""
    names = {each.code: each.name for each in donghai.INDICATORS}
    rows = [
        [donghai.UNIT_NAME, f"2023年第{quarter}季度", names[code], *map(_cell, numbers), None]
        for quarter, lines in donghai.LINES.items()
        for code, numbers in lines.items()
    ]
    path = folder / "东海县2023年.xlsx"
    path.write_bytes(workbook(rows))
    return path


def _cell(number: str | None) -> float | None:
    return None if number is None else float(number)


def expected_result() -> UnitResult:
    """The worked example without what no command can say: manual scores, evidence and returns."""
    inputs = donghai_inputs()
    without = replace(
        inputs,
        manual={},
        indicators={code: replace(each, has_evidence=False) for code, each in inputs.indicators.items()},
        quarters=tuple(replace(each, returned=(0,)) for each in inputs.quarters),
    )
    (result,) = assess(default_scheme(), [without])
    return result


# --- the whole way


@pytest.mark.slow
def test_year_from_an_empty_database_to_the_workbook(empty_database: str, tmp_path: Path) -> None:
    script, sent = Script(empty_database, tmp_path), year_file(tmp_path)

    assert "migrate" in script.refused("load_plan", "2023").err
    script.out("migrate", "--verbosity", "0")
    script.out("load_plan", "2023")
    for name, *more in (("officer",), ("reviewer",), ("reporter", "--unit", donghai.UNIT)):
        assert re.fullmatch(r"\S{10,}\n", script.out("create_account", name, "--role", name, *more))
    for quarter, (opens, due, closes) in WINDOWS.items():
        script.out("open_quarter", "2023", str(quarter), "--opens", opens, "--due", due, "--closes", closes)

    by = ("--as", "officer", "--approve-as", "reviewer", "--at", ARRIVAL)
    lines = sum(map(len, donghai.LINES.values()))
    accepted = {"outcome": "accepted", "created": lines, "changed": 0, "unchanged": 0, "skipped": 0, "problems": []}
    assert script.json("import_progress", str(sent), *by, "--dry-run") == accepted
    assert script.json("import_progress", str(sent), *by) == accepted  # so the dry run has stored nothing
    script.out("close_quarter", "2023", "4")

    check_compliance(script.json("compute_compliance", "2023"))
    assessment = script.json("run_assessment", "2023")
    check_assessment(assessment)

    for name in ("out.json", "out.xlsx"):
        script.out("export_assessment", "2023", name)
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8")) == assessment
    check_workbook(tmp_path / "out.xlsx")
    assert assessment["results_sha256"] in script.out("verify_assessment", "2023")


def check_compliance(answer: dict[str, Any]) -> None:
    """Every row has every key; the county's figures are those of the worked example, and the city has its own."""
    assert answer.keys() == {"year", "as_of", "rows"}
    assert answer["year"] == 2023
    for each in answer["rows"]:
        assert each.keys() == {
            "unit", "indicator", "quarter", "value", "base", "target", "actual", "attainment", "status",
        }  # fmt: skip
    rows = {(each["unit"], each["indicator"], each["quarter"]): each for each in answer["rows"]}
    for indicator in donghai.INDICATORS:
        for quarter, progress in enumerate(donghai_progress(indicator), start=1):
            key = (donghai.UNIT, indicator.code, quarter)
            if not indicator.required_in:
                assert key not in rows
                continue
            figures = {name: _rounded(getattr(progress, name)) for name in ("actual", "attainment")}
            assert {name: rows[key][name] for name in figures} == figures, key
            assert rows[key]["status"] == progress.status, key
    assert rows[CITY, "CP", 4] == {
        "unit": CITY, "indicator": "CP", "quarter": 4, "value": "31", "base": None, "target": "300",
        "actual": "31", "attainment": "10.333333", "status": "missed",
    }  # fmt: skip


def _rounded(number: Any) -> str | None:
    return None if number is None else number_text(round_half_up(number, 6))


def check_assessment(answer: dict[str, Any]) -> None:
    """The document has the agreed shape, and the county's sheet is what the pure functions say."""
    assert answer.keys() == {"year", "revision", "inputs_sha256", "results_sha256", "units"}
    assert (answer["year"], answer["revision"], len(answer["units"])) == (2023, 1, 6)
    assert all(re.fullmatch(r"[0-9a-f]{64}", answer[name]) for name in ("inputs_sha256", "results_sha256"))
    unit = next(each for each in answer["units"] if each["unit"] == donghai.UNIT)
    expected = expected_result()
    assert unit == {
        "unit": donghai.UNIT,
        "rank": 1,
        "base": str(expected.base),
        "bonus": str(expected.bonus),
        "deduction": str(expected.deduction),
        "total": str(expected.total),
        "grade": expected.grade,
        "vetoes": [veto.code for veto in expected.vetoes],
        "sections": {section.code: str(section.score) for section in expected.sections},
        "lines": [
            {
                "code": line.code,
                "max": f"{Decimal(number_text(line.max)):.2f}",
                "points": str(line.points) if line.applicable else None,
                "applicable": line.applicable,
            }
            for line in expected.lines
        ],
    }
    assert unit["sections"]["A"] == donghai.SECTIONS["A"]
    assert {line["code"]: line["points"] for line in unit["lines"]}["C1"] == donghai.POINTS["C1"]


def check_workbook(path: Path) -> None:
    """The official form, with the county's total in it as a program reads it that calculates nothing."""
    book = load_workbook(path, data_only=True)
    assert book.sheetnames == SHEETS
    rows = [[cell.value for cell in cells] for cells in book["考核结果"].iter_rows()]
    county = next(cells for cells in rows if donghai.UNIT_NAME in cells)
    assert float(expected_result().total or 0) in county


# --- refusals, on the tests' own database


@pytest.fixture
def script(transactional_db: None, tmp_path: Path) -> Script:
    """A script on the database of the tests, with the plan of 2023 and the people who import."""
    make_plan()
    for role, unit in ((Role.OFFICER, None), (Role.REVIEWER, None), (Role.LEADER, None), (Role.REPORTER, "320722")):
        make_user(role, unit, username=str(role))
    return Script(database_url(), tmp_path)


def test_unknown_year_is_refused_and_says_which_there_are(script: Script) -> None:
    for arguments in (("open_quarter", "2031", "1"), ("run_assessment", "2031"), ("verify_assessment", "2031")):
        done = script.refused(*arguments)
        assert "没有 2031 年的计划" in done.err
        assert "320700/2023" in done.err
        assert done.out == ""


def test_wrong_usage_is_exit_code_2(script: Script) -> None:
    sent = str(year_file(script.folder))
    for arguments in (
        ("import_progress", sent, "--as", "officer", "--approve-as", "officer"),
        ("import_progress", sent),
        ("export_assessment", "2023", "out.pdf"),
        ("open_quarter", "2023", "1", "--due", "soon"),
        ("create_account", "somebody", "--role", "king"),
    ):
        done = script.run(*arguments)
        assert (done.code, done.out) == (2, ""), arguments
        assert done.err
    assert not ImportBatch.objects.exists()


def test_who_has_no_right_is_refused_and_nothing_is_stored(script: Script) -> None:
    sent, within = str(year_file(script.folder)), ("--at", "2023-05-20T10:00")

    for arguments in (
        ("--as", "reviewer"),
        ("--as", "officer", "--approve-as", "leader", *within),
        ("--as", "reporter", *within),  # only an officer says when something had arrived
    ):
        done = script.refused("import_progress", sent, "--json", *arguments)
        assert "不能进行此操作" in done.err, arguments
        answer = json.loads(done.out)
        assert (answer["outcome"], answer["created"]) == ("rejected_file", 0)
        assert [(problem.keys(), problem["code"]) for problem in answer["problems"]] == [(PROBLEM, "not_allowed")]
    assert "没有账号 nobody" in script.refused("import_progress", sent, "--as", "nobody").err

    assert not ImportBatch.objects.exists()
    assert not Report.objects.exists()


def test_every_problem_of_a_file_is_answered_and_nothing_stored(script: Script) -> None:
    path = script.folder / "报表.xlsx"
    path.write_bytes(workbook([row("东海县", value=3), row("火星县"), row("东海县", "新建充电桩", value="约12")]))

    done = script.refused("import_progress", str(path), "--as", "officer", "--at", "2023-05-20T10:00", "--json")

    answer = json.loads(done.out)
    assert answer.keys() == {"outcome", "created", "changed", "unchanged", "skipped", "problems"}
    assert (answer["outcome"], answer["created"], answer["changed"]) == ("rejected_rows", 0, 0)
    assert all(problem.keys() == PROBLEM and problem["message"] for problem in answer["problems"])
    assert [(p["level"], p["code"], p["sheet"], p["row"], p["column"], p["read"]) for p in answer["problems"]] == [
        ("error", "unknown_region", "Sheet", 3, "地区", "火星县"),
        ("error", "not_a_number", "Sheet", 4, "完成值", "约12"),
    ]
    assert not Line.objects.exists()


def test_one_time_password_opens_the_door_once_and_the_trail_knows(script: Script) -> None:
    password = script.out("create_account", "newcomer", "--role", "officer").strip()

    client = sign_in(make_user(Role.SYSADMIN))
    client.logout()
    answer = client.post("/accounts/sign-in/", {"username": "newcomer", "password": password})

    assert answer.status_code == 302
    assert client.get("/").headers["Location"].startswith("/accounts/password/")
    assert AuditEvent.objects.filter(action="account.create", object_key="newcomer").count() == 1
    assert password not in "".join(AuditEvent.objects.values_list("after", flat=True))
