"""Files sent to the imports of Django's admin, as a browser sends them."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

Answer = Any  # the test client's response, with the context it was rendered from


def csv_file(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A sheet as CSV with a byte order mark, as Excel saves it."""
    lines = [header, *rows]
    return "\ufeff".encode() + "\r\n".join(",".join(map(str, line)) for line in lines).encode()


def xlsx_file(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A sheet as a workbook; texts stay texts, even those that look like formulas."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    for number, row in enumerate([header, *rows]):
        sheet.write_row(number, 0, row)
    book.close()
    return target.getvalue()


def send(client: Client, table: str, content: bytes, name: str = "roster.csv") -> Answer:
    """The preview of a file; `table` is app/model."""
    return client.post(f"/admin/{table}/import/", {"resource": "0", "import_file": SimpleUploadedFile(name, content)})


def confirm(client: Client, table: str, preview: Answer) -> Answer:
    """The answer to the confirmation of a preview."""
    return client.post(f"/admin/{table}/process_import/", preview.context["confirm_form"].initial)


def send_and_confirm(client: Client, table: str, content: bytes, name: str = "roster.csv") -> Answer:
    """A whole import."""
    preview = send(client, table, content, name)
    assert preview.status_code == 200, preview.content.decode()
    return confirm(client, table, preview)


def problems_of(answer: Answer) -> str:
    """Every problem that a refused preview lists, in one text."""
    assert answer.status_code == 422
    result = answer.context["result"]
    return "\n".join([*result.file_problems, *(text for row in result.checked.wrong for text in row.problems)])
