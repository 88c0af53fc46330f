"""What of accounts leaves the portal in files."""

import io
from collections.abc import Iterable
from typing import Any

import xlsxwriter

from accounts.models import User

TITLE = "一次性密码"
_COLUMNS = (("单位", 22), ("姓名", 14), ("角色", 14), ("用户名", 22), ("一次性密码", 20))
_NOTES = (
    "本表只给出一次，系统不保存密码。请分别交给本人，发完后删除。",
    "首次登录时须改成自己的密码。遗失的请在“账号”页重置。",
)


def write_handout(made: Iterable[tuple[User, str]]) -> bytes:
    """The .xlsx of new accounts with their one-time passwords, by unit; ready to be printed and cut."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet(TITLE)
    _write_head(book, sheet)
    row_format = book.add_format({"border": 1, "valign": "vcenter"})
    password_format = book.add_format({"border": 1, "valign": "vcenter", "font_name": "Consolas"})
    first = len(_NOTES) + 2
    for number, (account, password) in enumerate(sorted(made, key=_order), start=first):
        sheet.set_row(number, 24)
        texts = (account.unit.name if account.unit else "", account.name, account.get_role_display(), account.username)
        for column, text in enumerate(texts):
            sheet.write_string(number, column, text, row_format)
        sheet.write_string(number, len(texts), password, password_format)
    book.close()
    return target.getvalue()


def _write_head(book: Any, sheet: Any) -> None:
    sheet.write_string(0, 0, TITLE, book.add_format({"bold": True, "font_size": 14}))
    for number, note in enumerate(_NOTES, start=1):
        sheet.write_string(number, 0, note)
    header = book.add_format({"bold": True, "border": 1, "bg_color": "#E8EFE9"})
    row = len(_NOTES) + 1
    for column, (text, width) in enumerate(_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(row, column, text, header)
    sheet.freeze_panes(row + 1, 0)
    sheet.repeat_rows(row)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _order(each: tuple[User, str]) -> tuple[str, str]:
    account, _password = each
    return (account.unit.path if account.unit else "", account.username)
