"""What one line may hold, and what is said when it may not."""

from decimal import Decimal

import pytest

from progress.line_checks import EnteredLine, LineRules, YearContext, YearLine, check_line

D = Decimal
COUNT = LineRules("X", "count", "sum", decimals=0, minimum=D(0), maximum=D(1_000_000))
AREA = LineRules("X", "ratio", "sum", decimals=2, minimum=D(0), maximum=D(10**9), not_applicable="yes", has_base=True)
ROOFS = LineRules(
    "X", "ratio", "latest", decimals=2, minimum=D(0), maximum=D(10**9), base_rule="positive", has_base=True
)
LOAD = LineRules("X", "reduction", "latest", decimals=2, minimum=D(0), maximum=D(10**9), has_base=True)
LEFT = LineRules(
    "X", "remaining", "latest", decimals=0, minimum=D(0), maximum=D(10**6), base_rule="fixed", has_base=True
)
RATE = LineRules("X", "percent", "latest", decimals=2, minimum=D(-100), maximum=D(100))
DONE = LineRules("X", "milestone", "latest", decimals=0, minimum=D(0), maximum=D(100), not_applicable="yes")
SECOND = YearContext(2)


def line(value: str | None = None, base: str | None = None, *, na: bool = False, note: str = "") -> EnteredLine:
    return EnteredLine(None if value is None else D(value), None if base is None else D(base), na, note)


def year(quarter: int = 2, *, replaced: YearLine | None = None, **others: tuple[str | None, str | None]) -> YearContext:
    lines = {
        int(key[1]): YearLine(None if value is None else D(value), None if base is None else D(base), approved=True)
        for key, (value, base) in others.items()
    }
    return YearContext(quarter, lines, replaced)


@pytest.mark.parametrize(
    ("rules", "entered", "context", "codes"),
    [
        (COUNT, line("0"), SECOND, []),
        (COUNT, line("1000000"), SECOND, []),
        (COUNT, line("1000001"), SECOND, ["out_of_range"]),
        (COUNT, line("2.5"), SECOND, ["too_many_decimals"]),
        (COUNT, line("2.0"), SECOND, []),
        (COUNT, line("-1", note="冲减"), SECOND, ["out_of_range"]),
        (COUNT, line("-3", note="冲减"), year(q1=("3", None)), []),
        (COUNT, line("-3"), year(q1=("3", None)), ["reason_missing"]),
        (COUNT, line("-4", note="冲减"), year(q1=("3", None)), ["out_of_range"]),
        (COUNT, line("1"), year(1, q2=("-2", None)), ["out_of_range"]),
        (COUNT, line("2"), year(1, q2=("-2", None)), []),
        (COUNT, line("1", "1"), SECOND, ["base_not_used"]),
        (COUNT, line(na=True, note="没有"), SECOND, ["na_not_allowed"]),
        (COUNT, line("NaN"), SECOND, ["not_a_number"]),
        (COUNT, line("1E+999999"), SECOND, ["out_of_range"]),
        (COUNT, line("1E-999999"), SECOND, ["too_many_decimals"]),
        (COUNT, line(note="只有备注"), SECOND, []),
        (RATE, line("-100"), SECOND, []),
        (RATE, line("-100.01"), SECOND, ["out_of_range"]),
        (RATE, line("100.01"), SECOND, ["out_of_range"]),
        (RATE, line("1.005"), SECOND, ["too_many_decimals"]),
        (RATE, line("1.500"), SECOND, []),
        (DONE, line("100"), SECOND, []),
        (DONE, line("101"), SECOND, ["out_of_range"]),
        (DONE, line("-1", note="无"), SECOND, ["out_of_range"]),
        (AREA, line("1200", "2000"), SECOND, []),
        (AREA, line("1200"), SECOND, ["base_missing"]),
        (AREA, line(None, "2000"), SECOND, ["value_missing"]),
        (AREA, line("2000.01", "2000"), SECOND, ["value_above_base"]),
        (AREA, line("300", "0"), year(q1=("1200", "2000")), []),
        (AREA, line("801", "0"), year(q1=("1200", "2000")), ["value_above_base"]),
        (AREA, line("-1", "1"), SECOND, ["out_of_range"]),
        (AREA, line("0", "0"), SECOND, []),
        (AREA, line("5", "-1"), SECOND, ["out_of_range"]),
        (AREA, line("5", "10.001"), SECOND, ["too_many_decimals"]),
        (ROOFS, line("300", "0"), year(q1=("1200", "2000")), ["base_not_positive"]),
        (ROOFS, line("300", "299"), year(q1=("1200", "2000")), ["value_above_base"]),
        (ROOFS, line("300", "300"), SECOND, []),
        (LOAD, line("2100.5", "2000"), SECOND, []),
        (LEFT, line("0", "0"), SECOND, []),
        (LEFT, line("3", "9"), year(q1=("9", "9")), []),
        (LEFT, line("3", "8"), year(q1=("9", "9")), ["base_fixed"]),
        (LEFT, line("3", "8"), year(1, replaced=YearLine(D(9), D(9))), ["base_fixed"]),
        (LEFT, line("3", "8"), year(1, q2=("9", "9")), ["base_fixed"]),
        (LEFT, line("3", "8"), YearContext(1, {2: YearLine(D(9), D(9), approved=False)}), []),
        (LEFT, line("3", "8"), year(2, q1=("8", "8"), q3=("9", "9")), []),
        (AREA, line(na=True, note="没有新建建筑"), SECOND, []),
        (AREA, line(na=True, note=" "), SECOND, ["reason_missing"]),
        (AREA, line("1", na=True, note="没有"), SECOND, ["na_with_number"]),
        (AREA, line(na=True, note="没有"), year(q1=("0", "5")), ["na_after_numbers"]),
        (AREA, line(na=True, note="没有"), year(q1=("0", "0")), []),
        (COUNT, line("1", note="长" * 32_768), SECOND, ["text_too_long"]),
        (COUNT, line("1", note="长" * 32_767), SECOND, []),
    ],
)
def test_a_line_gives_its_problems(
    rules: LineRules, entered: EnteredLine, context: YearContext, codes: list[str]
) -> None:
    problems = check_line(rules, entered, context)

    assert [problem.code for problem in problems] == codes


def test_a_fixed_base_is_changed_by_an_officer_only_with_a_reason() -> None:
    context = year(q1=("9", "9"))

    silent = check_line(LEFT, line("3", "8"), context, may_fix_base=True)
    said = check_line(LEFT, line("3", "8", note="名单核减一家"), context, may_fix_base=True)

    assert [problem.code for problem in silent] == ["reason_missing"]
    assert said == []


def test_numbers_of_a_draft_do_not_forbid_not_applicable() -> None:
    draft = YearContext(2, {1: YearLine(D(5), D(5), approved=False)})

    assert check_line(AREA, line(na=True, note="没有"), draft) == []


def test_a_missing_part_is_incomplete_and_a_wrong_one_is_not() -> None:
    (missing,) = check_line(AREA, line("1"), SECOND)
    (wrong,) = check_line(COUNT, line("0.5"), SECOND)

    assert missing.incomplete
    assert not wrong.incomplete


def test_a_message_says_the_numbers_and_can_be_translated() -> None:
    (problem,) = check_line(AREA, line("801", "0.50"), year(q1=("1200", "2000")))

    assert problem.message == "全年完成值合计 2001，不能大于全年基数合计 2000.5"
    assert problem.text(lambda _message: "%(value)s > %(base)s") == "2001 > 2000.5"
