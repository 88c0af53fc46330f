"""`load_plan`, `open_quarter`, `close_quarter`: what operators and scripts see."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from common.instants import read_deadline
from targets.models import Indicator, Plan, Quarter
from targets.queries import plan_of_operator, quarter_of
from tests.factories import PLAN_2023, ROOT, SECOND_CITY


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command(*arguments)
    return capsys.readouterr().out


def refusal(*arguments: str) -> str:
    with pytest.raises(CommandError) as caught:
        call_command(*arguments)
    assert caught.value.returncode == 1
    return str(caught.value)


# --- load_plan


@pytest.mark.django_db
def test_year_given_then_its_plan_and_scheme_are_loaded_once(capsys: pytest.CaptureFixture[str]) -> None:
    first = run(capsys, "load_plan", "2023")
    second = run(capsys, "load_plan", "2023")

    plan = Plan.objects.get()
    assert (plan.year, plan.owner.code) == (2023, "320700")
    assert plan.schemes.count() == 1
    assert "新增 288 行" in first
    assert "新增 0 行，288 行与文件一致" in second


@pytest.mark.django_db
def test_file_given_then_the_scheme_beside_it_is_loaded(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "load_plan", "2023", "--file", str(SECOND_CITY))

    assert Plan.objects.get().owner.code == "990100"
    assert Plan.objects.get().schemes.count() == 1


def test_what_was_edited_in_the_portal_is_named(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    Indicator.objects.filter(plan=plan, code="KIT").update(name="食堂改造")

    told = run(capsys, "load_plan", "2023")

    assert "1 行已在系统中修改过，保持原样" in told
    assert "指标 食堂改造: name" in told


@pytest.mark.django_db
def test_year_without_a_file_is_refused_naming_those_there_are() -> None:
    assert "自带计划的年份：2023" in refusal("load_plan", "1999")


@pytest.mark.django_db
def test_file_of_another_year_is_refused() -> None:
    assert "2023 年，不是 2024 年" in refusal("load_plan", "2024", "--file", str(SECOND_CITY))


@pytest.mark.django_db
def test_wrong_file_is_refused_with_every_problem_and_nothing_is_stored(tmp_path: Path) -> None:
    wrong = tmp_path / "plan.yaml"
    text = PLAN_2023.read_text(encoding="utf-8")
    wrong.write_text(
        text.replace("kind: count\n", "kind: counter\n", 1).replace("origin: N}", "origin: X}", 1), "utf-8"
    )

    told = refusal("load_plan", "2023", "--file", str(wrong))

    assert "counter" in told
    assert "origin" in told
    assert not Plan.objects.exists()


@pytest.mark.django_db
def test_plan_whose_scheme_is_missing_is_refused_before_anything_is_stored(tmp_path: Path) -> None:
    lonely = tmp_path / "plan.yaml"
    lonely.write_text(PLAN_2023.read_text("utf-8").replace("scheme: scheme_2023", "scheme: scheme_lost"), "utf-8")

    assert "scheme_lost.yaml" in refusal("load_plan", "2023", "--file", str(lonely))
    assert not Plan.objects.exists()


# --- open_quarter, close_quarter


def test_quarter_is_opened_and_closed_from_the_command_line(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    told = run(capsys, "open_quarter", "2023", "1", "--root", "320700")
    assert "2023 年第 1 季度：2023-05-16 00:00 开始" in told
    assert plan.quarters.get(number=1).state_at(timezone.now()) == Quarter.State.OPEN

    run(capsys, "close_quarter", "2023", "1", "--root", "320700")
    assert plan.quarters.get(number=1).state_at(timezone.now()) == Quarter.State.CLOSED


def test_days_given_are_whole_days_in_shanghai_and_times_are_themselves(
    plan: Plan, capsys: pytest.CaptureFixture[str]
) -> None:
    instants = ["--opens=2023-07-01", "--due=2023-07-20", "--closes=2023-07-31T18:00"]

    told = run(capsys, "open_quarter", "2023", "2", "--root", "320700", *instants)

    quarter = plan.quarters.get(number=2)
    assert quarter.opens == datetime(2023, 6, 30, 16, tzinfo=UTC)
    assert quarter.due == datetime(2023, 7, 20, 16, tzinfo=UTC)
    assert quarter.closes == datetime(2023, 7, 31, 10, tzinfo=UTC)
    assert "2023-07-01 00:00 开始，2023-07-21 00:00 按时截止，2023-07-31 18:00 补报截止" in told


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("2024", "1"), "320700/2023"),
        (("2023", "1", "--root", "111111"), "990100/2023"),
        (("2023", "1"), "--root"),
        (("2023", "5", "--root", "320700"), "1、2、3、4"),
    ],
    ids=["year", "root", "two roots", "quarter"],
)
@pytest.mark.parametrize("command", ["open_quarter", "close_quarter"])
def test_plan_or_quarter_that_is_not_there_is_refused_naming_what_is(
    command: str, arguments: tuple[str, ...], names: str, plan: Plan
) -> None:
    assert names in refusal(command, *arguments)


def test_instants_out_of_order_are_refused(plan: Plan) -> None:
    assert "按时截止" in refusal("open_quarter", "2023", "2", "--root", "320700", "--due", "2020-01-01")


def test_only_plan_of_a_year_needs_no_root(plan: Plan, second_plan: Plan) -> None:
    Plan.objects.filter(pk=second_plan.pk).update(year=2024)

    assert plan_of_operator(2023) == plan
    assert plan_of_operator(2024, "990100") == second_plan
    assert quarter_of(plan, 3).number == 3


# --- as processes of their own, with nothing but the packages and a database


def process(var: Path, database: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": database,
        "PORTAL_VAR": str(var),
        "TZ": "America/Los_Angeles",
        "PYTHONIOENCODING": "utf-8",
    }
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return subprocess.run(command, env=env, cwd="/", capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.slow
def test_commands_as_processes_answer_with_their_exit_codes(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'own.sqlite3'}"

    before_migrating = process(tmp_path / "var", database, "load_plan", "2023")
    assert before_migrating.returncode == 1
    assert "manage.py migrate" in before_migrating.stderr
    assert process(tmp_path / "var", database, "migrate", "-v0", "--skip-checks").returncode == 0

    loaded = process(tmp_path / "var", database, "load_plan", "2023")
    assert (loaded.returncode, loaded.stderr) == (0, "")
    soon = (timezone.now() + timedelta(days=2)).date().isoformat()
    opened = process(tmp_path / "var", database, "open_quarter", "2023", "2", "--due", soon, "--closes", soon)
    assert (opened.returncode, opened.stderr) == (0, "")
    local = f"{read_deadline(soon).astimezone(timezone.get_default_timezone()):%Y-%m-%d %H:%M}"
    assert f"{local} 按时截止" in opened.stdout
    assert process(tmp_path / "var", database, "close_quarter", "2023", "2").returncode == 0

    refused = process(tmp_path / "var", database, "open_quarter", "2023", "9")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "没有第 9 季度" in refused.stderr
    assert "Traceback" not in refused.stderr

    for wrong in (
        ["open_quarter", "2023"],
        ["open_quarter", "2023", "2", "--due", "soon"],
        ["load_plan", "--nonsense"],
    ):
        assert process(tmp_path / "var", database, *wrong).returncode == 2
    assert process(tmp_path / "var", database, "open_quarter", "--help").returncode == 0

    nowhere = process(tmp_path / "var", "postgres://portal@127.0.0.1:1/portal", "load_plan", "2023")
    assert nowhere.returncode == 1
    assert "DATABASE_URL" in nowhere.stderr
    assert "Traceback" not in nowhere.stderr
