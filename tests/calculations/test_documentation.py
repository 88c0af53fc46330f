"""The page a reviewer checks our arithmetic with says what the code does."""

from pathlib import Path

import pytest

from calculations.actual import Kind
from calculations.pace import Status
from calculations.rules import RULES
from tests.calculations import example_donghai as donghai

PAGE = (Path(__file__).parents[2] / "docs" / "calculations.md").read_text(encoding="utf-8")
ROWS = [[cell.strip(" *") for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("|")]


@pytest.mark.parametrize("code", [code for code, points in donghai.POINTS.items() if points])
def test_page_prints_the_points_of_every_line(code: str) -> None:
    (row,) = [row for row in ROWS if row[0] == code]

    assert row[-1] == donghai.POINTS[code]


@pytest.mark.parametrize(
    ("what", "printed"),
    [
        *[(f"section {code}", score) for code, score in donghai.SECTIONS.items()],
        ("base", donghai.BASE),
        ("bonus", donghai.BONUS),
        ("deduction", donghai.DEDUCTION),
        ("total", donghai.TOTAL),
    ],
)
def test_page_prints_the_sums(what: str, printed: str) -> None:
    (row,) = [row for row in ROWS if row[0] == what]

    assert row[-1] == printed


@pytest.mark.parametrize("rule", RULES)
def test_page_explains_every_rule(rule: str) -> None:
    assert [row for row in ROWS if row[0].startswith(f"`{rule}")]


@pytest.mark.parametrize("word", [*Status])
def test_page_explains_every_status(word: str) -> None:
    assert [row for row in ROWS if row[0] == f"`{word}`"]


@pytest.mark.parametrize("kind", Kind)
def test_page_explains_every_kind(kind: str) -> None:
    assert [row for row in ROWS if row[0] == kind]
