"""What stands against submitting a report, and what only needs a word (domain.md, section 5.3). Plain Python."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from calculations.ledgers import Agreement, LedgerFigure
from progress.line_checks import EnteredLine, LineProblem, LineRules, YearLine, number_words


def _(message: str) -> str:
    """The message itself: the underscore marks it for the catalogue."""
    return message


KINDS = {
    "unanswered": _("审核意见没有答复"),
    "missing": _("应填未填"),
    "jump": _("与上季相差很大"),
    "year_jump": _("与去年同期相差很大"),
    "above_target": _("远超年度目标"),
    "step_back": _("比上季倒退"),
    "carried": _("沿用上季、本季未核对"),
    "base_zero": _("基数为 0，将按不涉及计，请核对"),
    "no_evidence": _("没有佐证材料"),
    "ledger_differs": _("与台账不一致"),
}
"""What each warning is about, without its numbers, by its code."""


@dataclass(frozen=True, slots=True)
class JumpLimits:
    """How many times the quarter before, last year's same quarter, and the year's target may be reached unasked."""

    quarter: int
    year: int
    target: int


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """One line with what its check must know.

    `before` is the line of the quarter before, `last_year` that of the same quarter a year ago; `target` the least
    that the year must reach, `year_sum` what its quarters add up to. `comes_to_nothing`: a share of nothing, which is
    judged as 不涉及; `awaits_answer`: the report was returned with a comment that was neither answered nor acted upon;
    `ledger`: what the items behind it come to.
    """

    rules: LineRules
    entered: EnteredLine
    problems: Sequence[LineProblem] = ()
    before: YearLine | None = None
    last_year: YearLine | None = None
    target: Decimal | None = None
    year_sum: Decimal | None = None
    is_required: bool = True
    is_carried: bool = False
    has_target: bool = False
    has_evidence: bool = False
    comes_to_nothing: bool = False
    awaits_answer: bool = False
    ledger: LedgerFigure | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: an error stands against submitting, a warning asks for a note."""

    code: str
    indicator_code: str
    template: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    is_error: bool = False

    def text(self, translate: Callable[[str], str]) -> str:
        """The finding in the language of `translate` (gettext)."""
        return translate(self.template) % self.values

    def kind(self, translate: Callable[[str], str]) -> str:
        """What it is about, the same for every line; an error is about what it says."""
        return translate(KINDS[self.code]) if self.code in KINDS else self.text(translate)


def check_report(lines: Iterable[CheckedLine], *, limits: JumpLimits, lacks_sealed_scan: bool = False) -> list[Check]:
    """Every finding of a report: errors first, then warnings, each in the order of the lines.

    What is said of the report as a whole, such as a missing scan of the sealed form, names no indicator.
    A number that is more than so many times another one (or less than its part of it) is a jump.
    """
    checks = [check for line in lines for check in _check(line, limits)]
    if lacks_sealed_scan:
        checks.append(Check("no_sealed_scan", "", _("还没有上传签字盖章的报表扫描件"), is_error=True))
    return sorted(checks, key=lambda check: not check.is_error)


def _check(line: CheckedLine, limits: JumpLimits) -> list[Check]:
    code = line.rules.code
    if line.problems:
        return [Check(p.code, code, p.template, p.values, is_error=True) for p in line.problems]
    found = [Check("unanswered", code, _("审核意见还没有答复，数值和佐证也没有变动"))] if line.awaits_answer else []
    if not line.entered.is_filled:
        return [*found, Check("missing", code, _("应填未填"))] if line.is_required else found
    return [*found, *_jumps(line, limits), *_steps_back(line), *_claims(line), *_beside_ledger(line)]


def _claims(line: CheckedLine) -> list[Check]:
    """What a filled line says without showing it."""
    code = line.rules.code
    found: list[Check] = []
    # What was due in an earlier quarter stands still by right.
    if line.is_carried and line.is_required:
        found.append(Check("carried", code, _("沿用上季、本季未核对")))
    if line.comes_to_nothing:
        found.append(Check("base_zero", code, _("基数为 0，将按不涉及计，请核对")))
    claims = line.has_target and not line.is_carried and bool(line.entered.value)
    if claims and not line.has_evidence:
        found.append(Check("no_evidence", code, _("没有佐证材料")))
    return found


def _beside_ledger(line: CheckedLine) -> list[Check]:
    """What the items behind the line do not bear out; whoever says otherwise than they do says why in the note."""
    entered, ledger = line.entered, line.ledger
    if ledger is None:
        return []
    stands = ledger.agrees_with(entered.value, entered.base, not_applicable=entered.not_applicable)
    if stands is not Agreement.DIFFERENT:
        return []
    said = _("与台账不一致（备注已说明）：台账 %(ledger)s")
    unsaid = _("与台账不一致，请在备注写明原因：台账 %(ledger)s")
    base = "" if ledger.base is None else f" / {number_words(ledger.base)}"
    return [
        Check(
            "ledger_differs",
            line.rules.code,
            said if entered.note else unsaid,
            {"ledger": f"{number_words(ledger.value)}{base}"},
        )
    ]


def _jumps(line: CheckedLine, limits: JumpLimits) -> list[Check]:
    """What is out of all proportion to the quarter before, to the same quarter of last year, or to the target."""
    since_quarter = _("与上季相差很大：上季 %(before)s，本季 %(now)s")
    since_year = _("与去年同期相差很大：去年 %(before)s，本季 %(now)s")
    return [
        *_jump(line, line.before, limits.quarter, ("jump", since_quarter)),
        *_jump(line, line.last_year, limits.year, ("year_jump", since_year)),
        *_far_above_target(line, limits.target),
    ]


def _jump(line: CheckedLine, earlier: YearLine | None, factor: int, words: tuple[str, str]) -> list[Check]:
    """Of what adds up only growth counts as a jump: a quiet quarter after a busy one is no mistake."""
    now, before = line.entered.value, earlier.value if earlier else None
    if not now or not before or now < 0 or before < 0 or line.rules.kind in ("percent", "milestone", "remaining"):
        return []
    shrank = not line.rules.sums and now * factor < before
    if now <= before * factor and not shrank:
        return []
    code, message = words
    return [Check(code, line.rules.code, message, {"now": number_words(now), "before": number_words(before)})]


def _far_above_target(line: CheckedLine, factor: int) -> list[Check]:
    """Of what is counted and adds up, and only in a quarter that adds to it: elsewhere no target is passed so far."""
    now, target, total = line.entered.value, line.target, line.year_sum
    if not line.rules.accepts_corrections or not now or now < 0 or not target or total is None:
        return []
    if total <= target * factor:
        return []
    numbers = {"now": number_words(total), "target": number_words(target)}
    return [Check("above_target", line.rules.code, _("远超年度目标：全年累计 %(now)s，目标 %(target)s"), numbers)]


def _steps_back(line: CheckedLine) -> list[Check]:
    """What only grows (built area, progress of a task) became less, or what only shrinks became more."""
    now, before = line.entered.value, line.before.value if line.before else None
    if now is None or before is None or line.rules.sums:
        return []
    fell = line.rules.kind in ("ratio", "milestone") and now < before
    rose = line.rules.kind == "remaining" and now > before
    if not fell and not rose:
        return []
    numbers = {"now": number_words(now), "before": number_words(before)}
    return [Check("step_back", line.rules.code, _("比上季倒退：上季 %(before)s，本季 %(now)s"), numbers)]
