"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from reporting.services.unit_form import has_office

PORTAL_NAME = _("公共机构绿色低碳目标任务平台")


def portal(request: HttpRequest) -> dict[str, Any]:
    """`portal_name` and `code_version`, in the bar and the footer; `has_office`: whether PDFs can be made here."""
    return {
        "portal_name": PORTAL_NAME,
        "code_version": settings.CODE_VERSION,
        "has_office": has_office,  # called where a page asks
    }
