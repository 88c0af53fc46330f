"""Total, grade and rank as formulas (docs/calculations.md, section 4, steps 3 to 6)."""

from __future__ import annotations

from collections.abc import Sequence

from calculations.scheme import RankBy
from reporting.exports.assessment_workbook.formulas import text
from reporting.exports.assessment_workbook.words import DIFFERENT, NONE, Yes

GRADE_WEIGHT = 1_000_000
"""More than any total: in a rank's key the grade comes first."""
NO_VETO = "无"
ALL_SAME = "校验：与门户结果一致（见“校验”表）。"
NOT_ALL_SAME = "校验：与门户结果不一致，不能作为正式结果（见“校验”表）。"


def total(base: str, bonus: str, deduction: str) -> str:
    """The total, never below 0; — without a base."""
    return f"IF(ISNUMBER({base}),MAX(0,ROUND({base}+{bonus}-{deduction},2)),{text(NONE)})"


def band(total_cell: str, lowers: str, targets: Sequence[str]) -> str:
    """The place from below of the grade by the total alone; 0 where there is none: no base, or none of the `targets`
    that the first section judges (an empty list: it judges no targets)."""
    judged = [f"COUNT({','.join(targets)})>0"] if targets else []
    gradable = f"AND({','.join([f'ISNUMBER({total_cell})', *judged])})"
    return f"IF({gradable},MAX(1,SUMPRODUCT(--({lowers}<={total_cell}))),0)"


def best(vetoes: Sequence[tuple[str, str]], bands: int) -> str:
    """The place from below of the best grade that the vetoes leave; of each: its yes or no, the place it leaves."""
    left = [f"IF({tripped}={text(Yes.YES)},{place},{bands})" for tripped, place in vetoes]
    return f"MIN({','.join([str(bands), *left])})"


def grade(band_cell: str, best_cell: str, names: str, bands: int) -> str:
    """The grade after the vetoes."""
    return f"IF({band_cell}=0,{text(NONE)},INDEX({names},{bands + 1}-MIN({band_cell},{best_cell})))"


def key(total_cell: str, band_cell: str, best_cell: str, *, by: RankBy) -> str:
    """A number that is higher for a better place; −1 for a unit without a rank."""
    first = f"MIN({band_cell},{best_cell})*{GRADE_WEIGHT}+" if by is RankBy.GRADE else ""
    return f"IF({band_cell}=0,-1,{first}{total_cell})"


def rank(key_cell: str, keys: str, group: str, groups: str) -> str:
    """The place among the units of the same group; equals share it, and the next place stays free."""
    return f"IF({key_cell}<0,{text(NONE)},1+SUMPRODUCT(({groups}={group})*({keys}>{key_cell})))"


def tripped_names(vetoes: Sequence[tuple[str, str]]) -> str:
    """无, followed by the names of the vetoes that were tripped; of each the cells of its answer and of its name."""
    parts = [f"IF({tripped}={text(Yes.YES)},{text('；')}&{name},{text('')})" for tripped, name in vetoes]
    return "&".join([text(NO_VETO), *parts])


def shown_names(names: str) -> str:
    """The same without the first word where there are names."""
    return f"IF(LEN({names})=1,{names},MID({names},3,LEN({names})))"


def remark(band_cell: str, best_cell: str, names: str, bands: int) -> str:
    """Why the grade is not the one of the total."""
    by_total = f"{text('按总分为')}&INDEX({names},{bands + 1}-{band_cell})&{text('，一票否决后降等')}"
    return f"IF({band_cell}=0,{text('无法评定')},IF({best_cell}<{band_cell},{by_total},{text(NONE)}))"


def verdict(check_sheet: str) -> str:
    """Whether anything on the check sheet is not as the portal had it."""
    return f"IF(COUNTIF('{check_sheet}'!$E:$E,{text(DIFFERENT)})=0,{text(ALL_SAME)},{text(NOT_ALL_SAME)})"
