"""The annual assessment workbook (考核结果 to 校验), with live formulas that carry the portal's values.

A sheet is a module with a `write(book)`; to add one, name it in `SHEETS`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from io import BytesIO

from xlsxwriter import Workbook

from reporting.exports.assessment_workbook import (
    attainment_sheet,
    check_sheet,
    decisions_sheet,
    evidence_sheet,
    extras_sheet,
    ledger_sheet,
    quarter_sheet,
    result_sheet,
    scheme_sheet,
    score_sheet,
)
from reporting.exports.assessment_workbook.book import Book, make_book
from reporting.exports.assessment_workbook.data import WorkbookData

SHEETS: dict[str, Callable[[Book], None]] = {
    module.NAME: module.write
    for module in (
        result_sheet,
        score_sheet,
        attainment_sheet,
        quarter_sheet,
        extras_sheet,
        ledger_sheet,
        evidence_sheet,
        scheme_sheet,
        decisions_sheet,
        check_sheet,
    )
}
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}


def build_workbook(data: WorkbookData) -> bytes:
    """The bytes of the .xlsx; the same for the same data, the time of its making included."""
    stream = BytesIO()
    workbook = Workbook(stream, OPTIONS)
    workbook.set_properties(
        {
            "title": f"{data.title}考核结果",
            "subject": f"{data.root.name} {data.year}年度",
            "author": data.provenance.generated_by,
            "company": data.root.name,
            "keywords": f"r{data.provenance.revision} {data.provenance.results_sha256}",
            "created": data.provenance.generated_at.astimezone(UTC).replace(tzinfo=None),
        }
    )
    book = make_book(data, workbook, list(SHEETS))
    for write in SHEETS.values():
        write(book)
    workbook.close()
    return stream.getvalue()
