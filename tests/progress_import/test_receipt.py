"""The receipt says what became of every row of a file."""

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from progress.models import ImportBatch, Report
from targets.models import Plan
from tests.factories import make_report, make_user, plan_unit_of
from tests.progress_import.files import COUNT, QUARTER, confirm, last_batch, row, send, upload, workbook
from tests.progress_import.test_queries import valid_rows
from tests.progress_import.test_register_imports import upload as register_upload
from tests.targets.institution_files import line, sheet

FILE = [
    row("海州区", value=3),
    row("连云区", value=5, note="更正"),
    row("赣榆区", value=7),
    ["合计", QUARTER, COUNT, 15, None, None],
    row("东海县", value=9),
    row("灌云县", value=2),
]


@pytest.fixture
def standing(plan: Plan) -> None:
    """What the file meets: two lines that stand, and two approved reports."""
    make_report(plan_unit_of(plan, "320703"), lines={"CSO": (4, None)})
    make_report(plan_unit_of(plan, "320707"), lines={"CSO": (7, None)})
    for code in ("320722", "320723"):
        make_report(plan_unit_of(plan, code), lines={"CSO": (1, None)}, state=Report.State.APPROVED, by=make_user())


def receipt_of(client: Client, batch: ImportBatch) -> dict[str, list[list[Any]]]:
    """The sheets of the receipt, by name, as texts."""
    address = reverse("progress:import_receipt", args=[batch.plan.owner.code, batch.plan.year, batch.uuid])
    book = load_workbook(io.BytesIO(client.get(address).content))
    return {sheet.title: [[cell.value for cell in line] for line in sheet.iter_rows()] for sheet in book}


@pytest.mark.usefixtures("standing")
def test_imported_file_then_receipt_lists_what_became_of_every_row(plan: Plan, client: Client) -> None:
    send(client, plan, workbook(FILE), **{"decide-2": "overwrite", "answer-reason": "核实后更正"})

    sheets = receipt_of(client, last_batch())

    assert list(sheets) == ["导入回执", "各行", "跳过和提示"]
    header, *rows = sheets["各行"]
    assert header == ["行", "地区", "季度", "指标", "完成值", "基数", "不涉及", "备注", "结果"]
    said = [(one[0], one[1], one[4], one[8]) for one in rows]
    assert said == [
        ("2", "海州区", "— → 3", "新增"),
        ("3", "连云区", "4 → 5", "修改"),
        ("4", "赣榆区", "7", "未变"),
        ("6", "东海县", "1 → 9", "覆盖（报告已审核）"),
        ("7", "灌云县", "1（未写入：2）", "保留原值（报告已审核）"),
    ]
    ((number, _place, text),) = sheets["跳过和提示"][1:]
    assert number == "5"
    assert "合计" in text
    facts = dict(line[:2] for line in sheets["导入回执"])
    assert [facts[name] for name in ("新增", "修改", "未变", "跳过", "决定保留", "决定覆盖")] == [1, 2, 1, 1, 1, 1]
    assert facts["SHA-256"] == last_batch().file.sha256


def test_register_sent_again_with_one_change_then_receipt_lists_the_rows_that_stand_too(
    plan: Plan, client: Client
) -> None:
    register_upload(client, plan, sheet([line(1), line(2)]))
    confirm(client)
    register_upload(client, plan, sheet([line(1), line(2, 用能人数=99), line(3)]))
    confirm(client)

    header, *rows = receipt_of(client, last_batch())["各行"]

    assert header[0] == "行"
    assert [(one[0], one[1], one[-1]) for one in rows] == [
        ("2", "第1小学", "未变"),
        ("3", "第2小学", "修改"),
        ("4", "第3小学", "新增"),
    ]


def test_targets_that_stand_then_receipt_lists_them(plan: Plan, client: Client) -> None:
    content = workbook([["海州区", 50], ["连云区", 40]], header=["地区", "新建充电桩"])
    register_upload(client, plan, content, kind="targets")
    confirm(client, **{"answer-valid_from": "2023-07-01", "answer-reason": "年中调整"})

    sheets = receipt_of(client, last_batch())
    rows = sheets["各行"][1:]

    facts = dict(line[:2] for line in sheets["导入回执"])
    assert (facts["生效日期"], facts["调整理由"]) == ("2023-07-01", "年中调整")
    page = client.get(reverse("progress:import_batch", args=[plan.owner.code, plan.year, last_batch().uuid]))
    assert "<p>生效日期：2023-07-01</p>" in page.content.decode()
    assert [(one[0], one[1], one[-2], one[-1]) for one in rows] == [
        ("2", "海州区", "40 → 50", "修改"),
        ("3", "连云区", "40", "未变"),
    ]


@pytest.mark.usefixtures("standing")
def test_receipt_for_an_english_reader_then_its_words_are_english(plan: Plan, client: Client) -> None:
    send(client, plan, workbook(FILE[:4]))
    User.objects.filter(pk=last_batch().by.pk).update(language="en")

    sheets = receipt_of(client, last_batch())

    assert list(sheets) == ["Import receipt", "Rows", "Skipped and warnings"]
    assert [one[-1] for one in sheets["Rows"]] == ["Outcome", "Added", "Changed", "Unchanged"]


@pytest.mark.usefixtures("standing")
def test_preview_then_rows_that_stand_wait_folded_below_the_changes(plan: Plan, client: Client) -> None:
    preview = upload(client, plan, workbook(FILE)).content.decode()

    _before, folded = preview.split('<details class="card" >')
    assert folded.count("<tr>") == 2
    for said in ("未变的行", ">4</td>", "赣榆区", "7"):
        assert said in folded


def test_many_rows_that_stand_then_their_pages_are_turned_open(plan: Plan, client: Client) -> None:
    rows = valid_rows(plan, 130)
    send(client, plan, workbook(rows))

    preview = upload(client, plan, workbook(rows)).content.decode()
    place = reverse("progress:import_batch", args=[plan.owner.code, plan.year, last_batch().uuid])
    turned = client.get(f"{place}?same=2").content.decode()

    assert preview.count('<td class="fit">') == 100
    assert 'href="?same=2"' in preview
    assert turned.count('<td class="fit">') == 30
    assert '<details class="card" open>' in turned


@pytest.mark.usefixtures("standing")
def test_decided_then_the_page_says_what_was_kept_and_what_not_written(plan: Plan, client: Client) -> None:
    page = send(client, plan, workbook(FILE), **{"decide-2": "overwrite", "answer-reason": "核实后更正"})

    said = " ".join(page.content.decode().split())
    assert '<span class="same">1</span> <span class="muted">未写入：2</span>' in said
    assert said.count("2023 年第 1 季度</td>") == 5
    tiles = said[said.index("grid-stats") : said.index("<table")]
    assert ("需决定" in tiles, "保留" in tiles, "覆盖" in tiles) == (False, True, True)


def test_long_note_then_the_preview_cuts_it_and_opens_it(plan: Plan, client: Client) -> None:
    note = "冬季尚未到高峰。" * 300

    page = upload(client, plan, workbook([row(note=note)])).content.decode()

    cut, _rest = page.partition("<details><summary>")[2].split("</summary>", 1)
    assert len(cut) == 120
    assert f"</summary>{note}</details>" in page
