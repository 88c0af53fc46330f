"""Workbooks that the portal makes, as answers."""

from urllib.parse import quote

from django.http import HttpResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_workbook(content: bytes, name: str) -> HttpResponse:
    """An .xlsx as a download under a name (without its suffix)."""
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}.xlsx"
    return response
