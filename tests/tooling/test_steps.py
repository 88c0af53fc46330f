"""Set-up steps run once, again when their inputs change, and again when they were interrupted."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import environment, portal
from scripts.steps import ROOT, SetupError, Step, fingerprint


def make_step(folder: Path, action: Callable[[], None], *, key: str = "one") -> Step:
    return Step("…", stamp=folder / "stamp", key=key, action=action, results=(folder / "result",))


def test_step_that_is_done_is_not_done_again(tmp_path: Path) -> None:
    runs: list[str] = []

    def action() -> None:
        runs.append("run")
        (tmp_path / "result").touch()

    for _ in range(2):
        make_step(tmp_path, action).run()

    assert runs == ["run"]


@pytest.mark.parametrize("change", ["key", "result", "stamp"])
def test_step_runs_again_when_its_inputs_or_results_change(tmp_path: Path, change: str) -> None:
    runs: list[str] = []

    def action() -> None:
        runs.append("run")
        (tmp_path / "result").touch()

    make_step(tmp_path, action).run()
    if change != "key":
        (tmp_path / change).unlink()

    make_step(tmp_path, action, key="two" if change == "key" else "one").run()

    assert len(runs) == 2


def test_step_that_fails_leaves_no_stamp(tmp_path: Path) -> None:
    def action() -> None:
        (tmp_path / "result").touch()
        raise SetupError("the network went away")

    with pytest.raises(SetupError):
        make_step(tmp_path, action).run()

    assert not make_step(tmp_path, action).is_done()


def test_fingerprint_changes_with_content_and_words(tmp_path: Path) -> None:
    inside = ROOT / "requirements.txt"

    assert fingerprint([inside]) == fingerprint([inside])
    assert fingerprint([inside]) != fingerprint([ROOT / "requirements-dev.txt"])
    assert fingerprint([inside], "3.11") != fingerprint([inside], "3.12")


def test_environment_in_which_pip_was_killed_is_thrown_away(tmp_path: Path) -> None:
    half_made = tmp_path / ".venv"
    (half_made / "bin").mkdir(parents=True)
    (half_made / environment.UNFINISHED).touch()

    environment.discard_unfinished(half_made)

    assert not half_made.exists()


def test_whole_environment_is_kept(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()

    environment.discard_unfinished(tmp_path)

    assert (tmp_path / "bin").exists()


def test_command_that_fails_is_named_with_its_output() -> None:
    with pytest.raises(SetupError, match=r"counting failed \(exit code 3\)[\s\S]*no such number"):
        environment.run("sh", "-c", "echo no such number; exit 3", what="counting", quiet=True)


def test_plan_and_demo_are_made_again_after_the_database_was_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portal, "STAMPS", tmp_path)
    monkeypatch.setattr(portal, "DATABASE_URL", "")
    (tmp_path / "demo").touch()

    portal.forget_lost_database(tmp_path / "portal.sqlite3")

    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, True),
        ({"PORTAL_DEMO": "off"}, False),
        ({"PORTAL_DEMO": "0"}, False),
        ({"PORTAL_MODE": "production"}, False),
    ],
)
def test_demo_year_is_made_unless_production_or_switched_off(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], wanted: bool
) -> None:
    monkeypatch.delenv("PORTAL_DEMO", raising=False)
    monkeypatch.delenv("PORTAL_MODE", raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    assert portal.wants_demo() is wanted
