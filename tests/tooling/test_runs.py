"""Which tests run on which database."""

import pytest

from scripts.test import FAST, WHOLE, Run


@pytest.mark.parametrize(
    ("run", "expression"),
    [
        (Run("postgres"), ""),
        (Run("sqlite", without=("office", "slow")), "not office and not slow"),
        (Run("sqlite", unless_both=("browser", "slow")), "(both or not (browser or slow))"),
        (Run("sqlite", ("office",), ("browser", "slow")), "not office and (both or not (browser or slow))"),
    ],
)
def test_run_leaves_out_what_it_says(run: Run, expression: str) -> None:
    assert run.marker_expression() == expression


def test_only_the_whole_runs_take_what_is_for_both_databases() -> None:
    assert [run.database for run in WHOLE if run.unless_both or not run.without] == ["sqlite", "postgres"]
    assert not any(run.unless_both for run in FAST)
