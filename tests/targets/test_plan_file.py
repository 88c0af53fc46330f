"""A plan file is read whole or refused with every problem: where, what, and what to do."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from common.data_values import DataFileError, Problem
from targets.ledger_feeds import Feed
from targets.plan_entries import PlanFile
from targets.plan_file import load_plan_file, parse_plan

SECOND_CITY = Path(__file__).parents[1] / "data" / "plan_second_city.yaml"
TEXT = SECOND_CITY.read_text(encoding="utf-8")


def with_change(old: str, new: str) -> str:
    """The second city's file with one place changed; the place must exist exactly once."""
    assert TEXT.count(old) == 1, f"{old!r} occurs {TEXT.count(old)} times"
    return TEXT.replace(old, new)


def problems_of(text: str) -> list[Problem]:
    with pytest.raises(DataFileError) as refused:
        parse_plan(text)
    return list(refused.value.problems)


def only_problem_of(text: str) -> Problem:
    problems = problems_of(text)
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


@pytest.fixture(scope="module")
def plan() -> PlanFile:
    return load_plan_file(SECOND_CITY)


def indicator_of(plan: PlanFile, code: str) -> dict[str, Decimal]:
    indicator = next(each for each in plan.indicators if each.code == code)
    return {unit: target.value for unit, target in plan.targets_of(indicator).items()}


# --- what is read ----------------------------------------------------------------------------------------------------


def test_parse_plan_given_a_whole_file_then_units_have_defaults(plan: PlanFile) -> None:
    root, first, county, zone = plan.units

    assert (root.parent, root.reports, root.assessed) == ("", False, False)
    assert (first.parent, first.reports, first.assessed) == (plan.root, True, True)
    assert county.spellings == ("示例市乙县", "乙")
    assert (zone.kind, zone.groups) == ("zone", ("urban",))


def test_parse_plan_given_a_kind_without_base_then_its_base_words_are_empty(plan: PlanFile) -> None:
    count, ratio = plan.indicators[0], plan.indicators[1]

    assert (count.has_base, count.base_unit, count.base_label_en) == (False, "", "")
    assert (ratio.has_base, ratio.base_unit, ratio.base_label_en) == (True, "m³", "All water")


def test_parse_plan_given_four_shares_then_the_pace_is_its_own(plan: PlanFile) -> None:
    assert plan.indicators[0].pace == "own"
    assert plan.indicators[0].pace_shares == (Decimal("0.1"), Decimal("0.6"), Decimal("0.6"), Decimal(1))
    assert (plan.indicators[1].pace, plan.indicators[1].pace_shares) == ("level", ())


def with_feed(ledger: str, base: str = "") -> str:
    """The plan file whose fixed indicator is fed by a register."""
    said = f"    ledger: {ledger}\n" + (f"    base_ledger: {base}\n" if base else "")
    return with_change("    base_rule: fixed\n", "    base_rule: fixed\n" + said)


def test_parse_plan_given_feeds_then_value_and_base_have_their_own() -> None:
    plan = parse_plan(
        with_feed(
            "{register: over_quota, measure: remaining}", "{register: roof_survey, measure: buildable_m2, kind: organ}"
        )
    )

    indicator = next(each for each in plan.indicators if each.base_rule == "fixed")
    assert indicator.ledger == Feed("over_quota", "remaining")
    assert indicator.base_ledger == Feed("roof_survey", "buildable_m2", "organ")


@pytest.mark.parametrize(
    ("feed", "said"),
    [
        ("{register: over_quota, measure: piles}", "没有统计项“piles”"),
        ("{register: over_quota, measure: remaining, kind: organ}", "没有类别“organ”"),
        ("{register: pv_projects, measure: area_m2, kind: barn}", "没有类别“barn”"),
        ("{register: nominations, measure: applied}", "缺少类别"),
        ("{register: cars, measure: all}", "不认识“cars”"),
    ],
)
def test_parse_plan_given_a_feed_that_no_register_answers_then_it_is_refused(feed: str, said: str) -> None:
    with pytest.raises(DataFileError, match=said):
        parse_plan(with_feed(feed))


def test_parse_plan_given_a_base_feed_alone_then_it_is_refused() -> None:
    fixed = "    base_rule: fixed\n"
    alone = with_change(fixed, fixed + "    base_ledger: {register: over_quota, measure: listed}\n")

    with pytest.raises(DataFileError, match="只有基数取自台账"):
        parse_plan(alone)


def test_targets_of_given_all_group_and_unit_then_the_narrowest_scope_wins(plan: PlanFile) -> None:
    assert indicator_of(plan, "TRE") == {
        "990100": Decimal(500),
        "990102": Decimal(150),
        "990121": Decimal(100),
        "LGZ": Decimal(60),
    }


def test_targets_of_given_the_order_of_the_scopes_turned_round_then_the_same() -> None:
    wide = '      - {scope: all, value: "100", origin: d}\n'
    narrow = '      - {scope: LGZ, value: "60", origin: N}\n'
    plan = parse_plan(with_change(wide, "").replace(narrow, narrow + wide))

    assert indicator_of(plan, "TRE")["LGZ"] == Decimal(60)
    assert indicator_of(plan, "TRE")["990102"] == Decimal(150)


def test_reporters_of_given_all_groups_or_targets_then_in_display_order(plan: PlanFile) -> None:
    reporters = {indicator.code: plan.reporters_of(indicator) for indicator in plan.indicators}

    assert reporters["HTR"] == ("990102", "990121", "LGZ")
    assert reporters["RWU"] == ("990102", "LGZ")
    assert reporters["LED"] == ("990102", "LGZ")


def test_reporters_of_given_a_target_outside_the_named_groups_then_that_unit_reports_too() -> None:
    text = with_change("    reported_by: [urban]\n", "    reported_by: [rural]\n")

    plan = parse_plan(text)

    assert plan.reporters_of(plan.indicators[1]) == ("990102", "990121", "LGZ")


def test_quarter_given_days_then_the_deadlines_are_the_first_instants_after_them() -> None:
    text = TEXT + 'quarters:\n  2: {opens: "2023-07-03T08:30", due: "2023-07-14", closes: "2023-07-21"}\n'

    quarter = parse_plan(text).quarters[0]

    assert (quarter.number, quarter.opens) == (2, datetime(2023, 7, 3, 0, 30, tzinfo=UTC))
    assert quarter.due_before == datetime(2023, 7, 14, 16, tzinfo=UTC)
    assert quarter.closes_before == datetime(2023, 7, 21, 16, tzinfo=UTC)


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ("kind: zone", "kind: Zone", "units[LGZ].kind", "不认识“Zone”"),
        ("    decimals: 1\n", "    decimals: 5\n", "indicators[RWU].decimals", "“5”不对"),
        ("    decimals: 1\n", "", "indicators[RWU].decimals", "缺少这一项"),
        ("    base_label: 总用水量\n", "", "indicators[RWU].base_label", "缺少这一项"),
        (
            "    kind: percent\n",
            "    kind: percent\n    base_unit: t\n",
            "indicators[HTR].base_unit",
            "这里用不到这一项",
        ),
        ("    na_condition: 已全面无纸化办公\n", "", "indicators[PAP].na_condition", "缺少这一项"),
        (
            "    na_condition: 已全面无纸化办公\n",
            "    na_condition: 已全面无纸化办公\n    na_rule: paperless\n",
            "indicators[PAP].na_rule",
            "不认识“paperless”",
        ),
        ("    base_rule: fixed\n", "    base_rule: fix\n", "indicators[LKM].base_rule", "不认识“fix”"),
        ("    pace: due_q2\n", "    pace: due_q5\n", "indicators[PAP].pace", "不认识“due_q5”"),
        ('  year: "2023"', "  year: 二〇二三", "plan.year", "“二〇二三”不对"),
        ('  issued: "2023-02-01"', "  issued: 2023年2月1日", "notice.issued", "“2023年2月1日”不是日期"),
        ("  - {key: green,", "  - {clef: green,", "categories[1].key", "缺少这一项"),
        ("aliases: [乙]", "alias: [乙]", "units[990121].alias", "这里用不到这一项"),
        ('value: "150", origin: d', 'value: "150", origin: x', "indicators[TRE].targets[urban].origin", "不认识“x”"),
        ('value: "150"', 'value: "一百五"', "indicators[TRE].targets[urban].value", "“一百五”不是数"),
    ],
)
def test_parse_plan_given_an_unreadable_value_then_refused_with_the_way_to_it(
    old: str, new: str, path: str, message: str
) -> None:
    problems = problems_of(with_change(old, new))

    assert (path, message) in [(problem.path, problem.message) for problem in problems]


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ('  root: "990100"', '  root: "990102"', "units", "第一个单位不是 plan.root（990102）"),
        (
            "name_en: Example City, kind: city, reports: false",
            "name_en: C, kind: city",
            "units[990100].reports",
            "第一个",
        ),
        ('code: "990121"', 'code: "990102"', "units[990102].code", "单位代码“990102”重复"),
        ("aliases: [乙]", "aliases: [甲区]", "units[990121].name", "“甲区”也是 990102 的名称或别名"),
        ("aliases: [乙]", 'parent: "990199"', "units[990121].parent", "上级单位“990199”不在它前面"),
        ("groups: [rural]", "groups: [urbane]", "units[990121].groups", "单位组 urbane 没有定义"),
        ("name: LED灯具占比", "name: 新植乔木", "indicators[LED].name", "指标名称“新植乔木”重复"),
        ("code: LED", "code: RWU", "indicators[RWU].code", "指标代码“RWU”重复"),
        ("source: S3", "source: S9", "indicators[PAP].source", "“S9”没有定义"),
        ("source: S3", "source: [S3, S8]", "indicators[PAP].source", "“S8”没有定义"),
        ("  - {key: green,", "  - {key: blue,", "indicators[TRE].category", "“green”没有定义"),
        ("reported_by: [urban]", "reported_by: [city]", "indicators[RWU].reported_by", "“city”没有定义"),
        ('["0.1", "0.6", "0.6", "1"]', '["0.1", "0.6", "0.5", "1"]', "indicators[TRE].pace", "自定的序时进度不对"),
        ('["0.1", "0.6", "0.6", "1"]', '["0.1", "0.6", "0.9"]', "indicators[TRE].pace", "自定的序时进度不对"),
        ('["0.1", "0.6", "0.6", "1"]', '["0.1", "0.6", "0.6", "0.9"]', "indicators[TRE].pace", "自定的序时进度不对"),
        ("    pace: level\n", "    pace: none\n", "indicators[RWU].pace", "有目标的指标要有序时进度"),
        ("nature: none", "nature: binding", "indicators[HTR].nature", "性质与目标不一致"),
        ('value: "150"', 'value: "0"', "indicators[TRE].targets[urban].value", "目标值必须大于 0"),
        ('value: "150"', 'value: "-1"', "indicators[TRE].targets[urban].value", "目标值必须大于 0"),
        ('value: "150"', 'value: "150.5"', "indicators[TRE].targets[urban].value", "小数位多于指标的 0 位"),
        ('value: "150"', 'value: "100001"', "indicators[TRE].targets[urban].value", "目标值超出指标的范围"),
        ("scope: LGZ", 'scope: "990100"', "indicators[TRE].targets", "“990100”没有定义"),
        ("scope: LGZ", "scope: urban", "indicators[TRE].targets", "同一范围写了两个目标"),
        ('minimum: "-100"', 'minimum: "101"', "indicators[HTR].minimum", "最小值大于最大值"),
        ('minimum: "-100"', 'minimum: "-100.123"', "indicators[HTR].minimum", "小数位多于指标的 2 位"),
    ],
)
def test_parse_plan_given_parts_that_do_not_fit_then_refused_with_the_way_to_them(
    old: str, new: str, path: str, message: str
) -> None:
    problems = problems_of(with_change(old, new))

    assert any(problem.path == path and problem.message.startswith(message) for problem in problems), problems


def test_parse_plan_given_two_groups_that_both_give_a_unit_a_target_then_refused() -> None:
    text = with_change("groups: [rural]", "groups: [rural, urban]")
    text = text.replace('{scope: LGZ, value: "60", origin: N}', '{scope: rural, value: "60", origin: N}')

    problem = only_problem_of(text)

    assert problem.message == "990121 从两个单位组得到目标"


@pytest.mark.parametrize("kind", ["remaining", "percent", "milestone"])
def test_parse_plan_given_a_figure_that_cannot_be_added_up_then_sum_is_refused(kind: str) -> None:
    before, after = TEXT.split(f"    kind: {kind}\n")

    problem = only_problem_of(f"{before}    kind: {kind}\n" + after.replace("latest", "sum", 1))

    assert problem.message == f"{kind} 类指标不能按季相加"


def test_parse_plan_given_a_city_target_for_percent_then_refused() -> None:
    before, after = TEXT.split("    kind: percent\n")
    after = after.replace("nature: none", "nature: anticipated", 1).replace(
        "is negative.\n", 'is negative.\n    targets:\n      - {scope: city, value: "3", origin: d}\n', 1
    )

    problem = only_problem_of(f"{before}    kind: percent\n{after}")

    assert problem.path == "indicators[HTR].targets[city].scope"


def test_parse_plan_given_an_indicator_nobody_reports_then_refused() -> None:
    text = with_change("    pace: due_q4\n", "    pace: none\n")
    before, after = text.split("    kind: percent\n")

    problem = only_problem_of(
        f"{before}    kind: percent\n" + after.replace("reported_by: all", "reported_by: targets", 1)
    )

    assert (problem.path, problem.message) == ("indicators[HTR].reported_by", "没有单位填报这个指标")


@pytest.mark.parametrize(
    ("number", "dates", "path"),
    [
        ("5", 'opens: "2023-07-01T00:00", due: "2023-07-14", closes: "2023-07-21"', "quarters"),
        ("2", 'opens: "2023-07-15T00:00", due: "2023-07-14", closes: "2023-07-21"', "quarters.2.due"),
        ("2", 'opens: "2023-07-01T00:00", due: "2023-07-14", closes: "2023-07-13"', "quarters.2.closes"),
        ("2", 'opens: "2023-07-01", due: "2023-07-14T00:00", closes: "2023-07-21"', "quarters.2.due"),
    ],
)
def test_parse_plan_given_a_quarter_out_of_order_then_refused(number: str, dates: str, path: str) -> None:
    problem = only_problem_of(f"{TEXT}quarters:\n  {number}: {{{dates}}}\n")

    assert problem.path == path


def test_parse_plan_given_several_problems_then_all_at_once_with_line_and_remedy() -> None:
    text = with_change("kind: zone", "kind: Zone").replace("    decimals: 1\n", "    decimals: viele\n")

    problems = problems_of(text)

    lines = text.splitlines()
    assert [problem.path for problem in problems] == ["units[LGZ].kind", "indicators[RWU].decimals"]
    assert [lines[problem.line - 1].strip() for problem in problems] == ["kind: Zone", "decimals: viele"]
    assert all(problem.remedy for problem in problems)


@pytest.mark.parametrize("key", ["units", "categories", "indicators"])
def test_parse_plan_given_an_empty_list_then_refused(key: str) -> None:
    text = TEXT.replace(f"{key}:\n", f"{key}: []\nrest:\n")

    assert (key, "一条也没有") in [(problem.path, problem.message) for problem in problems_of(text)]


def test_load_plan_file_given_no_such_file_then_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_plan_file(tmp_path / "plan_1999.yaml")
