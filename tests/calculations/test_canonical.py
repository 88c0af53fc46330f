"""Canonical JSON, hashes and reading back."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from calculations.canonical import canonical, differences, digest, from_data, from_json, sha256, to_data, to_json
from calculations.errors import CalculationError
from calculations.inputs import IndicatorInput, UnitInputs
from calculations.scheme import Cap, Criterion, Scheme
from calculations.scoring import UnitResult, assess_unit
from tests.calculations.builders import default_scheme, donghai_inputs, make_adjustment, make_input, make_unit


def test_canonical_text_is_sorted_tight_and_keeps_chinese() -> None:
    assert canonical({"b": [1, "2.5", None], "a": {"名": True}}) == '{"a":{"名":true},"b":[1,"2.5",null]}'


@pytest.mark.parametrize("wrong", [0.5, {"a": [0.5]}, [Decimal(1)], {"a": Fraction(1)}])
def test_canonical_refuses_what_is_not_exact_text(wrong: object) -> None:
    with pytest.raises(CalculationError, match="规范 JSON"):
        canonical(wrong)  # type: ignore[arg-type]


def test_hash_is_of_the_utf8_text() -> None:
    assert sha256("连云港") == "ec9021d68ae3182dd313bbb8643a5433c2a90e04c7e93f6455c518dff95be3a2"


def test_equal_numbers_are_written_alike() -> None:
    written = [to_data(number) for number in (Decimal("8.30"), Fraction(83, 10), Decimal("8.3"))]

    assert written == ["8.3"] * 3


def test_variant_of_a_union_says_which_it_is() -> None:
    assert to_data(Cap(2)) == {"type": "cap", "band": 2}


def test_inputs_and_results_survive_storing() -> None:
    scheme, inputs = default_scheme(), donghai_inputs()
    inputs = replace(inputs, adjustments={"C4": make_adjustment("-0.5")}, flags=("V1",))
    result = assess_unit(scheme, inputs)

    assert from_json(UnitInputs, to_json(inputs)) == inputs
    assert from_json(Scheme, to_json(scheme)) == scheme
    assert from_json(UnitResult, to_json(result)) == result


def test_digest_covers_numbers_but_not_words() -> None:
    unit = make_unit(make_input("X", value="1"), adjustments={"K": make_adjustment("1", "理由一")})
    other_words = make_unit(
        make_input("X", value="1", name="别名", unit_label="台"),
        adjustments={"K": make_adjustment("1", "理由二")},
        name="乙县",
    )
    other_number = make_unit(make_input("X", value="1.01"), adjustments={"K": make_adjustment("1", "理由一")})

    assert digest(unit) == digest(other_words)
    assert digest(unit) != digest(other_number)


def test_digest_of_the_worked_example_stays_what_it_is() -> None:
    result = assess_unit(default_scheme(), donghai_inputs())

    assert digest(donghai_inputs()) == "0dc16b9078b695a93a6f6a6d93bb0e98dc007c07034adb59e49e9ee69e71f731"
    assert digest(result) == "ced029eef0ac73f0cbc12118b236a2fc64f45c4e28677c982ee33e7561dd518e"


def test_differences_name_the_place() -> None:
    stored = {"lines": [{"points": "1"}, {"points": "2"}], "total": "3"}
    again = {"lines": [{"points": "1"}, {"points": "2.5"}], "total": None}

    assert differences(stored, again) == [
        'lines[1].points：保存为 "2"，重算为 "2.5"',
        'total：保存为 "3"，重算为 null',
    ]
    assert differences(stored, stored) == []


def test_differences_tell_a_number_from_a_truth_value_and_see_lists_of_other_length() -> None:
    assert differences({"a": 1}, {"a": True}) == ["a：保存为 1，重算为 true"]
    assert differences([1], [1, 2]) == ["：保存为 [1]，重算为 [1,2]"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"max": 1.5}, "max：应为精确的数字"),
        ({"max": None}, "max：应为精确的数字"),
        ({"code": 5}, "code：应为文字，读到 5"),
        ({"indicators": "X"}, "indicators：应为列表"),
        ({"indicators": ["X", 1]}, r"indicators\[1\]：应为文字"),
        ({"rule": {"type": "guess"}}, "rule：没有名为 'guess' 的类型，可用：average、completeness"),
        ({"rule": {"type": "returns", "free": True, "each": "1"}}, "rule.free：应为整数"),
        ({"rule": {"type": "manual", "each": "1"}}, "rule：不认识的参数 each"),
        ({"rule": "manual"}, "rule：应为一组参数"),
        ({"extra": "1"}, "不认识的参数 extra"),
    ],
)
def test_data_that_fit_no_dataclass_are_refused_by_place(change: dict[str, object], message: str) -> None:
    with pytest.raises(CalculationError, match=message):
        from_data(Criterion, {"code": "K", "max": "5", "rule": None, **change})


@pytest.mark.parametrize(
    ("kind", "data", "message"),
    [
        (Criterion, {"code": "K"}, "缺少参数 max、rule"),
        (Criterion, [], "应为一组参数"),
        (IndicatorInput, {"code": "X", "kind": "guess"}, "缺少参数"),
    ],
)
def test_data_without_compulsory_parts_are_refused(kind: type, data: object, message: str) -> None:
    with pytest.raises(CalculationError, match=message):
        from_data(kind, data)


def test_word_of_an_enumeration_that_does_not_exist_is_refused() -> None:
    data = to_data(make_input())
    assert isinstance(data, dict)

    with pytest.raises(CalculationError, match="kind：应为 count、ratio、"):
        from_data(IndicatorInput, {**data, "kind": "guess"})


def test_inputs_stored_without_words_give_the_same_numbers() -> None:
    scheme = default_scheme()
    inputs = replace(donghai_inputs(), adjustments={"C4": make_adjustment("-0.5")})

    bare_scheme = from_data(Scheme, to_data(scheme, words=False))
    bare_inputs = from_data(UnitInputs, to_data(inputs, words=False))

    assert bare_inputs.name == ""
    assert digest(bare_inputs) == digest(inputs)
    assert digest(assess_unit(bare_scheme, bare_inputs)) == digest(assess_unit(scheme, inputs))


def test_value_of_a_foreign_type_cannot_be_stored() -> None:
    with pytest.raises(CalculationError, match="set"):
        to_data({1, 2})
