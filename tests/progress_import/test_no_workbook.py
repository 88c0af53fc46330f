"""A file that is no workbook: its sender is told what it is and what to do, and no cells that there are not."""

import io
import zipfile
from html import unescape

import pytest
from django.test import Client

from accounts.models import User
from common.workbook.problems import FileRefused
from common.workbook.read import read_book
from progress.services.imports.sent import progress_limits
from targets.models import Plan
from tests.factories import sign_in
from tests.hostile.corpus import BY_FILE
from tests.hostile.gen import cfb
from tests.progress_import.files import HEADER, last_batch, problems_of, row, upload, workbook

PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
LEADS = ("每一处", "逐处说明", "标出问题的原表", "重新上传同一个文件")


def packed(names: dict[str, str]) -> bytes:
    """A zip file of these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in names.items():
            archive.writestr(name, text)
    return target.getvalue()


def refused(content: bytes, name: str) -> str:
    """What is said of a file, in Chinese; its code is that of every file which is no workbook."""
    with pytest.raises(FileRefused) as raised:
        read_book(content, name, progress_limits())
    assert raised.value.problem.code == "not_xlsx"
    return raised.value.problem.text(str)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (PICTURE, "报表.png", "这是一张 PNG 图片，不是工作簿"),
        (PICTURE, "报表.xlsx", "这是一张 PNG 图片，不是工作簿"),
        (BY_FILE["jpeg_renamed.xlsx"].content, "报表.jpg", "这是一张 JPEG 图片，不是工作簿"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "报表.webp", "这是一张 WebP 图片，不是工作簿"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "报表.heic", "这是一张 HEIC 图片，不是工作簿"),
        (b"BM\x36\x10\0\0\0\0\0\0\x36", "报表.bmp", "这是一张 BMP 图片，不是工作簿"),
        (b"II*\0\x08\0\0\0", "报表.tif", "这是一张 TIFF 图片，不是工作簿"),
        (BY_FILE["pdf_renamed.xlsx"].content, "报表.pdf", "这是 PDF 文件，不是工作簿"),
        (BY_FILE["docx_renamed.xlsx"].content, "报表.docx", "这是 Word 文件，不是工作簿"),
        (cfb({"WordDocument": b"text"}), "报表.doc", "这是 Word 文件，不是工作簿"),
        (BY_FILE["plain_zip_renamed.xlsx"].content, "报表.zip", "这是 ZIP 压缩包，不是工作簿。请先解压"),
        (packed({}), "报表.zip", "这是 ZIP 压缩包，不是工作簿。请先解压"),
        (BY_FILE["ods_renamed.xlsx"].content, "报表.ods", "这是 ODS 格式的表格，不是 .xlsx"),
        (packed({"mimetype": "application/vnd.oasis.opendocument.text"}), "报表.odt", "这是 OpenDocument 文件"),
        (BY_FILE["xlsb_renamed.xlsx"].content, "报表.xlsb", "这是 XLSB 格式的表格，不是 .xlsx"),
        (BY_FILE["mht_renamed.xls"].content, "报表.mht", "这是网页（HTML），不是工作簿"),
        ("第一季度完成情况良好。\n".encode(), "报表.txt", "这是纯文本，不是工作簿"),
        ("第一季度完成情况良好。\n".encode("gb18030"), "报表.xlsx", "这是纯文本，不是工作簿"),
        (BY_FILE["random_bytes.xlsx"].content, "报表.xlsx", "这不是可以读取的工作簿"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_file_of_another_kind_then_it_is_named(content: bytes, name: str, said: str) -> None:
    assert refused(content, name).startswith(said)


@pytest.mark.parametrize(
    ("content", "name", "code", "said"),
    [
        (PICTURE, "扫描件.png", "not_xlsx", "这是一张 PNG 图片，不是工作簿。请把表格填进 Excel 或 WPS"),
        (b"", "报表.xlsx", "empty_file", "文件是空的，里面没有任何内容。"),
        ("本季度情况良好。".encode(), "报表.csv", "no_header", "前 20 行里没有找到表头"),
    ],
)
def test_file_that_is_no_workbook_then_the_page_says_so_and_speaks_of_no_places(
    content: bytes, name: str, code: str, said: str, plan: Plan, client: Client
) -> None:
    text = upload(client, plan, content, name).content.decode()

    assert problems_of(last_batch()) == {(None, "", code)}
    assert said in text
    assert "没有导入，原有数据没有任何改动" in text
    assert [lead for lead in LEADS if lead in text] == []


def test_picture_read_in_english_then_it_is_named_in_english(plan: Plan, officer: User) -> None:
    officer.language = "en"
    officer.save()

    text = unescape(upload(sign_in(officer), plan, PICTURE, "scan.png").content.decode())

    assert "This is a PNG picture, not a workbook." in text


def test_sheet_without_a_column_then_what_to_mend_is_listed(plan: Plan, client: Client) -> None:
    text = upload(client, plan, workbook([row()[:3]], HEADER[:3])).content.decode()

    assert problems_of(last_batch()) == {(None, "完成值", "missing_column")}
    assert "请按下面的说明改正，保存后重新上传同一个文件" in text
    assert "逐处说明" in text
