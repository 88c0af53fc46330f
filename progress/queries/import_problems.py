"""A batch's problems in the reader's words: errors first, and what is said of many rows said once."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from common.pieces import Piece, piece_of
from common.workbook.problems import Problem

BLANK = "blank_value"
PAGE = 200
NAMED_CELLS = 3  # of a problem that many rows have; the message names all rows


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """A problem in the reader's words; `place` is its cell or, where it is that of several, the first and how many."""

    level: str
    sheet: str
    place: str
    column: str
    read: str
    text: str
    code: str


@dataclass(frozen=True, slots=True)
class ProblemsPage:
    """A piece of a batch's problems of one level (empty: of all), and how many there are of each."""

    level: str
    counts: Mapping[str, int]
    problems: Sequence[ShownProblem]
    piece: Piece


def problems_page(kept: Sequence[Mapping[str, Any]], *, level: str, page: str) -> ProblemsPage:
    """The problems that a batch keeps, for its page; no query."""
    problems = [Problem.from_json(one) for one in kept]
    counts = Counter(problem.level for problem in problems)
    chosen = shown_problems(problem for problem in problems if level in ("", problem.level))
    piece = piece_of(page, items=len(chosen), size=PAGE)
    return ProblemsPage(level, {"error": counts["error"], "warning": counts["warning"]}, piece.cut(chosen), piece)


def shown_problems(problems: Iterable[Problem]) -> list[ShownProblem]:
    """The errors in the order of the rows, then the hints; equal ones of several rows as one."""
    groups: dict[tuple[object, ...], list[Problem]] = {}
    for problem in sorted(problems, key=lambda each: (each.level != "error", each.row or 0)):
        groups.setdefault(_kind(problem), []).append(problem)
    return [_shown(same) for same in groups.values()]


def problem_text(problem: Problem) -> str:
    """The message in the reader's language."""
    return problem.text(_)


def _kind(problem: Problem) -> tuple[object, ...]:
    """What makes two problems the same but for their rows; of blank cells one says as much as all."""
    if problem.code == BLANK:
        return (problem.level, problem.code)
    said = (problem.column, problem.read, problem.detail, tuple(sorted(problem.values.items())))
    return (problem.level, problem.code, problem.template, problem.sheet, *said)


def _shown(same: Sequence[Problem]) -> ShownProblem:
    first = same[0]
    rows = sorted({problem.row for problem in same if problem.row})
    if len({problem.column for problem in same}) > 1:  # the blank cells of a matrix
        said = {"count": len(same), "rows": row_ranges(rows)}
        text = _("%(count)d 格未填，保持原值（第 %(rows)s 行）。") % said
        return _problem(replace(first, column=""), place=_places(same), text=text)
    if len(rows) < 2:
        place = first.cell or str(first.row or "")
        return _problem(first, place=place, text=problem_text(first))
    if first.code == BLANK:
        text = _("%(count)d 行未填，保持原值（第 %(rows)s 行）。") % {"count": len(rows), "rows": row_ranges(rows)}
    else:
        text = problem_text(replace(first, values={**first.values, "row": row_ranges(rows)}))
    return _problem(first, place=_places(same), text=text)


def _places(same: Sequence[Problem]) -> str:
    """The first cells of a problem that several have, and how many they are where they are more."""
    cells = list(dict.fromkeys(problem.cell or str(problem.row) for problem in same if problem.row))
    named = _("、").join(cells[:NAMED_CELLS])
    if len(cells) <= NAMED_CELLS:
        return named
    return _("%(cells)s 等 %(count)d 处") % {"cells": named, "count": len(cells)}


def _problem(problem: Problem, *, place: str, text: str) -> ShownProblem:
    return ShownProblem(problem.level, problem.sheet, place, problem.column, problem.read, text, problem.code)


def row_ranges(rows: Sequence[int]) -> str:
    """Numbers of rows in order as people write them: 2–9、12."""
    runs = [
        [row for _place, row in run] for _gap, run in groupby(enumerate(rows), key=lambda placed: placed[1] - placed[0])
    ]
    return _("、").join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
