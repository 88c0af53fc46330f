"""The annual assessment workbook: `build_workbook(data)` makes the bytes of an .xlsx from plain data."""

from reporting.exports.assessment_workbook.build import build_workbook
from reporting.exports.assessment_workbook.data import WorkbookData

__all__ = ["WorkbookData", "build_workbook"]
