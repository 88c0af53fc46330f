"""The workbook against the portal's what-if: the same number changed in both, every line, sum, grade and rank equal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from assessments.services.assessment import run_assessment
from assessments.trial import Trial
from common.actions import SYSTEM
from progress.models import Report
from reporting.exports.assessment_workbook import build_workbook
from reporting.exports.assessment_workbook.figure_layouts import AttainmentLayout, QuarterLayout
from reporting.exports.assessment_workbook.score_layouts import ScoreLayout
from reporting.services.workbook import gather_workbook
from reporting.what_if import load_what_if
from targets.models import Plan, PlanUnit
from tests.assessments.assessed import file_donghai, give_scheme, score_donghai, year_is_over
from tests.factories import make_report, plan_unit_of
from tests.reporting.office import recalculate

pytestmark = [pytest.mark.django_db, pytest.mark.office, pytest.mark.slow]

Q, A, S = QuarterLayout, AttainmentLayout, ScoreLayout
Typing = Callable[["Typist"], None]
RIVALS = ("320703", "320723")
ON_TIME, FILLED = ScoreLayout.ON_TIME, ScoreLayout.FILLED


def both(*_typed: None) -> None:
    """One thing typed after the other."""


@dataclass(frozen=True)
class Typist:
    """Types a county's numbers into its workbook as an officer would."""

    book: Workbook
    county: str

    def line(self, code: str, quarter: int, *, value: float | str | None, base: float | None = None) -> None:
        """A line of a quarter's report; None empties it."""
        row = row_under(self.book["季度进度"], f"（{code}）", self.county)
        at = Q.FIRST + Q.PRINTED * (quarter - 1)
        self.book["季度进度"].cell(row, at + Q.VALUE + 1).value = value
        if base is not None:
            self.book["季度进度"].cell(row, at + Q.BASE + 1).value = base

    def target(self, code: str, number: float | str) -> None:
        """The year's target."""
        row = row_under(self.book["指标完成情况"], f"（{code}）", self.county)
        self.book["指标完成情况"].cell(row, A.TARGET + 1).value = number

    def score(self, criterion: str, points: float) -> None:
        """A reviewer's points."""
        sheet = self.book["得分明细"]
        sheet.cell(row_of(sheet, self.county) + 1, column_of(sheet, criterion)).value = points

    def filing(self, quarter: int, offset: int, value: float | str) -> None:
        """How a quarter was reported: in time, counted, required, filled, returned."""
        sheet = self.book["得分明细"]
        row = row_of(sheet, self.county, after=row_of(sheet, "填报情况"))
        sheet.cell(row, S.FIRST + S.FILING_WIDTH * (quarter - 1) + offset + 1).value = value


CHANGES: dict[str, tuple[dict[str, str], Typing]] = {
    "a count and a milestone": (
        {"v-CP": "40", "v-FWR": "37"},
        lambda typist: both(typist.line("CP", 4, value=17), typist.line("FWR", 4, value=37)),
    ),
    "beyond a target, nothing remaining, no target": (
        {"v-CP": "63", "v-OVQ": "0", "t-PVX": ""},
        lambda typist: both(
            typist.line("CP", 4, value=40), typist.line("OVQ", 4, value=0, base=9), typist.target("PVX", "—")
        ),
    ),
    "a ratio and a reduction": (
        {"v-PVN": "1700", "b-PVN": "4000", "v-LDW": "1500.5", "b-LDW": "1780"},
        lambda typist: both(typist.line("PVN", 4, value=200, base=400), typist.line("LDW", 4, value=1500.5, base=1780)),
    ),
    "targets": (
        {"t-CP": "31", "t-LDS": "7.5"},
        lambda typist: both(typist.target("CP", 31), typist.target("LDS", 7.5)),
    ),
    "manual scores, reports in time and complete": (
        {"m-C4": "0.25", "m-P4": "3", "m-D2": "5", "q2-filled": "19", "q4-on_time": "1"},
        lambda typist: both(
            *(typist.score(*each) for each in (("C4", 0.25), ("P4", 3), ("D2", 5))),
            typist.filing(2, FILLED, 19),
            typist.filing(4, ON_TIME, "是"),
        ),
    ),
}


@pytest.fixture
def over(plan: Plan) -> datetime:
    give_scheme(plan)
    return year_is_over(plan)


@pytest.fixture
def county(plan: Plan, over: datetime) -> PlanUnit:
    """The worked example's year, and two rivals."""
    filed = file_donghai(plan)
    score_donghai(plan, filed, over)
    for code in RIVALS:
        for quarter in (1, 2, 3, 4):
            make_report(plan_unit_of(plan, code), quarter, {"CP": (12, None)}, state=Report.State.APPROVED)
    return plan_unit_of(plan, filed.unit.code)


def test_every_change_gives_what_the_portals_what_if_gives(
    plan: Plan, county: PlanUnit, over: datetime, tmp_path: Path
) -> None:
    assessment = run_assessment(plan, by=SYSTEM, at=over)
    content = build_workbook(gather_workbook(assessment, by=SYSTEM, at=over))
    given = {name: typed(content, county.name, typing) for name, (_, typing) in CHANGES.items()}

    books = recalculate(given, tmp_path / "office")

    for name, (fields, _) in CHANGES.items():
        trial = load_what_if(plan, county, fields, as_of=over).trial
        assert trial is not None
        assert said_by(books[name], county.name) == told_by(trial), name
        assert trial.then != trial.now, name


def typed(content: bytes, county: str, typing: Typing) -> bytes:
    book = load_workbook(BytesIO(content))
    typing(Typist(book, county))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


# --- what each of them says: points by line, scores by part, total, grade, rank, vetoes

Said = dict[str, object]


def told_by(trial: Trial) -> Said:
    """The portal's what-if."""
    lines = {line.code: number(line.points.then) for part in trial.parts for line in part.lines}
    scores = {part.code: number(part.score.then) for part in trial.parts}
    result = trial.then
    vetoes = "；".join(each.name for each in result.vetoes) or "无"
    sums = {"base": number(result.base), "total": number(result.total), "grade": result.grade, "rank": result.rank}
    return {**lines, **scores, **sums, "vetoes": vetoes}


def said_by(book: Workbook, county: str) -> Said:
    """The calculated workbook."""
    scores, results = book["得分明细"], book["考核结果"]
    final = row_of(scores, county) + 3
    heads = {str(cell.value).split("\n")[0]: cell.column for cell in scores[4] if "\n" in str(cell.value)}
    lines: Said = {code: scores.cell(final, column).value for code, column in heads.items() if not code.startswith("V")}
    row = next(cell.row for cell in results["B"] if cell.value == county)
    names = ("rank", "", "A", "B", "C", "base", "bonus", "deduction", "total", "vetoes", "grade")
    sums = {name: results.cell(row, place).value for place, name in enumerate(names, start=1) if name}
    return {key: None if value == "—" else value for key, value in {**lines, **sums}.items()}


def number(points: object) -> float | None:
    return None if points is None else float(str(points))


# --- where things stand, by the words in front of them


def row_of(sheet: Worksheet, words: str, *, after: int = 0) -> int:
    """The first row below another whose first cell begins with these words."""
    return next(
        cell.row for (cell,) in sheet.iter_rows(min_row=after + 1, max_col=1) if str(cell.value).startswith(words)
    )


def row_under(sheet: Worksheet, title: str, unit: str) -> int:
    """A unit's row under the title that contains some words."""
    start = next(cell.row for (cell,) in sheet.iter_rows(max_col=1) if title in str(cell.value))
    return row_of(sheet, unit, after=start)


def column_of(sheet: Worksheet, criterion: str) -> int:
    return next(cell.column for cell in sheet[4] if str(cell.value).startswith(f"{criterion}\n"))
