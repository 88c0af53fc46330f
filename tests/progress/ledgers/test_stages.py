"""A nomination goes on by one stage at a time, or out; its dates follow each other and lie behind us."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.models import Nomination
from progress.nomination_stages import CHAIN, STAGES, next_stages, stage_of, stage_problems

TODAY = date(2023, 8, 1)
ONE = timedelta(days=1)


def said(dates: dict[str, date | None], unread: tuple[str, ...] = ()) -> list[str]:
    names = {stage.value: str(stage.label) for stage in Nomination.Stage}
    return [problem.text(str, names) for problem in stage_problems(dates, today=TODAY, unread=unread)]


def test_stages_are_those_of_the_model() -> None:
    assert list(STAGES) == list(Nomination.Stage.values)
    assert set(Nomination.DATES) == set(Nomination.Stage)


def test_next_stages_given_each_stage_then_one_on_or_out() -> None:
    assert {stage: next_stages(stage) for stage in STAGES} == {
        "planned": ("applied", "revoked"),
        "applied": ("reviewed", "failed", "revoked"),
        "reviewed": ("inspected", "failed", "revoked"),
        "inspected": ("publicised", "failed", "revoked"),
        "publicised": ("named", "failed", "revoked"),
        "named": ("revoked",),
        "failed": (),
        "revoked": (),
    }


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        ({"planned": TODAY, "reviewed": TODAY}, "填“初审”之前，要先填“已申报”的日期。"),
        ({"planned": TODAY, "applied": TODAY - ONE}, "“已申报”的日期不能早于“拟申报”。"),
        ({"planned": TODAY, "applied": TODAY + ONE}, "“已申报”的日期不能晚于今天。"),
        ({"planned": TODAY, "failed": TODAY}, "“拟申报”的申报不能记为“未通过”。"),
        ({"planned": TODAY, "applied": TODAY, "failed": TODAY, "revoked": TODAY}, "“未通过”的申报不能记为“撤销”。"),
        ({"planned": TODAY, "applied": TODAY, "revoked": TODAY - ONE}, "“撤销”的日期不能早于“已申报”。"),
        ({"planned": TODAY, "applied": TODAY, "failed": TODAY}, None),
        ({"planned": TODAY, "revoked": TODAY}, None),
    ],
)
def test_stage_problems_given_dates_then_what_is_wrong(dates: dict[str, date | None], words: str | None) -> None:
    assert said(dates) == ([words] if words else [])


def test_stage_problems_given_several_wrong_dates_then_each_of_them() -> None:
    dates: dict[str, date | None] = {"planned": TODAY, "applied": TODAY + ONE, "reviewed": TODAY, "publicised": TODAY}

    assert said(dates) == [
        "“已申报”的日期不能晚于今天。",
        "“初审”的日期不能早于“已申报”。",
        "填“公示”之前，要先填“现场验收”的日期。",
    ]
    assert said(dates, unread=("inspected",)) == ["“已申报”的日期不能晚于今天。"]


@given(st.lists(st.integers(0, 400), min_size=1, max_size=len(CHAIN)))
def test_stage_of_given_dates_in_order_then_the_last_and_nothing_is_wrong(days: list[int]) -> None:
    dates: dict[str, date | None] = {
        stage: TODAY - day * ONE for stage, day in zip(CHAIN, sorted(days, reverse=True), strict=False)
    }

    assert stage_of(dates) == CHAIN[len(days) - 1]
    assert said(dates) == []


@given(st.dictionaries(st.sampled_from(STAGES), st.dates(date(2022, 1, 1), date(2024, 1, 1))))
def test_dates_without_a_problem_are_a_way_through_the_stages(dates: dict[str, date | None]) -> None:
    if any(stage_problems({"planned": date(2021, 1, 1), **dates}, today=TODAY)):
        return
    way = [stage for stage in STAGES if stage == "planned" or dates.get(stage)]

    for before, after in pairwise(way):
        assert after in next_stages(before)
