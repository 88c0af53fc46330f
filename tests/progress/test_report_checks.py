"""What stands against submitting, and what only needs a word."""

from decimal import Decimal

import pytest

from progress.line_checks import EnteredLine, LineProblem, LineRules, YearLine
from progress.report_checks import CheckedLine, JumpLimits, check_report

D = Decimal
LIMITS_5 = JumpLimits(quarter=5, year=5, target=3)
LIMITS = {"decimals": 2, "minimum": D(0), "maximum": D(10**9)}
COUNT = LineRules("CP", "count", "sum", **LIMITS)
AREA = LineRules("PVG", "ratio", "latest", has_base=True, **LIMITS)
DONE = LineRules("PLA", "milestone", "latest", **LIMITS)
LEFT = LineRules("OVQ", "remaining", "latest", has_base=True, **LIMITS)
LOAD = LineRules("LDS", "reduction", "latest", has_base=True, **LIMITS)


def line(rules: LineRules, value: str | None, before: str | None = None, **more: object) -> CheckedLine:
    entered = EnteredLine(None if value is None else D(value))
    earlier = None if before is None else YearLine(D(before))
    return CheckedLine(rules, entered, before=earlier, **more)  # type: ignore[arg-type]


def codes(*lines: CheckedLine) -> list[str]:
    return [check.code for check in check_report(lines, limits=LIMITS_5)]


@pytest.mark.parametrize(
    ("checked", "found"),
    [
        (line(COUNT, None), ["missing"]),
        (line(COUNT, None, is_required=False), []),
        (line(COUNT, "0"), []),
        (CheckedLine(COUNT, EnteredLine(not_applicable=True)), []),
        # against the quarter before
        (line(COUNT, "20", "4"), []),
        (line(COUNT, "21", "4"), ["jump"]),
        (line(COUNT, "1", "100"), []),
        (line(COUNT, "21", "0"), []),
        (line(COUNT, "-21", "4"), []),
        (line(LOAD, "100", "501"), ["jump"]),
        (line(LOAD, "100", "500"), []),
        (line(AREA, "99", "100"), ["step_back"]),
        (line(AREA, "100", "100"), []),
        (line(DONE, "20", "30"), ["step_back"]),
        (line(DONE, "100", "10"), []),
        (line(LEFT, "3", "2"), ["step_back"]),
        (line(LEFT, "2", "9"), []),
        # evidence is asked for what claims to count
        (line(COUNT, "4", has_target=True), ["no_evidence"]),
        (line(COUNT, "4", has_target=True, has_evidence=True), []),
        (line(COUNT, "4", has_target=False), []),
        (line(COUNT, "0", has_target=True), []),
        (line(DONE, "30", "30", has_target=True, is_carried=True), ["carried"]),
        (line(LOAD, "90", "90", is_carried=True, is_required=False), []),
        (line(LOAD, "0", comes_to_nothing=True), ["base_zero"]),
    ],
)
def test_a_line_gives_its_warnings(checked: CheckedLine, found: list[str]) -> None:
    assert codes(checked) == found


def test_an_error_comes_first_and_stands_alone() -> None:
    wrong = line(COUNT, "21", "4", problems=[LineProblem("out_of_range", "value", "应在 0 到 1 之间")])

    checks = check_report([line(COUNT, None), wrong], limits=LIMITS_5)

    assert [(check.code, check.is_error) for check in checks] == [("out_of_range", True), ("missing", False)]


def test_a_jump_says_both_numbers() -> None:
    (check,) = check_report([line(COUNT, "21", "4")], limits=LIMITS_5)

    assert check.text(str) == "与上季相差很大：上季 4，本季 21"


def test_a_missing_scan_stands_against_submitting_and_names_no_line() -> None:
    checks = check_report([line(COUNT, None)], limits=LIMITS_5, lacks_sealed_scan=True)

    assert [(check.code, check.indicator_code, check.is_error) for check in checks] == [
        ("no_sealed_scan", "", True),
        ("missing", "CP", False),
    ]


# --- against last year and the target


def against(rules: LineRules, value: str, **more: object) -> list[str]:
    return codes(line(rules, value, **more))


@pytest.mark.parametrize(
    ("rules", "now", "a_year_ago", "found"),
    [
        (COUNT, "20", "4", []),
        (COUNT, "21", "4", ["year_jump"]),
        (COUNT, "1", "100", []),
        (COUNT, "21", "0", []),
        (LOAD, "100", "501", ["year_jump"]),
        (DONE, "100", "10", []),
    ],
)
def test_a_number_is_compared_with_the_same_quarter_of_last_year(
    rules: LineRules, now: str, a_year_ago: str, found: list[str]
) -> None:
    assert against(rules, now, last_year=YearLine(D(a_year_ago))) == found


@pytest.mark.parametrize(
    ("rules", "now", "total", "found"),
    [
        (COUNT, "100", "120", []),
        (COUNT, "100", "121", ["above_target"]),
        (COUNT, "0", "121", []),
        (COUNT, "-1", "121", []),
        (AREA, "100", "121", []),
    ],
)
def test_a_year_that_far_passes_its_target_wants_a_word(
    rules: LineRules, now: str, total: str, found: list[str]
) -> None:
    assert against(rules, now, target=D(40), year_sum=D(total)) == found


def test_what_was_asked_and_neither_answered_nor_changed_is_said_even_of_an_empty_line() -> None:
    assert codes(line(COUNT, None, awaits_answer=True)) == ["unanswered", "missing"]
