"""Files that can be evidence, and evidence that is there already."""

import io
import zipfile
from datetime import UTC, datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from files.models import StoredFile
from files.services import store_bytes
from progress.models import Evidence, Report

AT = datetime(2023, 5, 20, tzinfo=UTC)
PDF = b"%PDF-1.7\n%test\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
JPG = b"\xff\xd8\xff\xe0" + b"0" * 20


def office(main_part: str, *more: str) -> bytes:
    """A workbook or document in its smallest shape."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        for name in ("[Content_Types].xml", main_part, *more):
            package.writestr(name, "<x/>")
    return content.getvalue()


XLSX = office("xl/workbook.xml")
DOCX = office("word/document.xml")


def upload(content: bytes = PDF, name: str = "照片.pdf") -> "SimpleUploadedFile":
    return SimpleUploadedFile(name, content)


def add_file(report: Report, code: str, *, content: bytes = PDF, name: str = "照片.pdf") -> Evidence:
    """Evidence of a line, as if it had been uploaded."""
    line = report.lines.get(indicator__code=code)
    stored = store_bytes(content, name=name, content_type="application/pdf", at=AT)
    number = f"{report.plan_unit.unit.code}-{code}-Q{report.quarter.number}-01"
    return Evidence.objects.create(line=line, file=stored, number=number, uploaded_by="填报员", uploaded_at=AT)


def add_scan(report: Report, *, content: bytes = PDF, name: str = "盖章.pdf") -> StoredFile:
    """The scan of a report's sealed form, as if it had been uploaded."""
    report.sealed_scan = store_bytes(content, name=name, content_type="application/pdf", at=AT)
    report.save(update_fields=["sealed_scan"])
    return report.sealed_scan
