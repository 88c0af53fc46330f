"""Whatever can be wrong with a file is said in full, in Chinese and in English."""

import io
import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from accounts.models import User
from common.workbook.problems import FileRefused, Problem
from common.workbook.read import read_book
from common.workbook.texts import TEMPLATES
from progress.excel.checks import check_book
from progress.models import ImportBatch, Report
from progress.queries.import_problems import problem_text
from progress.services.import_world import load_ground
from progress.services.imports.sent import progress_limits
from targets.models import Plan
from tests.factories import make_report, plan_unit_of
from tests.hostile.corpus import ALL
from tests.progress_import.files import (
    COUNT,
    HEADER,
    QUARTER,
    last_batch,
    problems_of,
    row,
    sheet_file,
    upload,
    workbook,
)

PLACE = {"sheet", "row", "column", "read", "detail"}
LONG = "9" * 40_000
COVERAGE = "新建建筑可安装光伏面积覆盖率"


def named_in(text: str) -> set[str]:
    """The values that a message names."""
    return set(re.findall(r"%\((\w+)\)s", text))


def test_every_problem_of_every_hostile_file_has_the_values_that_its_message_names(plan: Plan, officer: User) -> None:
    world = load_ground(plan, by=officer, at=timezone.now()).world
    seen = set()
    for case in ALL:
        try:
            problems = check_book(read_book(case.content, case.file, progress_limits()), world, progress_limits())
            found = problems.problems
        except FileRefused as refused:
            found = [refused.problem]
        for problem in found:
            missing = named_in(problem.template + problem.detail) - PLACE - set(problem.values)
            assert not missing, (case.file, problem)
            seen.add(problem.code)
    assert len(seen) > 40, "The corpus has files of most kinds."


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("code", sorted(TEMPLATES))
def test_message_of_a_code_then_every_value_is_in_it_in_both_languages(code: str, language: str) -> None:
    names = named_in(TEMPLATES[code])
    said = {name: f"<{name}>" for name in names - PLACE}
    problem = Problem(
        level="error", code=code, template=TEMPLATES[code], sheet="<sheet>", row=7, column="<column>", read="<read>",
        detail="<detail>", values=said,
    )  # fmt: skip

    with translation.override(language):
        text = problem_text(problem)

    assert all(("7" if name == "row" else f"<{name}>") in text for name in names), text
    assert "%(" not in text
    assert (text != problem.text(str)) == (language == "en")


def test_value_that_was_not_kept_then_the_message_says_the_rest() -> None:
    kept = Problem(level="error", code="text_too_long", template="第 %(row)s 行超过 %(limit)s 个字。", row=3).as_json()

    assert problem_text(Problem.from_json(kept)) == "第 3 行超过 … 个字。"


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (f"海州区,{QUARTER},{COUNT},{LONG},,", "完成值"),
        (f"海州区,{QUARTER},{COVERAGE},1,{LONG},", "基数"),
        (f"海州区,{QUARTER},{COUNT},1,,{LONG}", "备注"),
        (f"{LONG},{QUARTER},{COUNT},1,,", "地区"),
    ],
)
def test_cell_longer_than_a_cell_can_be_then_it_is_named_on_the_page_and_in_the_workbook(
    line: str, column: str, plan: Plan, client: Client
) -> None:
    answer = upload(client, plan, f"地区,季度,指标,完成值,基数,备注\n{line}\n".encode(), "报表.csv")

    batch = last_batch()
    assert answer.status_code == 200
    assert batch.state == ImportBatch.State.REFUSED
    assert problems_of(batch) == {(2, column, "text_too_long")}
    assert f"第 2 行“{column}”超过 32767 个字（读到“999" in answer.content.decode()
    book = client.get(reverse("progress:error_book", args=["320700", 2023, batch.uuid]))
    assert book.status_code == 200
    assert "超过 32767 个字" in str(load_workbook(io.BytesIO(book.content)).worksheets[0]["G2"].value)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (["序号", "地区", "季度", "项目", "数量"], "第 1 行最像：认出了“地区”、“季度”，缺少“指标”、“完成值”。"),
        (["序号", "时间", "地区", "项目", "数量"], "第 1 行最像：认出了“地区”，缺少“季度”、“指标”、“完成值”。"),
        (["时间", COUNT, "光伏装机容量"], f"第 1 行最像：认出了“{COUNT}”、“光伏装机容量”，缺少“地区”。"),
        (["unit", "indicator", "value"], "前 20 行里没有找到表头。表头应有：地区、季度、指标、完成值"),
    ],
)
def test_header_that_is_not_complete_then_what_it_has_and_lacks_is_told(
    header: list[str], said: str, plan: Plan, client: Client
) -> None:
    answer = upload(client, plan, sheet_file([header, [1, "海州区", QUARTER, COUNT, 3][: len(header)]]))

    assert {code for _row, _column, code in problems_of(last_batch())} == {"no_header"}
    assert said in unescape(answer.content.decode())


def test_form_of_a_unit_without_its_values_then_only_these_are_missing(plan: Plan, client: Client) -> None:
    rows = [["填报单位：东海县", "2023年第1季度"], ["序号", "指标名称", "单位", "完成情况"], [1, COUNT, "个", 12]]

    answer = upload(client, plan, sheet_file(rows))

    assert "第 2 行最像：认出了“指标名称”、“单位”，缺少“完成值”。" in unescape(answer.content.decode())


def test_text_without_any_header_then_the_columns_are_named(plan: Plan, client: Client) -> None:
    answer = upload(client, plan, sheet_file([["甲", "乙"], ["丙", "丁"]]))

    assert "表头应有：地区、季度、指标、完成值" in unescape(answer.content.decode())


def test_locked_report_then_what_was_read_is_in_the_column_that_is_named(plan: Plan, client: Client) -> None:
    report = make_report(plan_unit_of(plan, "320706"), lines={"CSO": (3, None)})
    Report.objects.filter(pk=report.pk).update(state=Report.State.SUBMITTED, submitted_at=timezone.now())

    upload(client, plan, workbook([row(value=4)]))

    (problem,) = last_batch().problems
    assert (problem["column"], problem["read"], problem["values"]["unit"]) == ("季度", QUARTER, "海州区")


@pytest.mark.parametrize(
    ("merge", "said"), [((), "第 3 行缺少“完成值”。请填写。"), (("D2:D3",), "这一格与别的行合并。请先取消合并")]
)
def test_missing_value_then_unmerging_is_advised_only_for_merged_cells(
    merge: tuple[str, ...], said: str, plan: Plan, client: Client
) -> None:
    rows = [list(HEADER), row(value=3), row("连云区", COVERAGE, None, 5)]

    answer = upload(client, plan, sheet_file(rows, *merge))

    assert said in unescape(answer.content.decode())


def test_base_of_an_indicator_without_one_beside_a_blank_value_then_the_base_is_refused(
    plan: Plan, client: Client
) -> None:
    upload(client, plan, workbook([row(value=None, base=4), row(indicator=COVERAGE, value=None, base=4)]))

    assert problems_of(last_batch()) == {(2, "基数", "base_not_used"), (3, "完成值", "required")}
