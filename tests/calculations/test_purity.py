"""The formulas stay exact and know nothing of the world around them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import calculations

FOLDER = Path(calculations.__file__).parent
FILES = sorted(FOLDER.glob("**/*.py"))
ALLOWED_IMPORTS = {
    "__future__",
    "calculations",
    "collections",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "hashlib",
    "itertools",
    "json",
    "math",
    "re",
    "types",
    "typing",
}
EXACT_MATH = {"floor", "ceil"}
CLOCK = {"now", "today", "utcnow", "fromtimestamp"}


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


def inexact(tree: ast.AST) -> Iterator[str]:
    """Float constants, the name float, the built-in round, and functions of math that return floats."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield f"{node.lineno}: {node.value}"
        if isinstance(node, ast.Name) and node.id in ("float", "round"):
            yield f"{node.lineno}: {node.id}"
        is_math = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "math"
        if is_math and node.attr not in EXACT_MATH:
            yield f"{node.lineno}: math.{node.attr}"


def clock_reads(tree: ast.AST) -> Iterator[str]:
    """Whatever asks what time it is: days come as arguments."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCK:
            yield f"{node.lineno}: {node.attr}"


def test_there_are_files_to_look_at() -> None:
    assert "scoring.py" in {path.name for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_has_no_inexact_number(path: Path) -> None:
    assert list(inexact(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_imports_only_exact_and_timeless_modules(path: Path) -> None:
    packages = {name.split(".")[0] for name in imported(ast.parse(path.read_text(encoding="utf-8")))}

    assert packages <= ALLOWED_IMPORTS


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_reads_no_clock(path: Path) -> None:
    assert list(clock_reads(ast.parse(path.read_text(encoding="utf-8")))) == []


def test_the_look_finds_a_clock() -> None:
    assert list(clock_reads(ast.parse("from datetime import date\nx = date.today()")))


@pytest.mark.parametrize(
    "source", ["x = 0.5", "x = float(y)", "x = round(y, 2)", "import math\nx = math.sqrt(y)", "x = 1e3"]
)
def test_the_look_finds_what_it_looks_for(source: str) -> None:
    assert list(inexact(ast.parse(source)))


CARRIERS = sorted((FOLDER.parent / "assessments").glob("**/*.py"))


@pytest.mark.parametrize("path", CARRIERS, ids=lambda path: path.name)
def test_no_float_is_on_the_way_to_the_formulas_and_back(path: Path) -> None:
    """`round` may stand there: it is asked of decimals only, which it leaves exact."""
    found = inexact(ast.parse(path.read_text(encoding="utf-8")))

    assert [each for each in found if not each.endswith(" round")] == []
