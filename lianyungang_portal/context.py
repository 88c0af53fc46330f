"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, Any]:
    """`demo_mode`: the pages say 示例数据; `code_version`: shown in the footer."""
    return {"demo_mode": settings.DEMO_MODE, "code_version": settings.CODE_VERSION}
